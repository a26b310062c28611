//! CRLs.

use uuid::Uuid;

use super::StoreError;
use crate::port::Act;
use std::io;

use ca_core::issuance::Shard;
use ca_core::x509::serial::SerialNumber;

use crate::port::record::{
    CrlRecord, CrlSummary, LeftRecord, ListScope, NewCrl, NewIntent, OpenIntent, RevokedRecord, StatusAsk,
    StatusSnapshot,
};

/// Why a CRL was not given in full.
#[derive(Debug, thiserror::Error)]
pub enum VisitError {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Who was given it could not take it.
    #[error("the CRL cannot be written: {0}")]
    Sink(#[from] io::Error),
}

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

    /// As [`complete_crl`](Self::complete_crl) for all that was issued under one number: a full list, a delta, or both,
    /// the full one first. Of both the intent's hash is SM3 over their hashes.
    ///
    /// # Errors
    /// As there.
    fn complete_crls(
        &self,
        act: &Act,
        intent: &OpenIntent,
        crls: &[NewCrl],
    ) -> Result<Vec<CrlSummary>, StoreError>;

    /// Stores a part of the to-be-signed bytes of a CRL that is to be, before its intent is opened; parts are numbered from
    /// 0. Nothing refers to them until the CRL is stored. Parts of others of the authority are dropped, but those of the
    /// CRLs that [`prune_crl_parts`](Self::prune_crl_parts) leaves.
    ///
    /// # Errors
    /// [`StoreError`].
    fn put_crl_part(&self, authority: Uuid, crl: Uuid, part: u32, bytes: &[u8]) -> Result<(), StoreError>;

    /// Drops the parts of all CRLs of an authority but these, those of CRLs that never came about included. Only who holds
    /// the lease of the authority's CRLs may ask for it.
    ///
    /// # Errors
    /// [`StoreError`].
    fn prune_crl_parts(&self, authority: Uuid, keep: &[Uuid]) -> Result<(), StoreError>;

    /// Stores a CRL that was signed elsewhere, with an intent that is done at once, in one transaction.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] where a CRL or an intent with a number not lower, or a CRL with a later thisUpdate, is
    /// stored; [`StoreError`] otherwise.
    fn import_crl(&self, act: &Act, intent: &NewIntent, crl: &NewCrl) -> Result<CrlSummary, StoreError>;

    /// The newest full CRL of a scope without its bytes; with `scheduled` only the regular series is asked.
    ///
    /// # Errors
    /// [`StoreError`].
    fn newest_crl(&self, scope: ListScope, scheduled: bool) -> Result<Option<CrlSummary>, StoreError>;

    /// The newest delta of a scope without its bytes.
    ///
    /// # Errors
    /// [`StoreError`].
    fn newest_delta(&self, scope: ListScope) -> Result<Option<CrlSummary>, StoreError>;

    /// The highest shard of an authority that has a CRL, or a certificate to be listed in one; none where none has.
    ///
    /// # Errors
    /// [`StoreError`].
    fn highest_shard(&self, authority: Uuid) -> Result<Option<Shard>, StoreError>;

    /// Whether a list of the same scope and kind that was published earlier has the same thisUpdate.
    ///
    /// # Errors
    /// [`StoreError`].
    fn shares_its_second(&self, crl: &CrlSummary) -> Result<bool, StoreError>;

    /// A CRL with its bytes, all in memory.
    ///
    /// # Errors
    /// [`StoreError`].
    fn crl(&self, id: Uuid) -> Result<Option<CrlRecord>, StoreError>;

    /// Gives the bytes of a CRL in their order and in constant memory. False where there is none, or its bytes were
    /// dropped.
    ///
    /// # Errors
    /// [`VisitError`].
    fn visit_crl(&self, id: Uuid, sink: &mut dyn FnMut(&[u8]) -> io::Result<()>) -> Result<bool, VisitError>;

    /// What lists of an authority say, out of one snapshot that begins after this call.
    ///
    /// # Errors
    /// [`StoreError`].
    fn read_status(
        &self,
        ask: &StatusAsk,
        visit: &mut dyn FnMut(RevokedRecord),
    ) -> Result<StatusSnapshot, StoreError>;

    /// What is known of a certificate that was listed.
    ///
    /// # Errors
    /// [`StoreError`].
    fn left(&self, authority: Uuid, serial: &SerialNumber) -> Result<Option<LeftRecord>, StoreError>;
}
