//! Administrators.

use uuid::Uuid;

use super::StoreError;
use crate::port::Act;
use crate::port::record::AdministratorRecord;

/// Who may administer.
pub trait AdministratorStore {
    /// Registers an administrator.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] where the id or key exists; [`StoreError`] otherwise.
    fn add_administrator(&self, act: &Act, administrator: &AdministratorRecord) -> Result<(), StoreError>;

    /// An administrator by the fingerprint of the key, 64 lowercase hex digits.
    ///
    /// # Errors
    /// [`StoreError`].
    fn administrator(&self, key_fingerprint: &str) -> Result<Option<AdministratorRecord>, StoreError>;

    /// All administrators, those that are not active any more included, in the order of their ids, which is by age to
    /// the millisecond.
    ///
    /// # Errors
    /// [`StoreError`].
    fn administrators(&self) -> Result<Vec<AdministratorRecord>, StoreError>;

    /// Takes an administrator's registration out of force. What is then read, on this process or another, says so.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] where it was out of force already; [`StoreError::NotFound`]; [`StoreError`] otherwise.
    fn deactivate_administrator(&self, act: &Act, administrator: Uuid) -> Result<(), StoreError>;
}
