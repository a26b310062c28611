//! Signing with a key in a token.

use std::sync::Arc;

use ca_core::algorithm::digest::{DigestAlgorithm, digest};
use ca_core::algorithm::{self, KeyAlgorithm, SignError, SignatureAlgorithm, Signer, Sm2Parameters, raw};
use ca_core::custody::{CustodyError, KeyName};
use ca_core::key::PublicKey;
use ca_device::{Connector as _, Pool};
use cryptoki::mechanism::Mechanism;
use rand_core::CryptoRng;
use spki::AlgorithmIdentifierOwned;

use crate::coordinate_length;
use crate::token::Token;

/// A signer whose key is in a token. It takes any session of the pool. Nonces are the token's.
pub(crate) struct TokenSigner {
    pool: Arc<Pool<Token>>,
    name: KeyName,
    id: Vec<u8>,
    public: PublicKey,
    identifier: AlgorithmIdentifierOwned,
}

impl TokenSigner {
    pub(crate) fn new(pool: Arc<Pool<Token>>, name: KeyName, id: Vec<u8>, public: PublicKey) -> Self {
        let identifier = SignatureAlgorithm::of_key(public.algorithm()).identifier(Sm2Parameters::Absent);
        Self { pool, name, id, public, identifier }
    }

    fn sign_unverified(&self, message: &[u8]) -> Result<Vec<u8>, CustodyError> {
        let act = "sign";
        let by = match self.public.algorithm() {
            KeyAlgorithm::P384 => DigestAlgorithm::Sha384,
            _ => DigestAlgorithm::Sha256,
        };
        let digest = digest(by, message);
        let (name, id) = (self.name.clone(), self.id.clone());
        let signature = self.pool.act(act, move |session| {
            let key = session.private_key(&name, &id)?;
            session.handle().sign(&Mechanism::Ecdsa, key, &digest).map_err(session.fault(act))
        })?;
        let misbehaved =
            |reason: String| CustodyError::Misbehaved { act, place: self.pool.connector().place(), reason };
        if coordinate_length(self.public.algorithm()).is_none_or(|length| signature.len() != 2 * length) {
            return Err(misbehaved(format!("a signature of {} bytes", signature.len())));
        }
        raw::pair_to_der(&signature).map_err(|error| misbehaved(error.to_string()))
    }
}

impl Signer for TokenSigner {
    fn public_key(&self) -> &PublicKey {
        &self.public
    }

    fn identifier(&self) -> &AlgorithmIdentifierOwned {
        &self.identifier
    }

    fn sign(&self, message: &[u8], _rng: &mut dyn CryptoRng) -> Result<Vec<u8>, SignError> {
        let signature = self.sign_unverified(message)?;
        algorithm::verify(&self.identifier, &self.public, message, &signature)
            .map_err(|_| SignError::Fault { algorithm: self.public.algorithm() })?;
        Ok(signature)
    }
}
