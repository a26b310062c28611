//! Signing with a key in a device.

use std::sync::Arc;

use ca_core::algorithm::{
    self, KeyAlgorithm, SignError, SignatureAlgorithm, Signer, Sm2Parameters, raw, sm2,
};
use ca_core::custody::{CustodyError, KeyName};
use ca_core::key::PublicKey;
use ca_device::{Connector as _, Pool};
use rand_core::CryptoRng;
use spki::AlgorithmIdentifierOwned;

use crate::connector::SdfDevice;

/// A signer whose key is in a device. It takes any session of the pool. Nonces are the device's.
pub(crate) struct DeviceSigner {
    pool: Arc<Pool<SdfDevice>>,
    name: KeyName,
    index: u32,
    public: PublicKey,
    identifier: AlgorithmIdentifierOwned,
}

impl DeviceSigner {
    pub(crate) fn new(
        pool: Arc<Pool<SdfDevice>>,
        name: KeyName,
        index: u32,
        public: PublicKey,
        parameters: Sm2Parameters,
    ) -> Self {
        let identifier = SignatureAlgorithm::Sm2Sm3.identifier(parameters);
        Self { pool, name, index, public, identifier }
    }
}

impl Signer for DeviceSigner {
    fn public_key(&self) -> &PublicKey {
        &self.public
    }

    fn identifier(&self) -> &AlgorithmIdentifierOwned {
        &self.identifier
    }

    fn sign(&self, message: &[u8], _rng: &mut dyn CryptoRng) -> Result<Vec<u8>, SignError> {
        let (act, algorithm) = ("sign", KeyAlgorithm::Sm2);
        let e = sm2::message_digest(&self.public, sm2::DEFAULT_ID, message)
            .map_err(|_| SignError::Failed { algorithm })?;
        let (name, index) = (self.name.clone(), self.index);
        let signature = self.pool.act(act, move |session| session.sign(&name, index, &e))?;
        let signature = raw::to_der(&signature).map_err(|error| CustodyError::Misbehaved {
            act,
            place: self.pool.connector().place(),
            reason: error.to_string(),
        })?;
        algorithm::verify(&self.identifier, &self.public, message, &signature)
            .map_err(|_| SignError::Fault { algorithm })?;
        Ok(signature)
    }
}
