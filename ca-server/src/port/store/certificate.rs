//! Intents and certificates.

use ca_core::issuance::AuthorityName;
use ca_core::revocation::Status;
use ca_core::x509::serial::SerialNumber;
use jiff::Timestamp;
use uuid::Uuid;

use super::StoreError;
use crate::port::Act;
use crate::port::record::{
    CertificateFilter, CertificatePage, CertificateRecord, IntentRecord, ListScope, NewCertificate,
    NewIntent, Once, OpenIntent, RevokedRecord, Standing, StatusChange,
};

/// Intents, and the certificates that fulfil them.
pub trait CertificateStore {
    /// Commits an intent to sign, for a certificate or a CRL. Signing may begin once this returned `Ok`, never
    /// before.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] where the authority has an intent of that serial or CRL number, or, for a CRL, of a
    /// higher number; [`StoreError`] otherwise.
    fn open_intent(&self, act: &Act, intent: &NewIntent) -> Result<OpenIntent, StoreError>;

    /// Commits an intent as [`open_intent`](Self::open_intent) does, to certify a normalised key, where nothing stands
    /// against that and the order was not given before. Quarantine and suspension do not stand against what the service orders
    /// itself.
    ///
    /// # Errors
    /// [`StoreError::Ordered`] where it was, [`StoreError::Quarantined`], [`StoreError::Suspended`] for the authority,
    /// [`StoreError::KeyBlocked`]: the act's nonce is then used up, and nothing else was changed; as for
    /// [`open_intent`](Self::open_intent) otherwise.
    fn order_intent(
        &self,
        act: &Act,
        intent: &NewIntent,
        key: &[u8; 32],
        once: Option<&Once>,
    ) -> Result<OpenIntent, StoreError>;

    /// Closes an intent as done and stores its certificate, with its subject where the name is new, in one
    /// transaction. The certificate may leave once this returned `Ok`, never before.
    ///
    /// # Errors
    /// [`StoreError::IntentClosed`] where someone else closed the intent or took it over: the signed bytes must be
    /// thrown away; [`StoreError`] otherwise.
    fn complete_certificate(
        &self,
        act: &Act,
        intent: &OpenIntent,
        certificate: &NewCertificate,
    ) -> Result<CertificateRecord, StoreError>;

    /// Takes an open intent over from whoever holds it: they cannot close it any more.
    ///
    /// # Errors
    /// [`StoreError::IntentClosed`] where someone else closed it or took it over; [`StoreError`] otherwise.
    fn take_over_intent(&self, act: &Act, intent: &OpenIntent) -> Result<OpenIntent, StoreError>;

    /// Closes an intent as failed: nothing may leave under it any more.
    ///
    /// # Errors
    /// [`StoreError::IntentClosed`] as above; [`StoreError`] otherwise.
    fn fail_intent(&self, act: &Act, intent: &OpenIntent, reason: &str) -> Result<(), StoreError>;

    /// An intent.
    ///
    /// # Errors
    /// [`StoreError`].
    fn intent(&self, id: Uuid) -> Result<Option<IntentRecord>, StoreError>;

    /// The intents that are open and older than `before`, oldest first, at most `limit`.
    ///
    /// # Errors
    /// [`StoreError`].
    fn open_intents(&self, before: Timestamp, limit: u32) -> Result<Vec<IntentRecord>, StoreError>;

    /// A certificate by authority and serial: one indexed read.
    ///
    /// # Errors
    /// [`StoreError`].
    fn certificate(
        &self,
        authority: &AuthorityName,
        serial: &SerialNumber,
    ) -> Result<Option<CertificateRecord>, StoreError>;

    /// A certificate by id.
    ///
    /// # Errors
    /// [`StoreError`].
    fn certificate_by_id(&self, id: Uuid) -> Result<Option<CertificateRecord>, StoreError>;

    /// The certificate that fulfils an intent.
    ///
    /// # Errors
    /// [`StoreError`].
    fn certificate_of_intent(&self, intent: Uuid) -> Result<Option<CertificateRecord>, StoreError>;

    /// The status of a certificate and its end, none where we did not issue it: one indexed read.
    ///
    /// # Errors
    /// [`StoreError`].
    fn certificate_standing(
        &self,
        authority: Uuid,
        serial: &SerialNumber,
    ) -> Result<Option<Standing>, StoreError>;

    /// The same where it takes microseconds; none where it had to wait, for a network or for other reads. For threads that
    /// many requests share.
    fn certificate_standing_at_once(
        &self,
        authority: Uuid,
        serial: &SerialNumber,
    ) -> Option<Result<Option<Standing>, StoreError>>;

    /// The status of a certificate, none where we did not issue it: one indexed read.
    ///
    /// # Errors
    /// [`StoreError`].
    fn certificate_status(
        &self,
        authority: Uuid,
        serial: &SerialNumber,
    ) -> Result<Option<Status>, StoreError> {
        Ok(self.certificate_standing(authority, serial)?.map(|standing| standing.status))
    }

    /// Certificates that match, newest first, at most `limit` of them, those after `after` in that order.
    ///
    /// # Errors
    /// [`StoreError`].
    fn find_certificates(
        &self,
        filter: &CertificateFilter,
        after: Option<Uuid>,
        limit: u32,
    ) -> Result<CertificatePage, StoreError>;

    /// Changes the status of a certificate if its row is still at `version`. What is then read, on this process or
    /// another, is the new status.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] where the row changed meanwhile: read again and decide again;
    /// [`StoreError::NotFound`]; [`StoreError`] otherwise.
    fn change_status(
        &self,
        act: &Act,
        certificate: Uuid,
        version: u32,
        status: &Status,
        change: StatusChange,
    ) -> Result<CertificateRecord, StoreError>;

    /// Changes the statuses of many certificates that are each still at their version, all or none, as
    /// [`change_status`](Self::change_status) does.
    ///
    /// # Errors
    /// As there.
    fn change_statuses(
        &self,
        act: &Act,
        changes: &[(Uuid, u32, Status)],
        change: StatusChange,
    ) -> Result<(), StoreError>;

    /// Gives every certificate of an authority that is held or revoked to `visit`, ordered by serial, out of one
    /// snapshot that begins after this call, in constant memory. Left out are those that both expired and had their
    /// status changed before `ended_before`. Returns the status position of the snapshot.
    ///
    /// # Errors
    /// [`StoreError`].
    fn visit_revoked(
        &self,
        authority: Uuid,
        ended_before: Option<Timestamp>,
        visit: &mut dyn FnMut(RevokedRecord),
    ) -> Result<u64, StoreError>;

    /// The position of the newest change of status of the certificates of a scope, 0 before the first. Positions
    /// rise in the order in which changes become visible: what was read under a position is up to date while the
    /// position stands.
    ///
    /// # Errors
    /// [`StoreError`].
    fn status_position(&self, scope: ListScope) -> Result<u64, StoreError>;

    /// The serials of an authority's certificates whose status was last changed after a position, in that order, at
    /// most `limit`.
    ///
    /// # Errors
    /// [`StoreError`].
    fn status_changes(
        &self,
        authority: Uuid,
        after: u64,
        limit: u32,
    ) -> Result<Vec<SerialNumber>, StoreError>;
}
