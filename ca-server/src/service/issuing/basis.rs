//! What a certificate is made from, for a key that is in another process: it makes the same bytes, or does not sign.

use ca_core::issuance::{AuthorizedRequest, Choices, CommittedCertificate, IssuedCertificate};
use ca_core::x509::extension::ExtensionValue as _;
use ca_core::x509::extension::SubjectAlternativeName;
use jiff::Timestamp;
use rand_core::CryptoRng;
use schemas::signer::{CertificateAsk, RecallAsk};

use super::IssuingError;
use crate::service::authorities::Authority;

/// A request that a profile agrees to, with what it was made from.
pub(in crate::service) struct Authorized {
    pub(super) request: AuthorizedRequest,
    pub(super) basis: Basis,
}

/// A certification request in DER and what was chosen beside it.
pub(super) struct Basis {
    pub(super) request: Vec<u8>,
    pub(super) choices: Choices,
}

impl Basis {
    /// Signs here, or has it signed where the key is.
    pub(super) fn sign(
        self,
        authority: &Authority,
        committed: CommittedCertificate,
        at: Timestamp,
        rng: &mut dyn CryptoRng,
    ) -> Result<IssuedCertificate, IssuingError> {
        let issuer = authority.issuer()?;
        let Some(remote) = authority.remote() else { return Ok(issuer.sign(committed, rng)?) };
        let prepared = committed.prepared();
        let Choices { subject, alternative_names, not_after } = self.choices;
        let ask = CertificateAsk {
            authority: authority.name().clone(),
            profile: prepared.profile().to_owned(),
            profile_hash: prepared.profile_hash(),
            request: self.request,
            subject: subject.map(|name| name.as_der().to_vec()),
            alternative_names: alternative_names.map(|names| SubjectAlternativeName(names).to_value()),
            not_after,
            serial: prepared.serial().clone(),
            at,
            tbs_hash: prepared.tbs_hash(),
        };
        let signature = remote.certificate(&ask)?;
        Ok(issuer.accept(committed, &signature)?)
    }
}

/// Signs what another left open. Where the key is elsewhere, what it signed before is taken; what it did not sign it never will.
pub(super) fn sign_left(
    authority: &Authority,
    committed: CommittedCertificate,
    rng: &mut dyn CryptoRng,
) -> Result<IssuedCertificate, IssuingError> {
    let issuer = authority.issuer()?;
    let Some(remote) = authority.remote() else { return Ok(issuer.sign(committed, rng)?) };
    let tbs_hash = committed.prepared().tbs_hash();
    let signature = remote.recall(&RecallAsk { authority: authority.name().clone(), tbs_hash })?;
    Ok(issuer.accept(committed, &signature)?)
}
