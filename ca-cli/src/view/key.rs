//! Keys.

use ca_core::encoding::dump::{self, Schema};
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
    /// How it is encrypted: algorithms and the iterations that make guessing slow.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) encryption: Option<String>,
    /// The public key that belongs to it; none where it was not opened.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) public_key: Option<KeyDetails>,
}

/// The algorithms of an EncryptedPrivateKeyInfo by name, in order, and the iterations of a password's hash.
pub(super) fn encryption(der: &[u8]) -> Option<String> {
    /// Elements of the algorithms; what follows is the encrypted key.
    const MAX_ELEMENTS: usize = 30;
    let dump = dump::dump(der, Some(Schema::EncryptedPrivateKey), MAX_ELEMENTS);
    let mut parts: Vec<String> = Vec::new();
    let mut counted = false;
    for element in &dump.elements {
        match element.tag.as_str() {
            "OBJECT IDENTIFIER" => parts.push(element.meaning.unwrap_or(&element.value).to_owned()),
            "INTEGER" if !counted => {
                counted = true;
                parts.push(format!("{} iterations", element.value));
            }
            _ => {}
        }
    }
    Some(parts.join(", ")).filter(|text| !text.is_empty())
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
