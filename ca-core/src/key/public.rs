//! Public keys.

use ::der::asn1::{BitString, UintRef};
use ::der::{Decode, Sequence};
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1, ECDSA_P384_SHA384_ASN1, ParsedPublicKey};
use const_oid::ObjectIdentifier;
use spki::{AlgorithmIdentifierOwned, SubjectPublicKeyInfoOwned};

use super::{KeyError, KeyFingerprint, NormalizedKey};
use crate::algorithm::digest::{sha1, sha256};
use crate::algorithm::{KeyAlgorithm, KeySpec, sm2};
use crate::encoding::{der, oid};

/// Longest RSA modulus that is parsed, so that no key costs more than this to look at. Weak and overlong keys below it are told
/// apart by [`super::weak::assess`].
const MAX_PARSED_RSA_BITS: u32 = 16_384;

/// A public key of one of the supported algorithms, whose form is sound: a point of its curve other than infinity, a positive
/// modulus and exponent. Whether it is strong is asked of [`super::weak::assess`].
///
/// Two keys are equal where their encodings are.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PublicKey {
    algorithm: KeyAlgorithm,
    bits: u32,
    spki: Vec<u8>,
    key_bits: Vec<u8>,
}

/// RSAPublicKey (RFC 8017 appendix A.1.1).
#[derive(Sequence)]
struct RsaPublicKey<'a> {
    modulus: UintRef<'a>,
    exponent: UintRef<'a>,
}

impl PublicKey {
    /// The key of a DER encoded SubjectPublicKeyInfo (RFC 5280 section 4.1.2.7).
    ///
    /// Points are uncompressed. A SM2 key whose algorithm is the curve's object identifier twice is taken too and normalised to
    /// the regular encoding.
    ///
    /// # Errors
    ///
    /// [`KeyError`] for what is not a key of a supported algorithm in its one encoding.
    pub fn from_spki_der(spki: &[u8]) -> Result<Self, KeyError> {
        let parsed: SubjectPublicKeyInfoOwned = der::decode(spki)?;
        let key_bits = parsed.subject_public_key.as_bytes().ok_or(KeyError::UnusedBits)?;
        let algorithm = algorithm_of(&parsed.algorithm)?;
        if parsed.algorithm.oid == oid::SM2 {
            return Self::from_parts(algorithm, key_bits);
        }
        let bits = check_key_bits(algorithm, key_bits)?;
        Ok(Self { algorithm, bits, spki: spki.to_vec(), key_bits: key_bits.to_vec() })
    }

    /// The key of the content of subjectPublicKey: `04‖X‖Y`, 32 bytes, or an RSAPublicKey.
    ///
    /// # Errors
    ///
    /// [`KeyError`] for what is not a key of this algorithm.
    pub fn from_parts(algorithm: KeyAlgorithm, key_bits: &[u8]) -> Result<Self, KeyError> {
        let bits = check_key_bits(algorithm, key_bits)?;
        let subject_public_key = BitString::from_bytes(key_bits).map_err(der::DerError::from)?;
        let spki =
            der::encode(&SubjectPublicKeyInfoOwned { algorithm: identifier(algorithm), subject_public_key })?;
        Ok(Self { algorithm, bits, spki, key_bits: key_bits.to_vec() })
    }

    /// The DER encoded SubjectPublicKeyInfo.
    pub fn spki_der(&self) -> &[u8] {
        &self.spki
    }

    /// The content of subjectPublicKey: `04‖X‖Y`, 32 bytes, or an RSAPublicKey.
    pub fn key_bits(&self) -> &[u8] {
        &self.key_bits
    }

    /// The algorithm.
    pub fn algorithm(&self) -> KeyAlgorithm {
        self.algorithm
    }

    /// Bits of the curve's field or of the modulus.
    pub fn bits(&self) -> u32 {
        self.bits
    }

    /// Algorithm and size.
    pub fn spec(&self) -> KeySpec {
        match self.algorithm {
            KeyAlgorithm::Sm2 => KeySpec::Sm2,
            KeyAlgorithm::P256 => KeySpec::P256,
            KeyAlgorithm::P384 => KeySpec::P384,
            KeyAlgorithm::Ed25519 => KeySpec::Ed25519,
            KeyAlgorithm::Rsa => KeySpec::Rsa { bits: self.bits },
        }
    }

    /// SHA-1 of the content of subjectPublicKey (RFC 5280 section 4.2.1.2, method 1).
    pub fn key_identifier(&self) -> [u8; 20] {
        sha1(&self.key_bits)
    }

    /// SHA-256 of the SubjectPublicKeyInfo.
    pub fn fingerprint(&self) -> KeyFingerprint {
        KeyFingerprint::from_bytes(sha256(&self.spki))
    }

    /// The form in which keys are compared with blocked ones.
    pub fn normalized(&self) -> NormalizedKey {
        let mut input = format!("cityca-normalized-key:{}:", self.algorithm).into_bytes();
        input.extend_from_slice(self.rsa_parts().map_or(&self.key_bits, |(modulus, _)| modulus));
        NormalizedKey::from_bytes(sha256(&input))
    }

    /// Modulus and exponent, big-endian without leading zeros, of an RSA key.
    pub fn rsa_parts(&self) -> Option<(&[u8], &[u8])> {
        match self.algorithm {
            KeyAlgorithm::Rsa => {
                let key = RsaPublicKey::from_der(&self.key_bits).ok()?;
                Some((key.modulus.as_bytes(), key.exponent.as_bytes()))
            }
            _ => None,
        }
    }
}

/// The regular identifier of a key algorithm.
pub(super) fn identifier(algorithm: KeyAlgorithm) -> AlgorithmIdentifierOwned {
    let curve = |curve: ObjectIdentifier| AlgorithmIdentifierOwned {
        oid: oid::EC_PUBLIC_KEY,
        parameters: Some(::der::asn1::Any::from(curve)),
    };
    match algorithm {
        KeyAlgorithm::Sm2 => curve(oid::SM2),
        KeyAlgorithm::P256 => curve(oid::P256),
        KeyAlgorithm::P384 => curve(oid::P384),
        KeyAlgorithm::Ed25519 => AlgorithmIdentifierOwned { oid: oid::ED25519, parameters: None },
        KeyAlgorithm::Rsa => {
            let parameters = Some(::der::asn1::Any::null());
            AlgorithmIdentifierOwned { oid: oid::RSA_ENCRYPTION, parameters }
        }
    }
}

/// The key algorithm that an identifier names, in a SubjectPublicKeyInfo or a PrivateKeyInfo.
pub(super) fn algorithm_of(identifier: &AlgorithmIdentifierOwned) -> Result<KeyAlgorithm, KeyError> {
    let parameters = identifier.parameters.as_ref();
    match identifier.oid {
        // The second form is met in openHiTLS.
        oid::EC_PUBLIC_KEY | oid::SM2 => {
            let parameters = parameters.ok_or(KeyError::ExplicitCurve)?;
            let curve = parameters.decode_as::<ObjectIdentifier>().map_err(|_| KeyError::ExplicitCurve)?;
            match curve {
                oid::SM2 => Ok(KeyAlgorithm::Sm2),
                oid::P256 if identifier.oid == oid::EC_PUBLIC_KEY => Ok(KeyAlgorithm::P256),
                oid::P384 if identifier.oid == oid::EC_PUBLIC_KEY => Ok(KeyAlgorithm::P384),
                oid => Err(KeyError::UnsupportedCurve { oid }),
            }
        }
        oid::ED25519 if parameters.is_none() => Ok(KeyAlgorithm::Ed25519),
        oid::ED25519 => {
            Err(KeyError::Parameters { algorithm: KeyAlgorithm::Ed25519, expected: "they must be absent" })
        }
        oid::RSA_ENCRYPTION if parameters == Some(&::der::asn1::Any::null()) => Ok(KeyAlgorithm::Rsa),
        oid::RSA_ENCRYPTION => {
            Err(KeyError::Parameters { algorithm: KeyAlgorithm::Rsa, expected: "they must be NULL" })
        }
        oid => Err(KeyError::UnsupportedAlgorithm { oid }),
    }
}

/// Checks the form of the key bits and returns the key's size.
fn check_key_bits(algorithm: KeyAlgorithm, key_bits: &[u8]) -> Result<u32, KeyError> {
    let form = |expected| KeyError::PublicKeyForm { algorithm, expected };
    let length = match algorithm {
        KeyAlgorithm::Sm2 | KeyAlgorithm::P256 => 65,
        KeyAlgorithm::P384 => 97,
        KeyAlgorithm::Ed25519 if key_bits.len() == 32 => return Ok(256),
        KeyAlgorithm::Ed25519 => return Err(form("it has 32 bytes")),
        KeyAlgorithm::Rsa => return rsa_bits(key_bits),
    };
    match key_bits {
        [0x00] => Err(KeyError::Infinity),
        [0x02 | 0x03, ..] => Err(KeyError::CompressedPoint),
        [0x04, ..] if key_bits.len() == length => {
            let on_curve = match algorithm {
                KeyAlgorithm::P256 => ParsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, key_bits).is_ok(),
                KeyAlgorithm::P384 => ParsedPublicKey::new(&ECDSA_P384_SHA384_ASN1, key_bits).is_ok(),
                _ => sm2::has_point(key_bits),
            };
            // A coordinate has half of what follows the 04.
            if on_curve { Ok((length as u32 - 1) * 4) } else { Err(KeyError::NotOnCurve { algorithm }) }
        }
        _ => Err(form("it is 04 and two coordinates")),
    }
}

fn rsa_bits(key_bits: &[u8]) -> Result<u32, KeyError> {
    der::check_structure(key_bits)?;
    let key = RsaPublicKey::from_der(key_bits).map_err(der::DerError::from)?;
    let modulus = key.modulus.as_bytes();
    let zero = |value: &[u8]| value.iter().all(|byte| *byte == 0);
    if zero(modulus) || zero(key.exponent.as_bytes()) {
        let expected = "its modulus and exponent are positive";
        return Err(KeyError::PublicKeyForm { algorithm: KeyAlgorithm::Rsa, expected });
    }
    let leading = modulus.first().map_or(0, |byte| byte.leading_zeros());
    let bits = modulus.len() as u64 * 8 - u64::from(leading);
    u32::try_from(bits)
        .ok()
        .filter(|bits| *bits <= MAX_PARSED_RSA_BITS)
        .ok_or(KeyError::ModulusTooLong { bits, limit: MAX_PARSED_RSA_BITS })
}

#[cfg(test)]
mod tests;
