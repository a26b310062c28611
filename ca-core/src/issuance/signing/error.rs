//! Why nothing was prepared or signed.

use thiserror::Error;

use crate::algorithm::{SignError, VerifyError};
use crate::key::{KeyError, KeyFingerprint};
use crate::lint::Finding;

/// Why a document cannot be prepared.
#[derive(Debug, Error)]
pub enum RehearsalError {
    /// The throwaway key cannot sign.
    #[error("the throwaway key cannot sign: {0}")]
    Sign(#[from] SignError),
    /// What was signed by the throwaway key cannot be read back.
    #[error("what would be signed cannot be read back: {reason}")]
    Unreadable {
        /// Why.
        reason: String,
    },
    /// What was read back differs from what was built.
    #[error("what would be signed reads back as something else")]
    Altered,
    /// The signature of the throwaway key does not hold.
    #[error("the signature of the throwaway key does not hold: {0}")]
    Verify(#[from] VerifyError),
    /// The document breaks rules.
    #[error("what would be signed breaks rules: {}", list(findings))]
    Lint {
        /// The findings that are errors.
        findings: Vec<Finding>,
    },
}

impl RehearsalError {
    /// A stable code of the error.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Sign(_) => "throwaway-signature-failed",
            Self::Unreadable { .. } | Self::Altered => "prepared-bytes-unreadable",
            Self::Verify(_) => "throwaway-signature-invalid",
            Self::Lint { .. } => "lint-error",
        }
    }
}

fn list(findings: &[Finding]) -> String {
    findings.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}

/// Why a committed document was not signed. What the key may have signed is dropped, and never leaves.
#[derive(Debug, Error)]
pub enum SigningError {
    /// It was prepared for another key.
    #[error("prepared for the key {prepared}, not for {key}")]
    OtherKey {
        /// The key it was prepared for.
        prepared: KeyFingerprint,
        /// The key that was to sign.
        key: KeyFingerprint,
    },
    /// The key cannot sign.
    #[error("the key cannot sign: {0}")]
    Sign(#[from] SignError),
    /// The signed bytes cannot be read back.
    #[error("what was signed cannot be read back: {reason}")]
    Unreadable {
        /// Why.
        reason: String,
    },
    /// The signed bytes are not the committed ones.
    #[error("the signed bytes are not the committed ones")]
    Altered,
    /// The signature does not hold: a faulty device, or an attack on it.
    #[error("the signature does not hold: {0}")]
    Verify(#[from] VerifyError),
}

impl SigningError {
    /// A stable code of the error.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::OtherKey { .. } => "prepared-for-another-key",
            Self::Sign(_) => "signing-failed",
            Self::Unreadable { .. } | Self::Altered => "signed-bytes-differ",
            Self::Verify(_) => "signature-invalid",
        }
    }
}

/// Why there is no throwaway key for a signer.
#[derive(Debug, Error)]
pub enum ThrowawayError {
    /// It could not be made.
    #[error("no throwaway key could be made: {0}")]
    Generate(#[from] KeyError),
    /// It signs in another way than the signer.
    #[error("a throwaway key signs with {throwaway}, the signer with {signer}")]
    OtherAlgorithm {
        /// Object identifier of the throwaway key's algorithm.
        throwaway: String,
        /// Object identifier of the signer's algorithm.
        signer: String,
    },
}

impl ThrowawayError {
    /// A stable code of the error.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        "throwaway-key-unavailable"
    }
}
