//! A path validation as small as the tests of revocation need: names, signatures and statuses.

use crate::key::PublicKey;
use crate::path::limits::{Budget, Exhausted};
use crate::path::revocation::{Evidence, Freshness, IssuerOf, RevocationCause, SignerRole, Validator, check};
use crate::path::{Cause, Limits, TrustAnchor};
use crate::x509::extension::{ExtensionValue, OcspNoCheck};
use crate::x509::{Certificate, Name};
use jiff::Timestamp;

pub(super) struct Context<'a> {
    pub(super) anchor: &'a TrustAnchor,
    pub(super) pool: &'a [Certificate],
    pub(super) evidence: &'a Evidence,
    pub(super) at: Timestamp,
    pub(super) budget: Budget,
    /// Certificates whose status is being found out.
    open: Vec<&'a Certificate>,
}

impl<'a> Context<'a> {
    pub(super) fn new(
        anchor: &'a TrustAnchor,
        pool: &'a [Certificate],
        evidence: &'a Evidence,
        at: Timestamp,
    ) -> Self {
        Self { anchor, pool, evidence, at, budget: Budget::new(Limits::default()), open: Vec::new() }
    }

    /// The status of a certificate and of all above it: of the first path that is good, or the last fault.
    pub(super) fn judge(&mut self, certificate: &'a Certificate) -> Result<Freshness, Cause> {
        if self.open.contains(&certificate) {
            return Err(Cause::Loop { issuer: Box::new(certificate.issuer().clone()) });
        }
        self.open.push(certificate);
        let status = self.judge_open(certificate);
        self.open.pop();
        status
    }

    fn judge_open(&mut self, certificate: &'a Certificate) -> Result<Freshness, Cause> {
        let anchor = self.anchor;
        if certificate.issuer().matches(&anchor.name) && certificate.verify_signed_by(&anchor.key).is_ok() {
            let certificate_of = anchor.certificate.as_deref();
            let issuer = IssuerOf {
                name: &anchor.name,
                key: &anchor.key,
                certificate: certificate_of,
                is_anchor: true,
            };
            return Ok(check(certificate, &issuer, self.evidence, self.at, self)?);
        }
        let mut fault = Cause::NoIssuer { issuer: Box::new(certificate.issuer().clone()) };
        for above in self.candidates(certificate.issuer()) {
            let Ok(key) = above.public_key() else { continue };
            if above == certificate || certificate.verify_signed_by(&key).is_err() {
                continue;
            }
            if let Err(cause) = self.judge(above) {
                fault = cause;
                continue;
            }
            let issuer =
                IssuerOf { name: above.subject(), key: &key, certificate: Some(above), is_anchor: false };
            match check(certificate, &issuer, self.evidence, self.at, self) {
                Ok(freshness) => return Ok(freshness),
                Err(RevocationCause::Exhausted(exhausted)) => return Err(exhausted.into()),
                Err(cause) => fault = cause.into(),
            }
        }
        Err(fault)
    }
}

impl<'a> Validator<'a> for Context<'a> {
    fn candidates(&self, name: &Name) -> Vec<&'a Certificate> {
        self.pool.iter().filter(|certificate| certificate.subject().matches(name)).collect()
    }

    fn anchor(&self) -> &'a TrustAnchor {
        self.anchor
    }

    fn validate_signer(&mut self, signer: &'a Certificate, role: SignerRole) -> Result<PublicKey, Cause> {
        let validity = signer.validity();
        if !validity.contains(self.at) {
            return Err(Cause::Expired { at: self.at, not_after: validity.not_after });
        }
        let no_check = signer.extensions().get(&OcspNoCheck::OID.into()).is_some();
        if role == SignerRole::Crl || !no_check {
            self.judge(signer)?;
        }
        signer.public_key().map_err(Cause::Key)
    }

    fn spend_signature(&mut self) -> Result<(), Exhausted> {
        self.budget.spend_signature()
    }

    fn spend_steps(&mut self, count: usize) -> Result<(), Exhausted> {
        self.budget.spend_steps(count)
    }
}
