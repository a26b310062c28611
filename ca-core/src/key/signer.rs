//! Signing with a key in memory.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::RSA_PKCS1_SHA256;
use rand_core::CryptoRng;
use spki::AlgorithmIdentifierOwned;

use super::PublicKey;
use super::private::{PrivateKey, Secret};
use crate::algorithm::{self, SignError, SignatureAlgorithm, Signer, Sm2Parameters, raw};
#[cfg(not(feature = "rustcrypto-sm2"))]
use crate::algorithm::{HashedMessage, MessageHash};

/// A signer whose key is in the memory of this process. RSA keys sign by PKCS #1 v1.5 with SHA-256.
///
/// Nonces of SM2 mix the key, the message and `rng`; those of ECDSA are AWS-LC's, from the operating system; Ed25519 and
/// RSA PKCS #1 v1.5 have none.
pub struct SoftwareSigner {
    key: PrivateKey,
    identifier: AlgorithmIdentifierOwned,
}

impl SoftwareSigner {
    pub(super) fn new(key: PrivateKey, parameters: Sm2Parameters) -> Self {
        let identifier = SignatureAlgorithm::of_key(key.public.algorithm()).identifier(parameters);
        Self { key, identifier }
    }

    fn sign_unverified(&self, message: &[u8], rng: &mut dyn CryptoRng) -> Option<Vec<u8>> {
        match &self.key.secret {
            Secret::Sm2(key) => raw::to_der(&key.sign_unverified(message, rng)?).ok(),
            Secret::Ecdsa(pair) => Some(pair.sign(&SystemRandom::new(), message).ok()?.as_ref().to_vec()),
            Secret::Ed25519 { pair, .. } => Some(pair.try_sign(message).ok()?.as_ref().to_vec()),
            Secret::Rsa(pair) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message, &mut signature).ok()?;
                Some(signature)
            }
        }
    }
}

impl Signer for SoftwareSigner {
    fn public_key(&self) -> &PublicKey {
        &self.key.public
    }

    fn identifier(&self) -> &AlgorithmIdentifierOwned {
        &self.identifier
    }

    fn sign(&self, message: &[u8], rng: &mut dyn CryptoRng) -> Result<Vec<u8>, SignError> {
        let algorithm = self.key.public.algorithm();
        if let Secret::Sm2(key) = &self.key.secret {
            // Verified with the table that the key keeps.
            let signature = key.sign(message, rng).and_then(|signature| raw::to_der(&signature).ok());
            return signature.ok_or(SignError::Failed { algorithm });
        }
        let signature = self.sign_to_verify(message, rng)?;
        algorithm::verify(&self.identifier, &self.key.public, message, &signature)
            .map_err(|_| SignError::Fault { algorithm })?;
        Ok(signature)
    }

    fn sign_to_verify(&self, message: &[u8], rng: &mut dyn CryptoRng) -> Result<Vec<u8>, SignError> {
        let algorithm = self.key.public.algorithm();
        self.sign_unverified(message, rng).ok_or(SignError::Failed { algorithm })
    }

    #[cfg(not(feature = "rustcrypto-sm2"))]
    fn begin(&self) -> MessageHash {
        match &self.key.secret {
            Secret::Sm2(_) => MessageHash::sm2(&self.key.public),
            _ => MessageHash::whole(),
        }
    }

    #[cfg(not(feature = "rustcrypto-sm2"))]
    fn sign_parts(&self, message: MessageHash, rng: &mut dyn CryptoRng) -> Result<Vec<u8>, SignError> {
        let failed = || SignError::Failed { algorithm: self.key.public.algorithm() };
        match (message.finish(), &self.key.secret) {
            (HashedMessage::Whole(message), _) => self.sign(&message, rng),
            (HashedMessage::Sm2(e), Secret::Sm2(key)) => {
                let signature = key.sign_digest(&e, rng).ok_or_else(failed)?;
                raw::to_der(&signature).map_err(|_| failed())
            }
            (HashedMessage::Sm2(_), _) => Err(failed()),
        }
    }
}
