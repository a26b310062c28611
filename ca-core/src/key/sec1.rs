//! ECPrivateKey (RFC 5915), which PKCS #8 wraps.

use ::der::asn1::{BitStringRef, OctetStringRef};
use ::der::{Decode, Encode, Sequence};
use const_oid::ObjectIdentifier;
use zeroize::Zeroizing;

use super::KeyError;
use crate::algorithm::KeyAlgorithm;
use crate::encoding::der::{self, DerError};
use crate::encoding::oid;

/// ECPrivateKey (RFC 5915 section 3).
#[derive(Sequence)]
struct EcPrivateKey<'a> {
    version: u8,
    private_key: &'a OctetStringRef,
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT", optional = "true")]
    parameters: Option<ObjectIdentifier>,
    #[asn1(context_specific = "1", tag_mode = "EXPLICIT", optional = "true")]
    public_key: Option<BitStringRef<'a>>,
}

/// What an ECPrivateKey holds.
pub(super) struct Contents {
    /// Big-endian, as long as the curve's order.
    pub(super) scalar: Zeroizing<Vec<u8>>,
    pub(super) curve: Option<ObjectIdentifier>,
    /// `04‖X‖Y`.
    pub(super) point: Option<Vec<u8>>,
}

pub(super) fn read(bytes: &[u8]) -> Result<Contents, KeyError> {
    der::check_structure(bytes)?;
    let key = EcPrivateKey::from_der(bytes).map_err(DerError::from)?;
    if key.version != 1 {
        return Err(
            DerError { offset: 0, kind: der::DerErrorKind::Structure(::der::ErrorKind::Failed) }.into()
        );
    }
    let point = key.public_key.map(|bits| bits.as_bytes().map(<[u8]>::to_vec).ok_or(KeyError::UnusedBits));
    Ok(Contents {
        scalar: Zeroizing::new(key.private_key.as_bytes().to_vec()),
        curve: key.parameters,
        point: point.transpose()?,
    })
}

/// With the curve and, if given, the point: RFC 5915 asks for both, and so OpenSSL and GmSSL read it alone and inside PKCS #8.
pub(super) fn write(
    algorithm: KeyAlgorithm,
    scalar: &[u8],
    point: Option<&[u8]>,
) -> Result<Zeroizing<Vec<u8>>, KeyError> {
    let parameters = curve(algorithm);
    let public_key = point.map(BitStringRef::from_bytes).transpose().map_err(DerError::from)?;
    let private_key = OctetStringRef::new(scalar).map_err(DerError::from)?;
    encode_secret(&EcPrivateKey { version: 1, private_key, parameters, public_key })
}

pub(super) fn curve(algorithm: KeyAlgorithm) -> Option<ObjectIdentifier> {
    match algorithm {
        KeyAlgorithm::Sm2 => Some(oid::SM2),
        KeyAlgorithm::P256 => Some(oid::P256),
        KeyAlgorithm::P384 => Some(oid::P384),
        KeyAlgorithm::Ed25519 | KeyAlgorithm::Rsa => None,
    }
}

/// Encodes into a buffer of the right size at once, so that no copy is left behind by growing.
pub(super) fn encode_secret(value: &impl Encode) -> Result<Zeroizing<Vec<u8>>, KeyError> {
    let length = value.encoded_len().map_err(DerError::from)?;
    let mut buffer = Zeroizing::new(vec![0; u32::from(length) as usize]);
    value.encode_to_slice(&mut buffer).map_err(DerError::from)?;
    Ok(buffer)
}
