//! What is told off the host, and the table of statuses that came back from there.

use ca_core::audit::Head;
use ca_core::issuance::AuthorityName;
use ca_core::revocation::{Reason, Status};
use ca_core::x509::serial::SerialNumber;
use diesel::prelude::*;
use jiff::Timestamp;
use serde_json::json;
use uuid::Uuid;

use super::backend::{self, Connection, on_each};
use super::convert::{damaged, hash, serial, signed, time, unsigned};
use super::crl::{CrlRow, Scope};
use super::schema::{audit_entries, authorities, certificates, crls, recovered_statuses};
use super::status::{StatusColumns, status_columns, status_of};
use super::transaction::{Transaction, audited};
use super::{Location, SqlStore, during, journal, status, witness};
use crate::port::record::{ChangedRecord, CrlTold, Progress, RecoveredRecord, RevokedRecord, StatusTold};
use crate::port::store::RecoveryStore;
use crate::port::{Act, StoreError};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = recovered_statuses)]
pub(super) struct RecoveredRow {
    id: String,
    authority_id: String,
    serial: Vec<u8>,
    status: String,
    status_since: i64,
    reason: Option<String>,
    invalidity_date: Option<i64>,
    created_at: i64,
    version: i32,
}

audited!(RecoveredRow, "recovered_statuses", |row| json!({
    "authority_id": row.authority_id,
    "serial": hex::encode(&row.serial),
    "status": row.status,
    "status_since": row.status_since,
    "reason": row.reason,
    "invalidity_date": row.invalidity_date,
    "created_at": row.created_at,
}));

impl RecoveredRow {
    fn status(&self) -> Result<Status, StoreError> {
        let columns =
            (self.status.clone(), Some(self.status_since), self.reason.clone(), self.invalidity_date);
        status_of(columns)
    }
}

fn row(
    connection: &mut Connection,
    authority: &str,
    serial: &SerialNumber,
) -> Result<Option<RecoveredRow>, StoreError> {
    on_each!(connection, |connection| {
        recovered_statuses::table
            .filter(recovered_statuses::authority_id.eq(authority))
            .filter(recovered_statuses::serial.eq(serial.as_bytes()))
            .select(RecoveredRow::as_select())
            .first(connection)
            .optional()
    })
    .map_err(during("a recovered status"))
}

/// What was recovered about a certificate.
pub(super) fn get(
    connection: &mut Connection,
    authority: &str,
    serial: &SerialNumber,
) -> Result<Option<Status>, StoreError> {
    row(connection, authority, serial)?.map(|row| row.status()).transpose()
}

fn add(transaction: &mut Transaction<'_>, new: &RecoveredRecord) -> Result<bool, StoreError> {
    let authority = new.authority.to_string();
    let (status, since, reason, invalidity_date) = status_columns(&new.status);
    let since = since.ok_or_else(|| damaged("a recovered certificate is", &status))?;
    match row(transaction.connection, &authority, &new.serial)? {
        Some(old) if old.status == "held" && status == "revoked" => {
            let row = RecoveredRow {
                status,
                status_since: since,
                reason,
                invalidity_date,
                version: old.version + 1,
                ..old
            };
            diesel::update(recovered_statuses::table.find(&row.id))
                .set((
                    recovered_statuses::status.eq(&row.status),
                    recovered_statuses::status_since.eq(row.status_since),
                    recovered_statuses::reason.eq(&row.reason),
                    recovered_statuses::invalidity_date.eq(row.invalidity_date),
                    recovered_statuses::version.eq(row.version),
                ))
                .execute(transaction.connection)
                .map_err(during("a recovered status"))?;
            transaction.record("status.recover", &row)?;
            Ok(true)
        }
        Some(_) => Ok(false),
        None => {
            let row = RecoveredRow {
                id: new.id.to_string(),
                authority_id: authority,
                serial: new.serial.as_bytes().to_vec(),
                status,
                status_since: since,
                reason,
                invalidity_date,
                created_at: transaction.at(),
                version: 1,
            };
            diesel::insert_into(recovered_statuses::table)
                .values(&row)
                .execute(transaction.connection)
                .map_err(during("a recovered status"))?;
            transaction.record("status.recover", &row)?;
            Ok(true)
        }
    }
}

/// Rows of one step through what was recovered.
const STEP: i64 = 5_000;

/// What was recovered, ordered by serial, in constant memory.
struct Recovered<'a> {
    authority: &'a str,
    page: std::vec::IntoIter<RevokedRecord>,
    last: Vec<u8>,
    ended: bool,
}

impl<'a> Recovered<'a> {
    fn of(authority: &'a str) -> Self {
        Self { authority, page: Vec::new().into_iter(), last: Vec::new(), ended: false }
    }

    fn next(&mut self, connection: &mut Connection) -> Result<Option<RevokedRecord>, StoreError> {
        if self.page.as_slice().is_empty() && !self.ended {
            let rows: Vec<RecoveredRow> = recovered_statuses::table
                .filter(recovered_statuses::authority_id.eq(self.authority))
                .filter(recovered_statuses::serial.gt(&self.last))
                .order(recovered_statuses::serial)
                .limit(STEP)
                .select(RecoveredRow::as_select())
                .load(connection)
                .map_err(during("the recovered statuses"))?;
            self.ended = (rows.len() as i64) < STEP;
            if let Some(last) = rows.last() {
                self.last.clone_from(&last.serial);
            }
            let listed = rows.iter().map(listed).collect::<Result<Vec<_>, StoreError>>()?;
            self.page = listed.into_iter();
        }
        Ok(self.page.next())
    }
}

fn listed(row: &RecoveredRow) -> Result<RevokedRecord, StoreError> {
    let serial = serial(&row.serial)?;
    Ok(match row.status()? {
        Status::Revoked { at, reason, invalidity_date } => {
            RevokedRecord { serial, at, reason, invalidity_date }
        }
        Status::Held { since } => {
            RevokedRecord { serial, at: since, reason: Reason::CertificateHold, invalidity_date: None }
        }
        Status::Good => return Err(damaged("a recovered certificate is good:", &serial)),
    })
}

/// Gives what is held or revoked in a scope, ordered by serial, what was recovered included. Of one that is known both ways the
/// store's own word is given. Which shard a certificate names that is known by its serial alone is not known: it is given in
/// each.
pub(super) fn visit_with(
    connection: &mut Connection,
    scope: &Scope,
    ended_before: i64,
    give: &mut dyn FnMut(RevokedRecord),
) -> Result<(), StoreError> {
    let mut recovered = Recovered::of(&scope.authority);
    let Some(first) = recovered.next(connection)? else {
        return status::visit(connection, scope, ended_before, give);
    };
    // Both are read on one connection: what was recovered is few, and is held here.
    let mut others = vec![first];
    while let Some(next) = recovered.next(connection)? {
        others.push(next);
    }
    let mut others = others.into_iter().peekable();
    status::visit(connection, scope, ended_before, &mut |own| {
        while let Some(other) = others.next_if(|other| other.serial.as_bytes() < own.serial.as_bytes()) {
            give(other);
        }
        others.next_if(|other| other.serial == own.serial);
        give(own);
    })?;
    others.for_each(give);
    Ok(())
}

/// Adds what was recovered to the changes of a delta, whichever list that adds to.
pub(super) fn add_to(
    connection: &mut Connection,
    authority: &str,
    mut changed: Vec<ChangedRecord>,
) -> Result<Vec<ChangedRecord>, StoreError> {
    let known: std::collections::HashSet<SerialNumber> =
        changed.iter().map(|changed| changed.serial.clone()).collect();
    let mut recovered = Recovered::of(authority);
    while let Some(RevokedRecord { serial, at, reason, invalidity_date }) = recovered.next(connection)? {
        let status = match reason {
            Reason::CertificateHold => Status::Held { since: at },
            reason => Status::Revoked { at, reason, invalidity_date },
        };
        if !known.contains(&serial) {
            changed.push(ChangedRecord { serial, status });
        }
    }
    changed.sort_by(|one, other| one.serial.as_bytes().cmp(other.serial.as_bytes()));
    Ok(changed)
}

fn name(text: &str) -> Result<AuthorityName, StoreError> {
    text.parse().map_err(|_| damaged("there is no authority name", text))
}

type Change = (Vec<u8>, StatusColumns, Option<i64>);

fn changes(
    connection: &mut Connection,
    authority: &str,
    after: i64,
    limit: u32,
) -> Result<Vec<Change>, StoreError> {
    certificates::table
        .filter(certificates::authority_id.eq(authority))
        .filter(certificates::status_position.gt(after))
        .order(certificates::status_position)
        .limit(limit.into())
        .select((
            certificates::serial,
            (
                certificates::status,
                certificates::status_since,
                certificates::reason,
                certificates::invalidity_date,
            ),
            certificates::status_position,
        ))
        .load(connection)
        .map_err(during("the changes of status"))
}

fn lists(
    connection: &mut Connection,
    known: &[(String, String)],
    after: i64,
    until: i64,
) -> Result<Vec<CrlTold>, StoreError> {
    let ids: Vec<String> = audit_entries::table
        .filter(audit_entries::sequence.gt(after))
        .filter(audit_entries::sequence.le(until))
        .filter(audit_entries::action.eq("crl.publish"))
        .order(audit_entries::sequence)
        .select(audit_entries::row_id)
        .load(connection)
        .map_err(during("the audit"))?;
    let mut told = Vec::with_capacity(ids.len());
    for id in ids {
        let row: CrlRow =
            crls::table.find(&id).select(CrlRow::as_select()).first(connection).map_err(during("a CRL"))?;
        let authority = known.iter().find(|(id, _)| *id == row.authority_id);
        let (_, authority) = authority.ok_or_else(|| damaged("nobody published CRL", &id))?;
        told.push(CrlTold {
            authority: name(authority)?,
            number: unsigned(row.number)?,
            base: row.base_number.map(unsigned).transpose()?,
            this_update: time(row.this_update)?,
            tbs_hash: hash(&row.tbs_hash)?,
        });
    }
    Ok(told)
}

fn progress(connection: &mut Connection, after: u64, limit: u32) -> Result<Progress, StoreError> {
    let newest = journal::head(connection)?;
    let start = signed(after)?;
    let known: Vec<(String, String)> = authorities::table
        .select((authorities::id, authorities::name))
        .load(connection)
        .map_err(during("the authorities"))?;
    let (mut found, mut until) = (Vec::new(), newest.sequence);
    for (id, authority) in &known {
        let changes = changes(connection, id, start, limit)?;
        let is_cut = changes.len() as u64 >= u64::from(limit);
        for (number, columns, position) in changes {
            let position = unsigned(position.unwrap_or(start))?;
            found.push(StatusTold {
                authority: name(authority)?,
                serial: serial(&number)?,
                status: status_of(columns)?,
                position,
            });
        }
        if let Some(last) = found.last().filter(|_| is_cut) {
            until = until.min(last.position);
        }
    }
    found.retain(|change| change.position <= until);
    found.sort_by_key(|change| change.position);
    let crls = if after == 0 { Vec::new() } else { lists(connection, &known, start, signed(until)?)? };
    let entry: Option<(Vec<u8>, i64)> = audit_entries::table
        .find(signed(until)?)
        .select((audit_entries::hash, audit_entries::at))
        .first(connection)
        .optional()
        .map_err(during("the audit"))?;
    let (head, at) = match entry {
        Some((bytes, at)) => (Head { sequence: until, hash: hash(&bytes)? }, time(at)?),
        None if until == 0 => (Head::START, Timestamp::UNIX_EPOCH),
        None => return Err(damaged("the audit has no entry", until)),
    };
    Ok(Progress { head, at, changes: found, crls })
}

impl RecoveryStore for SqlStore {
    fn is_another(&self) -> bool {
        matches!(&*self.location, Location::Postgresql(server) if server.start().is_another())
    }

    fn accept(&self) {
        if let Location::Postgresql(server) = &*self.location {
            server.start().accept();
        }
    }

    fn audit_head(&self) -> Result<Head, StoreError> {
        self.read(journal::head)
    }

    fn holds(&self, head: Head) -> Result<bool, StoreError> {
        if head == Head::START {
            return Ok(true);
        }
        self.read(|connection| witness::holds(connection, head))
    }

    fn progress(&self, after: u64, limit: u32) -> Result<Progress, StoreError> {
        self.read(|connection| backend::snapshot(connection, |connection| progress(connection, after, limit)))
    }

    fn newest_time(&self) -> Result<Option<Timestamp>, StoreError> {
        let (entry, list): (Option<i64>, Option<i64>) = self.read(|connection| {
            let entry = audit_entries::table
                .order(audit_entries::sequence.desc())
                .select(audit_entries::at)
                .first(connection)
                .optional()
                .map_err(during("the audit"))?;
            let list = crls::table
                .select(diesel::dsl::max(crls::this_update))
                .first(connection)
                .map_err(during("the CRLs"))?;
            Ok((entry, list))
        })?;
        entry.max(list).map(time).transpose()
    }

    fn second_clock(&self) -> Result<Option<Timestamp>, StoreError> {
        match *self.location {
            Location::Sqlite(_) => Ok(None),
            Location::Postgresql(_) => self.read(backend::now).and_then(time).map(Some),
        }
    }

    fn add_recovered(&self, act: &Act, statuses: &[RecoveredRecord]) -> Result<u64, StoreError> {
        self.write(act, |transaction| {
            let mut new = 0;
            for status in statuses {
                new += u64::from(add(transaction, status)?);
            }
            Ok(new)
        })
    }

    fn recovered(&self, authority: Uuid, serial: &SerialNumber) -> Result<Option<Status>, StoreError> {
        self.read(|connection| get(connection, &authority.to_string(), serial))
    }

    fn count_recovered(&self) -> Result<u64, StoreError> {
        let count: i64 = self.read(|connection| {
            on_each!(connection, |connection| recovered_statuses::table
                .count()
                .get_result(connection)
                .map_err(during("the recovered statuses")))
        })?;
        unsigned(count)
    }
}
