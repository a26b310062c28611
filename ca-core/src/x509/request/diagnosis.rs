//! Why a SM2 signature does not verify.

use super::RequestError;
use crate::algorithm::KeyAlgorithm;
use crate::algorithm::digest::sm3;
use crate::key::PublicKey;
use ca_sm2::{Signature, VerifyingKey};

/// The mistake that explains a signature which does not verify with the standard identifier; `None` where none known does.
pub(super) fn of(key: &PublicKey, message: &[u8], signature: &[u8]) -> Option<RequestError> {
    if key.algorithm() != KeyAlgorithm::Sm2 {
        return None;
    }
    let signature = Signature::from_der(signature).ok()?;
    let point = ca_sm2::PublicKey::from_sec1_bytes(key.key_bits()).ok()?;
    let without_identifier = VerifyingKey::new(point, &[]).ok()?;
    if without_identifier.verify(message, &signature).is_ok() {
        return Some(RequestError::EmptySm2Identifier);
    }
    let without_z = without_identifier.verify_digest(&sm3(message), &signature);
    without_z.is_ok().then_some(RequestError::WithoutSm2Identity)
}
