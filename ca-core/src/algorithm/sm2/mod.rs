//! SM2 (GB/T 32918.2) by one of two implementations: the project's own, or with the feature `rustcrypto-sm2` RustCrypto's.

#[cfg(not(feature = "rustcrypto-sm2"))]
mod native;
#[cfg(feature = "rustcrypto-sm2")]
mod rustcrypto;

#[cfg(not(feature = "rustcrypto-sm2"))]
pub(crate) use native::{PreparedPoint, SecretKey, has_point, verify};
#[cfg(feature = "rustcrypto-sm2")]
pub(crate) use rustcrypto::{PreparedPoint, SecretKey, has_point, verify};

use super::{KeyAlgorithm, SignatureAlgorithm, VerifyError, raw};
use crate::key::PublicKey;

/// The identifier of a signer that certificates, CRLs and requests use (GM/T 0009 section 10).
pub const DEFAULT_ID: &[u8] = b"1234567812345678";

/// Verifies a DER encoded signature made with a given identifier. What certificates carry is made with [`DEFAULT_ID`];
/// another one tells why a signature fails, since some programs sign with an empty identifier unless told.
///
/// # Errors
///
/// [`VerifyError`]: a key of another kind, a malformed signature, or one that does not verify.
pub fn verify_with_id(
    key: &PublicKey,
    id: &[u8],
    message: &[u8],
    signature: &[u8],
) -> Result<(), VerifyError> {
    let algorithm = SignatureAlgorithm::Sm2Sm3;
    if key.algorithm() != KeyAlgorithm::Sm2 {
        return Err(VerifyError::KeyMismatch { algorithm, key: key.algorithm() });
    }
    let signature = raw::from_der(signature).map_err(|_| VerifyError::Encoding { algorithm })?;
    if verify(key.key_bits(), id, message, &signature) { Ok(()) } else { Err(VerifyError::Invalid) }
}

/// What is signed for a message: e = SM3(Z ‖ M), where Z is of the identifier and the key (GB/T 32918.2 section 6.1). Devices take
/// this in place of the message.
///
/// # Errors
///
/// [`VerifyError::KeyMismatch`] for a key of another kind.
pub fn message_digest(key: &PublicKey, id: &[u8], message: &[u8]) -> Result<[u8; 32], VerifyError> {
    let algorithm = SignatureAlgorithm::Sm2Sm3;
    let mismatch = || VerifyError::KeyMismatch { algorithm, key: key.algorithm() };
    if key.algorithm() != KeyAlgorithm::Sm2 {
        return Err(mismatch());
    }
    let point = ca_sm2::PublicKey::from_sec1_bytes(key.key_bits()).map_err(|_| mismatch())?;
    let key = ca_sm2::VerifyingKey::new(point, id).map_err(|_| mismatch())?;
    Ok(key.digest(message))
}

#[cfg(test)]
mod tests;
