//! Many certificates at once, and keys that are compromised.

use ca_core::encoding::time::whole_seconds;
use ca_core::issuance::AuthorityName;
use ca_core::revocation::{Reason, RevocationError, Status};
use ca_core::x509::certificate::Certificate;
use ca_core::x509::serial::SerialNumber;
use jiff::Timestamp;

use super::{Certificates, CertificatesError, MAX_TRIES};
use crate::port::record::{BlockedKeyRecord, CertificateFilter, CertificateRecord, StatusChange};
use crate::port::{Act, StoreError, new_record_id};

/// What became of one certificate of many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RevokedOne {
    /// It is revoked now.
    Revoked,
    /// It was revoked before; that stands as it is.
    AlreadyRevoked,
    /// The authority issued no such certificate.
    Unknown,
}

/// Certificates on one key that are looked up at once.
const PAGE: u32 = 100;

impl Certificates {
    /// The most certificates that are revoked in one transaction: others wait for it.
    pub const MAX_AT_ONCE: usize = 1_000;

    /// Revokes many certificates of an authority in one transaction: all of those that are not revoked, or none. What it was
    /// asked for again is answered again, so that who was interrupted asks again. With the reason keyCompromise every other
    /// certificate on these keys is revoked too, and the keys are blocked.
    ///
    /// # Errors
    /// [`CertificatesError`].
    pub fn revoke_many(
        &self,
        act: &Act,
        authority: &AuthorityName,
        serials: &[SerialNumber],
        reason: Reason,
        invalidity_date: Option<Timestamp>,
    ) -> Result<Vec<RevokedOne>, CertificatesError> {
        let asked = format!("authority {authority}, {} certificates", serials.len());
        let done = self.try_revoke_many(act, authority, serials, reason, invalidity_date.map(whole_seconds));
        if done.is_ok() {
            tracing::info!(
                request_id = %act.request_id, %authority, actor = %act.actor, outcome = "certificate.revoke",
                count = serials.len(), "statuses changed"
            );
        }
        self.on_record(act, StatusChange::Revoke.action(), &asked, done)
    }

    fn try_revoke_many(
        &self,
        act: &Act,
        authority: &AuthorityName,
        serials: &[SerialNumber],
        reason: Reason,
        invalidity_date: Option<Timestamp>,
    ) -> Result<Vec<RevokedOne>, CertificatesError> {
        if serials.is_empty() || serials.len() > Self::MAX_AT_ONCE {
            return Err(CertificatesError::BadCount { count: serials.len(), max: Self::MAX_AT_ONCE });
        }
        let authority_id = self.authority(authority)?.record().id;
        let at = whole_seconds(act.at);
        let mut tries = 0;
        loop {
            let (mut outcomes, mut records, mut changes) = (Vec::new(), Vec::new(), Vec::new());
            for (index, serial) in serials.iter().enumerate() {
                let repeated = serials[..index].contains(serial);
                let outcome = match self.ports.store.certificate(authority, serial)? {
                    None => RevokedOne::Unknown,
                    Some(_) if repeated => RevokedOne::AlreadyRevoked,
                    Some(record) => match record.status.revoke(reason, at, invalidity_date) {
                        Ok(status) => {
                            changes.push((record.id, record.version, status));
                            records.push(record);
                            RevokedOne::Revoked
                        }
                        Err(RevocationError::AlreadyRevoked { .. }) => RevokedOne::AlreadyRevoked,
                        Err(error) => return Err(error.into()),
                    },
                };
                outcomes.push(outcome);
            }
            if reason == Reason::KeyCompromise {
                for record in &records {
                    self.compromise(act, record, at, invalidity_date)?;
                }
            }
            match self.ports.store.change_statuses(act, &changes, StatusChange::Revoke) {
                // Someone else changed one of them between the two calls: decide again on what stands now.
                Err(StoreError::Conflict { .. }) if tries < MAX_TRIES => tries += 1,
                // Also after an error: it may have come between the change and the word of it.
                done => {
                    for record in &records {
                        self.changes.changed(authority_id, &record.serial);
                    }
                    done?;
                    return Ok(outcomes);
                }
            }
        }
    }

    /// Blocks the key of a certificate that is about to be revoked for its compromise, and revokes every other certificate on
    /// it, of whichever authority. What fails can be asked for again.
    pub(super) fn compromise(
        &self,
        act: &Act,
        certificate: &CertificateRecord,
        at: Timestamp,
        invalidity_date: Option<Timestamp>,
    ) -> Result<(), CertificatesError> {
        let store = &self.ports.store;
        let damaged = |detail: String| StoreError::Damaged { detail };
        let key = Certificate::from_der(&certificate.der)
            .map_err(|error| damaged(error.to_string()))?
            .public_key()
            .map_err(|error| damaged(error.to_string()))?
            .normalized();
        // First, so that no certificate is issued on it while the others are looked for.
        if !store.is_blocked(key.as_bytes())? {
            let blocked = BlockedKeyRecord {
                id: new_record_id(act.at, &mut *self.ports.randomness.generator()),
                key: *key.as_bytes(),
                reason: format!(
                    "certificate {} of {} was revoked for keyCompromise",
                    certificate.serial, certificate.authority
                ),
                created_at: act.at,
                version: 1,
            };
            match store.block_key(&act.continued(act.at), &blocked) {
                // Someone else did so.
                Ok(()) | Err(StoreError::Conflict { .. }) => {}
                Err(error) => return Err(error.into()),
            }
        }
        let filter = CertificateFilter {
            key_fingerprint: Some(certificate.key_fingerprint.clone()),
            ..CertificateFilter::default()
        };
        let mut after = None;
        loop {
            let page = store.find_certificates(&filter, after, PAGE)?;
            for other in page.items.iter().filter(|other| other.id != certificate.id) {
                self.revoke_other(act, other, at, invalidity_date)?;
            }
            match page.next {
                Some(next) => after = Some(next),
                None => return Ok(()),
            }
        }
    }

    fn revoke_other(
        &self,
        act: &Act,
        other: &CertificateRecord,
        at: Timestamp,
        invalidity_date: Option<Timestamp>,
    ) -> Result<(), CertificatesError> {
        if matches!(other.status, Status::Revoked { .. }) {
            return Ok(());
        }
        let revoke = |status: &Status, _| status.revoke(Reason::KeyCompromise, at, invalidity_date);
        let act = act.continued(act.at);
        match self.try_change(&act, &other.authority, &other.serial, StatusChange::Revoke, revoke) {
            // Someone else did so.
            Ok(_) | Err(CertificatesError::Revocation(RevocationError::AlreadyRevoked { .. })) => Ok(()),
            Err(error) => Err(error),
        }
    }
}
