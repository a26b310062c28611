//! CRLs.

use uuid::Uuid;

use super::StoreError;
use crate::port::Act;
use crate::port::record::{CrlRecord, CrlSummary, NewCrl, NewIntent, OpenIntent};

/// CRLs. Their intents are opened and failed as those of certificates are.
pub trait CrlStore {
    /// The number for the next CRL of an authority: above that of every CRL and every intent for one, whatever
    /// became of it.
    ///
    /// # Errors
    /// [`StoreError`].
    fn next_crl_number(&self, authority: Uuid) -> Result<u64, StoreError>;

    /// Closes an intent as done and stores its CRL in one transaction. The CRL may leave once this returned `Ok`,
    /// never before.
    ///
    /// # Errors
    /// [`StoreError::IntentClosed`] where someone else closed the intent or took it over;
    /// [`StoreError::Conflict`] where a CRL with a number not lower or a later thisUpdate is stored;
    /// [`StoreError`] otherwise.
    fn complete_crl(&self, act: &Act, intent: &OpenIntent, crl: &NewCrl) -> Result<CrlSummary, StoreError>;

    /// Stores a CRL that was signed elsewhere, with an intent that is done at once, in one transaction.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] where a CRL or an intent with a number not lower, or a CRL with a later thisUpdate, is
    /// stored; [`StoreError`] otherwise.
    fn import_crl(&self, act: &Act, intent: &NewIntent, crl: &NewCrl) -> Result<CrlSummary, StoreError>;

    /// The newest CRL of an authority without its bytes; with `scheduled` only the regular series is asked.
    ///
    /// # Errors
    /// [`StoreError`].
    fn newest_crl(&self, authority: Uuid, scheduled: bool) -> Result<Option<CrlSummary>, StoreError>;

    /// A CRL with its bytes.
    ///
    /// # Errors
    /// [`StoreError`].
    fn crl(&self, id: Uuid) -> Result<Option<CrlRecord>, StoreError>;
}
