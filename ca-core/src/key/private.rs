//! Private keys.

use ::der::Decode;
use ::der::asn1::OctetStringRef;
use aws_lc_rs::encoding::{AsBigEndian, AsDer, EcPrivateKeyBin, Pkcs8V1Der};
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1_SIGNING, ECDSA_P384_SHA384_ASN1_SIGNING, EcdsaKeyPair, EcdsaSigningAlgorithm,
    Ed25519KeyPair, KeyPair, RsaKeyPair,
};
use pkcs8::PrivateKeyInfoRef;
use rand_core::CryptoRng;
use zeroize::Zeroizing;

use super::pbes2::Work;
use super::{EncryptionForm, KeyError, Password, PublicKey, SoftwareSigner, encrypted, public, sec1};
use crate::algorithm::{KeyAlgorithm, KeySpec, Sm2Parameters, sm2};
use crate::encoding::der::{self, DerError};
use crate::encoding::pem;

/// Draws of a scalar before the source of randomness is called broken: with a sound one, one in 2³² fails.
const MAX_DRAWS: usize = 16;

/// PEM label of PKCS #8 (RFC 7468 section 10).
pub(crate) const PRIVATE_KEY: &str = "PRIVATE KEY";
/// PEM label of encrypted PKCS #8 (RFC 7468 section 11).
pub(crate) const ENCRYPTED_PRIVATE_KEY: &str = "ENCRYPTED PRIVATE KEY";
/// PEM label of SEC 1 keys (RFC 5915 section 4).
pub(crate) const EC_PRIVATE_KEY: &str = "EC PRIVATE KEY";

/// A private key with its public key. Wiped when dropped; it has no `Debug`, `Clone` or `Serialize`.
///
/// ```compile_fail
/// fn print(key: ca_core::key::PrivateKey) {
///     println!("{key:?}");
/// }
/// ```
/// ```compile_fail
/// fn copy(key: &ca_core::key::PrivateKey) -> ca_core::key::PrivateKey {
///     key.clone()
/// }
/// ```
pub struct PrivateKey {
    pub(super) secret: Secret,
    pub(super) public: PublicKey,
}

/// The variants wipe themselves: AWS-LC clears its keys when it frees them.
pub(super) enum Secret {
    Sm2(Box<sm2::SecretKey>),
    Ecdsa(EcdsaKeyPair),
    Ed25519 { pair: Ed25519KeyPair, seed: Zeroizing<Vec<u8>> },
    Rsa(RsaKeyPair),
}

impl PrivateKey {
    /// A new key. Randomness is `rng`'s, but for RSA, whose primes AWS-LC draws from the operating system.
    ///
    /// # Errors
    ///
    /// [`KeyError::UnsupportedSize`] for RSA keys of other than 2048, 3072, 4096 or 8192 bits; [`KeyError::Generation`] where
    /// the machine or the source of randomness fails.
    pub fn generate(spec: KeySpec, rng: &mut dyn CryptoRng) -> Result<Self, KeyError> {
        let failed = || KeyError::Generation { spec };
        match spec {
            KeySpec::Sm2 => Self::from_sm2(sm2::SecretKey::generate(rng).ok_or_else(failed)?),
            KeySpec::P256 | KeySpec::P384 => {
                let algorithm = spec.algorithm();
                let mut scalar = Zeroizing::new(vec![0; scalar_length(algorithm)]);
                let mut draw = || {
                    rng.fill_bytes(&mut scalar);
                    Self::from_scalar(algorithm, &scalar).ok()
                };
                (0..MAX_DRAWS).find_map(|_| draw()).ok_or_else(failed)
            }
            KeySpec::Ed25519 => {
                let mut seed = Zeroizing::new(vec![0; 32]);
                rng.fill_bytes(&mut seed);
                Self::from_seed(seed)
            }
            KeySpec::Rsa { bits } => {
                let size = match bits {
                    2048 => KeySize::Rsa2048,
                    3072 => KeySize::Rsa3072,
                    4096 => KeySize::Rsa4096,
                    8192 => KeySize::Rsa8192,
                    _ => return Err(KeyError::UnsupportedSize { spec }),
                };
                Self::from_rsa(RsaKeyPair::generate(size).map_err(|_| failed())?)
            }
        }
    }

    /// The key of a DER encoded PrivateKeyInfo (PKCS #8, RFC 5958).
    ///
    /// # Errors
    ///
    /// [`KeyError`] for what is not a valid key of a supported algorithm, or holds a public key that is another one's.
    pub fn from_pkcs8_der(bytes: &[u8]) -> Result<Self, KeyError> {
        der::check_structure(bytes)?;
        let info = PrivateKeyInfoRef::from_der(bytes).map_err(DerError::from)?;
        let parameters = info.algorithm.parameters.map(::der::asn1::Any::from);
        let identifier = spki::AlgorithmIdentifierOwned { oid: info.algorithm.oid, parameters };
        let algorithm = public::algorithm_of(&identifier)?;
        let inner = info.private_key.as_bytes();
        let key = match algorithm {
            KeyAlgorithm::Sm2 | KeyAlgorithm::P256 | KeyAlgorithm::P384 => {
                Self::from_sec1(inner, Some(algorithm))?
            }
            KeyAlgorithm::Ed25519 => {
                let seed = <&OctetStringRef>::from_der(inner).map_err(DerError::from)?;
                Self::from_seed(Zeroizing::new(seed.as_bytes().to_vec()))?
            }
            KeyAlgorithm::Rsa => {
                let pair = RsaKeyPair::from_der(inner).map_err(|_| KeyError::PrivateKey { algorithm })?;
                Self::from_rsa(pair)?
            }
        };
        if let Some(stored) = info.public_key {
            key.require_public(stored.as_bytes().ok_or(KeyError::UnusedBits)?)?;
        }
        Ok(key)
    }

    /// The DER encoded PrivateKeyInfo (PKCS #8 version 1). Elliptic curve keys carry curve and public key inside, as OpenSSL and
    /// GmSSL read them: 150 bytes for SM2.
    ///
    /// # Errors
    ///
    /// [`KeyError::Library`] where the library fails to give the key out.
    pub fn to_pkcs8_der(&self) -> Result<Zeroizing<Vec<u8>>, KeyError> {
        let algorithm = self.public.algorithm();
        let failed = |_| KeyError::Library { algorithm };
        let point = Some(self.public.key_bits());
        let inner = match &self.secret {
            Secret::Sm2(key) => sec1::write(algorithm, &*key.to_bytes(), point)?,
            Secret::Ecdsa(pair) => {
                let scalar: EcPrivateKeyBin<'_> = pair.private_key().as_be_bytes().map_err(failed)?;
                sec1::write(algorithm, scalar.as_ref(), point)?
            }
            Secret::Ed25519 { seed, .. } => {
                sec1::encode_secret(&OctetStringRef::new(seed).map_err(DerError::from)?)?
            }
            Secret::Rsa(pair) => {
                let document: Pkcs8V1Der<'_> = pair.as_der().map_err(failed)?;
                return Ok(Zeroizing::new(document.as_ref().to_vec()));
            }
        };
        let identifier = public::identifier(algorithm);
        let private_key = OctetStringRef::new(&inner).map_err(DerError::from)?;
        sec1::encode_secret(&PrivateKeyInfoRef::new((&identifier).into(), private_key))
    }

    /// The key of a DER encoded EncryptedPrivateKeyInfo (RFC 5958) by PBES2 (RFC 8018): PBKDF2 with HMAC over SHA-1, SHA-256,
    /// SHA-384, SHA-512 or SM3, and AES or SM4 in CBC mode.
    ///
    /// # Errors
    ///
    /// [`KeyError::WrongPassword`], which a damaged file looks like; [`KeyError::UnsupportedEncryption`] and
    /// [`KeyError::EncryptionParameters`]; and the errors of [`from_pkcs8_der`](Self::from_pkcs8_der).
    pub fn from_encrypted_pkcs8_der(bytes: &[u8], password: &Password) -> Result<Self, KeyError> {
        Self::from_encrypted(bytes, password, &mut Work::new())
    }

    /// The same within the work that is left for a file.
    pub(crate) fn from_encrypted(
        bytes: &[u8],
        password: &Password,
        work: &mut Work,
    ) -> Result<Self, KeyError> {
        let plain = encrypted::decrypt(bytes, password, work)?;
        // A wrong password leaves sound padding once in 256 times, and then noise.
        der::check_structure(&plain).map_err(|_| KeyError::WrongPassword)?;
        Self::from_pkcs8_der(&plain)
    }

    /// The DER encoded EncryptedPrivateKeyInfo by PBES2 in the form asked for.
    ///
    /// # Errors
    ///
    /// [`KeyError::Library`] where the library fails.
    pub fn to_encrypted_pkcs8_der(
        &self,
        password: &Password,
        form: EncryptionForm,
        rng: &mut dyn CryptoRng,
    ) -> Result<Vec<u8>, KeyError> {
        let plain = self.to_pkcs8_der()?;
        let algorithm = self.public.algorithm();
        encrypted::encrypt(form, &plain, password, rng)?.ok_or(KeyError::Library { algorithm })
    }

    /// The DER encoded ECPrivateKey (SEC 1, RFC 5915), with curve and public key.
    ///
    /// # Errors
    ///
    /// [`KeyError::NoSec1Form`] for Ed25519 and RSA keys.
    pub fn to_sec1_der(&self) -> Result<Zeroizing<Vec<u8>>, KeyError> {
        let algorithm = self.public.algorithm();
        if sec1::curve(algorithm).is_none() {
            return Err(KeyError::NoSec1Form { algorithm });
        }
        let document = self.to_pkcs8_der()?;
        let info = PrivateKeyInfoRef::from_der(&document).map_err(DerError::from)?;
        Ok(Zeroizing::new(info.private_key.as_bytes().to_vec()))
    }

    /// The key of a DER encoded ECPrivateKey (SEC 1, RFC 5915) that names its curve.
    ///
    /// # Errors
    ///
    /// [`KeyError`] for what is not a valid key of a supported curve, or holds a public key that is another one's.
    pub fn from_sec1_der(bytes: &[u8]) -> Result<Self, KeyError> {
        Self::from_sec1(bytes, None)
    }

    /// The key of PEM text with exactly one private key: `PRIVATE KEY`, `ENCRYPTED PRIVATE KEY` or `EC PRIVATE KEY`. Other
    /// objects, such as `EC PARAMETERS`, are skipped. A password is not looked at where the key is not encrypted.
    ///
    /// # Errors
    ///
    /// [`KeyError::Pem`] where there is none, [`KeyError::SeveralKeys`], [`KeyError::PasswordNeeded`], and the errors of the
    /// formats.
    pub fn from_pem(text: &[u8], password: Option<&Password>) -> Result<Self, KeyError> {
        let labels = [PRIVATE_KEY, ENCRYPTED_PRIVATE_KEY, EC_PRIVATE_KEY];
        let objects =
            pem::read_all(text)?.into_iter().map(|object| (object.label, Zeroizing::new(object.der)));
        let objects: Vec<_> = objects.collect();
        let keys: Vec<_> = objects.iter().filter(|(label, _)| labels.contains(&label.as_str())).collect();
        match (&keys[..], &objects[..]) {
            ([(label, bytes)], _) => match label.as_str() {
                PRIVATE_KEY => Self::from_pkcs8_der(bytes),
                EC_PRIVATE_KEY => Self::from_sec1(bytes, None),
                _ => Self::from_encrypted_pkcs8_der(bytes, password.ok_or(KeyError::PasswordNeeded)?),
            },
            ([], []) => Err(pem::PemError::NotPem.into()),
            ([], objects) => Err(pem::PemError::Label {
                wanted: labels.map(str::to_owned).to_vec(),
                found: objects.iter().take(5).map(|(label, _)| label.clone()).collect(),
            }
            .into()),
            (several, _) => Err(KeyError::SeveralKeys { count: several.len() }),
        }
    }

    /// The PEM text of the key, encrypted where a password is given.
    ///
    /// # Errors
    ///
    /// Those of [`to_pkcs8_der`](Self::to_pkcs8_der).
    pub fn to_pem(
        &self,
        password: Option<&Password>,
        rng: &mut dyn CryptoRng,
    ) -> Result<Zeroizing<String>, KeyError> {
        Ok(Zeroizing::new(match password {
            Some(password) => {
                let form = EncryptionForm::default();
                pem::write(ENCRYPTED_PRIVATE_KEY, &self.to_encrypted_pkcs8_der(password, form, rng)?)
            }
            None => pem::write(PRIVATE_KEY, &self.to_pkcs8_der()?),
        }))
    }

    /// The scalar of a key of SM2 or ECDSA, big-endian and as long as the curve's order; none for others.
    pub fn to_scalar(&self) -> Option<Zeroizing<Vec<u8>>> {
        match &self.secret {
            Secret::Sm2(key) => Some(Zeroizing::new(key.to_bytes().to_vec())),
            Secret::Ecdsa(pair) => {
                let scalar: EcPrivateKeyBin<'_> = pair.private_key().as_be_bytes().ok()?;
                Some(Zeroizing::new(scalar.as_ref().to_vec()))
            }
            Secret::Ed25519 { .. } | Secret::Rsa(_) => None,
        }
    }

    /// The public key.
    pub fn public_key(&self) -> &PublicKey {
        &self.public
    }

    /// The signer with this key, whose identifier has the parameters given where the key is one of SM2.
    pub fn into_signer(self, parameters: Sm2Parameters) -> SoftwareSigner {
        SoftwareSigner::new(self, parameters)
    }

    fn from_sm2(key: sm2::SecretKey) -> Result<Self, KeyError> {
        let public = PublicKey::from_parts(KeyAlgorithm::Sm2, &key.point())?;
        Ok(Self { secret: Secret::Sm2(Box::new(key)), public })
    }

    fn from_rsa(pair: RsaKeyPair) -> Result<Self, KeyError> {
        let public = PublicKey::from_parts(KeyAlgorithm::Rsa, pair.public_key().as_ref())?;
        Ok(Self { secret: Secret::Rsa(pair), public })
    }

    fn from_seed(seed: Zeroizing<Vec<u8>>) -> Result<Self, KeyError> {
        let algorithm = KeyAlgorithm::Ed25519;
        if seed.len() != 32 {
            return Err(KeyError::PrivateKey { algorithm });
        }
        let pair =
            Ed25519KeyPair::from_seed_unchecked(&seed).map_err(|_| KeyError::PrivateKey { algorithm })?;
        let public = PublicKey::from_parts(algorithm, pair.public_key().as_ref())?;
        Ok(Self { secret: Secret::Ed25519 { pair, seed }, public })
    }

    /// The key of an elliptic curve whose scalar, big-endian and as long as the curve's order, is given.
    ///
    /// # Errors
    ///
    /// [`KeyError::PrivateKey`] for a scalar that is none of this curve, and for algorithms without scalars.
    pub fn from_scalar(algorithm: KeyAlgorithm, scalar: &[u8]) -> Result<Self, KeyError> {
        let invalid = || KeyError::PrivateKey { algorithm };
        let curve: &'static EcdsaSigningAlgorithm = match algorithm {
            KeyAlgorithm::P256 => &ECDSA_P256_SHA256_ASN1_SIGNING,
            KeyAlgorithm::P384 => &ECDSA_P384_SHA384_ASN1_SIGNING,
            KeyAlgorithm::Sm2 => {
                let scalar: &[u8; 32] = scalar.try_into().map_err(|_| invalid())?;
                return Self::from_sm2(sm2::SecretKey::from_bytes(scalar).ok_or_else(invalid)?);
            }
            KeyAlgorithm::Ed25519 | KeyAlgorithm::Rsa => return Err(invalid()),
        };
        // Without a public key, so that the library computes it.
        let pair = EcdsaKeyPair::from_private_key_der(curve, &sec1::write(algorithm, scalar, None)?)
            .map_err(|_| invalid())?;
        let public = PublicKey::from_parts(algorithm, pair.public_key().as_ref())?;
        Ok(Self { secret: Secret::Ecdsa(pair), public })
    }

    /// The key of a DER encoded ECPrivateKey, whose curve is known from outside or stands inside.
    fn from_sec1(bytes: &[u8], outside: Option<KeyAlgorithm>) -> Result<Self, KeyError> {
        let contents = sec1::read(bytes)?;
        let inside = contents.curve.map(|oid| {
            let curves = [KeyAlgorithm::Sm2, KeyAlgorithm::P256, KeyAlgorithm::P384];
            let algorithm = curves.into_iter().find(|algorithm| sec1::curve(*algorithm) == Some(oid));
            algorithm.ok_or(KeyError::UnsupportedCurve { oid })
        });
        let algorithm = match (inside.transpose()?, outside) {
            (Some(inside), Some(outside)) if inside != outside => {
                let expected = "the curve inside the key must be the one outside";
                return Err(KeyError::Parameters { algorithm: outside, expected });
            }
            (Some(algorithm), _) | (None, Some(algorithm)) => algorithm,
            (None, None) => return Err(KeyError::ExplicitCurve),
        };
        if contents.scalar.len() != scalar_length(algorithm) {
            return Err(KeyError::PrivateKey { algorithm });
        }
        let key = Self::from_scalar(algorithm, &contents.scalar)?;
        if let Some(point) = &contents.point {
            key.require_public(point)?;
        }
        Ok(key)
    }

    fn require_public(&self, stored: &[u8]) -> Result<(), KeyError> {
        if stored == self.public.key_bits() {
            Ok(())
        } else {
            Err(KeyError::PublicKeyMismatch { algorithm: self.public.algorithm() })
        }
    }
}

/// Bytes of a private scalar.
fn scalar_length(algorithm: KeyAlgorithm) -> usize {
    if algorithm == KeyAlgorithm::P384 { 48 } else { 32 }
}

#[cfg(test)]
mod tests;
