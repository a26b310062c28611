//! SM2 (GB/T 32918.2) by one of two implementations: the project's own, or with the feature `rustcrypto-sm2` RustCrypto's.

#[cfg(not(feature = "rustcrypto-sm2"))]
mod native;
#[cfg(feature = "rustcrypto-sm2")]
mod rustcrypto;

#[cfg(not(feature = "rustcrypto-sm2"))]
pub(crate) use native::{SecretKey, has_point, verify};
#[cfg(feature = "rustcrypto-sm2")]
pub(crate) use rustcrypto::{SecretKey, has_point, verify};

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

#[cfg(test)]
mod tests;
