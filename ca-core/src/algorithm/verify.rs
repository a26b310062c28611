//! Verifying.

use aws_lc_rs::signature::{self as aws, UnparsedPublicKey, VerificationAlgorithm};
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
    use crate::algorithm::KeyAlgorithm as Key;

    let algorithm = SignatureAlgorithm::from_identifier(identifier)?;
    let by: &'static dyn VerificationAlgorithm = match (algorithm, key.algorithm()) {
        (SignatureAlgorithm::Sm2Sm3, Key::Sm2) => {
            return sm2::verify_with_id(key, sm2::DEFAULT_ID, message, signature);
        }
        (SignatureAlgorithm::EcdsaSha256, Key::P256) => &aws::ECDSA_P256_SHA256_ASN1,
        (SignatureAlgorithm::EcdsaSha384, Key::P256) => &aws::ECDSA_P256_SHA384_ASN1,
        (SignatureAlgorithm::EcdsaSha256, Key::P384) => &aws::ECDSA_P384_SHA256_ASN1,
        (SignatureAlgorithm::EcdsaSha384, Key::P384) => &aws::ECDSA_P384_SHA384_ASN1,
        (SignatureAlgorithm::Ed25519, Key::Ed25519) => &aws::ED25519,
        (SignatureAlgorithm::RsaSha256, Key::Rsa) => &aws::RSA_PKCS1_2048_8192_SHA256,
        (SignatureAlgorithm::RsaSha384, Key::Rsa) => &aws::RSA_PKCS1_2048_8192_SHA384,
        (SignatureAlgorithm::RsaSha512, Key::Rsa) => &aws::RSA_PKCS1_2048_8192_SHA512,
        (SignatureAlgorithm::RsaPssSha256, Key::Rsa) => &aws::RSA_PSS_2048_8192_SHA256,
        (SignatureAlgorithm::RsaPssSha384, Key::Rsa) => &aws::RSA_PSS_2048_8192_SHA384,
        (SignatureAlgorithm::RsaPssSha512, Key::Rsa) => &aws::RSA_PSS_2048_8192_SHA512,
        (algorithm, key) => return Err(VerifyError::KeyMismatch { algorithm, key }),
    };
    if key.algorithm() == Key::Rsa && !(MIN_RSA_BITS..=MAX_RSA_BITS).contains(&key.bits()) {
        return Err(VerifyError::RsaKeySize { bits: key.bits() });
    }
    UnparsedPublicKey::new(by, key.key_bits()).verify(message, signature).map_err(|_| VerifyError::Invalid)
}
