//! Private keys.

use rand_core::CryptoRng;
use zeroize::{Zeroize, Zeroizing};

use super::PublicKey;
use crate::Error;
use crate::point::multiply_generator;
use crate::scalar::Scalar;

/// An SM2 private key d with 1 ≤ d ≤ n − 2 (GB/T 32918.1 section 6.1). It is wiped when dropped and has no `Debug`, `Clone` or serialization.
pub struct PrivateKey {
    scalar: Scalar,
    public: PublicKey,
}

impl PrivateKey {
    /// A new key, uniform among all, drawn by rejection.
    pub fn generate(rng: &mut dyn CryptoRng) -> Self {
        loop {
            let mut bytes = Zeroizing::new([0; 32]);
            rng.fill_bytes(&mut *bytes);
            if let Ok(key) = Self::from_bytes(&bytes) {
                return key;
            }
        }
    }

    /// The key of 32 big-endian bytes.
    ///
    /// # Errors
    ///
    /// [`Error::PrivateKeyRange`] for 0, n − 1 and everything above.
    pub fn from_bytes(bytes: &[u8; 32]) -> Result<Self, Error> {
        let mut scalar = Scalar::from_nonzero_be_bytes(bytes).ok_or(Error::PrivateKeyRange)?;
        if scalar.add(&Scalar::ONE).is_zero() != 0 {
            scalar.zeroize();
            return Err(Error::PrivateKeyRange);
        }
        let public = PublicKey::from_point(multiply_generator(&scalar).to_affine());
        Ok(Self { scalar, public })
    }

    /// The 32 big-endian bytes of the key.
    pub fn to_bytes(&self) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(self.scalar.to_be_bytes())
    }

    /// The public key d · G.
    pub fn public_key(&self) -> &PublicKey {
        &self.public
    }

    pub(crate) fn scalar(&self) -> &Scalar {
        &self.scalar
    }
}

impl Drop for PrivateKey {
    fn drop(&mut self) {
        self.scalar.zeroize();
    }
}
