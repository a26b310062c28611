//! Many certificates at once.

use std::collections::{BTreeMap, HashSet};

use ca_core::encoding::time::whole_seconds;
use ca_core::issuance::AuthorityName;
use ca_core::revocation::{Reason, RevocationError, Status};
use ca_core::x509::serial::SerialNumber;
use jiff::Timestamp;
use uuid::Uuid;

use super::{Certificates, CertificatesError, MAX_TRIES};
use crate::port::record::{CertificateRecord, StatusChange};
use crate::port::{Act, StoreError};

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

/// What became of many certificates, or would.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RevokedMany {
    /// What became of each, in the order in which they were asked for.
    pub outcomes: Vec<RevokedOne>,
    /// How many of those that are revoked now were issued under each profile.
    pub profiles: BTreeMap<String, u64>,
}

/// What is to be done to many certificates.
#[derive(Default)]
struct Decision {
    many: RevokedMany,
    records: Vec<CertificateRecord>,
    changes: Vec<(Uuid, u32, Status)>,
}

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
    ) -> Result<RevokedMany, CertificatesError> {
        let asked = format!("authority {authority}, {} certificates", serials.len());
        let act = &self.safeguards.dated(act);
        let done = self.try_revoke_many(act, authority, serials, reason, invalidity_date.map(whole_seconds));
        let done = self.told(done);
        if let Ok(many) = &done {
            tracing::info!(
                request_id = %act.request_id, %authority, actor = %act.actor, outcome = "certificate.revoke",
                count = many.profiles.values().sum::<u64>(), "statuses changed"
            );
        }
        self.on_record(act, StatusChange::Revoke.action(), &asked, done)
    }

    /// What [`revoke_many`](Self::revoke_many) would do. Nothing is changed; `act` uses up the nonce of the signed read.
    ///
    /// # Errors
    /// [`CertificatesError`].
    pub fn consider_many(
        &self,
        act: &Act,
        authority: &AuthorityName,
        serials: &[SerialNumber],
        reason: Reason,
        invalidity_date: Option<Timestamp>,
    ) -> Result<RevokedMany, CertificatesError> {
        self.read(act, "certificate.list")?;
        let at = whole_seconds(act.at);
        Ok(self.decide(authority, serials, reason, at, invalidity_date.map(whole_seconds))?.many)
    }

    fn try_revoke_many(
        &self,
        act: &Act,
        authority: &AuthorityName,
        serials: &[SerialNumber],
        reason: Reason,
        invalidity_date: Option<Timestamp>,
    ) -> Result<RevokedMany, CertificatesError> {
        let authority_id = self.authority(authority)?.record().id;
        let at = whole_seconds(act.at);
        let mut tries = 0;
        loop {
            let Decision { many, records, changes } =
                self.decide(authority, serials, reason, at, invalidity_date)?;
            if reason == Reason::KeyCompromise {
                self.compromise(act, &records, at, invalidity_date)?;
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
                    return Ok(many);
                }
            }
        }
    }

    fn decide(
        &self,
        authority: &AuthorityName,
        serials: &[SerialNumber],
        reason: Reason,
        at: Timestamp,
        invalidity_date: Option<Timestamp>,
    ) -> Result<Decision, CertificatesError> {
        if serials.is_empty() || serials.len() > Self::MAX_AT_ONCE {
            return Err(CertificatesError::BadCount { count: serials.len(), max: Self::MAX_AT_ONCE });
        }
        self.authority(authority)?;
        let mut decision = Decision::default();
        let mut seen = HashSet::new();
        for serial in serials {
            let repeated = !seen.insert(serial);
            let outcome = match self.ports.store.certificate(authority, serial)? {
                None => RevokedOne::Unknown,
                Some(_) if repeated => RevokedOne::AlreadyRevoked,
                Some(record) => match record.status.revoke(reason, at, invalidity_date) {
                    Ok(status) => {
                        *decision.many.profiles.entry(record.profile.clone()).or_default() += 1;
                        decision.changes.push((record.id, record.version, status));
                        decision.records.push(record);
                        RevokedOne::Revoked
                    }
                    Err(RevocationError::AlreadyRevoked { .. }) => RevokedOne::AlreadyRevoked,
                    Err(error) => return Err(error.into()),
                },
            };
            decision.many.outcomes.push(outcome);
        }
        Ok(decision)
    }
}
