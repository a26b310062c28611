//! A key that signs in another process.

use rand_core::CryptoRng;
use spki::AlgorithmIdentifierOwned;

use super::{SignError, SignatureAlgorithm, Signer, Sm2Parameters};
use crate::key::PublicKey;

/// What is known here of a key that signs elsewhere: enough to prepare documents for it and to check what it signed. It signs
/// nothing itself.
pub struct KeyElsewhere {
    key: PublicKey,
    identifier: AlgorithmIdentifierOwned,
}

impl KeyElsewhere {
    /// Of a public key, whose identifier has the parameters given where the key is one of SM2.
    pub fn new(key: PublicKey, parameters: Sm2Parameters) -> Self {
        let identifier = SignatureAlgorithm::of_key(key.algorithm()).identifier(parameters);
        Self { key, identifier }
    }
}

impl Signer for KeyElsewhere {
    fn public_key(&self) -> &PublicKey {
        &self.key
    }

    fn identifier(&self) -> &AlgorithmIdentifierOwned {
        &self.identifier
    }

    fn sign(&self, _message: &[u8], _rng: &mut dyn CryptoRng) -> Result<Vec<u8>, SignError> {
        Err(SignError::Unavailable { reason: "the key is in another process".to_owned() })
    }
}
