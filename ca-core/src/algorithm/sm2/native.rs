//! SM2 by the project's own crate.

use ca_sm2::{Error, PreparedVerifyingKey, PrivateKey, PublicKey, Signature, SigningKey, VerifyingKey};
use rand_core::CryptoRng;
use zeroize::Zeroizing;

use super::DEFAULT_ID;

/// A private key that signs as [`DEFAULT_ID`]. Wiped when dropped.
pub(crate) struct SecretKey(SigningKey);

impl SecretKey {
    pub(crate) fn generate(rng: &mut dyn CryptoRng) -> Option<Self> {
        Self::new(PrivateKey::generate(rng))
    }

    /// None for a value outside 1 to n − 2.
    pub(crate) fn from_bytes(bytes: &[u8; 32]) -> Option<Self> {
        Self::new(PrivateKey::from_bytes(bytes).ok()?)
    }

    fn new(key: PrivateKey) -> Option<Self> {
        SigningKey::new(key, DEFAULT_ID).ok().map(Self)
    }

    pub(crate) fn to_bytes(&self) -> Zeroizing<[u8; 32]> {
        self.0.private_key().to_bytes()
    }

    /// `04‖X‖Y`.
    pub(crate) fn point(&self) -> [u8; 65] {
        self.0.private_key().public_key().to_sec1_bytes()
    }

    /// `r‖s`, verified; none where it did not verify.
    pub(crate) fn sign(&self, message: &[u8], rng: &mut dyn CryptoRng) -> Option<[u8; 64]> {
        self.0.sign_verified(message, rng).ok().map(|signature| signature.to_bytes())
    }

    /// `r‖s`, for who verifies it.
    pub(crate) fn sign_unverified(&self, message: &[u8], rng: &mut dyn CryptoRng) -> Option<[u8; 64]> {
        Some(self.0.sign(message, rng).to_bytes())
    }

    /// `r‖s` for e, verified; none where it did not verify.
    pub(crate) fn sign_digest(&self, e: &[u8; 32], rng: &mut dyn CryptoRng) -> Option<[u8; 64]> {
        self.0.sign_digest_verified(e, rng).ok().map(|signature| signature.to_bytes())
    }
}

/// Whether this is `04‖X‖Y` of a point of the curve.
pub(crate) fn has_point(bytes: &[u8]) -> bool {
    bytes.len() == 65 && PublicKey::from_sec1_bytes(bytes).is_ok()
}

/// Whether `r‖s` verifies for this point.
pub(crate) fn verify(point: &[u8], id: &[u8], message: &[u8], signature: &[u8; 64]) -> bool {
    let check = || -> Result<(), Error> {
        let key = VerifyingKey::new(PublicKey::from_sec1_bytes(point)?, id)?;
        key.verify(message, &Signature::from_bytes(signature)?)
    };
    check().is_ok()
}

/// A point whose signatures as [`DEFAULT_ID`] are verified often.
pub(crate) struct PreparedPoint(PreparedVerifyingKey);

impl PreparedPoint {
    /// None where this is no point of the curve.
    pub(crate) fn new(point: &[u8]) -> Option<Self> {
        let key = VerifyingKey::new(PublicKey::from_sec1_bytes(point).ok()?, DEFAULT_ID).ok()?;
        Some(Self(key.prepare()))
    }

    /// Whether `r‖s` verifies.
    pub(crate) fn verify(&self, message: &[u8], signature: &[u8; 64]) -> bool {
        Signature::from_bytes(signature).is_ok_and(|signature| self.0.verify(message, &signature).is_ok())
    }
}
