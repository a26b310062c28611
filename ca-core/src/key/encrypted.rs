//! EncryptedPrivateKeyInfo (RFC 5958 section 3) by PBES2 (RFC 8018 section 6.2).

use std::num::NonZeroU32;

use ::der::asn1::{AnyRef, OctetStringRef};
use ::der::{Decode, Sequence};
use aws_lc_rs::cipher::{
    AES_128, AES_256, DecryptionContext, EncryptionContext, PaddedBlockDecryptingKey,
    PaddedBlockEncryptingKey, UnboundCipherKey,
};
use aws_lc_rs::iv::FixedLength;
use aws_lc_rs::pbkdf2 as aws_pbkdf2;
use const_oid::ObjectIdentifier;
use rand_core::CryptoRng;
use sm4::Sm4;
use sm4::cipher::{BlockCipherDecrypt, KeyInit};
use spki::AlgorithmIdentifierRef;
use subtle::{Choice, ConstantTimeEq, ConstantTimeGreater, ConstantTimeLess};
use zeroize::Zeroizing;

use super::{KeyError, Password};
use crate::encoding::der::{self, DerError};
use crate::encoding::oid;

/// Iterations written: what OWASP's Password Storage Cheat Sheet (2023) asks of PBKDF2 with HMAC-SHA-256.
const ITERATIONS: NonZeroU32 = NonZeroU32::new(600_000).unwrap();
/// Most iterations read: a few seconds of work. A hostile file could ask for 2³².
const MAX_ITERATIONS: u32 = 5_000_000;
/// Longest salt read; those in use have 8 to 64 bytes.
const MAX_SALT: usize = 1024;
/// Longest encrypted key read: an RSA key of 16,384 bits takes 9 KiB.
const MAX_ENCRYPTED: usize = 64 << 10;
/// Bytes of salt written (NIST SP 800-132 section 5.1 asks for 16).
const SALT_LENGTH: usize = 16;
/// Bytes of a block of AES and SM4.
const BLOCK: usize = 16;

/// EncryptedPrivateKeyInfo.
#[derive(Sequence)]
struct EncryptedInfo<'a> {
    algorithm: AlgorithmIdentifierRef<'a>,
    encrypted: &'a OctetStringRef,
}

/// PBES2-params (RFC 8018 appendix A.4).
#[derive(Sequence)]
struct Pbes2<'a> {
    derivation: AlgorithmIdentifierRef<'a>,
    encryption: AlgorithmIdentifierRef<'a>,
}

/// PBKDF2-params (RFC 8018 appendix A.2), whose PRF is HMAC with SHA-1 where it says none.
#[derive(Sequence)]
struct Pbkdf2<'a> {
    salt: &'a OctetStringRef,
    iterations: u32,
    #[asn1(optional = "true")]
    key_length: Option<u16>,
    #[asn1(optional = "true")]
    prf: Option<AlgorithmIdentifierRef<'a>>,
}

#[derive(Clone, Copy)]
enum Cipher {
    Aes128,
    Aes256,
    Sm4,
}

impl Cipher {
    fn of(oid: ObjectIdentifier) -> Result<Self, KeyError> {
        match oid {
            oid::AES128_CBC => Ok(Self::Aes128),
            oid::AES256_CBC => Ok(Self::Aes256),
            oid::SM4_CBC => Ok(Self::Sm4),
            oid => Err(KeyError::UnsupportedEncryption { oid }),
        }
    }

    fn key_length(self) -> usize {
        match self {
            Self::Aes256 => 32,
            Self::Aes128 | Self::Sm4 => 16,
        }
    }
}

fn refused(reason: &'static str) -> KeyError {
    KeyError::EncryptionParameters { reason }
}

/// The PrivateKeyInfo inside. What comes back may be noise where the password is wrong.
pub(super) fn decrypt(bytes: &[u8], password: &Password) -> Result<Zeroizing<Vec<u8>>, KeyError> {
    der::check_structure(bytes)?;
    let info = EncryptedInfo::from_der(bytes).map_err(DerError::from)?;
    if info.algorithm.oid != oid::PBES2 {
        return Err(KeyError::UnsupportedEncryption { oid: info.algorithm.oid });
    }
    let scheme: Pbes2<'_> = parameters(info.algorithm)?;
    if scheme.derivation.oid != oid::PBKDF2 {
        return Err(KeyError::UnsupportedEncryption { oid: scheme.derivation.oid });
    }
    let cipher = Cipher::of(scheme.encryption.oid)?;
    let iv: &OctetStringRef = parameters(scheme.encryption)?;
    let iv: [u8; BLOCK] = iv.as_bytes().try_into().map_err(|_| refused("the IV must have 16 bytes"))?;
    let encrypted = info.encrypted.as_bytes();
    if encrypted.len() > MAX_ENCRYPTED {
        return Err(refused("the encrypted key is too long"));
    }
    if encrypted.is_empty() || !encrypted.len().is_multiple_of(BLOCK) {
        return Err(refused("the encrypted key is not whole blocks"));
    }
    let key = derive(&parameters(scheme.derivation)?, cipher.key_length(), password)?;
    let plain = match cipher {
        Cipher::Aes128 | Cipher::Aes256 => decrypt_aes(cipher, &key, iv, encrypted),
        Cipher::Sm4 => decrypt_sm4(&key, iv, encrypted),
    };
    plain.ok_or(KeyError::WrongPassword)
}

/// The parameters of an identifier as a type.
fn parameters<'a, T>(identifier: AlgorithmIdentifierRef<'a>) -> Result<T, KeyError>
where
    T: ::der::Choice<'a, Error = ::der::Error> + ::der::DecodeValue<'a, Error = ::der::Error>,
{
    let any: AnyRef<'a> = identifier.parameters.ok_or_else(|| refused("they are missing"))?;
    any.decode_as::<T>().map_err(|_| refused("they are malformed"))
}

fn derive(
    parameters: &Pbkdf2<'_>,
    key_length: usize,
    password: &Password,
) -> Result<Zeroizing<Vec<u8>>, KeyError> {
    let salt = parameters.salt.as_bytes();
    if salt.len() > MAX_SALT {
        return Err(refused("the salt is too long"));
    }
    if parameters.iterations > MAX_ITERATIONS {
        return Err(refused("there are more than 5,000,000 iterations"));
    }
    let iterations =
        NonZeroU32::new(parameters.iterations).ok_or_else(|| refused("there are no iterations"))?;
    if parameters.key_length.is_some_and(|length| usize::from(length) != key_length) {
        return Err(refused("the length of the key is not the cipher's"));
    }
    if parameters.prf.is_some_and(|prf| prf.parameters.is_some_and(|any| any != AnyRef::NULL)) {
        return Err(refused("the PRF has parameters"));
    }
    let mut key = Zeroizing::new(vec![0; key_length]);
    let by = match parameters.prf.map_or(oid::HMAC_SHA1, |prf| prf.oid) {
        oid::HMAC_SHA1 => aws_pbkdf2::PBKDF2_HMAC_SHA1,
        oid::HMAC_SHA256 => aws_pbkdf2::PBKDF2_HMAC_SHA256,
        oid::HMAC_SHA384 => aws_pbkdf2::PBKDF2_HMAC_SHA384,
        oid::HMAC_SHA512 => aws_pbkdf2::PBKDF2_HMAC_SHA512,
        oid::HMAC_SM3 => {
            pbkdf2::pbkdf2_hmac::<sm3::Sm3>(password.as_bytes(), salt, iterations.get(), &mut key);
            return Ok(key);
        }
        oid => return Err(KeyError::UnsupportedEncryption { oid }),
    };
    aws_pbkdf2::derive(by, iterations, salt, password.as_bytes(), &mut key);
    Ok(key)
}

fn decrypt_aes(cipher: Cipher, key: &[u8], iv: [u8; BLOCK], encrypted: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let algorithm = if matches!(cipher, Cipher::Aes128) { &AES_128 } else { &AES_256 };
    let key = PaddedBlockDecryptingKey::cbc_pkcs7(UnboundCipherKey::new(algorithm, key).ok()?).ok()?;
    let mut buffer = Zeroizing::new(encrypted.to_vec());
    let context = DecryptionContext::Iv128(FixedLength::from(iv));
    let length = key.decrypt(&mut buffer, context).ok()?.len();
    buffer.truncate(length);
    Some(buffer)
}

fn decrypt_sm4(key: &[u8], iv: [u8; BLOCK], encrypted: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let cipher = Sm4::new_from_slice(key).ok()?;
    let mut plain = Zeroizing::new(encrypted.to_vec());
    let masks = std::iter::once(&iv[..]).chain(encrypted.chunks_exact(BLOCK));
    for (block, mask) in plain.chunks_exact_mut(BLOCK).zip(masks) {
        cipher.decrypt_block(block.try_into().ok()?);
        for (byte, mask) in block.iter_mut().zip(mask) {
            *byte ^= mask;
        }
    }
    let padding = padding_length(&plain)?;
    let length = plain.len() - padding;
    plain.truncate(length);
    Some(plain)
}

/// Length of the PKCS #7 padding, found without branching on the bytes before it.
fn padding_length(plain: &[u8]) -> Option<usize> {
    let last = plain.last_chunk::<BLOCK>()?;
    let count = last[BLOCK - 1];
    let mut sound = !count.ct_eq(&0) & !count.ct_gt(&(BLOCK as u8));
    for (index, byte) in last.iter().rev().enumerate() {
        let inside: Choice = (index as u8).ct_lt(&count);
        sound &= !inside | byte.ct_eq(&count);
    }
    bool::from(sound).then_some(usize::from(count))
}

/// The EncryptedPrivateKeyInfo; none where the library fails.
pub(super) fn encrypt(
    plain: &[u8],
    password: &Password,
    rng: &mut dyn CryptoRng,
) -> Result<Option<Vec<u8>>, KeyError> {
    let (mut salt, mut iv) = ([0; SALT_LENGTH], [0; BLOCK]);
    rng.fill_bytes(&mut salt);
    rng.fill_bytes(&mut iv);
    let null = AlgorithmIdentifierRef { oid: oid::HMAC_SHA256, parameters: Some(AnyRef::NULL) };
    let derivation = Pbkdf2 {
        salt: OctetStringRef::new(&salt).map_err(DerError::from)?,
        iterations: ITERATIONS.get(),
        key_length: None,
        prf: Some(null),
    };
    let key = derive(&derivation, Cipher::Aes256.key_length(), password)?;
    let Some(encrypted) = encrypt_aes256(&key, iv, plain) else { return Ok(None) };

    let derivation = der::encode(&derivation)?;
    let iv = der::encode(&OctetStringRef::new(&iv).map_err(DerError::from)?)?;
    let identifier = |oid, bytes| -> Result<_, KeyError> {
        let parameters = Some(AnyRef::from_der(bytes).map_err(DerError::from)?);
        Ok(AlgorithmIdentifierRef { oid, parameters })
    };
    let scheme = der::encode(&Pbes2 {
        derivation: identifier(oid::PBKDF2, &derivation)?,
        encryption: identifier(oid::AES256_CBC, &iv)?,
    })?;
    let encrypted = OctetStringRef::new(&encrypted).map_err(DerError::from)?;
    Ok(Some(der::encode(&EncryptedInfo { algorithm: identifier(oid::PBES2, &scheme)?, encrypted })?))
}

fn encrypt_aes256(key: &[u8], iv: [u8; BLOCK], plain: &[u8]) -> Option<Vec<u8>> {
    let key = PaddedBlockEncryptingKey::cbc_pkcs7(UnboundCipherKey::new(&AES_256, key).ok()?).ok()?;
    // With room for the padding, so that the plain text is not left behind by growing.
    let mut buffer = Zeroizing::new(Vec::with_capacity(plain.len() + BLOCK));
    buffer.extend_from_slice(plain);
    key.less_safe_encrypt(&mut *buffer, EncryptionContext::Iv128(FixedLength::from(iv))).ok()?;
    Some(buffer.to_vec())
}
