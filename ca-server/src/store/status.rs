//! The status of certificates: its columns, its changes, and the list of what is held or revoked.

use ca_core::revocation::{Reason, Status};
use ca_core::x509::SerialNumber;
use diesel::connection::DefaultLoadingMode;
use diesel::dsl::sql;
use diesel::expression::SqlLiteral;
use diesel::prelude::*;
use diesel::sql_types::Bool;
use uuid::Uuid;

use super::backend::{Connection, Database, on_each};
use super::certificate::{CertificateRow, by_id};
use super::column::{ReasonColumn, SerialColumn};
use super::convert::{damaged, micros, optional_time, serial, signed, time, unsigned};
use super::crl::Scope;
use super::during;
use super::schema::{audit_entries, certificates};
use super::transaction::Transaction;
use crate::port::StoreError;
use crate::port::record::{CertificateRecord, ChangedRecord, LeftRecord, RevokedRecord, StatusChange};

/// The columns that hold a status.
pub(super) type StatusColumns = (String, Option<i64>, Option<String>, Option<i64>);

pub(super) fn status_columns(status: &Status) -> StatusColumns {
    match status {
        Status::Good => ("good".to_owned(), None, None, None),
        Status::Held { since } => ("held".to_owned(), Some(micros(*since)), None, None),
        Status::Revoked { at, reason, invalidity_date } => {
            ("revoked".to_owned(), Some(micros(*at)), Some(reason.to_string()), invalidity_date.map(micros))
        }
    }
}

pub(super) fn status_of(
    (status, since, reason, invalidity_date): StatusColumns,
) -> Result<Status, StoreError> {
    match (status.as_str(), since, reason) {
        ("good", None, None) => Ok(Status::Good),
        ("held", Some(since), None) => Ok(Status::Held { since: time(since)? }),
        ("revoked", Some(at), Some(reason)) => Ok(Status::Revoked {
            at: time(at)?,
            reason: reason.parse().map_err(|_| damaged("there is no reason", &reason))?,
            invalidity_date: optional_time(invalidity_date)?,
        }),
        _ => Err(damaged("a certificate cannot have status", status)),
    }
}

/// Changes the status of a certificate that is still at the expected version.
pub(super) fn change(
    transaction: &mut Transaction<'_>,
    certificate: Uuid,
    expected: u32,
    status: &Status,
    kind: StatusChange,
) -> Result<CertificateRecord, StoreError> {
    alter(transaction, certificate, expected, status, kind)?;
    by_id(transaction.connection, certificate)?.ok_or(StoreError::NotFound { what: "a certificate" })
}

/// The same where nobody asks for the certificate afterwards.
pub(super) fn alter(
    transaction: &mut Transaction<'_>,
    certificate: Uuid,
    expected: u32,
    status: &Status,
    kind: StatusChange,
) -> Result<(), StoreError> {
    let id = certificate.to_string();
    let expected = i32::try_from(expected).map_err(|_| damaged("a version is", expected))?;
    let (text, since, reason, invalidity_date) = status_columns(status);
    let changed = diesel::update(
        certificates::table.filter(certificates::id.eq(&id)).filter(certificates::version.eq(expected)),
    )
    .set((
        certificates::status.eq(text),
        certificates::status_since.eq(since),
        certificates::reason.eq(reason),
        certificates::invalidity_date.eq(invalidity_date),
        certificates::status_changed_at.eq(transaction.at()),
        certificates::status_position.eq(transaction.position()?),
        certificates::version.eq(expected + 1),
    ))
    .execute(transaction.connection)
    .map_err(during("a certificate"))?;
    let row = certificates::table
        .find(&id)
        .select(CertificateRow::as_select())
        .first(transaction.connection)
        .map_err(during("a certificate"))?;
    if changed == 0 {
        return Err(StoreError::Conflict { what: "the certificate's status" });
    }
    transaction.record(kind.action(), &row)
}

/// The position of the newest change in a scope.
pub(super) fn position(connection: &mut Connection, scope: &Scope) -> Result<u64, StoreError> {
    let mut newest = certificates::table
        .filter(certificates::authority_id.eq(&scope.authority))
        .filter(certificates::status_position.is_not_null())
        .order(certificates::status_position.desc())
        .select(certificates::status_position)
        .into_boxed::<Database>();
    if scope.shard > 0 {
        newest = newest.filter(certificates::shard.eq(scope.shard));
    }
    let position: Option<Option<i64>> =
        newest.first(connection).optional().map_err(during("the newest change of a status"))?;
    unsigned(position.flatten().unwrap_or(0))
}

/// The serials of what changed after a position, in the order in which it did.
pub(super) fn changes(
    connection: &mut Connection,
    authority: &str,
    after: u64,
    limit: u32,
) -> Result<Vec<SerialNumber>, StoreError> {
    let serials: Vec<Vec<u8>> = certificates::table
        .filter(certificates::authority_id.eq(authority))
        .filter(certificates::status_position.gt(signed(after)?))
        .order(certificates::status_position)
        .limit(limit.into())
        .select(certificates::serial)
        .load(connection)
        .map_err(during("the changes of status"))?;
    serials.iter().map(|number| serial(number)).collect()
}

/// The condition of the index over shards, word for word: SQLite does not see that a bound number implies it.
pub(super) fn in_a_shard() -> SqlLiteral<Bool> {
    sql("certificates.shard > 0")
}

/// Serial, since when, reason where it is revoked, invalidity date.
type ListedRow = (SerialColumn, i64, Option<ReasonColumn>, Option<i64>);

/// Rows of one step of [`visit`]: memory is bounded by this, not by the CRL's length.
const VISIT_STEP: i64 = 5_000;

/// Gives what is held or revoked in a scope, ordered by serial.
pub(super) fn visit(
    connection: &mut Connection,
    scope: &Scope,
    ended_before: i64,
    give: &mut dyn FnMut(RevokedRecord),
) -> Result<(), StoreError> {
    let mut last = Vec::new();
    loop {
        let (mut count, mut newest) = (0, None);
        on_each!(&mut *connection, |connection| {
            let mut step = certificates::table
                .filter(certificates::authority_id.eq(&scope.authority))
                .filter(certificates::status_since.is_not_null())
                .filter(certificates::serial.gt(&last))
                .filter(
                    certificates::not_after
                        .ge(ended_before)
                        .or(certificates::status_changed_at.ge(ended_before)),
                )
                .order(certificates::serial)
                .limit(VISIT_STEP)
                // Held or revoked, since its time is there: held where it has no reason.
                .select((
                    certificates::serial,
                    certificates::status_since.assume_not_null(),
                    certificates::reason,
                    certificates::invalidity_date,
                ))
                .into_boxed();
            if scope.shard > 0 {
                step = step.filter(certificates::shard.eq(scope.shard)).filter(in_a_shard());
            }
            let rows = step.load_iter::<ListedRow, DefaultLoadingMode>(connection);
            for row in rows.map_err(during("the revoked certificates"))? {
                let (SerialColumn(serial), at, reason, invalidity_date) =
                    row.map_err(during("the revoked certificates"))?;
                let reason = reason.map_or(Reason::CertificateHold, |ReasonColumn(reason)| reason);
                let invalidity_date = optional_time(invalidity_date)?;
                count += 1;
                if count == VISIT_STEP {
                    newest = Some(serial.as_bytes().to_vec());
                }
                give(RevokedRecord { serial, at: time(at)?, reason, invalidity_date });
            }
        });
        match newest {
            Some(newest) => last = newest,
            None => return Ok(()),
        }
    }
}

/// What changed after a position, ordered by the octets of the serials; none where it is more than `limit`.
pub(super) fn changed(
    connection: &mut Connection,
    scope: &Scope,
    after: u64,
    limit: u32,
) -> Result<Option<Vec<ChangedRecord>>, StoreError> {
    let mut since = certificates::table
        .filter(certificates::authority_id.eq(&scope.authority))
        .filter(certificates::status_position.gt(signed(after)?))
        .order(certificates::status_position)
        .limit(i64::from(limit) + 1)
        .select((
            certificates::serial,
            (
                certificates::status,
                certificates::status_since,
                certificates::reason,
                certificates::invalidity_date,
            ),
        ))
        .into_boxed::<Database>();
    if scope.shard > 0 {
        since = since.filter(certificates::shard.eq(scope.shard));
    }
    let rows: Vec<(Vec<u8>, StatusColumns)> =
        since.load(connection).map_err(during("the changes of status"))?;
    if rows.len() as u64 > u64::from(limit) {
        return Ok(None);
    }
    let mut changed = rows
        .into_iter()
        .map(|(number, columns)| Ok(ChangedRecord { serial: serial(&number)?, status: status_of(columns)? }))
        .collect::<Result<Vec<_>, StoreError>>()?;
    changed.sort_by(|one, other| one.serial.as_bytes().cmp(other.serial.as_bytes()));
    Ok(Some(changed))
}

/// What is known of a certificate that was listed, and whether its newest version is a release by the audit.
pub(super) fn left(
    connection: &mut Connection,
    authority: &str,
    serial: &SerialNumber,
) -> Result<Option<LeftRecord>, StoreError> {
    type Row = (String, i32, StatusColumns, i64, Option<i64>);
    let row: Option<Row> = certificates::table
        .filter(certificates::serial.eq(serial.as_bytes()))
        .filter(certificates::authority_id.eq(authority))
        .select((
            certificates::id,
            certificates::version,
            (
                certificates::status,
                certificates::status_since,
                certificates::reason,
                certificates::invalidity_date,
            ),
            certificates::not_after,
            certificates::status_changed_at,
        ))
        .first(connection)
        .optional()
        .map_err(during("a certificate's status"))?;
    let Some((id, version, columns, not_after, changed_at)) = row else { return Ok(None) };
    let action: Option<String> = audit_entries::table
        .filter(audit_entries::table_name.eq("certificates"))
        .filter(audit_entries::row_id.eq(id))
        .filter(audit_entries::row_version.eq(version))
        .filter(sql::<Bool>("audit_entries.row_version > 0"))
        .select(audit_entries::action)
        .first(connection)
        .optional()
        .map_err(during("the audit"))?;
    Ok(Some(LeftRecord {
        status: status_of(columns)?,
        not_after: time(not_after)?,
        changed_at: optional_time(changed_at)?,
        released_on_record: action.as_deref() == Some(StatusChange::Release.action()),
    }))
}
