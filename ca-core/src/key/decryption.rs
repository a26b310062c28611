//! Decrypting with a private key what was encrypted to its public key: keys of messages, which are short.

use ::der::asn1::{OctetStringRef, UintRef};
use ::der::{Decode, Encode, Sequence};
use aws_lc_rs::rsa::{
    OAEP_SHA1_MGF1SHA1, OAEP_SHA256_MGF1SHA256, OAEP_SHA384_MGF1SHA384, OAEP_SHA512_MGF1SHA512,
    OaepPrivateDecryptingKey, Pkcs1PrivateDecryptingKey, PrivateDecryptingKey,
};
use ca_sm2::Ciphertext;
use rand_core::CryptoRng;
use zeroize::Zeroizing;

use super::private::{PrivateKey, Secret};
use super::{KeyError, PublicKey};
use crate::algorithm::KeyAlgorithm;
use crate::algorithm::digest::DigestAlgorithm;

/// How something was encrypted to a public key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transport {
    /// SM2 (GB/T 32918.4): SM2Cipher of GM/T 0009, or its parts one after the other as some write them.
    Sm2,
    /// RSAES-PKCS1-v1_5 (RFC 8017 section 7.2).
    RsaPkcs1,
    /// RSAES-OAEP (RFC 8017 section 7.1) with one hash for everything, MGF1 and no label.
    RsaOaep(DigestAlgorithm),
}

/// SM2Cipher (GM/T 0009 section 7.2).
#[derive(Sequence)]
struct Sm2Cipher<'a> {
    x: UintRef<'a>,
    y: UintRef<'a>,
    hash: &'a OctetStringRef,
    ciphertext: &'a OctetStringRef,
}

/// Bytes of the point without its `04`; the digest has half as many.
const POINT: usize = 64;
const DIGEST: usize = 32;

impl PrivateKey {
    /// Decrypts what was encrypted to the public key.
    ///
    /// # Errors
    ///
    /// [`KeyError::NoDecryption`] where this kind of key does not decrypt this way, [`KeyError::Decryption`] where the
    /// ciphertext is not one for this key.
    pub fn decrypt(&self, transport: Transport, ciphertext: &[u8]) -> Result<Zeroizing<Vec<u8>>, KeyError> {
        let algorithm = self.public.algorithm();
        let failed = || KeyError::Decryption { algorithm };
        match (&self.secret, transport) {
            (Secret::Sm2(key), Transport::Sm2) => {
                let key = ca_sm2::PrivateKey::from_bytes(&key.to_bytes()).map_err(|_| failed())?;
                let opened = sm2_readings(ciphertext).find_map(|reading| key.decrypt(&reading).ok());
                opened.ok_or_else(failed)
            }
            (Secret::Rsa(_), Transport::RsaPkcs1) => {
                let key = Pkcs1PrivateDecryptingKey::new(self.rsa()?).map_err(|_| failed())?;
                let mut buffer = Zeroizing::new(vec![0; key.min_output_size()]);
                let length = key.decrypt(ciphertext, &mut buffer).map_err(|_| failed())?.len();
                buffer.truncate(length);
                Ok(buffer)
            }
            (Secret::Rsa(_), Transport::RsaOaep(hash)) => {
                let oaep = match hash {
                    DigestAlgorithm::Sha1 => &OAEP_SHA1_MGF1SHA1,
                    DigestAlgorithm::Sha256 => &OAEP_SHA256_MGF1SHA256,
                    DigestAlgorithm::Sha384 => &OAEP_SHA384_MGF1SHA384,
                    DigestAlgorithm::Sha512 => &OAEP_SHA512_MGF1SHA512,
                    DigestAlgorithm::Sm3 => return Err(KeyError::NoDecryption { algorithm }),
                };
                let key = OaepPrivateDecryptingKey::new(self.rsa()?).map_err(|_| failed())?;
                let mut buffer = Zeroizing::new(vec![0; key.min_output_size()]);
                let length = key.decrypt(oaep, ciphertext, &mut buffer, None).map_err(|_| failed())?.len();
                buffer.truncate(length);
                Ok(buffer)
            }
            _ => Err(KeyError::NoDecryption { algorithm }),
        }
    }

    fn rsa(&self) -> Result<PrivateDecryptingKey, KeyError> {
        let algorithm = KeyAlgorithm::Rsa;
        PrivateDecryptingKey::from_pkcs8(&self.to_pkcs8_der()?)
            .map_err(|_| KeyError::NoDecryption { algorithm })
    }
}

impl PublicKey {
    /// Encrypts a short message to a SM2 key: the DER of SM2Cipher (GM/T 0009 section 7.2).
    ///
    /// # Errors
    ///
    /// [`KeyError::NoDecryption`] for keys of other kinds and an empty message.
    pub fn encrypt_sm2(&self, message: &[u8], rng: &mut dyn CryptoRng) -> Result<Vec<u8>, KeyError> {
        let refused = || KeyError::NoDecryption { algorithm: self.algorithm() };
        if self.algorithm() != KeyAlgorithm::Sm2 {
            return Err(refused());
        }
        let point = ca_sm2::PublicKey::from_sec1_bytes(self.key_bits()).map_err(|_| refused())?;
        let sealed = point.encrypt(message, rng).map_err(|_| refused())?;
        let (x, y) = (sealed.point.x(), sealed.point.y());
        let write = || -> Result<Vec<u8>, ::der::Error> {
            let (x, y) = (UintRef::new(&x)?, UintRef::new(&y)?);
            let hash = OctetStringRef::new(&sealed.digest)?;
            Sm2Cipher { x, y, hash, ciphertext: OctetStringRef::new(&sealed.masked)? }.to_der()
        };
        write().map_err(|_| refused())
    }
}

/// What a ciphertext may be: SM2Cipher, or C1‖C3‖C2 or the older C1‖C2‖C3 with the point's `04` or without.
fn sm2_readings(bytes: &[u8]) -> impl Iterator<Item = Ciphertext> {
    let mut readings: Vec<Option<Ciphertext>> = vec![from_der(bytes)];
    let bare = bytes.strip_prefix(&[0x04]).filter(|rest| rest.len() > POINT + DIGEST);
    for bytes in [bare, Some(bytes)].into_iter().flatten() {
        let Some((point, rest)) = bytes.split_at_checked(POINT) else { continue };
        if let Some((digest, masked)) = rest.split_at_checked(DIGEST) {
            readings.push(assemble(point, digest, masked));
        }
        if let Some(length) = rest.len().checked_sub(DIGEST) {
            let (masked, digest) = rest.split_at(length);
            readings.push(assemble(point, digest, masked));
        }
    }
    readings.into_iter().flatten()
}

fn from_der(bytes: &[u8]) -> Option<Ciphertext> {
    let parts = Sm2Cipher::from_der(bytes).ok()?;
    let mut point = [0; POINT];
    for (half, value) in point.chunks_exact_mut(POINT / 2).zip([parts.x, parts.y]) {
        let start = half.len().checked_sub(value.as_bytes().len())?;
        half[start..].copy_from_slice(value.as_bytes());
    }
    assemble(&point, parts.hash.as_bytes(), parts.ciphertext.as_bytes())
}

fn assemble(point: &[u8], digest: &[u8], masked: &[u8]) -> Option<Ciphertext> {
    let point = ca_sm2::PublicKey::from_sec1_bytes(&[&[0x04], point].concat()).ok()?;
    Some(Ciphertext { point, digest: digest.try_into().ok()?, masked: masked.to_vec() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::algorithm::KeySpec;
    use crate::testing::rng;

    #[test]
    fn every_form_of_an_sm2_ciphertext_opens() {
        let key = PrivateKey::generate(KeySpec::Sm2, &mut rng()).unwrap();
        let message = [7; 16];
        let der = key.public_key().encrypt_sm2(&message, &mut rng()).unwrap();
        let parts = from_der(&der).unwrap();
        let point = parts.point.to_sec1_bytes();
        let new = [&point[..], &parts.digest, &parts.masked].concat();
        let old = [&point[..], &parts.masked, &parts.digest].concat();
        for form in [&der[..], &new, &new[1..], &old, &old[1..]] {
            assert_eq!(key.decrypt(Transport::Sm2, form).unwrap()[..], message);
        }
        let other = PrivateKey::generate(KeySpec::Sm2, &mut rng()).unwrap();
        assert_eq!(other.decrypt(Transport::Sm2, &der).unwrap_err().code(), "key-decryption-failed");
        let other = PrivateKey::generate(KeySpec::P256, &mut rng()).unwrap();
        assert_eq!(other.decrypt(Transport::Sm2, &der).unwrap_err().code(), "key-does-not-decrypt");
    }
}
