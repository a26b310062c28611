//! Administrators, enrolment credentials, blocked keys and nonces.

use super::StoreError;
use crate::port::Act;
use crate::port::record::{BlockedKeyRecord, CredentialRecord};

/// Who may enrol, which keys may not be used, and which requests were acted on.
pub trait AccessStore {
    /// Adds enrolment credentials.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] where the id or user exists; [`StoreError`] otherwise.
    fn add_credential(&self, act: &Act, credential: &CredentialRecord) -> Result<(), StoreError>;

    /// Enrolment credentials by user name.
    ///
    /// # Errors
    /// [`StoreError`].
    fn credential(&self, user: &str) -> Result<Option<CredentialRecord>, StoreError>;

    /// Blocks a key. Blocking it again changes nothing and leaves no entry in the audit.
    ///
    /// # Errors
    /// [`StoreError`].
    fn block_key(&self, act: &Act, key: &BlockedKeyRecord) -> Result<(), StoreError> {
        self.block_keys(act, std::slice::from_ref(key))
    }

    /// Blocks keys in one transaction, each as [`block_key`](Self::block_key) does.
    ///
    /// # Errors
    /// [`StoreError`].
    fn block_keys(&self, act: &Act, keys: &[BlockedKeyRecord]) -> Result<(), StoreError>;

    /// Whether a normalised key is blocked.
    ///
    /// # Errors
    /// [`StoreError`].
    fn is_blocked(&self, key: &[u8; 32]) -> Result<bool, StoreError>;

    /// Remembers the nonce of an act that changes nothing, before it is answered. Without a nonce it does nothing.
    ///
    /// # Errors
    /// [`StoreError::NonceReplayed`]; [`StoreError`] otherwise.
    fn use_nonce(&self, act: &Act) -> Result<(), StoreError>;

    /// Whether a nonce of the key was used. Only the act's own transaction decides; this tells sooner.
    ///
    /// # Errors
    /// [`StoreError`].
    fn is_nonce_used(&self, key_fingerprint: &str, nonce: &str) -> Result<bool, StoreError>;
}
