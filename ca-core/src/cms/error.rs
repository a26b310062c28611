//! Why a message is refused.

use const_oid::ObjectIdentifier;

use crate::algorithm::{AlgorithmError, VerifyError};
use crate::encoding::der::DerError;
use crate::key::KeyError;
use crate::x509::{Malformed, Oid};

use super::MAX_OCTETS;

/// Why a message cannot be read, verified or opened.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CmsError {
    /// Larger than [`MAX_OCTETS`].
    #[error("the message has {octets} octets, at most {MAX_OCTETS} are read")]
    TooLarge {
        /// Its size.
        octets: usize,
    },
    /// Neither DER nor BER.
    #[error("the message is not DER: {0}")]
    Der(#[from] DerError),
    /// DER that is not that of a message.
    #[error("not a CMS message: {0}")]
    Malformed(#[from] Malformed),
    /// A content type that is asked for and is not the one there.
    #[error("the message is {found}, not {wanted}")]
    ContentType {
        /// What was asked for.
        wanted: &'static str,
        /// What it is.
        found: String,
    },
    /// Nobody signed.
    #[error("nobody signed the message")]
    NoSigner,
    /// The content stands elsewhere and was not given.
    #[error("the signature is over content that is not in the message: give the file that was signed")]
    DetachedContent,
    /// The content stands in the message and another was given.
    #[error("the content given is not the one in the message")]
    OtherContent,
    /// The certificate of a signer is not there.
    #[error("the certificate of signer {signer} is neither in the message nor given")]
    SignerCertificate {
        /// How the message names the signer.
        signer: String,
    },
    /// A digest algorithm that is not supported, or not with this signature.
    #[error("the digest algorithm {oid} is not supported here")]
    Digest {
        /// Its object identifier.
        oid: ObjectIdentifier,
    },
    /// A signature algorithm that is not supported.
    #[error("the signature algorithm is not supported: {0}")]
    SignatureAlgorithm(#[from] AlgorithmError),
    /// The key of a signer cannot be used.
    #[error("the signer's key cannot be used: {0}")]
    Key(#[from] KeyError),
    /// Signed attributes must hold this one once, with one value, RFC 5652 §11.
    #[error("the signed attributes do not hold {attribute} once with one value")]
    SignedAttribute {
        /// Its name.
        attribute: &'static str,
    },
    /// The signed attribute names another content type.
    #[error("the signed attributes are about content of another type than the message's")]
    SignedContentType,
    /// The digest that was signed is not the content's.
    #[error("the content is not the one that was signed: its digest differs")]
    MessageDigest,
    /// The signature does not verify.
    #[error("the signature does not verify: {0}")]
    Signature(#[from] VerifyError),
    /// The encrypted content is not in the message.
    #[error("the encrypted content is not in the message")]
    NoContent,
    /// No recipient is one that this key may be.
    #[error("the message is not encrypted to this key: none of its {recipients} recipients fits")]
    NoRecipient {
        /// How many there are.
        recipients: usize,
    },
    /// The way to the content's key is not supported.
    #[error("the key of the content is encrypted with {oid}, which is not supported")]
    KeyEncryption {
        /// Its object identifier.
        oid: Oid,
    },
    /// The content's encryption is not supported.
    #[error("the content is encrypted with {oid}, which is not supported")]
    ContentEncryption {
        /// Its object identifier.
        oid: ObjectIdentifier,
    },
    /// The parameters of the content's encryption are not what it needs.
    #[error("the parameters of the content's encryption are refused: {reason}")]
    EncryptionParameters {
        /// What is wrong with them.
        reason: &'static str,
    },
    /// The key does not open the message, or the message is damaged: what it was, is not said.
    #[error("the message cannot be opened: the key is another one, or the message is damaged")]
    Open,
}

impl CmsError {
    /// Stable code of this refusal.
    pub fn code(&self) -> &'static str {
        match self {
            Self::TooLarge { .. } => "cms-too-large",
            Self::Der(_) => "cms-not-der",
            Self::Malformed(_) => "cms-malformed",
            Self::ContentType { .. } => "cms-content-type",
            Self::NoSigner => "cms-no-signer",
            Self::DetachedContent => "cms-detached-content",
            Self::OtherContent => "cms-other-content",
            Self::SignerCertificate { .. } => "cms-signer-certificate",
            Self::Digest { .. } => "cms-digest-unsupported",
            Self::SignatureAlgorithm(error) => error.code(),
            Self::Key(error) => error.code(),
            Self::SignedAttribute { .. } => "cms-signed-attribute",
            Self::SignedContentType => "cms-signed-content-type",
            Self::MessageDigest => "cms-message-digest",
            Self::Signature(_) => "cms-signature-invalid",
            Self::NoContent => "cms-no-content",
            Self::NoRecipient { .. } => "cms-no-recipient",
            Self::KeyEncryption { .. } => "cms-key-encryption-unsupported",
            Self::ContentEncryption { .. } => "cms-content-encryption-unsupported",
            Self::EncryptionParameters { .. } => "cms-encryption-parameters",
            Self::Open => "cms-open-failed",
        }
    }
}
