//! Signature algorithms and their identifiers.

use std::fmt;

use ::der::asn1::Any;
use ::der::{Decode, Encode, Sequence};
use const_oid::ObjectIdentifier;
use serde::{Deserialize, Serialize};
use spki::AlgorithmIdentifierOwned;

use super::{AlgorithmError, KeyAlgorithm};
use crate::encoding::oid;

/// A signature algorithm.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SignatureAlgorithm {
    /// SM2 with SM3 (GB/T 32918.2, GM/T 0009).
    Sm2Sm3,
    /// ECDSA with SHA-256 (RFC 5758).
    EcdsaSha256,
    /// ECDSA with SHA-384 (RFC 5758).
    EcdsaSha384,
    /// Ed25519 (RFC 8410).
    Ed25519,
    /// RSASSA-PKCS1-v1_5 with SHA-256 (RFC 8017).
    RsaSha256,
    /// RSASSA-PKCS1-v1_5 with SHA-384 (RFC 8017).
    RsaSha384,
    /// RSASSA-PKCS1-v1_5 with SHA-512 (RFC 8017).
    RsaSha512,
    /// RSASSA-PSS with SHA-256, MGF1 with the same and a salt of 32 bytes (RFC 4055).
    RsaPssSha256,
    /// RSASSA-PSS with SHA-384, MGF1 with the same and a salt of 48 bytes (RFC 4055).
    RsaPssSha384,
    /// RSASSA-PSS with SHA-512, MGF1 with the same and a salt of 64 bytes (RFC 4055).
    RsaPssSha512,
}

/// How the parameters of SM2 with SM3 are written. Both forms are met and read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sm2Parameters {
    /// Left out, as most programs do.
    #[default]
    Absent,
    /// NULL, as most authorities in operation do.
    Null,
}

/// RSASSA-PSS-params (RFC 4055 section 3.1).
#[derive(Clone, Debug, PartialEq, Eq, Sequence)]
struct PssParameters {
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT", optional = "true")]
    hash: Option<AlgorithmIdentifierOwned>,
    #[asn1(context_specific = "1", tag_mode = "EXPLICIT", optional = "true")]
    mask: Option<AlgorithmIdentifierOwned>,
    #[asn1(context_specific = "2", tag_mode = "EXPLICIT", optional = "true")]
    salt_length: Option<u32>,
    #[asn1(context_specific = "3", tag_mode = "EXPLICIT", optional = "true")]
    trailer: Option<u32>,
}

impl SignatureAlgorithm {
    /// Every algorithm.
    pub const ALL: [Self; 10] = [
        Self::Sm2Sm3,
        Self::EcdsaSha256,
        Self::EcdsaSha384,
        Self::Ed25519,
        Self::RsaSha256,
        Self::RsaSha384,
        Self::RsaSha512,
        Self::RsaPssSha256,
        Self::RsaPssSha384,
        Self::RsaPssSha512,
    ];

    /// The algorithm that an identifier names.
    ///
    /// Parameters must be absent or NULL for SM2, absent for ECDSA and Ed25519 (RFC 5758 section 3.2, RFC 8410 section 3),
    /// NULL for PKCS #1 v1.5, where absent ones are read too (RFC 4055 section 5 asks for that), and for PSS the hash, MGF1
    /// with the same hash and a salt as long as it, where the parameters of the hashes are NULL or absent.
    ///
    /// # Errors
    ///
    /// [`AlgorithmError::Unsupported`] and [`AlgorithmError::Parameters`].
    pub fn from_identifier(identifier: &AlgorithmIdentifierOwned) -> Result<Self, AlgorithmError> {
        let fault = |expected| AlgorithmError::Parameters { oid: identifier.oid, expected };
        let absent = identifier.parameters.is_none();
        let require =
            |right: bool, expected, algorithm| if right { Ok(algorithm) } else { Err(fault(expected)) };
        let absent_only = |algorithm| require(absent, "they must be absent", algorithm);
        let null_or_absent =
            |algorithm| require(absent || is_null(identifier), "they must be NULL", algorithm);
        match identifier.oid {
            oid::SM2_SM3 => {
                require(absent || is_null(identifier), "they must be absent or NULL", Self::Sm2Sm3)
            }
            oid::ECDSA_SHA256 => absent_only(Self::EcdsaSha256),
            oid::ECDSA_SHA384 => absent_only(Self::EcdsaSha384),
            oid::ED25519 => absent_only(Self::Ed25519),
            oid::RSA_SHA256 => null_or_absent(Self::RsaSha256),
            oid::RSA_SHA384 => null_or_absent(Self::RsaSha384),
            oid::RSA_SHA512 => null_or_absent(Self::RsaSha512),
            oid::RSA_PSS => pss(identifier).ok_or_else(|| {
                fault("SHA-256, SHA-384 or SHA-512, MGF1 with the same and a salt as long as it")
            }),
            oid => Err(AlgorithmError::Unsupported { oid }),
        }
    }

    /// The identifier, with the parameters of SM2 as asked.
    pub fn identifier(self, sm2_parameters: Sm2Parameters) -> AlgorithmIdentifierOwned {
        let null = Some(Any::null());
        let (oid, parameters) = match self {
            Self::Sm2Sm3 => (oid::SM2_SM3, if sm2_parameters == Sm2Parameters::Null { null } else { None }),
            Self::EcdsaSha256 => (oid::ECDSA_SHA256, None),
            Self::EcdsaSha384 => (oid::ECDSA_SHA384, None),
            Self::Ed25519 => (oid::ED25519, None),
            Self::RsaSha256 => (oid::RSA_SHA256, null),
            Self::RsaSha384 => (oid::RSA_SHA384, null),
            Self::RsaSha512 => (oid::RSA_SHA512, null),
            Self::RsaPssSha256 => (oid::RSA_PSS, pss_parameters(oid::SHA256, 32)),
            Self::RsaPssSha384 => (oid::RSA_PSS, pss_parameters(oid::SHA384, 48)),
            Self::RsaPssSha512 => (oid::RSA_PSS, pss_parameters(oid::SHA512, 64)),
        };
        AlgorithmIdentifierOwned { oid, parameters }
    }

    /// What a key of this kind signs with here: SM2 with SM3, ECDSA with the hash as long as the curve, Ed25519, PKCS #1 v1.5
    /// with SHA-256.
    pub fn of_key(algorithm: KeyAlgorithm) -> Self {
        match algorithm {
            KeyAlgorithm::Sm2 => Self::Sm2Sm3,
            KeyAlgorithm::P256 => Self::EcdsaSha256,
            KeyAlgorithm::P384 => Self::EcdsaSha384,
            KeyAlgorithm::Ed25519 => Self::Ed25519,
            KeyAlgorithm::Rsa => Self::RsaSha256,
        }
    }

    /// The usual name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sm2Sm3 => "SM2-SM3",
            Self::EcdsaSha256 => "ECDSA-SHA256",
            Self::EcdsaSha384 => "ECDSA-SHA384",
            Self::Ed25519 => "Ed25519",
            Self::RsaSha256 => "RSA-SHA256",
            Self::RsaSha384 => "RSA-SHA384",
            Self::RsaSha512 => "RSA-SHA512",
            Self::RsaPssSha256 => "RSA-PSS-SHA256",
            Self::RsaPssSha384 => "RSA-PSS-SHA384",
            Self::RsaPssSha512 => "RSA-PSS-SHA512",
        }
    }
}

impl fmt::Display for SignatureAlgorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Requires that the identifier inside what is signed is, to the byte, the one beside the signature (RFC 5280 section 4.1.1.2).
///
/// # Errors
///
/// [`AlgorithmError::Mismatch`].
pub fn require_same(
    inner: &AlgorithmIdentifierOwned,
    outer: &AlgorithmIdentifierOwned,
) -> Result<(), AlgorithmError> {
    if inner == outer { Ok(()) } else { Err(AlgorithmError::Mismatch { inner: inner.oid, outer: outer.oid }) }
}

fn is_null(identifier: &AlgorithmIdentifierOwned) -> bool {
    identifier.parameters.as_ref() == Some(&Any::null())
}

fn pss(identifier: &AlgorithmIdentifierOwned) -> Option<SignatureAlgorithm> {
    let parameters = identifier.parameters.as_ref()?.to_der().ok()?;
    let parameters = PssParameters::from_der(&parameters).ok()?;
    // The trailer has one value, which is the default: DER leaves it out.
    let (
        PssParameters { hash: Some(hash), mask: Some(mask), salt_length: Some(salt), trailer: None },
        oid::MGF1,
    ) = (&parameters, parameters.mask.as_ref()?.oid)
    else {
        return None;
    };
    let mask_hash = AlgorithmIdentifierOwned::from_der(&mask.parameters.as_ref()?.to_der().ok()?).ok()?;
    let plain = |hash: &AlgorithmIdentifierOwned| hash.parameters.is_none() || is_null(hash);
    if mask_hash.oid != hash.oid || !plain(hash) || !plain(&mask_hash) {
        return None;
    }
    match (hash.oid, salt) {
        (oid::SHA256, 32) => Some(SignatureAlgorithm::RsaPssSha256),
        (oid::SHA384, 48) => Some(SignatureAlgorithm::RsaPssSha384),
        (oid::SHA512, 64) => Some(SignatureAlgorithm::RsaPssSha512),
        _ => None,
    }
}

fn pss_parameters(hash: ObjectIdentifier, salt_length: u32) -> Option<Any> {
    let hash = AlgorithmIdentifierOwned { oid: hash, parameters: Some(Any::null()) };
    // Encoding values this small cannot fail; a failure would leave the parameters out and every reader would refuse them.
    let mask = AlgorithmIdentifierOwned { oid: oid::MGF1, parameters: Any::encode_from(&hash).ok() };
    let parameters =
        PssParameters { hash: Some(hash), mask: Some(mask), salt_length: Some(salt_length), trailer: None };
    Any::encode_from(&parameters).ok()
}

#[cfg(test)]
mod tests;
