//! SM2 by RustCrypto's crate.

use rand_core::CryptoRng;
use sm2::dsa::signature::{RandomizedSigner, Verifier};
use sm2::dsa::{Signature, SigningKey, VerifyingKey};
use zeroize::Zeroizing;

use super::DEFAULT_ID;

/// Most draws of a key before the source of randomness is called broken: one in 2³² fails.
const MAX_DRAWS: usize = 16;

/// A private key that signs as [`DEFAULT_ID`]. Wiped when dropped, which the crate's signing key is not: that exists during a
/// signature only.
pub(crate) struct SecretKey {
    key: sm2::SecretKey,
    point: [u8; 65],
}

impl SecretKey {
    pub(crate) fn generate(rng: &mut dyn CryptoRng) -> Option<Self> {
        let mut bytes = Zeroizing::new([0; 32]);
        (0..MAX_DRAWS).find_map(|_| {
            rng.fill_bytes(&mut *bytes);
            Self::from_bytes(&bytes)
        })
    }

    /// None for a value outside 1 to n − 2.
    pub(crate) fn from_bytes(bytes: &[u8; 32]) -> Option<Self> {
        let key = sm2::SecretKey::from_slice(bytes).ok()?;
        let successor = key.to_nonzero_scalar().as_ref() + &sm2::Scalar::ONE;
        if bool::from(successor.is_zero()) {
            return None;
        }
        let point = key.public_key().to_sec1_bytes().as_ref().try_into().ok()?;
        Some(Self { key, point })
    }

    pub(crate) fn to_bytes(&self) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(self.key.to_bytes().into())
    }

    /// `04‖X‖Y`.
    pub(crate) fn point(&self) -> [u8; 65] {
        self.point
    }

    /// `r‖s`, verified; none where it did not verify.
    pub(crate) fn sign(&self, message: &[u8], rng: &mut dyn CryptoRng) -> Option<[u8; 64]> {
        let key = self.signing_key()?;
        let signature: Signature = key.try_sign_with_rng(rng, message).ok()?;
        key.verifying_key().verify(message, &signature).ok()?;
        Some(signature.to_bytes().into())
    }

    /// `r‖s`, for who verifies it.
    pub(crate) fn sign_unverified(&self, message: &[u8], rng: &mut dyn CryptoRng) -> Option<[u8; 64]> {
        let signature: Signature = self.signing_key()?.try_sign_with_rng(rng, message).ok()?;
        Some(signature.to_bytes().into())
    }

    fn signing_key(&self) -> Option<SigningKey> {
        SigningKey::new(std::str::from_utf8(DEFAULT_ID).ok()?, &self.key).ok()
    }
}

/// Whether this is `04‖X‖Y` of a point of the curve.
pub(crate) fn has_point(bytes: &[u8]) -> bool {
    bytes.len() == 65 && bytes[0] == 0x04 && sm2::PublicKey::from_sec1_bytes(bytes).is_ok()
}

/// Whether `r‖s` verifies for this point.
pub(crate) fn verify(point: &[u8], id: &[u8], message: &[u8], signature: &[u8; 64]) -> bool {
    let check = || -> Option<()> {
        let key = VerifyingKey::from_sec1_bytes(std::str::from_utf8(id).ok()?, point).ok()?;
        key.verify(message, &Signature::from_bytes(signature.into()).ok()?).ok()
    };
    check().is_some()
}

/// A point whose signatures as [`DEFAULT_ID`] are verified often, which costs as much here as others.
pub(crate) struct PreparedPoint(Vec<u8>);

impl PreparedPoint {
    /// None where this is no point of the curve.
    pub(crate) fn new(point: &[u8]) -> Option<Self> {
        has_point(point).then(|| Self(point.to_vec()))
    }

    /// Whether `r‖s` verifies.
    pub(crate) fn verify(&self, message: &[u8], signature: &[u8; 64]) -> bool {
        verify(&self.0, DEFAULT_ID, message, signature)
    }
}
