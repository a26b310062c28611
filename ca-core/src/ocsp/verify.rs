//! Whether an answer is to be believed.

use const_oid::ObjectIdentifier;
use jiff::Timestamp;

use super::BasicResponse;
use super::responder::signs_responses;
use crate::algorithm::VerifyError;
use crate::key::KeyError;
use crate::x509::Certificate;
use crate::x509::extension::KeyUsage;

/// Why a response is not to be believed.
#[derive(Debug, thiserror::Error)]
pub enum OcspVerifyError {
    /// None of its certificates, nor that of the authority, is the responder's.
    #[error("the response names a responder whose certificate is not there")]
    NoResponderCertificate,
    /// The authority did not allow the responder to answer for it (RFC 6960 §4.2.2.2).
    #[error("the authority did not delegate its answers to this responder: {reason}")]
    NotDelegated {
        /// What is missing.
        reason: &'static str,
    },
    /// The responder's certificate is not valid at the time.
    #[error("the responder's certificate is not valid on {at}")]
    ResponderExpired {
        /// The time.
        at: Timestamp,
    },
    /// The responder's key cannot be read.
    #[error("the responder's key cannot be read: {0}")]
    Key(#[from] KeyError),
    /// The signature does not hold.
    #[error("the signature of the response does not hold: {0}")]
    Signature(#[from] VerifyError),
    /// An answer is about another authority's certificate.
    #[error("an answer of the response is not about a certificate of this authority")]
    OtherIssuer,
    /// An extension is critical and not known here.
    #[error("the extension {oid} of the response is critical and not supported")]
    CriticalExtension {
        /// Which one.
        oid: ObjectIdentifier,
    },
}

impl OcspVerifyError {
    /// Stable code of this refusal.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NoResponderCertificate => "ocsp-responder-certificate-missing",
            Self::NotDelegated { .. } => "ocsp-responder-not-delegated",
            Self::ResponderExpired { .. } => "ocsp-responder-expired",
            Self::Key(_) => "ocsp-responder-key-unreadable",
            Self::Signature(_) => "ocsp-signature-invalid",
            Self::OtherIssuer => "ocsp-other-issuer",
            Self::CriticalExtension { .. } => "ocsp-extension-critical",
        }
    }
}

impl BasicResponse {
    /// Verifies that the response answers for `issuer` at `at`: it is signed by the authority itself, or by a responder
    /// whose certificate the authority signed with extended key usage OCSPSigning and which is valid at `at`; and all
    /// its answers are about the authority's certificates. Whether an answer is still current says
    /// [`Answer::is_current`](super::Answer::is_current); whether the responder's certificate is itself revoked is not
    /// asked (ocsp-nocheck).
    ///
    /// # Errors
    /// [`OcspVerifyError`].
    pub fn verify(&self, issuer: &Certificate, at: Timestamp) -> Result<(), OcspVerifyError> {
        if let Some(oid) = self.critical {
            return Err(OcspVerifyError::CriticalExtension { oid });
        }
        if !self.answers.iter().all(|answer| answer.cert_id.names(issuer)) {
            return Err(OcspVerifyError::OtherIssuer);
        }
        let signer = if self.responder.is(issuer) { issuer } else { self.delegated(issuer, at)? };
        Ok(self.verify_signed_by(&signer.public_key()?)?)
    }

    /// The certificate of the responder, which `issuer` signed for this purpose.
    fn delegated(&self, issuer: &Certificate, at: Timestamp) -> Result<&Certificate, OcspVerifyError> {
        let refuse = |reason| OcspVerifyError::NotDelegated { reason };
        let responder = self
            .certificates
            .iter()
            .find(|certificate| self.responder.is(certificate))
            .ok_or(OcspVerifyError::NoResponderCertificate)?;
        if !responder.issuer().matches(issuer.subject()) {
            return Err(refuse("its certificate has another issuer"));
        }
        if !signs_responses(responder).map_err(|_| refuse("its extended key usage cannot be read"))? {
            return Err(refuse("its certificate has no extended key usage OCSPSigning"));
        }
        let usage = responder.key_usage().map_err(|_| refuse("its key usage cannot be read"))?;
        if usage.is_some_and(|usage| !usage.contains(KeyUsage::DigitalSignature)) {
            return Err(refuse("its key usage has no digitalSignature"));
        }
        if !responder.validity().contains(at) {
            return Err(OcspVerifyError::ResponderExpired { at });
        }
        responder
            .verify_signed_by(&issuer.public_key()?)
            .map_err(|_| refuse("its certificate is not signed by the authority"))?;
        Ok(responder)
    }
}
