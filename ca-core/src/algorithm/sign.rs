//! Signing.

use rand_core::CryptoRng;
use spki::AlgorithmIdentifierOwned;

use super::{HashedMessage, MessageHash, SignError};
use crate::key::PublicKey;

/// Something that signs with one key and one algorithm: a key in memory or in a device.
///
/// What it returns has been verified: an implementer checks each signature with the public key before it returns it, so that a
/// fault of the machine gives away no key and no certificate leaves broken. Calls may come from several threads at once.
pub trait Signer: Send + Sync {
    /// The key that verifies.
    fn public_key(&self) -> &PublicKey;

    /// The algorithm, as it stands beside the signatures and inside what is signed.
    fn identifier(&self) -> &AlgorithmIdentifierOwned;

    /// Signs the message. The result is what stands in the BIT STRING: DER for SM2 and ECDSA.
    ///
    /// # Errors
    ///
    /// [`SignError`]: then nothing was released.
    fn sign(&self, message: &[u8], rng: &mut dyn CryptoRng) -> Result<Vec<u8>, SignError>;

    /// Signs the message for a caller who verifies the signature before it gives it to anyone: a key in memory leaves out the
    /// check of its own, which keeps signatures that a fault of the machine spoilt, and that would give the key away, from being
    /// released.
    ///
    /// # Errors
    ///
    /// [`SignError`].
    fn sign_to_verify(&self, message: &[u8], rng: &mut dyn CryptoRng) -> Result<Vec<u8>, SignError> {
        self.sign(message, rng)
    }

    /// Begins a message that comes in parts. Where the signer can sign a hash the message is not held.
    fn begin(&self) -> MessageHash {
        MessageHash::whole()
    }

    /// Signs a message that came in parts to what [`Self::begin`] gave, as [`Self::sign`] does.
    ///
    /// # Errors
    ///
    /// [`SignError`]: then nothing was released; also where it was begun by another kind of signer.
    fn sign_parts(&self, message: MessageHash, rng: &mut dyn CryptoRng) -> Result<Vec<u8>, SignError> {
        match message.finish() {
            HashedMessage::Whole(message) => self.sign(&message, rng),
            HashedMessage::Sm2(_) => Err(SignError::Failed { algorithm: self.public_key().algorithm() }),
        }
    }
}
