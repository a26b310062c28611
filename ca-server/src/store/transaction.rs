//! One write: the nonce of the act, the changes, and the audit entry of each changed row.

use ca_core::audit::{Draft, Entry, Head};
use diesel::prelude::*;
use serde_json::{Value, json};

use super::audit::AuditRow;
use super::backend::Connection;
use super::convert::{hash, micros, signed, unsigned};
use super::schema::{audit_entries, nonces};
use super::{during, lease};
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

/// Makes a row with columns `id` and `version` one that the audit covers: its table, and what it says.
macro_rules! audited {
    ($row:ty, $table:literal, |$self:ident| $detail:expr) => {
        impl $crate::store::transaction::Audited for $row {
            const TABLE: &'static str = $table;
            fn id(&self) -> &str {
                &self.id
            }
            fn version(&self) -> i32 {
                self.version
            }
            fn detail(&self) -> serde_json::Value {
                let $self = self;
                $detail
            }
        }
    };
}
pub(super) use audited;

pub(super) struct Transaction<'a> {
    pub(super) connection: &'a mut Connection,
    act: &'a Act,
    head: Head,
    evidence: Option<Vec<u8>>,
    note: Option<String>,
}

impl<'a> Transaction<'a> {
    pub(super) fn begin(connection: &'a mut Connection, act: &'a Act) -> Result<Self, StoreError> {
        if let Some(nonce) = &act.nonce {
            diesel::delete(nonces::table.filter(nonces::expires_at.lt(micros(act.at))))
                .execute(connection)?;
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
        if let Some(lease) = &act.lease {
            lease::check(connection, lease)?;
        }
        let head = head(connection)?;
        Ok(Self { connection, act, head, evidence: act.evidence.clone(), note: None })
    }

    /// The end of the chain as it will be after this transaction.
    pub(super) fn head(&self) -> Head {
        self.head
    }

    /// The time of the act, in microseconds.
    pub(super) fn at(&self) -> i64 {
        micros(self.act.at)
    }

    /// The sequence of the next audit entry: it orders changes as they are committed.
    pub(super) fn position(&self) -> Result<i64, StoreError> {
        signed(self.head.sequence.saturating_add(1))
    }

    fn actor(&self) -> String {
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
    pub(super) fn record_refusal(
        &mut self,
        action: &str,
        code: &str,
        detail: &str,
    ) -> Result<(), StoreError> {
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
        let entry = Entry::after(
            self.head,
            Draft {
                at: self.act.at,
                actor: self.actor(),
                action: action.to_owned(),
                table: table.to_owned(),
                row_id: row.to_owned(),
                row_version: version,
                detail,
                evidence: self.evidence.take(),
            },
        );
        self.head = entry.head();
        diesel::insert_into(audit_entries::table)
            .values(AuditRow::try_from(entry)?)
            .execute(self.connection)
            .map_err(during("the audit"))?;
        Ok(())
    }
}

/// The end of the chain.
pub(super) fn head(connection: &mut Connection) -> Result<Head, StoreError> {
    let newest: Option<(i64, Vec<u8>)> = audit_entries::table
        .order(audit_entries::sequence.desc())
        .select((audit_entries::sequence, audit_entries::hash))
        .first(connection)
        .optional()
        .map_err(during("the audit"))?;
    match newest {
        Some((sequence, bytes)) => Ok(Head { sequence: unsigned(sequence)?, hash: hash(&bytes)? }),
        None => Ok(Head::START),
    }
}
