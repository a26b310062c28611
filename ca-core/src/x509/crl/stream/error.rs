//! Why lists cannot be read.

use super::source::MAX_ELEMENT;
use crate::algorithm::{AlgorithmError, VerifyError};
use crate::x509::asn1::Malformed;
use std::io;

/// Why a list cannot be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CrlStreamError {
    /// The source fails.
    #[error("the CRL cannot be read further than octet {offset}: {source}")]
    Io {
        /// Where, in octets from the start.
        offset: u64,
        /// Why.
        source: io::Error,
    },
    /// The source ends too early.
    #[error("the CRL ends at octet {offset}, inside of an element")]
    Truncated {
        /// Where it ends, in octets from the start.
        offset: u64,
    },
    /// An element longer than [`MAX_ELEMENT`].
    #[error("an element of {octets} octets begins at octet {offset}, at most {MAX_ELEMENT} are held at once")]
    TooLarge {
        /// Where it begins, in octets from the start.
        offset: u64,
        /// Its length.
        octets: u64,
    },
    /// DER that is not that of a CRL.
    #[error("not a CRL (at octet {offset}): {source}")]
    Malformed {
        /// Where, in octets from the start: the end of what was read when it was found.
        offset: u64,
        /// What.
        source: Malformed,
    },
    /// The algorithm identifiers inside and outside differ.
    #[error("{0}")]
    Algorithm(#[from] AlgorithmError),
    /// The signature does not verify, or cannot be checked over parts.
    #[error("the signature of the CRL: {0}")]
    Signature(#[from] VerifyError),
}

impl CrlStreamError {
    /// Stable code of this refusal.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Io { .. } => "crl-unreadable",
            Self::Truncated { .. } => "crl-truncated",
            Self::TooLarge { .. } => "crl-element-too-large",
            Self::Malformed { .. } => "crl-malformed",
            Self::Algorithm(error) => error.code(),
            Self::Signature(error) => error.code(),
        }
    }
}
