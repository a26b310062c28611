//! Why an algorithm, a signature or an act of signing is refused.

use const_oid::ObjectIdentifier;

use super::{KeyAlgorithm, SignatureAlgorithm};
use crate::encoding::oid;

/// Why an algorithm identifier is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AlgorithmError {
    /// A signature algorithm that is not supported.
    #[error("unsupported signature algorithm {}", describe(.oid))]
    Unsupported {
        /// Its object identifier.
        oid: ObjectIdentifier,
    },
    /// Parameters other than those that the algorithm has.
    #[error("wrong parameters in the identifier of {}: {expected}", describe(.oid))]
    Parameters {
        /// The algorithm.
        oid: ObjectIdentifier,
        /// What its parameters must be.
        expected: &'static str,
    },
    /// The identifier inside what is signed and the one beside the signature differ.
    #[error("the signature algorithm inside ({}) is not the one outside ({})", describe(.inner), describe(.outer))]
    Mismatch {
        /// The one inside.
        inner: ObjectIdentifier,
        /// The one outside. The two may be equal and only the parameters differ.
        outer: ObjectIdentifier,
    },
}

fn describe(id: &ObjectIdentifier) -> String {
    oid::name(*id).map_or_else(|| id.to_string(), |name| format!("{name} ({id})"))
}

impl AlgorithmError {
    /// The stable name of the condition.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unsupported { .. } => "signature-algorithm-unsupported",
            Self::Parameters { .. } => "signature-algorithm-parameters",
            Self::Mismatch { .. } => "signature-algorithm-mismatch",
        }
    }
}

/// Why a signature is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum VerifyError {
    /// The identifier is refused.
    #[error(transparent)]
    Algorithm(#[from] AlgorithmError),
    /// The key is not of the kind that the algorithm takes.
    #[error("a signature by {algorithm} cannot be checked with a key of {key}")]
    KeyMismatch {
        /// The signature's algorithm.
        algorithm: SignatureAlgorithm,
        /// The key's.
        key: KeyAlgorithm,
    },
    /// An RSA key outside the sizes supported, 2048 to 8192 bits.
    #[error("an RSA key of {bits} bits: signatures are checked with 2048 to 8192 bits")]
    RsaKeySize {
        /// Its size.
        bits: u32,
    },
    /// An algorithm that needs the whole message at once, which comes in parts.
    #[error("{algorithm} signatures cannot be checked over a message that comes in parts")]
    WholeMessage {
        /// The signature's algorithm.
        algorithm: SignatureAlgorithm,
    },
    /// The bytes are not a signature of this algorithm.
    #[error("the signature is not encoded as {algorithm} requires")]
    Encoding {
        /// The signature's algorithm.
        algorithm: SignatureAlgorithm,
    },
    /// The signature is not one of this key over this message.
    #[error("the signature does not verify")]
    Invalid,
}

impl VerifyError {
    /// The stable name of the condition.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Algorithm(error) => error.code(),
            Self::KeyMismatch { .. } => "signature-key-mismatch",
            Self::RsaKeySize { .. } => "signature-rsa-key-size",
            Self::WholeMessage { .. } => "signature-whole-message",
            Self::Encoding { .. } => "signature-encoding",
            Self::Invalid => "signature-invalid",
        }
    }
}

/// Why nothing was signed. No part of a signature leaves with it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SignError {
    /// The signer could not compute.
    #[error("signing with {algorithm} failed")]
    Failed {
        /// The key's algorithm.
        algorithm: KeyAlgorithm,
    },
    /// The signature made did not verify, which means a fault of the machine. It was discarded.
    #[error("a new signature by {algorithm} did not verify and was discarded: check this machine")]
    Fault {
        /// The key's algorithm.
        algorithm: KeyAlgorithm,
    },
    /// A signer elsewhere refused or could not be reached.
    #[error("the signer is not available: {reason}")]
    Unavailable {
        /// Why, in the signer's words.
        reason: String,
    },
    /// The custody of the key refused.
    #[error("{reason}")]
    Custody {
        /// The stable name of the condition.
        code: &'static str,
        /// Why, in the custody's words.
        reason: String,
    },
}

impl SignError {
    /// The stable name of the condition.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Failed { .. } => "signing-failed",
            Self::Fault { .. } => "signing-fault",
            Self::Unavailable { .. } => "signer-unavailable",
            Self::Custody { code, .. } => code,
        }
    }
}
