//! The audit.

use ca_core::audit::Entry;

use super::StoreError;
use crate::port::Act;

/// The audit: a hash chain from its first entry. Entries about rows are written by the other methods.
pub trait AuditStore {
    /// Writes an entry about an act that was refused, which changes nothing else; the act's nonce, where it has
    /// one, is used up. `detail` says what was asked and why it was refused.
    ///
    /// # Errors
    /// [`StoreError::NonceReplayed`]; [`StoreError`] otherwise.
    fn record_refusal(&self, act: &Act, action: &str, code: &str, detail: &str) -> Result<(), StoreError>;

    /// Entries with a sequence above `after`, in order, at most `limit`.
    ///
    /// # Errors
    /// [`StoreError`].
    fn audit_entries(&self, after: u64, limit: u32) -> Result<Vec<Entry>, StoreError>;
}
