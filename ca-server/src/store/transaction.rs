//! One write: the nonce of the act, the changes, and the audit entry of each changed row.

use ca_core::audit::Entry;
use diesel::prelude::*;
use serde_json::{Value, json};

use super::audit::AuditRow;
use super::backend::Connection;
use super::convert::micros;
use super::during;
use super::schema::{audit_entries, nonces};
use crate::port::{Act, StoreError};

/// A row of a table that the audit covers.
pub(super) trait Audited {
    /// The table.
    const TABLE: &'static str;
    /// The row's id.
    fn id(&self) -> &str;
    /// The row's version, from 1.
    fn version(&self) -> i32;
    /// What the row says: every column, long or secret ones by their hash.
    fn detail(&self) -> Value;
}

pub(super) struct Transaction<'a> {
    pub(super) connection: &'a mut Connection,
    act: &'a Act,
    /// The newest entry of the chain; none before the first.
    head: Option<Entry>,
    evidence: Option<Vec<u8>>,
    note: Option<String>,
}

impl<'a> Transaction<'a> {
    pub(super) fn begin(connection: &'a mut Connection, act: &'a Act) -> Result<Self, StoreError> {
        if let Some(nonce) = &act.nonce {
            diesel::delete(nonces::table.filter(nonces::expires_at.lt(micros(act.at)))).execute(connection)?;
            diesel::insert_into(nonces::table)
                .values((
                    nonces::key_fingerprint.eq(&nonce.key),
                    nonces::nonce.eq(&nonce.nonce),
                    nonces::expires_at.eq(micros(nonce.expires)),
                ))
                .execute(connection)
                .map_err(|error| match during("the nonce")(error) {
                    StoreError::Conflict { .. } => StoreError::NonceReplayed,
                    other => other,
                })?;
        }
        let head = audit_entries::table
            .order(audit_entries::sequence.desc())
            .select(AuditRow::as_select())
            .first(connection)
            .optional()?
            .map(Entry::try_from)
            .transpose()?;
        Ok(Self { connection, act, head, evidence: act.evidence.clone(), note: None })
    }

    /// The time of the act, in microseconds.
    pub(super) fn at(&self) -> i64 {
        micros(self.act.at)
    }

    /// Who acts, as the audit names them.
    pub(super) fn actor(&self) -> String {
        self.act.actor.to_string()
    }

    /// Words that go into the detail of the next audit entry.
    pub(super) fn note(&mut self, words: &str) {
        self.note = Some(words.to_owned());
    }

    /// Writes the audit entry of a row that this transaction made or changed.
    pub(super) fn record<R: Audited>(&mut self, action: &str, row: &R) -> Result<(), StoreError> {
        let version = super::convert::version(row.version())?;
        self.append(action, R::TABLE, row.id(), version, json!({ "row": row.detail() }))
    }

    /// Writes the audit entry of an act that changes no row.
    pub(super) fn record_refusal(&mut self, action: &str, code: &str, detail: &str) -> Result<(), StoreError> {
        self.append(action, "", "", 0, json!({ "refused": code, "text": detail }))
    }

    fn append(
        &mut self,
        action: &str,
        table: &str,
        row: &str,
        version: u32,
        mut detail: Value,
    ) -> Result<(), StoreError> {
        detail["request_id"] = json!(self.act.request_id.to_string());
        if let Some(note) = self.note.take() {
            detail["note"] = json!(note);
        }
        let _ = (action, table, row, version, detail);
        todo!()
    }
}
