//! The table of certificates.

use ca_core::encoding::time::whole_seconds;
use ca_core::issuance::AuthorityName;
use ca_core::revocation::Status;
use ca_core::x509::certificate::Certificate;
use ca_core::x509::serial::SerialNumber;
use diesel::prelude::*;
use jiff::Timestamp;
use serde_json::{Value, json};
use uuid::Uuid;

use super::backend::{Connection, at_once, on_each};
use super::convert::{damaged, hash, micros, serial, time, uuid, version};
use super::crl::{Scope, number};
use super::group::{Completion, Done, Opening, Work};
use super::intent::IntentRow;
use super::schema::{authorities, certificates};
use super::transaction::audited;
use super::{SqlStore, backend, during, intent, recovery, search, status};
use crate::port::record::{
    CertificateFilter, CertificatePage, CertificateRecord, IntentKind, IntentRecord, IntentState, ListScope,
    NewCertificate, NewIntent, Once, OpenIntent, RevokedRecord, Standing, StatusChange,
};
use crate::port::store::CertificateStore;
use crate::port::{Act, StoreError};

#[derive(Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = certificates)]
pub(super) struct CertificateRow {
    id: String,
    pub(super) intent_id: String,
    pub(super) authority_id: String,
    pub(super) serial: Vec<u8>,
    subject_id: String,
    subject: String,
    profile: String,
    profile_hash: Vec<u8>,
    pub(super) der: Vec<u8>,
    pub(super) tbs_hash: Vec<u8>,
    key_fingerprint: Vec<u8>,
    status: String,
    status_since: Option<i64>,
    reason: Option<String>,
    invalidity_date: Option<i64>,
    status_changed_at: Option<i64>,
    status_position: Option<i64>,
    not_before: i64,
    not_after: i64,
    requester: String,
    issued_at: i64,
    version: i32,
    shard: i32,
}

at_once!(CertificateRow, certificates: id, intent_id, authority_id, serial, subject_id, subject, profile, profile_hash, der, tbs_hash, key_fingerprint, status, status_since, reason, invalidity_date, status_changed_at, status_position, not_before, not_after, requester, issued_at, version, shard);

audited!(CertificateRow, "certificates", |row| with_shard(
    row.shard,
    json!({
        "intent_id": row.intent_id,
        "authority_id": row.authority_id,
        "serial": hex::encode(&row.serial),
        "subject_id": row.subject_id,
        "subject": row.subject,
        "profile": row.profile,
        "profile_hash": hex::encode(&row.profile_hash),
        "der_hash": hex::encode(ca_core::algorithm::digest::sm3(&row.der)),
        "tbs_hash": hex::encode(&row.tbs_hash),
        "key_fingerprint": hex::encode(&row.key_fingerprint),
        "status": row.status,
        "status_since": row.status_since,
        "reason": row.reason,
        "invalidity_date": row.invalidity_date,
        "status_changed_at": row.status_changed_at,
        "status_position": row.status_position,
        "not_before": row.not_before,
        "not_after": row.not_after,
        "requester": row.requester,
        "issued_at": row.issued_at,
    })
));

/// Only what is in a shard says so: what was written before there were any stays as it was.
pub(super) fn with_shard(shard: i32, mut detail: Value) -> Value {
    if shard > 0 {
        detail["shard"] = json!(shard);
    }
    detail
}

pub(super) fn record((row, authority): (CertificateRow, String)) -> Result<CertificateRecord, StoreError> {
    Ok(CertificateRecord {
        id: uuid(&row.id)?,
        intent: uuid(&row.intent_id)?,
        authority: authority.parse().map_err(|_| damaged("there is no authority name", &authority))?,
        serial: serial(&row.serial)?,
        subject_id: uuid(&row.subject_id)?,
        subject: row.subject,
        profile: row.profile,
        profile_hash: hash(&row.profile_hash)?,
        der: row.der,
        tbs_hash: hash(&row.tbs_hash)?,
        key_fingerprint: hex::encode(&row.key_fingerprint),
        status: status::status_of((row.status, row.status_since, row.reason, row.invalidity_date))?,
        not_before: time(row.not_before)?,
        not_after: time(row.not_after)?,
        requester: row.requester,
        issued_at: time(row.issued_at)?,
        version: version(row.version)?,
    })
}

/// The certificate that a filter over certificates and authorities leaves.
macro_rules! one {
    ($connection:expr, $($filter:expr),+) => {
        certificates::table
            .inner_join(authorities::table)
            $(.filter($filter))+
            .select((CertificateRow::as_select(), authorities::name))
            .first($connection)
            .optional()
            .map_err(during("a certificate"))?
            .map(record)
            .transpose()
    };
}

pub(super) fn by_id(connection: &mut Connection, id: Uuid) -> Result<Option<CertificateRecord>, StoreError> {
    one!(connection, certificates::id.eq(id.to_string()))
}

/// The row of a certificate that closes an intent. `position` is where its audit entry will be.
pub(super) fn row(
    intent: IntentRow,
    new: &NewCertificate,
    subject_id: String,
    at: i64,
    position: i64,
) -> Result<CertificateRow, StoreError> {
    let (Some(serial), Some(profile_hash)) = (intent.serial, intent.profile_hash) else {
        return Err(damaged("there is no certificate in intent", &intent.id));
    };
    let status = match new.revoked {
        None => Status::Good,
        Some(reason) => Status::Revoked { at: whole_seconds(time(at)?), reason, invalidity_date: None },
    };
    let (status, status_since, reason, invalidity_date) = status::status_columns(&status);
    Ok(CertificateRow {
        id: new.id.to_string(),
        intent_id: intent.id,
        authority_id: intent.authority_id,
        serial,
        subject_id,
        subject: new.subject.clone(),
        profile: intent.profile,
        profile_hash,
        der: new.der.clone(),
        tbs_hash: intent.tbs_hash,
        key_fingerprint: fingerprint(&new.key_fingerprint.to_string())
            .ok_or_else(|| damaged("there is no fingerprint", new.key_fingerprint))?,
        status,
        status_since,
        reason,
        invalidity_date,
        status_changed_at: new.revoked.map(|_| at),
        status_position: new.revoked.map(|_| position),
        not_before: micros(new.not_before),
        not_after: micros(new.not_after),
        requester: intent.requester,
        issued_at: at,
        version: 1,
        shard: number(new.shard),
    })
}

/// SM3 over the to-be-signed bytes of a certificate, and the key in it, normalised.
fn tbs_hash_and_key(der: &[u8]) -> Result<(Vec<u8>, Vec<u8>), StoreError> {
    let certificate = Certificate::from_der(der)
        .map_err(|error| damaged("a certificate to store does not parse:", error))?;
    let key =
        certificate.public_key().map_err(|error| damaged("a certificate to store has no key:", error))?;
    let hash = ca_core::algorithm::digest::sm3(certificate.tbs_der());
    Ok((hash.to_vec(), key.normalized().as_bytes().to_vec()))
}

/// The bytes of a fingerprint in 64 hex digits.
pub(super) fn fingerprint(text: &str) -> Option<Vec<u8>> {
    hex::decode(text).ok().filter(|bytes| bytes.len() == 32)
}

fn standing(
    connection: &mut Connection,
    authority: Uuid,
    serial: &SerialNumber,
) -> Result<Option<Standing>, StoreError> {
    // Asked of each database in its own words, which are put together once and not for each question.
    let found: Option<(status::StatusColumns, i64)> = on_each!(connection, |connection| {
        certificates::table
            .filter(certificates::serial.eq(serial.as_bytes()))
            .filter(certificates::authority_id.eq(authority.to_string()))
            .select((
                (
                    certificates::status,
                    certificates::status_since,
                    certificates::reason,
                    certificates::invalidity_date,
                ),
                certificates::not_after,
            ))
            .first(connection)
            .optional()
    })
    .map_err(during("a certificate's status"))?;
    let Some((columns, not_after)) = found else {
        // Only what is not good is known by its serial alone.
        let status = recovery::get(connection, &authority.to_string(), serial)?;
        return Ok(status.map(|status| Standing { status, not_after: Timestamp::MAX }));
    };
    Ok(Some(Standing { status: status::status_of(columns)?, not_after: time(not_after)? }))
}

impl SqlStore {
    fn open_by(
        &self,
        act: &Act,
        intent: &NewIntent,
        key: Option<Vec<u8>>,
        once: Option<Once>,
    ) -> Result<OpenIntent, StoreError> {
        match self.committer.run(act, Work::Open(Opening { intent: intent.clone(), key, once }))? {
            Done::Opened(open) => Ok(open),
            Done::Completed(_) => Err(StoreError::NotFound { what: "an intent" }),
        }
    }
}

impl CertificateStore for SqlStore {
    fn open_intent(&self, act: &Act, intent: &NewIntent) -> Result<OpenIntent, StoreError> {
        match intent.kind {
            IntentKind::Crl(_) => self.write(act, |transaction| intent::open(transaction, intent)),
            IntentKind::Certificate(_) => self.open_by(act, intent, None, None),
        }
    }

    fn order_intent(
        &self,
        act: &Act,
        intent: &NewIntent,
        key: &[u8; 32],
        once: Option<&Once>,
    ) -> Result<OpenIntent, StoreError> {
        self.open_by(act, intent, Some(key.to_vec()), once.cloned())
    }

    fn complete_certificate(
        &self,
        act: &Act,
        intent: &OpenIntent,
        certificate: &NewCertificate,
    ) -> Result<CertificateRecord, StoreError> {
        let (tbs_hash, key) = tbs_hash_and_key(&certificate.der)?;
        let completion =
            Completion { intent: intent.clone(), certificate: certificate.clone(), tbs_hash, key };
        match self.committer.run(act, Work::Complete(completion))? {
            Done::Completed(record) => Ok(*record),
            Done::Opened(_) => Err(StoreError::NotFound { what: "a certificate" }),
        }
    }

    fn take_over_intent(&self, act: &Act, intent: &OpenIntent) -> Result<OpenIntent, StoreError> {
        self.write(act, |transaction| intent::take_over(transaction, intent))
    }

    fn fail_intent(&self, act: &Act, intent: &OpenIntent, reason: &str) -> Result<(), StoreError> {
        self.write(act, |transaction| {
            transaction.note(reason);
            intent::close(transaction, intent, IntentState::Failed).map(drop)
        })
    }

    fn intent(&self, id: Uuid) -> Result<Option<IntentRecord>, StoreError> {
        self.read(|connection| intent::get(connection, id))
    }

    fn open_intents(&self, before: Timestamp, limit: u32) -> Result<Vec<IntentRecord>, StoreError> {
        self.read(|connection| intent::still_open(connection, before, limit))
    }

    fn certificate(
        &self,
        authority: &AuthorityName,
        serial: &SerialNumber,
    ) -> Result<Option<CertificateRecord>, StoreError> {
        self.read(|connection| {
            one!(
                connection,
                authorities::name.eq(authority.as_str()),
                certificates::serial.eq(serial.as_bytes())
            )
        })
    }

    fn certificate_by_id(&self, id: Uuid) -> Result<Option<CertificateRecord>, StoreError> {
        self.read(|connection| by_id(connection, id))
    }

    fn certificate_of_intent(&self, intent: Uuid) -> Result<Option<CertificateRecord>, StoreError> {
        self.read(|connection| one!(connection, certificates::intent_id.eq(intent.to_string())))
    }

    fn certificate_standing(
        &self,
        authority: Uuid,
        serial: &SerialNumber,
    ) -> Result<Option<Standing>, StoreError> {
        self.read(|connection| standing(connection, authority, serial))
    }

    fn certificate_standing_at_once(
        &self,
        authority: Uuid,
        serial: &SerialNumber,
    ) -> Option<Result<Option<Standing>, StoreError>> {
        self.read_at_once(|connection| standing(connection, authority, serial))
    }

    fn find_certificates(
        &self,
        filter: &CertificateFilter,
        after: Option<Uuid>,
        limit: u32,
    ) -> Result<CertificatePage, StoreError> {
        self.read(|connection| search::find(connection, filter, after, limit))
    }

    fn change_status(
        &self,
        act: &Act,
        certificate: Uuid,
        version: u32,
        new: &Status,
        kind: StatusChange,
    ) -> Result<CertificateRecord, StoreError> {
        self.write(act, |transaction| status::change(transaction, certificate, version, new, kind))
    }

    fn change_statuses(
        &self,
        act: &Act,
        changes: &[(Uuid, u32, Status)],
        kind: StatusChange,
    ) -> Result<(), StoreError> {
        self.write(act, |transaction| {
            changes.iter().try_for_each(|(certificate, version, new)| {
                status::alter(transaction, *certificate, *version, new, kind)
            })
        })
    }

    fn visit_revoked(
        &self,
        authority: Uuid,
        ended_before: Option<Timestamp>,
        give: &mut dyn FnMut(RevokedRecord),
    ) -> Result<u64, StoreError> {
        let scope = Scope::from(ListScope::whole(authority));
        let ended_before = ended_before.map_or(i64::MIN, micros);
        self.read(|connection| {
            backend::snapshot(connection, |connection| {
                let position = status::position(connection, &scope)?;
                recovery::visit_with(connection, &scope, ended_before, give)?;
                Ok(position)
            })
        })
    }

    fn status_position(&self, scope: ListScope) -> Result<u64, StoreError> {
        self.read(|connection| status::position(connection, &Scope::from(scope)))
    }

    fn status_changes(
        &self,
        authority: Uuid,
        after: u64,
        limit: u32,
    ) -> Result<Vec<SerialNumber>, StoreError> {
        self.read(|connection| status::changes(connection, &authority.to_string(), after, limit))
    }
}
