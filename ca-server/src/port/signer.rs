//! Keys of authorities in another process.

use std::io;

use schemas::signer::{CertificateAsk, ListAsk, RecallAsk, RefusalCode};

/// Gives octets, in their order, to who asks for them.
pub type Octets<'a> = &'a mut dyn FnMut(&mut dyn FnMut(&[u8]) -> io::Result<()>) -> io::Result<()>;

/// A process that holds the keys of authorities and signs with them what it makes itself: it is told from what, and compares.
/// Where it is not used, keys are in the [`Custody`](ca_core::custody::Custody) of the server. Methods block, and may be called from
/// any thread at once; none waits without end.
///
/// An implementer owes:
/// - a signature is on durable record where the key is before it is given;
/// - after [`SignerError::NotSigned`] there is no signature over these bytes, and never will be;
/// - what is given was not verified: whoever takes it does that.
pub trait Signer: Send + Sync {
    /// The signature of a certificate.
    ///
    /// # Errors
    /// [`SignerError`].
    fn certificate(&self, ask: &CertificateAsk) -> Result<Vec<u8>, SignerError>;

    /// The signature that was made of a certificate, by an asker that did not hear the answer.
    ///
    /// # Errors
    /// [`SignerError::NotSigned`] where there is none; then none will be made.
    fn recall(&self, ask: &RecallAsk) -> Result<Vec<u8>, SignerError>;

    /// The signature of a CRL.
    ///
    /// # Errors
    /// [`SignerError`].
    fn list(&self, ask: &ListAsk, entries: Octets<'_>) -> Result<Vec<u8>, SignerError>;

    /// Whether it can be asked.
    ///
    /// # Errors
    /// [`SignerError::Unreachable`].
    fn check(&self) -> Result<(), SignerError>;

    /// Whether it answers.
    ///
    /// # Errors
    /// [`SignerError`].
    fn greet(&self) -> Result<(), SignerError>;
}

/// Why there is no signature.
#[derive(Debug, Clone, thiserror::Error)]
pub enum SignerError {
    /// It was asked nothing.
    #[error("the signer cannot be reached: {reason}")]
    Unreachable {
        /// Why.
        reason: String,
    },
    /// It may have signed, and did not say so.
    #[error("the signer did not answer: {reason}")]
    Interrupted {
        /// What happened.
        reason: String,
    },
    /// It did not sign, and will not sign these bytes any more.
    #[error("the signer was cut off before it signed, and will not sign the same again: ask anew")]
    NotSigned,
    /// It refuses.
    #[error("the signer refuses: {detail}")]
    Refused {
        /// Why.
        code: RefusalCode,
        /// The same for people.
        detail: String,
    },
}

impl SignerError {
    /// The stable code of this refusal.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unreachable { .. } => "signer-unreachable",
            Self::Interrupted { .. } => "signer-interrupted",
            Self::NotSigned => "signer-not-signed",
            Self::Refused { code, .. } => code.as_str(),
        }
    }

    /// Whether asking again later may help.
    pub fn is_passing(&self) -> bool {
        match self {
            Self::Unreachable { .. } | Self::Interrupted { .. } | Self::NotSigned => true,
            Self::Refused { code, .. } => code.is_passing(),
        }
    }
}
