//! Signing.

use rand_core::CryptoRng;
use zeroize::{Zeroize, Zeroizing};

use crate::limbs::Limbs;
use crate::nonce::NonceGenerator;
use crate::point::{multiply_generator, normalize};
use crate::scalar::Scalar;
use crate::verify::CheckingKey;
use crate::{Error, PrivateKey, Signature, VerifyingKey};

/// A private key with a signer's identifier, and what every signature of the two needs: (1 + d)⁻¹, the hash of Z, the key of
/// the nonces, and, once it signs often, a table for checking. Wiped when dropped.
pub struct SigningKey {
    private: PrivateKey,
    /// 2²⁵⁶/(1 + d).
    inverse: Scalar,
    nonces: NonceGenerator,
    checking: CheckingKey,
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
        let checking = CheckingKey::new(VerifyingKey::new(private.public_key().clone(), id)?);
        let successor = Zeroizing::new(private.scalar().add(&Scalar::ONE));
        let inverse = successor.invert_to_montgomery();
        let nonces = NonceGenerator::new(private.scalar());
        Ok(Self { private, inverse, nonces, checking })
    }

    /// The key that verifies.
    pub fn verifying_key(&self) -> &VerifyingKey {
        self.checking.verifying_key()
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
        self.checking.verify(message, &signature).map_err(|_| Error::SigningFault)?;
        Ok(signature)
    }

    /// Signs e of a message that came in parts (see [`VerifyingKey::begin`]), and verifies the signature before it is released.
    ///
    /// # Errors
    ///
    /// [`Error::SigningFault`] as above.
    pub fn sign_digest_verified(&self, e: &[u8; 32], rng: &mut dyn CryptoRng) -> Result<Signature, Error> {
        let mut randomness = [0; 32];
        rng.fill_bytes(&mut randomness);
        let signature = self.sign_digest(e, &randomness, &mut 0);
        self.checking.verify_digest(e, &signature).map_err(|_| Error::SigningFault)?;
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
            self.checking.verify(message, signature).map_err(|_| Error::SigningFault)?;
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
            // The projective coordinates tell of the nonce: they do not outlive this.
            let point = Zeroizing::new(multiply_generator(&nonce));
            let abscissa = point.to_affine().x.to_limbs();
            if let Some(signature) = self.combine(e, &nonce, &abscissa) {
                return signature;
            }
        }
    }

    /// r = e + x₁ and s = (1 + d)⁻¹ · (k − r · d) = (1 + d)⁻¹ · (k + r) − r modulo n, unless r = 0, r + k = n or s = 0.
    pub(crate) fn combine(&self, e: &[u8; 32], nonce: &Scalar, abscissa: &Limbs) -> Option<Signature> {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::DEFAULT_ID;

    fn bytes(text: &str) -> [u8; 32] {
        hex::decode(text).expect("hex").try_into().expect("32 bytes")
    }

    fn example_key() -> SigningKey {
        let d = bytes("3945208f7b2144b13f36e38ac6d39f95889393692860b51a42fb81ef4df7c5b8");
        SigningKey::new(PrivateKey::from_bytes(&d).expect("in range"), DEFAULT_ID).expect("short")
    }

    fn sign_with(key: &SigningKey, e: &[u8; 32], nonce: &Scalar) -> Option<Signature> {
        key.combine(e, nonce, &multiply_generator(nonce).to_affine().x.to_limbs())
    }

    /// GB/T 32918.5-2017 appendix A.2.
    #[test]
    fn the_example_of_the_standard_is_reproduced() {
        let key = example_key();
        let public = key.private_key().public_key();
        assert_eq!(public.x(), bytes("09f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020"));
        assert_eq!(public.y(), bytes("ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13"));
        let e = key.verifying_key().digest(b"message digest");
        assert_eq!(e, bytes("f0b43e94ba45accaace692ed534382eb17e6ab5a19ce7b31f4486fdfc0d28640"));
        let nonce = bytes("59276e27d506861a16680f3ad9c02dccef3cc1fa3cdbe4ce6d54b80deac1bc21");
        let nonce = Scalar::from_nonzero_be_bytes(&nonce).expect("in range");
        let signature = sign_with(&key, &e, &nonce).expect("no retry");
        let r = bytes("f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3");
        let s = bytes("b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa");
        assert_eq!(signature.to_bytes(), [r, s].concat()[..]);
        assert_eq!(key.verifying_key().verify(b"message digest", &signature), Ok(()));
    }

    #[test]
    fn a_message_in_parts_is_signed_as_the_whole() {
        let key = example_key();
        let mut parts = key.verifying_key().begin();
        parts.update(b"message ");
        parts.update(b"digest");
        let mut rng = rand_core::UnwrapErr(getrandom::SysRng);
        let signature =
            key.sign_digest_verified(&parts.finish(), &mut rng).expect("the machine computes rightly");
        assert_eq!(key.verifying_key().verify(b"message digest", &signature), Ok(()));
    }

    #[test]
    fn nonces_that_give_a_zero_are_refused() {
        let key = example_key();
        let nonce = Scalar::reduce_be_bytes(&[7; 32]);
        let abscissa = Scalar::reduce(&multiply_generator(&nonce).to_affine().x.to_limbs());
        // r = 0 for e = −x.
        assert_eq!(sign_with(&key, &abscissa.negate().to_be_bytes(), &nonce), None);
        // r + k = n for e = −x − k.
        assert_eq!(sign_with(&key, &abscissa.add(&nonce).negate().to_be_bytes(), &nonce), None);
        // s = 0 for k = r · d, so for e = k/d − x.
        let d = key.private.scalar();
        let r = d.invert_to_montgomery().montgomery_multiply(&nonce);
        assert_eq!(sign_with(&key, &r.sub(&abscissa).to_be_bytes(), &nonce), None);
        // And no other.
        let e = r.sub(&abscissa).add(&Scalar::ONE).to_be_bytes();
        let signature = sign_with(&key, &e, &nonce).expect("no zero");
        assert_eq!(key.verifying_key().verify_digest(&e, &signature), Ok(()));
    }

    #[test]
    fn nonces_depend_on_key_digest_randomness_and_counter() {
        let d = Scalar::reduce_be_bytes(&[1; 32]);
        let nonce = |d: &Scalar, e: u8, randomness: u8, mut counter: u32| {
            *NonceGenerator::new(d).next(&[e; 32], &[randomness; 32], &mut counter)
        };
        let first = nonce(&d, 1, 2, 0);
        assert_eq!(first, nonce(&d, 1, 2, 0));
        assert_ne!(first, nonce(&d.add(&Scalar::ONE), 1, 2, 0));
        assert_ne!(first, nonce(&d, 2, 2, 0));
        assert_ne!(first, nonce(&d, 1, 3, 0));
        assert_ne!(first, nonce(&d, 1, 2, 1));
    }

    #[test]
    fn a_repeated_generator_does_not_repeat_a_nonce() {
        struct Stuck;
        impl rand_core::TryRng for Stuck {
            type Error = core::convert::Infallible;
            fn try_next_u32(&mut self) -> Result<u32, Self::Error> {
                Ok(4)
            }
            fn try_next_u64(&mut self) -> Result<u64, Self::Error> {
                Ok(4)
            }
            fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Self::Error> {
                bytes.fill(4);
                Ok(())
            }
        }
        impl rand_core::TryCryptoRng for Stuck {}
        let key = example_key();
        let abscissa = |message: &[u8]| {
            let e = Scalar::reduce_be_bytes(&key.verifying_key().digest(message));
            key.sign(message, &mut Stuck).r.sub(&e)
        };
        assert_ne!(abscissa(b"one"), abscissa(b"two"));
        assert_eq!(abscissa(b"one"), abscissa(b"one"));
    }
}
