//! Why a key is refused.

use const_oid::ObjectIdentifier;

use crate::algorithm::{KeyAlgorithm, KeySpec};
use crate::encoding::der::DerError;
use crate::encoding::oid;
use crate::encoding::pem::PemError;

/// Why a key is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KeyError {
    /// The bytes are not the structure of a key.
    #[error("the key cannot be read: {0}")]
    Encoding(#[from] DerError),
    /// The text is not PEM or holds no key.
    #[error("the key file cannot be read: {0}")]
    Pem(#[from] PemError),
    /// A key of an algorithm that is not supported.
    #[error("unsupported key algorithm {}", describe(.oid))]
    UnsupportedAlgorithm {
        /// Its object identifier.
        oid: ObjectIdentifier,
    },
    /// A curve that is not supported.
    #[error("unsupported curve {}: use SM2, P-256 or P-384", describe(.oid))]
    UnsupportedCurve {
        /// Its object identifier.
        oid: ObjectIdentifier,
    },
    /// A curve given by its equation and not by its name.
    #[error("the curve must be given by its name, not by explicit parameters")]
    ExplicitCurve,
    /// Parameters that the algorithm does not have.
    #[error("wrong parameters in the identifier of the {algorithm} key: {expected}")]
    Parameters {
        /// The key's algorithm.
        algorithm: KeyAlgorithm,
        /// What they must be.
        expected: &'static str,
    },
    /// Key bits whose number is not a multiple of eight.
    #[error("the bits of the public key are not whole bytes")]
    UnusedBits,
    /// The point at infinity, which no private key has.
    #[error("the public key is the point at infinity")]
    Infinity,
    /// A compressed point.
    #[error(
        "the public key is a compressed point; give the uncompressed one (openssl: -conv_form uncompressed)"
    )]
    CompressedPoint,
    /// Key bits of the wrong length or form.
    #[error("the bits of the public key are not a {algorithm} key: {expected}")]
    PublicKeyForm {
        /// The key's algorithm.
        algorithm: KeyAlgorithm,
        /// What they must be.
        expected: &'static str,
    },
    /// Coordinates of no point of the curve.
    #[error("the public key is not a point of the curve {algorithm}")]
    NotOnCurve {
        /// The key's algorithm.
        algorithm: KeyAlgorithm,
    },
    /// An RSA modulus longer than is looked at.
    #[error("the RSA modulus has {bits} bits, more than {limit}")]
    ModulusTooLong {
        /// Its bits.
        bits: u64,
        /// The bound.
        limit: u32,
    },
    /// A kind or size of key that is not generated.
    #[error("{spec} keys are not made: RSA keys have 2048, 3072, 4096 or 8192 bits")]
    UnsupportedSize {
        /// What was asked for.
        spec: KeySpec,
    },
    /// The source of randomness or the machine failed.
    #[error("making a {spec} key failed")]
    Generation {
        /// What was asked for.
        spec: KeySpec,
    },
    /// A private key outside the range of its algorithm, or with parts that do not belong together.
    #[error("the {algorithm} private key is not valid")]
    PrivateKey {
        /// The key's algorithm.
        algorithm: KeyAlgorithm,
    },
    /// A private key stored with a public key that is another one's.
    #[error("the public key stored with the {algorithm} private key is not the one that belongs to it")]
    PublicKeyMismatch {
        /// The key's algorithm.
        algorithm: KeyAlgorithm,
    },
    /// A file that holds several private keys.
    #[error("the file holds {count} private keys, not one")]
    SeveralKeys {
        /// How many.
        count: usize,
    },
    /// The key is encrypted and no password was given.
    #[error("the private key is encrypted: its password is needed")]
    PasswordNeeded,
    /// The password is wrong, or the file is damaged: the format cannot tell.
    #[error("the password is wrong, or the encrypted key is damaged")]
    WrongPassword,
    /// A password of no characters.
    #[error("the password is empty")]
    EmptyPassword,
    /// Encryption by an algorithm that is not supported.
    #[error(
        "the private key is encrypted with {}, which is not supported; convert it: openssl pkcs8 -topk8 -v2 aes-256-cbc -in FILE -out NEW",
        describe(.oid)
    )]
    UnsupportedEncryption {
        /// Its object identifier.
        oid: ObjectIdentifier,
    },
    /// Parameters of the encryption that are malformed or beyond the bounds.
    #[error("the parameters of the private key's encryption are refused: {reason}")]
    EncryptionParameters {
        /// What is wrong with them.
        reason: &'static str,
    },
    /// A key of an algorithm that SEC 1 has no form for.
    #[error("{algorithm} keys have no SEC 1 form: use PKCS #8")]
    NoSec1Form {
        /// The key's algorithm.
        algorithm: KeyAlgorithm,
    },
    /// A key of an algorithm that does not decrypt, or not in the way asked for.
    #[error("{algorithm} keys do not decrypt what was encrypted this way")]
    NoDecryption {
        /// The key's algorithm.
        algorithm: KeyAlgorithm,
    },
    /// A ciphertext that is not one for this key, or was changed.
    #[error("the {algorithm} ciphertext is not one for this key, or is damaged")]
    Decryption {
        /// The key's algorithm.
        algorithm: KeyAlgorithm,
    },
    /// A computation that cannot fail on a sound machine failed.
    #[error("the cryptographic library failed on the {algorithm} key")]
    Library {
        /// The key's algorithm.
        algorithm: KeyAlgorithm,
    },
}

fn describe(id: &ObjectIdentifier) -> String {
    oid::name(*id).map_or_else(|| id.to_string(), |name| format!("{name} ({id})"))
}

impl KeyError {
    /// The stable name of the condition.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Encoding(error) => error.code(),
            Self::Pem(error) => error.code(),
            Self::UnsupportedAlgorithm { .. } => "key-algorithm-unsupported",
            Self::UnsupportedCurve { .. } => "key-curve-unsupported",
            Self::ExplicitCurve => "key-curve-explicit",
            Self::Parameters { .. } => "key-parameters",
            Self::UnusedBits => "key-unused-bits",
            Self::Infinity => "key-infinity",
            Self::CompressedPoint => "key-compressed-point",
            Self::PublicKeyForm { .. } => "key-form",
            Self::NotOnCurve { .. } => "key-not-on-curve",
            Self::ModulusTooLong { .. } => "key-modulus-too-long",
            Self::UnsupportedSize { .. } => "key-size-unsupported",
            Self::Generation { .. } => "key-generation-failed",
            Self::PrivateKey { .. } => "key-private-invalid",
            Self::PublicKeyMismatch { .. } => "key-pair-mismatch",
            Self::SeveralKeys { .. } => "key-several",
            Self::PasswordNeeded => "key-password-needed",
            Self::WrongPassword => "key-password-wrong",
            Self::EmptyPassword => "key-password-empty",
            Self::UnsupportedEncryption { .. } => "key-encryption-unsupported",
            Self::EncryptionParameters { .. } => "key-encryption-parameters",
            Self::NoSec1Form { .. } => "key-no-sec1-form",
            Self::NoDecryption { .. } => "key-does-not-decrypt",
            Self::Decryption { .. } => "key-decryption-failed",
            Self::Library { .. } => "key-library-failed",
        }
    }
}
