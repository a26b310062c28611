//! The audit's table.

use ca_core::audit::Entry;
use diesel::prelude::*;

use super::backend::at_once;
use super::convert::{damaged, hash, micros, signed, time, unsigned, version};
use super::schema::audit_entries;
use super::{SqlStore, during};
use crate::port::store::AuditStore;
use crate::port::{Act, StoreError};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = audit_entries)]
pub(super) struct AuditRow {
    pub(super) sequence: i64,
    pub(super) at: i64,
    pub(super) actor: String,
    pub(super) action: String,
    pub(super) table_name: String,
    pub(super) row_id: String,
    pub(super) row_version: i32,
    pub(super) detail: String,
    pub(super) evidence: Option<Vec<u8>>,
    pub(super) previous: Vec<u8>,
    pub(super) hash: Vec<u8>,
}

at_once!(AuditRow, audit_entries: sequence, at, actor, action, table_name, row_id, row_version, detail, evidence, previous, hash);

impl TryFrom<AuditRow> for Entry {
    type Error = StoreError;

    fn try_from(row: AuditRow) -> Result<Self, StoreError> {
        Ok(Self {
            sequence: unsigned(row.sequence)?,
            at: time(row.at)?,
            actor: row.actor,
            action: row.action,
            table: row.table_name,
            row_id: row.row_id,
            row_version: version(row.row_version)?,
            detail: row.detail,
            evidence: row.evidence,
            previous: hash(&row.previous)?,
            hash: hash(&row.hash)?,
        })
    }
}

impl TryFrom<Entry> for AuditRow {
    type Error = StoreError;

    fn try_from(entry: Entry) -> Result<Self, StoreError> {
        Ok(Self {
            sequence: signed(entry.sequence)?,
            at: micros(entry.at),
            actor: entry.actor,
            action: entry.action,
            table_name: entry.table,
            row_id: entry.row_id,
            row_version: i32::try_from(entry.row_version)
                .map_err(|_| damaged("a version is", entry.row_version))?,
            detail: entry.detail,
            evidence: entry.evidence,
            previous: entry.previous.to_vec(),
            hash: entry.hash.to_vec(),
        })
    }
}

impl AuditStore for SqlStore {
    fn record_refusal(&self, act: &Act, action: &str, code: &str, detail: &str) -> Result<(), StoreError> {
        self.write(act, |transaction| transaction.record_refusal(action, code, detail))
    }

    fn audit_entries(&self, after: u64, limit: u32) -> Result<Vec<Entry>, StoreError> {
        // A sequence that the column cannot hold has nothing after it.
        let after = i64::try_from(after).unwrap_or(i64::MAX);
        let rows = self.read(|connection| {
            audit_entries::table
                .filter(audit_entries::sequence.gt(after))
                .order(audit_entries::sequence)
                .limit(i64::from(limit))
                .select(AuditRow::as_select())
                .load(connection)
                .map_err(during("the audit"))
        })?;
        rows.into_iter().map(Entry::try_from).collect()
    }
}
