//! Keys.

use ca_core::encoding::hex;
use ca_core::key::PublicKey;
use serde::Serialize;

/// A public key.
#[derive(Serialize)]
pub(crate) struct KeyDetails {
    /// sm2, p256, p384, ed25519 or rsa.
    pub(crate) algorithm: String,
    /// Its size in bits.
    pub(crate) bits: u32,
    /// SHA-256 of the SubjectPublicKeyInfo: the `keyid` of signed requests.
    pub(crate) fingerprint: String,
    /// SHA-1 of the key bits: the usual subject key identifier.
    pub(crate) key_identifier: String,
}

/// A private key. Of the secret nothing is kept.
#[derive(Serialize)]
pub(crate) struct PrivateKeyDetails {
    /// Whether its file protects it by a password.
    pub(crate) encrypted: bool,
    /// The public key that belongs to it.
    pub(crate) public_key: KeyDetails,
}

impl KeyDetails {
    pub(super) fn of(key: &PublicKey) -> Self {
        Self {
            algorithm: key.algorithm().to_string(),
            bits: key.bits(),
            fingerprint: key.fingerprint().to_string(),
            key_identifier: hex::encode(key.key_identifier()),
        }
    }
}
