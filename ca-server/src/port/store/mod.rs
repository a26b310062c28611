//! The durable store.
//!
//! Duties of every method of these traits:
//! - **Durability.** A method that changes something returns `Ok` only after the change would survive the loss of
//!   power. After an error nothing of the change is kept, but for [`StoreError::Unavailable`], after which the
//!   caller cannot know and reads again.
//! - **Audit.** Each version of a row gets one entry of the hash chain in the transaction that makes it, and the
//!   nonce of the [`Act`](super::Act) is remembered in that same transaction: of two calls with one nonce the
//!   second fails with [`StoreError::NonceReplayed`] and changes nothing.
//! - **Concurrency.** Methods may be called from any thread at once; changes are as if made one after another, and
//!   what a call returned `Ok` for is seen by every read that begins later, on every thread.
//! - **Retries.** Creating with an id that exists fails with [`StoreError::Conflict`] and changes nothing, so a
//!   retry after a lost answer cannot make a second row. Methods block; call them off the event loop.

mod access;
mod administrator;
mod audit;
mod authority;
mod authority_request;
mod backup;
mod certificate;
mod crl;
mod error;
mod lease;
mod recovery;

pub use access::AccessStore;
pub use administrator::AdministratorStore;
pub use audit::AuditStore;
pub use authority::AuthorityStore;
pub use authority_request::AuthorityRequestStore;
pub use backup::{BackupStore, Part};
pub use certificate::CertificateStore;
pub use crl::{CrlStore, VisitError};
pub use error::{ConnectFault, StoreError};
pub use lease::{Lease, LeaseStore};
pub use recovery::RecoveryStore;

/// All that the services keep.
pub trait Store:
    AccessStore
    + AdministratorStore
    + AuditStore
    + AuthorityRequestStore
    + AuthorityStore
    + BackupStore
    + CertificateStore
    + CrlStore
    + LeaseStore
    + RecoveryStore
    + Send
    + Sync
{
}

impl<T> Store for T where
    T: AccessStore
        + AdministratorStore
        + AuditStore
        + AuthorityRequestStore
        + AuthorityStore
        + BackupStore
        + CertificateStore
        + CrlStore
        + LeaseStore
        + RecoveryStore
        + RecoveryStore
        + Send
        + Sync
{
}
