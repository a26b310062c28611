//! Why a signed request is refused.

use ca_core::algorithm::{KeyAlgorithm, SignError};

/// Why a request cannot be signed or its signature is refused.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MessageSignatureError {
    /// A header is longer than any that could be right.
    #[error("the header {header} is longer than {max} characters")]
    TooLong {
        /// Its name.
        header: &'static str,
        /// The bound.
        max: usize,
    },
    /// A header does not have the form that is used here.
    #[error("the header {header} is malformed at character {offset}: expected {expected}")]
    Malformed {
        /// Its name.
        header: &'static str,
        /// Where reading ended.
        offset: usize,
        /// What should have stood there.
        expected: &'static str,
    },
    /// The signature covers something that is not used here.
    #[error("the signature covers {0:?}, which is not among the components that requests are signed over")]
    UnknownComponent(String),
    /// The signature covers something that the request does not have.
    #[error("the signature covers {0}, which the request does not have")]
    UnexpectedComponent(&'static str),
    /// The signature leaves something out.
    #[error("the signature does not cover {0}")]
    MissingComponent(&'static str),
    /// A parameter that is not used here, and so would not be judged.
    #[error("the signature has the parameter `{0}`, which is not used here")]
    UnknownParameter(String),
    /// A parameter is missing.
    #[error("the signature lacks the parameter `{0}`")]
    MissingParameter(&'static str),
    /// The nonce is too short or too long.
    #[error("the nonce has {length} characters; {min} to {max} are allowed")]
    NonceLength {
        /// Its length.
        length: usize,
        /// The shortest.
        min: usize,
        /// The longest.
        max: usize,
    },
    /// The signature is not as long as the key's are.
    #[error("the signature has {length} bytes instead of {expected}")]
    SignatureLength {
        /// Its length.
        length: usize,
        /// That of the key's.
        expected: usize,
    },
    /// A covered value holds something that cannot stand on one line of ASCII.
    #[error("the value of {0} is not plain ASCII text")]
    InvalidValue(&'static str),
    /// The body is not the one that was signed.
    #[error("the body does not have the digest that Content-Digest names")]
    DigestMismatch,
    /// The signature was made for another application.
    #[error("the signature is tagged {0:?} instead of \"cityca\"")]
    WrongTag(String),
    /// `created` is too far from now.
    #[error("the signature was created at {created} but it is {now}: more than {max_seconds} s apart")]
    Skew {
        /// When it says that it was made.
        created: String,
        /// The verifier's time.
        now: jiff::Timestamp,
        /// The largest difference.
        max_seconds: u64,
    },
    /// `keyid` names another key than the one it is verified with.
    #[error("the signature names the key {keyid}, not {expected}")]
    WrongKey {
        /// What the signature names.
        keyid: String,
        /// The key at hand.
        expected: String,
    },
    /// `alg` is not the algorithm of the key.
    #[error("the signature says that its algorithm is {named:?}, but that of the key is {expected}")]
    AlgorithmMismatch {
        /// What the signature names.
        named: String,
        /// The key's.
        expected: &'static str,
    },
    /// Administrators have no keys of this kind.
    #[error("administrators sign with sm2, p256 or ed25519 keys, not with {0}")]
    UnsupportedKey(KeyAlgorithm),
    /// The signature is not by the key, or not over this request.
    #[error("the signature of the request does not verify")]
    Invalid,
    /// Signing failed.
    #[error("the request cannot be signed: {0}")]
    Sign(#[from] SignError),
}

impl MessageSignatureError {
    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::TooLong { .. }
            | Self::Malformed { .. }
            | Self::SignatureLength { .. }
            | Self::NonceLength { .. }
            | Self::InvalidValue(_) => "malformed-request-signature",
            Self::UnknownComponent(_) | Self::UnexpectedComponent(_) => "unexpected-signature-component",
            Self::MissingComponent(_) => "missing-signature-component",
            Self::UnknownParameter(_) => "unexpected-signature-parameter",
            Self::MissingParameter(_) => "missing-signature-parameter",
            Self::DigestMismatch => "content-digest-mismatch",
            Self::WrongTag(_) => "wrong-signature-tag",
            Self::Skew { .. } => "request-time-skew",
            Self::WrongKey { .. } => "request-key-mismatch",
            Self::AlgorithmMismatch { .. } => "request-algorithm-mismatch",
            Self::UnsupportedKey(_) => "unsupported-request-key",
            Self::Invalid => "invalid-request-signature",
            Self::Sign(_) => "request-signing-failed",
        }
    }
}
