//! Keys that are not here.

use rand_core::CryptoRng;
use spki::AlgorithmIdentifierOwned;

use super::ActError;
use crate::algorithm::{SignError, Signer};
use crate::key::PublicKey;
use crate::x509::Certificate;

/// A signer whose private key is elsewhere: what it would sign can be built and linted, and is not signed.
pub(crate) struct Absent {
    key: PublicKey,
    identifier: AlgorithmIdentifierOwned,
}

impl Absent {
    /// The key of a self-signed certificate.
    pub(crate) fn of(certificate: &Certificate) -> Result<Self, ActError> {
        let key = certificate.public_key()?;
        Ok(Self { key, identifier: certificate.signature_algorithm().clone() })
    }
}

impl Signer for Absent {
    fn public_key(&self) -> &PublicKey {
        &self.key
    }

    fn identifier(&self) -> &AlgorithmIdentifierOwned {
        &self.identifier
    }

    fn sign(&self, _message: &[u8], _rng: &mut dyn CryptoRng) -> Result<Vec<u8>, SignError> {
        Err(SignError::Unavailable { reason: "the key is not here".to_owned() })
    }
}
