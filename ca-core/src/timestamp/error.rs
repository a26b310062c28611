//! Why a time-stamp is refused.

use const_oid::ObjectIdentifier;

use super::MAX_OCTETS;
use crate::cms::CmsError;
use crate::encoding::der::DerError;
use crate::x509::Malformed;

/// Why a time-stamp cannot be read or verified.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TimestampError {
    /// Larger than [`MAX_OCTETS`].
    #[error("the time-stamp has {octets} octets, at most {MAX_OCTETS} are read")]
    TooLarge {
        /// Its size.
        octets: usize,
    },
    /// Not DER.
    #[error("the time-stamp is not DER: {0}")]
    Der(#[from] DerError),
    /// DER that is not that of a time-stamp.
    #[error("not a time-stamp: {0}")]
    Malformed(#[from] Malformed),
    /// The message cannot be read or its signature not verified.
    #[error("the time-stamp: {0}")]
    Message(#[from] CmsError),
    /// A message about something else.
    #[error("the message is signed over {found}, not over a TSTInfo")]
    NotTimestamp {
        /// What it is signed over.
        found: String,
    },
    /// A token is signed by one authority, RFC 3161 §2.4.2.
    #[error("a time-stamp has one signer, not {signers}")]
    Signers {
        /// How many there are.
        signers: usize,
    },
    /// The digest algorithm of the imprint is not supported.
    #[error("the digest algorithm {oid} of the time-stamp is not supported")]
    Digest {
        /// Its object identifier.
        oid: ObjectIdentifier,
    },
    /// The imprint is of other data.
    #[error("the time-stamp is over other data: its digest differs")]
    Imprint,
    /// The signer's certificate is not for time-stamping alone, RFC 3161 §2.3.
    #[error("the certificate of the signer is not for time-stamping alone (extKeyUsage, critical)")]
    Purpose,
    /// The signed attribute that says which certificate signed is missing or says another, RFC 5035 §5.4.1.
    #[error("the time-stamp does not say that this certificate signed it (ESSCertID)")]
    SigningCertificate,
    /// The answer is not to this request, RFC 3161 §2.4.2.
    #[error("the time-stamp is not an answer to the request: its {part} differs")]
    OtherRequest {
        /// What differs.
        part: &'static str,
    },
    /// The authority refused.
    #[error("the time-stamping authority refused: {status}")]
    Refused {
        /// What it said.
        status: String,
    },
}

impl TimestampError {
    /// Stable code of this refusal.
    pub fn code(&self) -> &'static str {
        match self {
            Self::TooLarge { .. } => "timestamp-too-large",
            Self::Der(_) => "timestamp-not-der",
            Self::Malformed(_) => "timestamp-malformed",
            Self::Message(error) => error.code(),
            Self::NotTimestamp { .. } => "timestamp-other-content",
            Self::Signers { .. } => "timestamp-signers",
            Self::Digest { .. } => "timestamp-digest-unsupported",
            Self::Imprint => "timestamp-imprint",
            Self::Purpose => "timestamp-purpose",
            Self::SigningCertificate => "timestamp-signing-certificate",
            Self::OtherRequest { .. } => "timestamp-other-request",
            Self::Refused { .. } => "timestamp-refused",
        }
    }
}
