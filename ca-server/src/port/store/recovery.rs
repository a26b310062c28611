//! What is told off the host, and what is recovered from there.

use ca_core::audit::Head;
use ca_core::revocation::Status;
use ca_core::x509::serial::SerialNumber;
use jiff::Timestamp;
use uuid::Uuid;

use super::StoreError;
use crate::port::Act;
use crate::port::record::{Progress, RecoveredRecord};

/// How far the store is, and what it is known to have forgotten.
pub trait RecoveryStore {
    /// The newest entry of the audit.
    ///
    /// # Errors
    /// [`StoreError`].
    fn audit_head(&self) -> Result<Head, StoreError>;

    /// Whether the audit holds an entry that once was its newest.
    ///
    /// # Errors
    /// [`StoreError`].
    fn holds(&self, head: Head) -> Result<bool, StoreError>;

    /// What became of the store since an entry of its audit, out of one state: at most `limit` changes of status, and then
    /// only what happened until the last of them. From the beginning on no lists are told.
    ///
    /// # Errors
    /// [`StoreError`].
    fn progress(&self, after: u64, limit: u32) -> Result<Progress, StoreError>;

    /// The newest time that the store recorded; none where it is empty.
    ///
    /// # Errors
    /// [`StoreError`].
    fn newest_time(&self) -> Result<Option<Timestamp>, StoreError>;

    /// The database's own clock, where it is another machine's.
    ///
    /// # Errors
    /// [`StoreError`].
    fn second_clock(&self) -> Result<Option<Timestamp>, StoreError>;

    /// Keeps statuses of certificates that are not in the store, in one transaction. What is known is left as it is, but that
    /// a held one may be revoked. Gives how many were new.
    ///
    /// # Errors
    /// [`StoreError`].
    fn add_recovered(&self, act: &Act, statuses: &[RecoveredRecord]) -> Result<u64, StoreError>;

    /// What was recovered about a certificate that is not in the store.
    ///
    /// # Errors
    /// [`StoreError`].
    fn recovered(&self, authority: Uuid, serial: &SerialNumber) -> Result<Option<Status>, StoreError>;

    /// Whether the database may be another one than was compared last: its server was started anew, or another took its place.
    /// Until [`accept`](Self::accept) all reads and writes are refused as [`StoreError::Unavailable`].
    fn is_another(&self) -> bool;

    /// From now on what the database says is taken; whoever calls this compares it with what is known of it.
    fn accept(&self);

    /// How many certificates are known by their serial alone.
    ///
    /// # Errors
    /// [`StoreError`].
    fn count_recovered(&self) -> Result<u64, StoreError>;
}
