//! Encryption with a password: PBES2 (RFC 8018 section 6.2) with PBKDF2, of keys and of PKCS #12.

use std::num::NonZeroU32;

use ::der::asn1::{AnyRef, OctetStringRef};
use ::der::{Decode, Sequence};
use aws_lc_rs::pbkdf2 as aws_pbkdf2;
use rand_core::CryptoRng;
use spki::AlgorithmIdentifierRef;
use zeroize::Zeroizing;

use super::KeyError;
use super::cbc::{BLOCK, BlockCipher};
use crate::encoding::der::{self, DerError};
use crate::encoding::oid;

/// Iterations written with HMAC-SHA-256: what OWASP's Password Storage Cheat Sheet (2023) asks of PBKDF2.
pub(crate) const ITERATIONS: NonZeroU32 = NonZeroU32::new(600_000).unwrap();
/// Iterations written with HMAC-SM3: the number that GmSSL writes.
const GMSSL_ITERATIONS: NonZeroU32 = NonZeroU32::new(65_536).unwrap();
/// Most iterations read: a few seconds of work. A hostile file could ask for 2³².
pub(crate) const MAX_ITERATIONS: u32 = 5_000_000;
/// Longest salt read; those in use have 8 to 64 bytes.
pub(crate) const MAX_SALT: usize = 1024;
/// Bytes of salt written (NIST SP 800-132 section 5.1 asks for 16).
pub(crate) const SALT_LENGTH: usize = 16;

/// How private keys and PKCS #12 files are encrypted with a password.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum EncryptionForm {
    /// AES-256-CBC, PBKDF2 with HMAC-SHA-256 and 600,000 iterations.
    #[default]
    Aes256,
    /// SM4-CBC, PBKDF2 with HMAC-SM3 and 65,536 iterations, byte for byte as GmSSL 3 writes and reads it.
    Sm4,
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

/// The iterations that may still be done for one file, whatever it asks for.
pub(crate) struct Work(u32);

impl Work {
    pub(crate) fn new() -> Self {
        Self(MAX_ITERATIONS)
    }

    /// Takes what is asked for out of what is left.
    pub(crate) fn take(&mut self, iterations: u32) -> Result<NonZeroU32, KeyError> {
        let taken = NonZeroU32::new(iterations).ok_or_else(|| refused("there are no iterations"))?;
        self.0 = self
            .0
            .checked_sub(iterations)
            .ok_or_else(|| refused("there are more iterations than are done for one file"))?;
        Ok(taken)
    }
}

pub(crate) fn refused(reason: &'static str) -> KeyError {
    KeyError::EncryptionParameters { reason }
}

/// What was encrypted. It may be noise where the password is wrong.
pub(crate) fn decrypt(
    algorithm: AlgorithmIdentifierRef<'_>,
    encrypted: &[u8],
    password: &[u8],
    work: &mut Work,
) -> Result<Zeroizing<Vec<u8>>, KeyError> {
    if algorithm.oid != oid::PBES2 {
        return Err(KeyError::UnsupportedEncryption { oid: algorithm.oid });
    }
    let scheme: Pbes2<'_> = parameters(algorithm)?;
    if scheme.derivation.oid != oid::PBKDF2 {
        return Err(KeyError::UnsupportedEncryption { oid: scheme.derivation.oid });
    }
    let unsupported = KeyError::UnsupportedEncryption { oid: scheme.encryption.oid };
    let cipher = BlockCipher::of_cbc(scheme.encryption.oid).ok_or(unsupported)?;
    let iv: &OctetStringRef = parameters(scheme.encryption)?;
    let iv: [u8; BLOCK] = iv.as_bytes().try_into().map_err(|_| refused("the IV must have 16 bytes"))?;
    if encrypted.is_empty() || !encrypted.len().is_multiple_of(BLOCK) {
        return Err(refused("what is encrypted is not whole blocks"));
    }
    let key = derive(&parameters(scheme.derivation)?, cipher.key_length(), password, work)?;
    cipher.decrypt_cbc(&key, iv, encrypted).ok_or(KeyError::WrongPassword)
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
    password: &[u8],
    work: &mut Work,
) -> Result<Zeroizing<Vec<u8>>, KeyError> {
    let salt = parameters.salt.as_bytes();
    if salt.len() > MAX_SALT {
        return Err(refused("the salt is too long"));
    }
    let iterations = work.take(parameters.iterations)?;
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
            pbkdf2::pbkdf2_hmac::<sm3::Sm3>(password, salt, iterations.get(), &mut key);
            return Ok(key);
        }
        oid => return Err(KeyError::UnsupportedEncryption { oid }),
    };
    aws_pbkdf2::derive(by, iterations, salt, password, &mut key);
    Ok(key)
}

/// What was encrypted, and how.
pub(crate) struct Encrypted {
    /// The AlgorithmIdentifier in DER.
    pub(crate) algorithm: Vec<u8>,
    pub(crate) octets: Vec<u8>,
}

/// Encrypts with a password; none where the library fails.
pub(crate) fn encrypt(
    form: EncryptionForm,
    plain: &[u8],
    password: &[u8],
    rng: &mut dyn CryptoRng,
) -> Result<Option<Encrypted>, KeyError> {
    let (mut salt, mut iv) = ([0; SALT_LENGTH], [0; BLOCK]);
    rng.fill_bytes(&mut salt);
    rng.fill_bytes(&mut iv);
    let (cipher, cipher_oid, prf, iterations) = match form {
        EncryptionForm::Aes256 => {
            let prf = AlgorithmIdentifierRef { oid: oid::HMAC_SHA256, parameters: Some(AnyRef::NULL) };
            (BlockCipher::Aes256, oid::AES256_CBC, prf, ITERATIONS)
        }
        EncryptionForm::Sm4 => {
            let prf = AlgorithmIdentifierRef { oid: oid::HMAC_SM3, parameters: None };
            (BlockCipher::Sm4, oid::SM4_CBC, prf, GMSSL_ITERATIONS)
        }
    };
    let derivation = Pbkdf2 {
        salt: OctetStringRef::new(&salt).map_err(DerError::from)?,
        iterations: iterations.get(),
        // GmSSL writes it; elsewhere the cipher says it.
        key_length: (form == EncryptionForm::Sm4).then_some(cipher.key_length() as u16),
        prf: Some(prf),
    };
    let key = derive(&derivation, cipher.key_length(), password, &mut Work::new())?;
    let Some(octets) = cipher.encrypt_cbc(&key, iv, plain) else { return Ok(None) };

    let derivation = der::encode(&derivation)?;
    let iv = der::encode(&OctetStringRef::new(&iv).map_err(DerError::from)?)?;
    let identifier = |oid, bytes| -> Result<_, KeyError> {
        let parameters = Some(AnyRef::from_der(bytes).map_err(DerError::from)?);
        Ok(AlgorithmIdentifierRef { oid, parameters })
    };
    let scheme = der::encode(&Pbes2 {
        derivation: identifier(oid::PBKDF2, &derivation)?,
        encryption: identifier(cipher_oid, &iv)?,
    })?;
    let algorithm = der::encode(&identifier(oid::PBES2, &scheme)?)?;
    Ok(Some(Encrypted { algorithm, octets }))
}
