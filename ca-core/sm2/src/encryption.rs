//! Public key encryption (GB/T 32918.4).

use rand_core::CryptoRng;
use sm3::{Digest, Sm3};
use zeroize::Zeroizing;

use crate::point::{AffinePoint, multiply_generator, multiply_secret};
use crate::scalar::Scalar;
use crate::{Error, PrivateKey, PublicKey};

/// Draws of a nonce before the source of randomness is called broken: of a sound one, a draw fails once in 2³² for its range, and for
/// a one-byte message once in 256 for its mask of zeros.
const MAX_DRAWS: usize = 64;

/// An encrypted message in its parts. Their order on the wire differs: C1‖C3‖C2 since 2012, C1‖C2‖C3 before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ciphertext {
    /// C1, the nonce times the base point.
    pub point: PublicKey,
    /// C3, the digest that tells a wrong key or a change.
    pub digest: [u8; 32],
    /// C2, as long as the message.
    pub masked: Vec<u8>,
}

impl PublicKey {
    /// Encrypts a message (GB/T 32918.4 section 6.1).
    ///
    /// # Errors
    ///
    /// [`Error::EmptyMessage`]; [`Error::SigningFault`] where the source of randomness is broken.
    pub fn encrypt(&self, message: &[u8], rng: &mut dyn CryptoRng) -> Result<Ciphertext, Error> {
        if message.is_empty() {
            return Err(Error::EmptyMessage);
        }
        for _ in 0..MAX_DRAWS {
            let mut bytes = Zeroizing::new([0; 32]);
            rng.fill_bytes(&mut *bytes);
            let Some(nonce) = Scalar::from_nonzero_be_bytes(&bytes).map(Zeroizing::new) else { continue };
            let point = PublicKey::from_point(multiply_generator(&nonce).to_affine());
            let shared = Shared::new(&nonce, self.point());
            if let Some(masked) = shared.mask(message) {
                return Ok(Ciphertext { point, digest: shared.digest(message), masked: masked.to_vec() });
            }
        }
        Err(Error::SigningFault)
    }
}

impl PrivateKey {
    /// Decrypts a message (GB/T 32918.4 section 7.1).
    ///
    /// # Errors
    ///
    /// [`Error::EmptyMessage`] for a ciphertext of nothing; [`Error::DecryptionFailed`].
    pub fn decrypt(&self, ciphertext: &Ciphertext) -> Result<Zeroizing<Vec<u8>>, Error> {
        if ciphertext.masked.is_empty() {
            return Err(Error::EmptyMessage);
        }
        let shared = Shared::new(self.scalar(), ciphertext.point.point());
        let message = shared.mask(&ciphertext.masked).ok_or(Error::DecryptionFailed)?;
        let difference =
            shared.digest(&message).iter().zip(&ciphertext.digest).fold(0, |sum, (a, b)| sum | (a ^ b));
        if core::hint::black_box(difference) == 0 { Ok(message) } else { Err(Error::DecryptionFailed) }
    }
}

/// The point (x₂, y₂) that both sides compute.
struct Shared {
    x: Zeroizing<[u8; 32]>,
    y: Zeroizing<[u8; 32]>,
}

impl Shared {
    fn new(secret: &Scalar, point: &AffinePoint) -> Self {
        let shared = multiply_secret(secret, point).to_affine();
        Self { x: Zeroizing::new(shared.x.to_be_bytes()), y: Zeroizing::new(shared.y.to_be_bytes()) }
    }

    /// The bytes with the key stream over them; none where the stream is all zeros, which the standard excludes.
    fn mask(&self, bytes: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let mut masked = Zeroizing::new(bytes.to_vec());
        let seed = Sm3::new().chain_update(*self.x).chain_update(*self.y);
        let mut any = 0;
        for (counter, chunk) in (1_u32..).zip(masked.chunks_mut(32)) {
            let block =
                Zeroizing::new(<[u8; 32]>::from(seed.clone().chain_update(counter.to_be_bytes()).finalize()));
            for (byte, mask) in chunk.iter_mut().zip(block.iter()) {
                *byte ^= mask;
                any |= mask;
            }
        }
        (any != 0).then_some(masked)
    }

    /// C3 = SM3(x₂ ‖ M ‖ y₂).
    fn digest(&self, message: &[u8]) -> [u8; 32] {
        Sm3::new().chain_update(*self.x).chain_update(message).chain_update(*self.y).finalize().into()
    }
}

#[cfg(test)]
mod tests {
    use getrandom::SysRng;
    use rand_core::UnwrapErr;

    use super::*;

    #[test]
    fn messages_come_back_and_changes_are_told() {
        let mut rng = UnwrapErr(SysRng);
        let key = PrivateKey::generate(&mut rng);
        for length in [1, 2, 16, 31, 32, 33, 64, 1000] {
            let message: Vec<u8> = (0..length).map(|index| index as u8).collect();
            let sealed = key.public_key().encrypt(&message, &mut rng).unwrap();
            assert_eq!(sealed.masked.len(), message.len());
            assert_eq!(*key.decrypt(&sealed).unwrap(), message);
            let mut changed = sealed.clone();
            changed.masked[length / 2] ^= 1;
            assert!(key.decrypt(&changed).is_err());
            let mut changed = sealed.clone();
            changed.digest[0] ^= 1;
            assert!(matches!(key.decrypt(&changed), Err(Error::DecryptionFailed)));
            assert!(PrivateKey::generate(&mut rng).decrypt(&sealed).is_err());
        }
        assert!(matches!(key.public_key().encrypt(&[], &mut rng), Err(Error::EmptyMessage)));
    }

    /// GB/T 32918.5-2017 annex C, the example of encryption on the recommended curve.
    #[test]
    fn the_example_of_the_standard_decrypts() {
        let bytes = |text| hex::decode(text).unwrap();
        let d = bytes("3945208f7b2144b13f36e38ac6d39f95889393692860b51a42fb81ef4df7c5b8");
        let key = PrivateKey::from_bytes(&d.try_into().unwrap()).unwrap();
        let point = bytes(concat!(
            "0404ebfc718e8d1798620432268e77feb6415e2ede0e073c0f4f640ecd2e149a73",
            "e858f9d81e5430a57b36daab8f950a3c64e6ee6a63094d99283aff767e124df0",
        ));
        let sealed = Ciphertext {
            point: PublicKey::from_sec1_bytes(&point).unwrap(),
            digest: bytes("59983c18f809e262923c53aec295d30383b54e39d609d160afcb1908d0bd8766")
                .try_into()
                .unwrap(),
            masked: bytes("21886ca989ca9c7d58087307ca93092d651efa"),
        };
        assert_eq!(*key.decrypt(&sealed).unwrap(), b"encryption standard");
    }
}
