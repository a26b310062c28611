//! What was signed, built again.

use std::sync::Arc;

use rand_core::CryptoRng;

use super::VerifyError;
use crate::algorithm::Signer;
use crate::ceremony::Digest;
use crate::ceremony::act::{self, Absent, ActError, Brief};
use crate::ceremony::plan::Checked;
use crate::ceremony::session::State;
use crate::ceremony::transcript::{Event, Slot, Transcript};
use crate::path::{Question, TrustAnchor, judge};
use crate::x509::{Certificate, CertificateList, SerialNumber};

/// Builds every output again from the plan, and compares it with what was signed.
pub(super) fn rebuild(checked: &Checked, state: &State, rng: &mut dyn CryptoRng) -> Result<(), VerifyError> {
    let kind = checked.plan().kind();
    let mut new_root: Option<Certificate> = None;
    for output in act::outputs(kind) {
        let name = || (*output).to_owned();
        let der = state.issued.get(*output).ok_or(VerifyError::Closing)?;
        let unreadable = |reason: String| VerifyError::Unreadable { output: name(), reason };
        let chain = |reason: String| VerifyError::Chain { output: name(), reason };
        let rebuilding = |reason: ActError| VerifyError::Rebuild { output: name(), reason: Box::new(reason) };
        let intent = state.prepared.get(*output).ok_or(VerifyError::Closing)?;
        let tbs = if *output == "crl" {
            let list = CertificateList::from_der(der).map_err(|error| unreadable(error.to_string()))?;
            let issuer = checked.issuer().ok_or_else(|| chain("there is no issuer".to_owned()))?;
            let key = issuer.public_key().map_err(|error| chain(error.to_string()))?;
            list.verify_signed_by(&key).map_err(|error| chain(error.to_string()))?;
            list.tbs_der().to_vec()
        } else {
            let certificate = Certificate::from_der(der).map_err(|error| unreadable(error.to_string()))?;
            if *output == "root" {
                let created = state.created.as_ref().and_then(|made| made.public_key.as_ref());
                let key = certificate.public_key().map_err(|error| unreadable(error.to_string()))?;
                if created.is_none_or(|created| created.0 != key) {
                    return Err(chain("it is not for the key that was made".to_owned()));
                }
                certificate.verify_signed_by(&key).map_err(|error| chain(error.to_string()))?;
                new_root = Some(certificate.clone());
            } else {
                let anchor = match act::slot(kind, output) {
                    Slot::New => new_root.as_ref(),
                    Slot::Existing => checked.issuer(),
                };
                let anchor = anchor.ok_or_else(|| chain("there is no issuer".to_owned()))?;
                leads_to(&certificate, anchor).map_err(chain)?;
            }
            certificate.tbs_der().to_vec()
        };
        let signer: Arc<dyn Signer> = match (act::slot(kind, output), checked.issuer(), &new_root) {
            (Slot::New, _, Some(root)) => Arc::new(Absent::of(root).map_err(rebuilding)?),
            (Slot::Existing, Some(issuer), _) => Arc::new(Absent::of(issuer).map_err(rebuilding)?),
            _ => return Err(chain("there is no issuer".to_owned())),
        };
        let brief = Brief { checked, new_root: new_root.as_ref() };
        let serial = intent.serial.clone().unwrap_or_else(|| SerialNumber::generate(rng));
        let again = act::prepare(&brief, output, signer, serial, rng).map_err(rebuilding)?;
        if again.tbs_der() != tbs || Digest::of(&tbs) != intent.tbs {
            return Err(VerifyError::NotAsPlanned { output: name() });
        }
    }
    Ok(())
}

/// Whether a certificate is valid under a root at the begin of its validity.
fn leads_to(certificate: &Certificate, root: &Certificate) -> Result<(), String> {
    let anchors = [TrustAnchor::from_certificate(root).map_err(|error| error.to_string())?];
    let question = Question::new(certificate, &anchors, certificate.validity().not_before);
    judge(&question).into_result().map(|_| ()).map_err(|refused| refused.cause().to_string())
}

/// The closing line lists exactly what was made.
pub(super) fn closing(transcript: &Transcript, state: &State) -> Result<(), VerifyError> {
    let closed = transcript.events().find_map(|event| match event {
        Event::Closed { outputs } => Some(outputs),
        _ => None,
    });
    let mut made: Vec<(String, Digest)> =
        state.issued.iter().map(|(name, der)| (name.clone(), Digest::of(der))).collect();
    let sealed = [state.created.as_ref(), state.resealed.as_ref()];
    let sealed = sealed.into_iter().flatten().filter_map(|made| made.sealed_key);
    made.extend(sealed.map(|digest| ("sealed-key".to_owned(), digest)));
    let listed =
        closed.map(|files| files.iter().map(|file| (file.name.clone(), file.digest)).collect::<Vec<_>>());
    if listed == Some(made) { Ok(()) } else { Err(VerifyError::Closing) }
}
