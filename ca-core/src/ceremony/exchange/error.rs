//! Why a package is refused.

use crate::algorithm::{SignError, VerifyError};
use crate::ceremony::Digest;
use crate::ceremony::plan::Mode;
use crate::encoding::pem::PemError;

/// Why a package is refused.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ExchangeError {
    /// Longer than is read.
    #[error("the package has {bytes} bytes, at most {} are read", super::MAX_PACKAGE_BYTES)]
    TooLong {
        /// Its length.
        bytes: usize,
    },
    /// Not PEM.
    #[error("this is no package: {0}")]
    Pem(#[from] PemError),
    /// Not the JSON of a package.
    #[error("the package cannot be read: {reason}")]
    Malformed {
        /// Why.
        reason: String,
    },
    /// The words are not those of the contents.
    #[error("the words of the package are not those of its contents: it was altered")]
    Text,
    /// Signed by a key that is not pinned.
    #[error("the package is signed by a key ({found}) that is not one of those expected")]
    Sender {
        /// SM3 of its SubjectPublicKeyInfo.
        found: Digest,
    },
    /// The signature does not hold.
    #[error("the signature of the package does not hold: {0}")]
    Signature(#[from] VerifyError),
    /// It cannot be signed.
    #[error(transparent)]
    Sign(#[from] SignError),
    /// A request where an answer is expected, or the other way round.
    #[error("this is {found}, {expected} is expected")]
    Direction {
        /// What it is.
        found: &'static str,
        /// What is expected.
        expected: &'static str,
    },
    /// For another root.
    #[error("the package is for the root {found}, not {expected}")]
    OtherRoot {
        /// The root named.
        found: Digest,
        /// This root.
        expected: Digest,
    },
    /// A number that was used already.
    #[error("number {found} was used already, the last is {last}: a replay")]
    Replayed {
        /// The number.
        found: u64,
        /// The last number used.
        last: u64,
    },
    /// For another authority.
    #[error("the answer is for authority {found}, the request is of {expected}")]
    OtherAuthority {
        /// Whom it is for.
        found: String,
        /// Who asked.
        expected: String,
    },
    /// To an older request.
    #[error("the answer is to request {found}, {expected} is waiting: an answer to an older request")]
    Older {
        /// The request that it answers.
        found: u64,
        /// The request that waits.
        expected: u64,
    },
    /// To another request.
    #[error("the answer is to another request than the one that waits")]
    OtherRequest,
    /// Real and rehearsal are mixed.
    #[error("{found} where {expected} is expected")]
    Mixed {
        /// What it is.
        found: Mode,
        /// What is expected.
        expected: Mode,
    },
    /// It lacks what was asked for, or holds what was not.
    #[error("{what}")]
    Contents {
        /// What is wrong.
        what: &'static str,
    },
    /// A document inside is refused.
    #[error("{what}: {reason}")]
    Document {
        /// Which.
        what: &'static str,
        /// The stable code of the reason.
        code: &'static str,
        /// The reason.
        reason: String,
    },
}

impl ExchangeError {
    /// A stable code of the error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::TooLong { .. } => "exchange-too-long",
            Self::Pem(error) => error.code(),
            Self::Malformed { .. } => "exchange-malformed",
            Self::Text => "exchange-text-differs",
            Self::Sender { .. } => "exchange-sender-unknown",
            Self::Signature(_) => "exchange-signature-invalid",
            Self::Sign(error) => error.code(),
            Self::Direction { .. } => "exchange-direction",
            Self::OtherRoot { .. } => "exchange-other-root",
            Self::Replayed { .. } => "exchange-replayed",
            Self::OtherAuthority { .. } => "exchange-other-authority",
            Self::Older { .. } => "exchange-older-request",
            Self::OtherRequest => "exchange-other-request",
            Self::Mixed { .. } => "rehearsal-mixed-with-real",
            Self::Contents { .. } => "exchange-contents",
            Self::Document { code, .. } => code,
        }
    }
}
