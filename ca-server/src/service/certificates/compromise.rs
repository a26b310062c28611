//! Keys that are compromised: every certificate on one is revoked, and it is blocked.

use std::collections::HashSet;

use ca_core::revocation::{Reason, RevocationError, Status};
use ca_core::x509::certificate::Certificate;
use jiff::Timestamp;
use uuid::Uuid;

use super::{Certificates, CertificatesError};
use crate::port::record::{BlockedKeyRecord, CertificateFilter, CertificateRecord, StatusChange};
use crate::port::{Act, StoreError, new_record_id};

/// Certificates on one key that are revoked in one transaction: others wait for it.
const PAGE: u32 = 1_000;

impl Certificates {
    /// Blocks the keys of certificates that are about to be revoked for their compromise, and revokes every other certificate
    /// on them, of whichever authority. What fails can be asked for again.
    pub(super) fn compromise(
        &self,
        act: &Act,
        certificates: &[CertificateRecord],
        at: Timestamp,
        invalidity_date: Option<Timestamp>,
    ) -> Result<(), CertificatesError> {
        if certificates.is_empty() {
            return Ok(());
        }
        let keys = certificates.iter().map(|certificate| self.blocked(act, certificate));
        let keys = keys.collect::<Result<Vec<_>, StoreError>>()?;
        // First, so that no certificate is issued on them while the others are looked for.
        match self.ports.store.block_keys(&act.continued(act.at), &keys) {
            Ok(()) => {}
            // Someone else blocked one of them meanwhile: again, each by itself.
            Err(StoreError::Conflict { .. }) => {
                for key in &keys {
                    match self.ports.store.block_key(&act.continued(act.at), key) {
                        Ok(()) | Err(StoreError::Conflict { .. }) => {}
                        Err(error) => return Err(error.into()),
                    }
                }
            }
            Err(error) => return Err(error.into()),
        }
        let these: HashSet<Uuid> = certificates.iter().map(|certificate| certificate.id).collect();
        let keys: HashSet<&str> = certificates.iter().map(|one| one.key_fingerprint.as_str()).collect();
        for key in keys {
            self.revoke_others(act, key, &these, at, invalidity_date)?;
        }
        Ok(())
    }

    fn blocked(&self, act: &Act, certificate: &CertificateRecord) -> Result<BlockedKeyRecord, StoreError> {
        let damaged = |detail: String| StoreError::Damaged { detail };
        let key = Certificate::from_der(&certificate.der)
            .map_err(|error| damaged(error.to_string()))?
            .public_key()
            .map_err(|error| damaged(error.to_string()))?
            .normalized();
        Ok(BlockedKeyRecord {
            id: new_record_id(act.at, &mut *self.ports.randomness.generator()),
            key: *key.as_bytes(),
            reason: format!(
                "certificate {} of {} was revoked for keyCompromise",
                certificate.serial, certificate.authority
            ),
            created_at: act.at,
            version: 1,
        })
    }

    /// Revokes every certificate on a key but these.
    fn revoke_others(
        &self,
        act: &Act,
        key: &str,
        these: &HashSet<Uuid>,
        at: Timestamp,
        invalidity_date: Option<Timestamp>,
    ) -> Result<(), CertificatesError> {
        let filter =
            CertificateFilter { key_fingerprint: Some(key.to_owned()), ..CertificateFilter::default() };
        let mut after = None;
        loop {
            let page = self.ports.store.find_certificates(&filter, after, PAGE)?;
            let others: Vec<_> = page.items.iter().filter(|other| !these.contains(&other.id)).collect();
            self.revoke_page(act, &others, at, invalidity_date)?;
            match page.next {
                Some(next) => after = Some(next),
                None => return Ok(()),
            }
        }
    }

    fn revoke_page(
        &self,
        act: &Act,
        others: &[&CertificateRecord],
        at: Timestamp,
        invalidity_date: Option<Timestamp>,
    ) -> Result<(), CertificatesError> {
        let mut changes = Vec::new();
        for other in others.iter().filter(|other| !matches!(other.status, Status::Revoked { .. })) {
            let status = other.status.revoke(Reason::KeyCompromise, at, invalidity_date)?;
            changes.push((other.id, other.version, status));
        }
        if changes.is_empty() {
            return Ok(());
        }
        let done = self.ports.store.change_statuses(&act.continued(act.at), &changes, StatusChange::Revoke);
        // Also after an error: it may have come between the changes and the word of them.
        for other in others {
            self.changes.changed(self.authority(&other.authority)?.record().id, &other.serial);
        }
        match done {
            // Someone else changed one of them meanwhile: again, each by itself.
            Err(StoreError::Conflict { .. }) => {
                others.iter().try_for_each(|other| self.revoke_other(act, other, at, invalidity_date))
            }
            done => Ok(done?),
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
