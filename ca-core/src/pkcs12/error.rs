//! Why a container is refused.

use const_oid::ObjectIdentifier;

use super::{MAX_KEYS, MAX_OCTETS};
use crate::cms::CmsError;
use crate::encoding::der::DerError;
use crate::key::KeyError;
use crate::x509::Malformed;
use crate::x509::certificate::CertificateError;

/// Why a container cannot be read, opened or written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Pkcs12Error {
    /// Larger than [`MAX_OCTETS`].
    #[error("the container has {octets} octets, at most {MAX_OCTETS} are read")]
    TooLarge {
        /// Its size.
        octets: usize,
    },
    /// Neither DER nor BER.
    #[error("the container is not DER: {0}")]
    Der(#[from] DerError),
    /// DER that is not that of a container.
    #[error("not such a container: {0}")]
    Malformed(#[from] Malformed),
    /// A message inside that cannot be read.
    #[error("not a PKCS #12 file: {0}")]
    Message(#[from] CmsError),
    /// A part protected by public keys in place of a password.
    #[error("a part of the file is {found}: only parts that a password protects are opened")]
    PublicKeyMode {
        /// What it is.
        found: String,
    },
    /// The container is protected and no password was given.
    #[error("the container is protected: its password is needed")]
    PasswordNeeded,
    /// The password is wrong, or the file is damaged.
    #[error("the password is wrong, or the container is damaged")]
    WrongPassword,
    /// Encryption by an algorithm that is not supported.
    #[error(
        "a part of the file is encrypted with {}, which is not supported; convert it: openssl pkcs12 -legacy -in FILE -nodes | \
         openssl pkcs12 -export -out NEW",
        describe(.oid)
    )]
    UnsupportedEncryption {
        /// Its object identifier.
        oid: ObjectIdentifier,
    },
    /// A MAC by an algorithm that is not supported.
    #[error("the MAC of the file is by {oid}, which is not supported")]
    UnsupportedMac {
        /// Its object identifier.
        oid: ObjectIdentifier,
    },
    /// A key inside that cannot be read or written.
    #[error("a private key of the container: {0}")]
    Key(KeyError),
    /// A certificate inside that cannot be read.
    #[error("a certificate of the container: {0}")]
    Certificate(#[from] CertificateError),
    /// The certificate is not of the private key beside it.
    #[error("the certificate in the container is not that of its private key")]
    OtherKey,
    /// More keys than are written.
    #[error("{count} private keys for one file, at most {MAX_KEYS} are written")]
    TooManyKeys {
        /// How many.
        count: usize,
    },
    /// A computation that cannot fail on a sound machine failed.
    #[error("the cryptographic library failed")]
    Library,
}

/// The algorithms of RFC 7292 appendix C and of PKCS #5 version 1.5 by name.
fn describe(oid: &ObjectIdentifier) -> String {
    let names = ["RC4-128", "RC4-40", "triple DES", "two-key triple DES", "RC2-128", "RC2-40"];
    let text = oid.to_string();
    let number = text.strip_prefix("1.2.840.113549.1.12.1.").and_then(|number| number.parse::<usize>().ok());
    let known = number.and_then(|number| names.get(number.checked_sub(1)?)).copied();
    match known.or_else(|| crate::encoding::oid::name(*oid)) {
        Some(name) => format!("{name} ({oid})"),
        None => text,
    }
}

impl From<KeyError> for Pkcs12Error {
    fn from(error: KeyError) -> Self {
        match error {
            KeyError::WrongPassword => Self::WrongPassword,
            KeyError::UnsupportedEncryption { oid } => Self::UnsupportedEncryption { oid },
            error => Self::Key(error),
        }
    }
}

impl Pkcs12Error {
    /// Stable code of this refusal.
    pub fn code(&self) -> &'static str {
        match self {
            Self::TooLarge { .. } => "pkcs12-too-large",
            Self::Der(_) => "pkcs12-not-der",
            Self::Malformed(_) => "pkcs12-malformed",
            Self::Message(error) => error.code(),
            Self::PublicKeyMode { .. } => "pkcs12-public-key-mode",
            Self::PasswordNeeded => "pkcs12-password-needed",
            Self::WrongPassword => "pkcs12-password-wrong",
            Self::UnsupportedEncryption { .. } => "pkcs12-encryption-unsupported",
            Self::UnsupportedMac { .. } => "pkcs12-mac-unsupported",
            Self::Key(error) => error.code(),
            Self::Certificate(error) => error.code(),
            Self::OtherKey => "pkcs12-other-key",
            Self::TooManyKeys { .. } => "pkcs12-too-many-keys",
            Self::Library => "pkcs12-library-failed",
        }
    }
}
