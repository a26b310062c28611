//! CFCA's `.sm2` files: one SM2 key with its certificate.
//!
//! The form is CFCA's own: `SEQUENCE { version 1, SEQUENCE { data, SM4, OCTET STRING }, SEQUENCE { data, OCTET STRING } }` with the
//! identifiers of GM/T 0010. The 32 bytes of the private key are encrypted with SM4-CBC; initialisation vector and key are the
//! 32 bytes that the key derivation of GB/T 32918.4 makes of the password. There is neither salt nor iteration: such a file is as
//! weak as its password, and none is written here.

use zeroize::Zeroizing;

use super::Pkcs12Error;
use crate::algorithm::KeyAlgorithm;
use crate::algorithm::digest::Sm3Hasher;
use crate::cms::{ContentType, Dialect, Kind};
use crate::encoding::der as wire;
use crate::encoding::oid;
use crate::key::cbc::{BLOCK, BlockCipher};
use crate::key::{Password, PrivateKey};
use crate::x509::Oid;
use crate::x509::asn1::{self, Malformed, tag};
use crate::x509::certificate::Certificate;

/// The encrypted key: two blocks and one of padding.
const ENCRYPTED: usize = 3 * BLOCK;

/// A `.sm2` file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CfcaContainer {
    der: Vec<u8>,
    encrypted: [u8; ENCRYPTED],
    certificate: Certificate,
}

impl CfcaContainer {
    /// Label of such a file in PEM.
    pub const PEM_LABEL: &'static str = "CFCA KEY";

    /// Reads a file.
    ///
    /// # Errors
    /// [`Pkcs12Error`]: too large, not DER, not of this form, or with a certificate that cannot be read.
    pub fn parse(bytes: &[u8]) -> Result<Self, Pkcs12Error> {
        if bytes.len() > super::MAX_OCTETS {
            return Err(Pkcs12Error::TooLarge { octets: bytes.len() });
        }
        wire::check_structure(bytes)?;
        let mut members = asn1::only("PKCS12_SM2", bytes, tag::SEQUENCE)?.members("PKCS12_SM2");
        if asn1::read_unsigned("version", members.required(tag::INTEGER)?.content)? != 1 {
            return Err(Malformed::value("version", "there is only version 1").into());
        }
        let mut key = members.required(tag::SEQUENCE)?.members("encrypted key");
        require_data(key.required(tag::OBJECT_IDENTIFIER)?.content)?;
        let algorithm = Oid::from_content(key.required(tag::OBJECT_IDENTIFIER)?.content)?;
        if algorithm != oid::SM4 && algorithm != oid::SM4_CBC {
            return Err(Malformed::value("encrypted key", "it is not encrypted with SM4").into());
        }
        let encrypted = key.required(tag::OCTET_STRING)?.content;
        let encrypted = encrypted
            .try_into()
            .map_err(|_| Malformed::value("encrypted key", "it does not have 48 bytes"))?;
        key.finish()?;
        let mut rest = members.required(tag::SEQUENCE)?.members("certificate");
        require_data(rest.required(tag::OBJECT_IDENTIFIER)?.content)?;
        let certificate = Certificate::from_der(rest.required(tag::OCTET_STRING)?.content)?;
        rest.finish()?;
        members.finish()?;
        Ok(Self { der: bytes.to_vec(), encrypted, certificate })
    }

    /// The file as received.
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// The certificate, which no password protects.
    pub fn certificate(&self) -> &Certificate {
        &self.certificate
    }

    /// The private key.
    ///
    /// # Errors
    /// [`Pkcs12Error::WrongPassword`]; [`Pkcs12Error::OtherKey`] where the certificate is not that of the key.
    pub fn open(&self, password: &Password) -> Result<PrivateKey, Pkcs12Error> {
        let mut derived = Sm3Hasher::new();
        derived.update(password.as_bytes());
        // The counter of the key derivation: one output of the hash is enough.
        derived.update(&1_u32.to_be_bytes());
        let derived = Zeroizing::new(derived.finish());
        let (iv, key) = derived.split_at(BLOCK);
        let iv = iv.try_into().map_err(|_| Pkcs12Error::Library)?;
        let scalar =
            BlockCipher::Sm4.decrypt_cbc(key, iv, &self.encrypted).ok_or(Pkcs12Error::WrongPassword)?;
        // Some programs leave out leading zeros of the number.
        let mut padded = Zeroizing::new([0; 32]);
        let start = padded.len().checked_sub(scalar.len()).ok_or(Pkcs12Error::WrongPassword)?;
        padded[start..].copy_from_slice(&scalar);
        let key =
            PrivateKey::from_scalar(KeyAlgorithm::Sm2, &*padded).map_err(|_| Pkcs12Error::WrongPassword)?;
        if self.certificate.public_key().is_ok_and(|public| public == *key.public_key()) {
            Ok(key)
        } else {
            Err(Pkcs12Error::OtherKey)
        }
    }
}

fn require_data(content: &[u8]) -> Result<(), Malformed> {
    let data = ContentType::of(Dialect::GmT0010, Kind::Data);
    if data.is_some_and(|data| data.oid().as_bytes() == content) {
        Ok(())
    } else {
        Err(Malformed::value("contentType", "it is not data of GM/T 0010"))
    }
}
