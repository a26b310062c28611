//! Public and private keys.

pub(crate) mod cbc;
mod decryption;
mod encrypted;
mod error;
mod fingerprint;
mod form;
mod password;
pub(crate) mod pbes2;
mod private;
mod public;
mod sec1;
mod signer;
pub mod weak;

pub use decryption::Transport;
pub use error::KeyError;
pub use fingerprint::{FingerprintError, KeyFingerprint, NormalizedKey};
pub use form::PrivateKeyForm;
pub use password::Password;
pub use pbes2::EncryptionForm;
pub use private::PrivateKey;
pub use public::PublicKey;
pub use signer::SoftwareSigner;
pub use weak::{BlockedKeys, WeakKey};

/// Smallest RSA modulus that signs or is certified, in bits (NIST SP 800-131A).
pub const MIN_RSA_BITS: u32 = 2048;
/// Largest RSA modulus that signs or is certified, in bits: what larger ones cost, every relying party pays.
pub const MAX_RSA_BITS: u32 = 8192;
