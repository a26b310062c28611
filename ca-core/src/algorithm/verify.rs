//! Verifying.

use aws_lc_rs::digest;
use aws_lc_rs::signature::{self as aws, UnparsedPublicKey, VerificationAlgorithm};
use ca_sm2::{MessageDigest, VerifyingKey};
use spki::AlgorithmIdentifierOwned;

use super::{SignatureAlgorithm, VerifyError, sm2};
use crate::key::PublicKey;
use crate::key::{MAX_RSA_BITS, MIN_RSA_BITS};

/// Verifies a signature, given as it stands in the BIT STRING, by the algorithm that the identifier names. SM2 takes the
/// identifier of the signer to be [`sm2::DEFAULT_ID`].
///
/// # Errors
///
/// [`VerifyError`]: an identifier that is refused, a key of another kind, a malformed signature, or one that does not verify.
pub fn verify(
    identifier: &AlgorithmIdentifierOwned,
    key: &PublicKey,
    message: &[u8],
    signature: &[u8],
) -> Result<(), VerifyError> {
    match method(identifier, key)? {
        Method::Sm2 => sm2::verify_with_id(key, sm2::DEFAULT_ID, message, signature),
        Method::Library(by, _) => UnparsedPublicKey::new(by, key.key_bits())
            .verify(message, signature)
            .map_err(|_| VerifyError::Invalid),
    }
}

enum Method {
    Sm2,
    /// By AWS-LC, with the digest that comes first where there is one.
    Library(&'static dyn VerificationAlgorithm, Option<&'static digest::Algorithm>),
}

/// How a signature by this algorithm is verified with this key.
fn method(identifier: &AlgorithmIdentifierOwned, key: &PublicKey) -> Result<Method, VerifyError> {
    use crate::algorithm::KeyAlgorithm as Key;
    use crate::algorithm::SignatureAlgorithm as Signature;

    let algorithm = SignatureAlgorithm::from_identifier(identifier)?;
    let by: &'static dyn VerificationAlgorithm = match (algorithm, key.algorithm()) {
        (Signature::Sm2Sm3, Key::Sm2) => return Ok(Method::Sm2),
        (Signature::EcdsaSha256, Key::P256) => &aws::ECDSA_P256_SHA256_ASN1,
        (Signature::EcdsaSha384, Key::P256) => &aws::ECDSA_P256_SHA384_ASN1,
        (Signature::EcdsaSha256, Key::P384) => &aws::ECDSA_P384_SHA256_ASN1,
        (Signature::EcdsaSha384, Key::P384) => &aws::ECDSA_P384_SHA384_ASN1,
        (Signature::Ed25519, Key::Ed25519) => &aws::ED25519,
        (Signature::RsaSha256, Key::Rsa) => &aws::RSA_PKCS1_2048_8192_SHA256,
        (Signature::RsaSha384, Key::Rsa) => &aws::RSA_PKCS1_2048_8192_SHA384,
        (Signature::RsaSha512, Key::Rsa) => &aws::RSA_PKCS1_2048_8192_SHA512,
        (Signature::RsaPssSha256, Key::Rsa) => &aws::RSA_PSS_2048_8192_SHA256,
        (Signature::RsaPssSha384, Key::Rsa) => &aws::RSA_PSS_2048_8192_SHA384,
        (Signature::RsaPssSha512, Key::Rsa) => &aws::RSA_PSS_2048_8192_SHA512,
        (algorithm, key) => return Err(VerifyError::KeyMismatch { algorithm, key }),
    };
    if key.algorithm() == Key::Rsa && !(MIN_RSA_BITS..=MAX_RSA_BITS).contains(&key.bits()) {
        return Err(VerifyError::RsaKeySize { bits: key.bits() });
    }
    let hash = match algorithm {
        Signature::Sm2Sm3 | Signature::Ed25519 => None,
        Signature::EcdsaSha256 | Signature::RsaSha256 | Signature::RsaPssSha256 => Some(&digest::SHA256),
        Signature::EcdsaSha384 | Signature::RsaSha384 | Signature::RsaPssSha384 => Some(&digest::SHA384),
        Signature::RsaSha512 | Signature::RsaPssSha512 => Some(&digest::SHA512),
    };
    Ok(Method::Library(by, hash))
}

/// Verifies a signature over a message that comes in parts and is not held.
pub struct PartsVerifier(State);

enum State {
    Sm2 { key: VerifyingKey, digest: MessageDigest },
    Library { by: &'static dyn VerificationAlgorithm, key: Vec<u8>, digest: digest::Context },
}

impl PartsVerifier {
    /// For the signature of a key by the algorithm that the identifier names.
    ///
    /// # Errors
    ///
    /// Those of [`verify`] that do not depend on the signature, and [`VerifyError::WholeMessage`] for Ed25519.
    pub fn new(identifier: &AlgorithmIdentifierOwned, key: &PublicKey) -> Result<Self, VerifyError> {
        Ok(Self(match method(identifier, key)? {
            Method::Sm2 => {
                let point = ca_sm2::PublicKey::from_sec1_bytes(key.key_bits());
                let key = point.and_then(|point| VerifyingKey::new(point, sm2::DEFAULT_ID));
                let key = key.map_err(|_| VerifyError::Invalid)?;
                State::Sm2 { digest: key.begin(), key }
            }
            Method::Library(by, Some(hash)) => {
                State::Library { by, key: key.key_bits().to_vec(), digest: digest::Context::new(hash) }
            }
            Method::Library(_, None) => {
                let algorithm = SignatureAlgorithm::from_identifier(identifier)?;
                return Err(VerifyError::WholeMessage { algorithm });
            }
        }))
    }

    /// Takes in the next part.
    pub fn update(&mut self, part: &[u8]) {
        match &mut self.0 {
            State::Sm2 { digest, .. } => digest.update(part),
            State::Library { digest, .. } => digest.update(part),
        }
    }

    /// Verifies the signature over all parts in order.
    ///
    /// # Errors
    ///
    /// [`VerifyError::Encoding`] and [`VerifyError::Invalid`].
    pub fn finish(self, signature: &[u8]) -> Result<(), VerifyError> {
        match self.0 {
            State::Sm2 { key, digest } => {
                let algorithm = SignatureAlgorithm::Sm2Sm3;
                let signature = ca_sm2::Signature::from_der(signature)
                    .map_err(|_| VerifyError::Encoding { algorithm })?;
                key.verify_digest(&digest.finish(), &signature).map_err(|_| VerifyError::Invalid)
            }
            State::Library { by, key, digest } => UnparsedPublicKey::new(by, key)
                .verify_digest(&digest.finish(), signature)
                .map_err(|_| VerifyError::Invalid),
        }
    }
}
