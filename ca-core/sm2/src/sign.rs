//! Signing.

use rand_core::CryptoRng;
use zeroize::{Zeroize, Zeroizing};

use crate::limbs::Limbs;
use crate::nonce::NonceGenerator;
use crate::point::{multiply_generator, normalize};
use crate::scalar::Scalar;
use crate::{Error, PreparedVerifyingKey, PrivateKey, Signature, VerifyingKey};

/// A private key with a signer's identifier, and what every signature of the two needs: (1 + d)⁻¹, the hash of Z, the key of
/// the nonces, and a table for checking. Wiped when dropped.
pub struct SigningKey {
    private: PrivateKey,
    /// 2²⁵⁶/(1 + d).
    inverse: Scalar,
    nonces: NonceGenerator,
    verifying: PreparedVerifyingKey,
}

/// Messages whose nonces share an inversion. More gain nothing: it is then a small part of each.
const BATCH: usize = 32;

impl SigningKey {
    /// The key for signing as `id`; see [`DEFAULT_ID`](crate::DEFAULT_ID).
    ///
    /// # Errors
    ///
    /// [`Error::IdentifierTooLong`] above 8191 bytes.
    pub fn new(private: PrivateKey, id: &[u8]) -> Result<Self, Error> {
        let verifying = VerifyingKey::new(private.public_key().clone(), id)?.prepare();
        let successor = Zeroizing::new(private.scalar().add(&Scalar::ONE));
        let inverse = successor.invert_to_montgomery();
        let nonces = NonceGenerator::new(private.scalar());
        Ok(Self { private, inverse, nonces, verifying })
    }

    /// The key that verifies.
    pub fn verifying_key(&self) -> &VerifyingKey {
        self.verifying.verifying_key()
    }

    /// The private key.
    pub fn private_key(&self) -> &PrivateKey {
        &self.private
    }

    /// Signs (GB/T 32918.2 section 6.1) without checking the result: a fault of the machine can make a signature that
    /// gives the key away. Use [`sign_verified`](Self::sign_verified) where that matters.
    pub fn sign(&self, message: &[u8], rng: &mut dyn CryptoRng) -> Signature {
        let e = self.verifying_key().digest(message);
        let mut randomness = [0; 32];
        rng.fill_bytes(&mut randomness);
        self.sign_digest(&e, &randomness, &mut 0)
    }

    /// Signs, and verifies the signature before it is released.
    ///
    /// # Errors
    ///
    /// [`Error::SigningFault`] if it does not verify: the machine computed wrongly. Nothing of it is released.
    pub fn sign_verified(&self, message: &[u8], rng: &mut dyn CryptoRng) -> Result<Signature, Error> {
        let signature = self.sign(message, rng);
        self.verifying.verify(message, &signature).map_err(|_| Error::SigningFault)?;
        Ok(signature)
    }

    /// Signs every message, sharing work among them, and verifies all signatures before any is released. They are in
    /// the order of the messages.
    ///
    /// # Errors
    ///
    /// [`Error::SigningFault`] if one does not verify. None is released.
    pub fn sign_batch_verified(
        &self,
        messages: &[&[u8]],
        rng: &mut dyn CryptoRng,
    ) -> Result<Vec<Signature>, Error> {
        let signatures = self.sign_batch(messages, rng);
        for (message, signature) in messages.iter().zip(&signatures) {
            self.verifying.verify(message, signature).map_err(|_| Error::SigningFault)?;
        }
        Ok(signatures)
    }

    /// Signs every message without checking the results, as [`sign`](Self::sign) does.
    pub fn sign_batch(&self, messages: &[&[u8]], rng: &mut dyn CryptoRng) -> Vec<Signature> {
        messages.chunks(BATCH).flat_map(|messages| self.sign_chunk(messages, rng)).collect()
    }

    fn sign_chunk(&self, messages: &[&[u8]], rng: &mut dyn CryptoRng) -> Vec<Signature> {
        let mut randomness = vec![[0; 32]; messages.len()];
        rng.fill_bytes(randomness.as_flattened_mut());
        let mut points = Vec::with_capacity(messages.len());
        let mut drafts = Vec::with_capacity(messages.len());
        for (message, randomness) in messages.iter().zip(randomness) {
            let e = self.verifying_key().digest(message);
            let mut counter = 0;
            let nonce = self.nonces.next(&e, &randomness, &mut counter);
            points.push(multiply_generator(&nonce));
            drafts.push((e, randomness, counter, nonce));
        }
        let normalized = normalize(&points);
        points.zeroize();
        let sign = |((e, randomness, mut counter, nonce), point): ((_, _, _, Zeroizing<Scalar>), _)| {
            let point: crate::point::AffinePoint = point;
            self.combine(&e, &nonce, &point.x.to_limbs())
                .unwrap_or_else(|| self.sign_digest(&e, &randomness, &mut counter))
        };
        drafts.into_iter().zip(normalized).map(sign).collect()
    }

    /// Signs e with nonces from the counter on.
    fn sign_digest(&self, e: &[u8; 32], randomness: &[u8; 32], counter: &mut u32) -> Signature {
        loop {
            let nonce = self.nonces.next(e, randomness, counter);
            let abscissa = multiply_generator(&nonce).to_affine().x.to_limbs();
            if let Some(signature) = self.combine(e, &nonce, &abscissa) {
                return signature;
            }
        }
    }

    /// r = e + x₁ and s = (1 + d)⁻¹ · (k − r · d) = (1 + d)⁻¹ · (k + r) − r modulo n, unless r = 0, r + k = n or s = 0.
    fn combine(&self, e: &[u8; 32], nonce: &Scalar, abscissa: &Limbs) -> Option<Signature> {
        let r = Scalar::reduce_be_bytes(e).add(&Scalar::reduce(abscissa));
        let sum = Zeroizing::new(r.add(nonce));
        let s = self.inverse.montgomery_multiply(&sum).sub(&r);
        let refused = r.is_zero() | sum.is_zero() | s.is_zero();
        (refused == 0).then_some(Signature { r, s })
    }
}

impl Drop for SigningKey {
    fn drop(&mut self) {
        self.inverse.zeroize();
    }
}
