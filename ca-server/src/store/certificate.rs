//! The table of certificates.

use ca_core::encoding::time::whole_seconds;
use ca_core::issuance::AuthorityName;
use ca_core::revocation::Status;
use ca_core::x509::certificate::Certificate;
use ca_core::x509::serial::SerialNumber;
use diesel::prelude::*;
use jiff::Timestamp;
use serde_json::json;
use uuid::Uuid;

use super::backend::Connection;
use super::convert::{damaged, hash, micros, serial, time, uuid, version};
use super::schema::{authorities, certificates};
use super::transaction::{Transaction, audited};
use super::{SqlStore, backend, during, intent, search, status, subject};
use crate::port::record::{
    CertificateFilter, CertificatePage, CertificateRecord, IntentRecord, IntentState, NewCertificate,
    NewIntent, OpenIntent, RevokedRecord, StatusChange,
};
use crate::port::store::CertificateStore;
use crate::port::{Act, StoreError};

#[derive(Queryable, Selectable, Insertable)]
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
}

audited!(CertificateRow, "certificates", |row| json!({
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
}));

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

pub(super) fn by_id(connection: &mut Connection, id: Uuid) -> Result<Option<CertificateRecord>, StoreError> {
    certificates::table
        .inner_join(authorities::table)
        .filter(certificates::id.eq(id.to_string()))
        .select((CertificateRow::as_select(), authorities::name))
        .first(connection)
        .optional()
        .map_err(during("a certificate"))?
        .map(record)
        .transpose()
}

fn complete(
    transaction: &mut Transaction<'_>,
    open: &OpenIntent,
    new: &NewCertificate,
) -> Result<CertificateRecord, StoreError> {
    let intent = intent::close(transaction, open, IntentState::Done)?;
    let (Some(serial), Some(profile_hash)) = (intent.serial, intent.profile_hash) else {
        return Err(damaged("there is no certificate in intent", &intent.id));
    };
    // Only what was committed leaves: whatever the caller did, other bytes are not stored under this intent.
    let tbs_hash = Certificate::from_der(&new.der)
        .map(|certificate| ca_core::algorithm::digest::sm3(certificate.tbs_der()).to_vec())
        .map_err(|error| damaged("a certificate to store does not parse:", error))?;
    if tbs_hash != intent.tbs_hash {
        return Err(damaged("a certificate to store differs from its intent", &intent.id));
    }
    let status = match new.revoked {
        None => Status::Good,
        Some(reason) => {
            Status::Revoked { at: whole_seconds(time(transaction.at())?), reason, invalidity_date: None }
        }
    };
    let (status, status_since, reason, invalidity_date) = status::status_columns(&status);
    let row = CertificateRow {
        id: new.id.to_string(),
        intent_id: intent.id,
        authority_id: intent.authority_id,
        serial,
        subject_id: subject::of(transaction, new)?,
        subject: new.subject.clone(),
        profile: intent.profile,
        profile_hash,
        der: new.der.clone(),
        tbs_hash,
        key_fingerprint: fingerprint(&new.key_fingerprint.to_string())
            .ok_or_else(|| damaged("there is no fingerprint", new.key_fingerprint))?,
        status,
        status_since,
        reason,
        invalidity_date,
        status_changed_at: new.revoked.map(|_| transaction.at()),
        status_position: new.revoked.map(|_| transaction.position()).transpose()?,
        not_before: micros(new.not_before),
        not_after: micros(new.not_after),
        requester: intent.requester,
        issued_at: transaction.at(),
        version: 1,
    };
    diesel::insert_into(certificates::table)
        .values(&row)
        .execute(transaction.connection)
        .map_err(during("a certificate"))?;
    transaction.record("certificate.issue", &row)?;
    by_id(transaction.connection, new.id)?.ok_or(StoreError::NotFound { what: "a certificate" })
}

/// The bytes of a fingerprint in 64 hex digits.
pub(super) fn fingerprint(text: &str) -> Option<Vec<u8>> {
    hex::decode(text).ok().filter(|bytes| bytes.len() == 32)
}

impl CertificateStore for SqlStore {
    fn open_intent(&self, act: &Act, intent: &NewIntent) -> Result<OpenIntent, StoreError> {
        self.write(act, |transaction| intent::open(transaction, intent))
    }

    fn complete_certificate(
        &self,
        act: &Act,
        intent: &OpenIntent,
        certificate: &NewCertificate,
    ) -> Result<CertificateRecord, StoreError> {
        self.write(act, |transaction| complete(transaction, intent, certificate))
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
            certificates::table
                .inner_join(authorities::table)
                .filter(authorities::name.eq(authority.as_str()))
                .filter(certificates::serial.eq(serial.as_bytes()))
                .select((CertificateRow::as_select(), authorities::name))
                .first(connection)
                .optional()
                .map_err(during("a certificate"))?
                .map(record)
                .transpose()
        })
    }

    fn certificate_by_id(&self, id: Uuid) -> Result<Option<CertificateRecord>, StoreError> {
        self.read(|connection| by_id(connection, id))
    }

    fn certificate_of_intent(&self, intent: Uuid) -> Result<Option<CertificateRecord>, StoreError> {
        self.read(|connection| {
            certificates::table
                .inner_join(authorities::table)
                .filter(certificates::intent_id.eq(intent.to_string()))
                .select((CertificateRow::as_select(), authorities::name))
                .first(connection)
                .optional()
                .map_err(during("a certificate"))?
                .map(record)
                .transpose()
        })
    }

    fn certificate_status(
        &self,
        authority: Uuid,
        serial: &SerialNumber,
    ) -> Result<Option<Status>, StoreError> {
        self.read(|connection| {
            certificates::table
                .filter(certificates::serial.eq(serial.as_bytes()))
                .filter(certificates::authority_id.eq(authority.to_string()))
                .select((
                    certificates::status,
                    certificates::status_since,
                    certificates::reason,
                    certificates::invalidity_date,
                ))
                .first(connection)
                .optional()
                .map_err(during("a certificate's status"))?
                .map(status::status_of)
                .transpose()
        })
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

    fn visit_revoked(
        &self,
        authority: Uuid,
        ended_before: Option<Timestamp>,
        give: &mut dyn FnMut(RevokedRecord),
    ) -> Result<u64, StoreError> {
        let authority = authority.to_string();
        let ended_before = ended_before.map_or(i64::MIN, micros);
        self.read(|connection| {
            backend::snapshot(connection, |connection| {
                let position = status::position(connection, &authority)?;
                status::visit(connection, &authority, ended_before, give)?;
                Ok(position)
            })
        })
    }

    fn status_position(&self, authority: Uuid) -> Result<u64, StoreError> {
        self.read(|connection| status::position(connection, &authority.to_string()))
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
