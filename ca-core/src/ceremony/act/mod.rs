//! What ceremonies sign, built from plan and material by the one way of [`crate::issuance`] and [`crate::crl`].
//!
//! The same functions build it on trial when a plan is checked, for real in the room, and once more when somebody verifies
//! what happened: there the key is `absent`, and what was built is compared with what was signed.

mod absent;
mod certificates;
mod error;
mod profiles;

pub use certificates::{self_signed, sign_certificate};
pub use error::ActError;

pub(crate) use absent::Absent;

use std::sync::Arc;

use jiff::Timestamp;
use rand_core::CryptoRng;

use super::Digest;
use super::plan::{Checked, Kind};
use super::rehearsal;
use super::transcript::Slot;
use crate::algorithm::{Signer, Sm2Parameters};
use crate::crl::{CrlPlan, PreparedCrl, RevokedEntry};
use crate::issuance::{Issuer, PreparedCertificate, Urls, root};
use crate::key::PrivateKey;
use crate::x509::{Certificate, SerialNumber};

/// What a kind of ceremony signs, in its order.
#[must_use]
pub const fn outputs(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::Root => &["root"],
        Kind::Issuing => &["issuing"],
        Kind::Cross => &["cross"],
        Kind::Crl | Kind::Termination => &["crl"],
        Kind::OcspSigner => &["ocsp-signer"],
        Kind::Rollover => &["root", "new-with-old", "old-with-new"],
        Kind::ShareRenewal => &[],
    }
}

/// Which key signs an output.
#[must_use]
pub fn slot(kind: Kind, output: &str) -> Slot {
    match (kind, output) {
        (Kind::Root, _) | (Kind::Rollover, "root" | "old-with-new") => Slot::New,
        _ => Slot::Existing,
    }
}

/// What an output is built from.
#[derive(Clone, Copy)]
pub struct Brief<'a> {
    /// The plan and its material.
    pub checked: &'a Checked,
    /// The new root, in a rollover, once it is signed.
    pub new_root: Option<&'a Certificate>,
}

/// Something that is built and linted, and not signed by the root.
pub enum PreparedOutput {
    /// A certificate.
    Certificate(PreparedCertificate),
    /// A revocation list.
    List(PreparedCrl),
}

impl PreparedOutput {
    /// SM3 over the octets to be signed.
    #[must_use]
    pub const fn tbs_hash(&self) -> [u8; 32] {
        match self {
            Self::Certificate(prepared) => prepared.tbs_hash(),
            Self::List(prepared) => prepared.tbs_hash(),
        }
    }

    /// The octets to be signed.
    #[must_use]
    pub fn tbs_der(&self) -> &[u8] {
        match self {
            Self::Certificate(prepared) => prepared.tbs_der(),
            Self::List(prepared) => prepared.tbs_der(),
        }
    }

    /// The serial number of a certificate.
    #[must_use]
    pub fn serial(&self) -> Option<&SerialNumber> {
        match self {
            Self::Certificate(prepared) => Some(prepared.serial()),
            Self::List(_) => None,
        }
    }

    /// What the lint remarked.
    fn remarks(&self) -> Vec<String> {
        let remarks = match self {
            Self::Certificate(prepared) => prepared.remarks(),
            Self::List(prepared) => prepared.remarks(),
        };
        remarks.iter().map(ToString::to_string).collect()
    }

    /// Signs what was committed to: `intent` is the hash on the record.
    pub(crate) fn sign(
        self,
        intent: Digest,
        signer: &dyn Signer,
        rng: &mut dyn CryptoRng,
    ) -> Result<Vec<u8>, ActError> {
        let found = Digest(self.tbs_hash());
        if found != intent {
            return Err(ActError::Altered { agreed: intent, found });
        }
        Ok(match self {
            Self::Certificate(prepared) => {
                let committed = prepared.commit(|_| Ok::<_, ActError>(()))?;
                sign_certificate(committed, signer, rng)?.der().to_vec()
            }
            Self::List(prepared) => {
                let committed = prepared.commit(|_| Ok::<_, ActError>(()))?;
                crate::crl::sign(committed, signer, rng)?.der().to_vec()
            }
        })
    }
}

/// Builds an output for the key of `signer`, signs it with a throwaway key and lints it.
///
/// # Errors
/// [`ActError`].
pub fn prepare(
    brief: &Brief<'_>,
    output: &'static str,
    signer: Arc<dyn Signer>,
    serial: SerialNumber,
    rng: &mut dyn CryptoRng,
) -> Result<PreparedOutput, ActError> {
    let document = brief.checked.plan().document();
    match (document.kind, output) {
        (Kind::Root | Kind::Rollover, "root") => certificates::root(brief, signer, serial, rng),
        (Kind::Rollover, "new-with-old" | "old-with-new") => {
            certificates::link(brief, output, signer, serial, rng)
        }
        (Kind::Issuing | Kind::OcspSigner | Kind::Cross, _) => {
            certificates::subordinate(brief, signer, serial, rng)
        }
        (Kind::Crl | Kind::Termination, "crl") => list(brief, signer, rng),
        _ => Err(ActError::NoSuchOutput { output }),
    }
}

fn list(
    brief: &Brief<'_>,
    signer: Arc<dyn Signer>,
    rng: &mut dyn CryptoRng,
) -> Result<PreparedOutput, ActError> {
    let table = brief.checked.plan().document().crl.as_ref().ok_or(ActError::NoTable { table: "crl" })?;
    let entries = table.revoked.iter().map(|entry| RevokedEntry {
        serial: entry.serial.clone(),
        at: entry.at,
        reason: Some(entry.reason),
        invalidity_date: None,
    });
    // A stand-in has signed no list before this one, but the numbers are those of the plan.
    let previous = brief.checked.previous_list();
    let plan =
        CrlPlan::after(previous, table.number, table.this_update, table.next_update, entries.collect())?;
    let issuer = issuer(brief, signer, rng)?;
    Ok(PreparedOutput::List(issuer.prepare_crl(plan, rng)?))
}

/// The root whose key signs.
fn issuer(brief: &Brief<'_>, signer: Arc<dyn Signer>, rng: &mut dyn CryptoRng) -> Result<Issuer, ActError> {
    let plan = brief.checked.plan().document();
    let table = plan.issuer.as_ref().ok_or(ActError::NoTable { table: "issuer" })?;
    let certificate = brief.checked.issuer().ok_or(ActError::NoTable { table: "issuer" })?;
    let urls = match &table.public_url {
        Some(url) => Urls::under(url, &table.authority)?,
        // Profiles without pointers write none of these.
        None => Urls { crl: String::new(), shards: 0, ocsp: String::new(), ca_issuers: String::new() },
    };
    Ok(Issuer::new(table.authority.clone(), certificate.clone(), signer, urls, rng)?)
}

/// A throwaway root with the contents of a real one and the mark of rehearsals in its name.
pub(crate) fn stand_in(
    real: &Certificate,
    rng: &mut dyn CryptoRng,
) -> Result<(Certificate, Arc<dyn Signer>), ActError> {
    let key = PrivateKey::generate(real.public_key()?.spec(), rng)?;
    let signer: Arc<dyn Signer> = Arc::new(key.into_signer(Sm2Parameters::Absent));
    let path_length = real.basic_constraints().ok().flatten().and_then(|constraints| constraints.path_length);
    let profile = profiles::root(path_length.and_then(|length| u8::try_from(length).ok()))?;
    let subject = rehearsal::mark(real.subject())?;
    let serial = SerialNumber::generate(rng);
    let Certified { not_before, not_after } = Certified::of(real);
    let prepared =
        root::prepare(&profile, &subject, signer.clone(), Some(not_after), serial, not_before, rng)?;
    let committed = prepared.commit(|_| Ok::<_, ActError>(()))?;
    let certificate = sign_certificate(committed, &*signer, rng)?.into_document();
    Ok((certificate, signer))
}

struct Certified {
    not_before: Timestamp,
    not_after: Timestamp,
}

impl Certified {
    fn of(certificate: &Certificate) -> Self {
        let validity = certificate.validity();
        Self { not_before: validity.not_before, not_after: validity.not_after }
    }
}

/// Builds everything that the plan will sign, with throwaway keys in place of those that are not here. Returns what the
/// lint remarked, or the output that cannot be made and why.
pub(crate) fn trial(
    checked: &Checked,
    rng: &mut dyn CryptoRng,
) -> Result<Vec<String>, (&'static str, ActError)> {
    let mut checked = checked.clone();
    let document = checked.plan().document().clone();
    let named = |output: &'static str| move |error| (output, error);
    let mut existing: Option<Arc<dyn Signer>> = None;
    if checked.has_stand_in()
        && let Some(real) = checked.issuer().cloned()
    {
        let (certificate, signer) = stand_in(&real, rng).map_err(named("stand-in"))?;
        checked.stand_in(certificate);
        existing = Some(signer);
    } else if let Some(issuer) = checked.issuer() {
        existing = Some(Arc::new(Absent::of(issuer).map_err(named("issuer"))?));
    }
    let new: Option<Arc<dyn Signer>> = match &document.root {
        Some(root) => {
            let key = PrivateKey::generate(root.key.0, rng).map_err(|error| ("root", error.into()))?;
            Some(Arc::new(key.into_signer(Sm2Parameters::Absent)))
        }
        None => None,
    };
    let mut remarks = Vec::new();
    let mut new_root = None;
    for output in outputs(document.kind) {
        let signer = match slot(document.kind, output) {
            Slot::Existing => existing.clone(),
            Slot::New => new.clone(),
        };
        let signer = signer.ok_or((*output, ActError::NoKey))?;
        let brief = Brief { checked: &checked, new_root: new_root.as_ref() };
        let serial = SerialNumber::generate(rng);
        let prepared = prepare(&brief, output, signer.clone(), serial, rng).map_err(named(output))?;
        remarks.extend(prepared.remarks().into_iter().map(|remark| format!("{output}: {remark}")));
        if *output == "root" {
            let tbs = Digest(prepared.tbs_hash());
            let der = prepared.sign(tbs, &*signer, rng).map_err(named(output))?;
            new_root = Some(Certificate::from_der(&der).map_err(|error| (*output, error.into()))?);
        }
    }
    Ok(remarks)
}
