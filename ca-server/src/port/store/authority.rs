//! Authorities, OCSP signers and settings.

use uuid::Uuid;

use super::StoreError;
use crate::port::Act;
use crate::port::record::{AuthorityRecord, OcspSignerRecord};

/// Authorities, their delegated OCSP signers, and the settings that are fixed at the first start.
pub trait AuthorityStore {
    /// Registers an authority. The record's `version` is ignored: it is 1.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] where the id or name exists; [`StoreError`] otherwise.
    fn add_authority(&self, act: &Act, authority: &AuthorityRecord) -> Result<(), StoreError>;

    /// Gives an authority the certificate that was issued to it, and the authority that issued it; none for a root.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] where it has one; [`StoreError::NotFound`]; [`StoreError`] otherwise.
    fn certify_authority(
        &self,
        act: &Act,
        authority: Uuid,
        parent: Option<Uuid>,
        certificate: &[u8],
    ) -> Result<(), StoreError>;

    /// All authorities, in the order of their ids, which is by age to the millisecond.
    ///
    /// # Errors
    /// [`StoreError`].
    fn authorities(&self) -> Result<Vec<AuthorityRecord>, StoreError>;

    /// Registers an OCSP signer: from here on the newest of its authority.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] where the id exists; [`StoreError`] otherwise.
    fn add_ocsp_signer(&self, act: &Act, signer: &OcspSignerRecord) -> Result<(), StoreError>;

    /// The newest OCSP signer of an authority.
    ///
    /// # Errors
    /// [`StoreError`].
    fn ocsp_signer(&self, authority: Uuid) -> Result<Option<OcspSignerRecord>, StoreError>;

    /// A setting.
    ///
    /// # Errors
    /// [`StoreError`].
    fn setting(&self, name: &str) -> Result<Option<String>, StoreError>;

    /// Writes a setting, new or over the old value. Writing the value that stands changes nothing and leaves no
    /// entry in the audit.
    ///
    /// # Errors
    /// [`StoreError`].
    fn put_setting(&self, act: &Act, name: &str, value: &str) -> Result<(), StoreError>;
}
