//! The steps in which something is prepared, shown and signed.

use ca_core::ceremony::Digest;
use ca_core::ceremony::act::PreparedOutput;
use ca_core::encoding::pem;
use ca_core::keystore::file::{Access, replace};
use ca_core::x509::{Certificate, CertificateList};

use super::Stage;
use super::steps::Done;
use crate::command::ceremony::ask;
use crate::command::ceremony::fault::journal;
use crate::failure::Failure;
use crate::room::{Texts, fill};

/// What a person compares with the paper plan before it is signed.
pub(super) fn describe(prepared: &PreparedOutput, output: &str, texts: &Texts) -> String {
    let mut lines = vec![format!("{}: {output}", texts.output)];
    if let Some(serial) = prepared.serial() {
        lines.push(format!("{}: {serial}", texts.serial));
    }
    lines.push(texts.to_be_signed.to_owned());
    lines.push(Digest(prepared.tbs_hash()).groups());
    lines.join("\n")
}

impl Stage<'_> {
    pub(super) fn prepare(&mut self) -> Done {
        Ok(self.session.prepare(self.rng, &mut self.journal).map(|_| ()))
    }

    pub(super) fn sign(&mut self) -> Done {
        match self.session.sign(self.rng, &mut self.journal) {
            Ok(_) => self.write_issued().map(Ok),
            Err(error) => Ok(Err(error)),
        }
    }

    /// Writes what was signed. It stands on the record too, so that nothing is lost where the power fails before.
    pub(super) fn write_issued(&mut self) -> Result<(), Failure> {
        let issued: Vec<(String, Vec<u8>)> =
            self.session.issued().map(|(name, der)| (name.to_owned(), der.to_vec())).collect();
        for (name, der) in issued {
            let label = label(&der).ok_or_else(|| {
                journal(&ca_core::ceremony::session::JournalError {
                    reason: format!("{name} is no document"),
                })
            })?;
            let path = self.folder.join(format!("{name}.pem"));
            if path.exists() {
                continue;
            }
            replace(&path, pem::write(label, &der).as_bytes(), Access::Public)?;
            ask::say(self.room, &fill(self.room.texts().wrote, &[&path.display().to_string()]))?;
        }
        Ok(())
    }
}

/// The PEM label of a document.
fn label(der: &[u8]) -> Option<&'static str> {
    if Certificate::from_der(der).is_ok() {
        Some("CERTIFICATE")
    } else if CertificateList::from_der(der).is_ok() {
        Some("X509 CRL")
    } else {
        None
    }
}
