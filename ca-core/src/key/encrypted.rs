//! EncryptedPrivateKeyInfo (RFC 5958 section 3).

use ::der::asn1::OctetStringRef;
use ::der::{Decode, Sequence};
use rand_core::CryptoRng;
use spki::AlgorithmIdentifierRef;
use zeroize::Zeroizing;

use super::pbes2::{self, EncryptionForm, Work, refused};
use super::{KeyError, Password};
use crate::encoding::der::{self, DerError};

/// Longest encrypted key read: an RSA key of 16,384 bits takes 9 KiB.
const MAX_ENCRYPTED: usize = 64 << 10;

/// EncryptedPrivateKeyInfo.
#[derive(Sequence)]
struct EncryptedInfo<'a> {
    algorithm: AlgorithmIdentifierRef<'a>,
    encrypted: &'a OctetStringRef,
}

/// The PrivateKeyInfo inside. What comes back may be noise where the password is wrong.
pub(super) fn decrypt(
    bytes: &[u8],
    password: &Password,
    work: &mut Work,
) -> Result<Zeroizing<Vec<u8>>, KeyError> {
    der::check_structure(bytes)?;
    let info = EncryptedInfo::from_der(bytes).map_err(DerError::from)?;
    let encrypted = info.encrypted.as_bytes();
    if encrypted.len() > MAX_ENCRYPTED {
        return Err(refused("the encrypted key is too long"));
    }
    pbes2::decrypt(info.algorithm, encrypted, password.as_bytes(), work)
}

/// The EncryptedPrivateKeyInfo; none where the library fails.
pub(super) fn encrypt(
    form: EncryptionForm,
    plain: &[u8],
    password: &Password,
    rng: &mut dyn CryptoRng,
) -> Result<Option<Vec<u8>>, KeyError> {
    let Some(encrypted) = pbes2::encrypt(form, plain, password.as_bytes(), rng)? else {
        return Ok(None);
    };
    let algorithm = AlgorithmIdentifierRef::from_der(&encrypted.algorithm).map_err(DerError::from)?;
    let encrypted = OctetStringRef::new(&encrypted.octets).map_err(DerError::from)?;
    Ok(Some(der::encode(&EncryptedInfo { algorithm, encrypted })?))
}
