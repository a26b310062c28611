//! The audit entries of one transaction, written together at its end.

use ca_core::audit::{Draft, Entry, Head};
use diesel::prelude::*;
use serde_json::{Value, json};

use super::audit::AuditRow;
use super::backend::{Connection, insert_all};
use super::convert::{hash, micros, signed, unsigned, version};
use super::during;
use super::schema::audit_entries;
use super::transaction::Audited;
use crate::port::{Act, StoreError};

/// In whose name rows are changed, and what goes into the first entry about that.
pub(super) struct Author<'a> {
    act: &'a Act,
    evidence: Option<Vec<u8>>,
    note: Option<String>,
}

impl<'a> Author<'a> {
    pub(super) fn new(act: &'a Act) -> Self {
        Self { act, evidence: act.evidence.clone(), note: None }
    }

    /// The time of the act, in microseconds.
    pub(super) fn at(&self) -> i64 {
        micros(self.act.at)
    }

    /// Words that go into the detail of the next entry.
    pub(super) fn note(&mut self, words: &str) {
        self.note = Some(words.to_owned());
    }
}

/// The end of the chain, with the entries that this transaction adds.
pub(super) struct Journal {
    head: Head,
    rows: Vec<AuditRow>,
}

impl Journal {
    /// A journal that goes on where the chain ends.
    pub(super) fn open(connection: &mut Connection) -> Result<Self, StoreError> {
        Ok(Self::after(head(connection)?))
    }

    /// A journal that goes on after this entry.
    pub(super) fn after(head: Head) -> Self {
        Self { head, rows: Vec::new() }
    }

    /// The end of the chain with them.
    pub(super) const fn end(&self) -> Head {
        self.head
    }

    /// The sequence of the next entry: it orders changes as they are committed.
    pub(super) fn position(&self) -> Result<i64, StoreError> {
        signed(self.head.sequence.saturating_add(1))
    }

    /// The entry of a row that was made or changed.
    pub(super) fn record<R: Audited>(
        &mut self,
        author: &mut Author<'_>,
        action: &str,
        row: &R,
    ) -> Result<(), StoreError> {
        let version = version(row.version())?;
        self.append(author, action, R::TABLE, (row.id(), version), json!({ "row": row.detail() }))
    }

    /// The entry of an act that changes no row.
    pub(super) fn record_refusal(
        &mut self,
        author: &mut Author<'_>,
        action: &str,
        code: &str,
        detail: &str,
    ) -> Result<(), StoreError> {
        self.append(author, action, "", ("", 0), json!({ "refused": code, "text": detail }))
    }

    fn append(
        &mut self,
        author: &mut Author<'_>,
        action: &str,
        table: &str,
        (row, version): (&str, u32),
        mut detail: Value,
    ) -> Result<(), StoreError> {
        detail["request_id"] = json!(author.act.request_id.to_string());
        if let Some(note) = author.note.take() {
            detail["note"] = json!(note);
        }
        let entry = Entry::after(
            self.head,
            Draft {
                at: author.act.at,
                actor: author.act.actor.to_string(),
                action: action.to_owned(),
                table: table.to_owned(),
                row_id: row.to_owned(),
                row_version: version,
                detail,
                evidence: author.evidence.take(),
            },
        );
        self.head = entry.head();
        self.rows.push(entry.try_into()?);
        Ok(())
    }

    /// Writes the entries. Gives the end of the chain as it is once the transaction is committed.
    pub(super) fn write(self, connection: &mut Connection) -> Result<Head, StoreError> {
        insert_all(connection, &self.rows)?;
        Ok(self.head)
    }

    /// The entries, and the end of the chain as it is once they are committed.
    pub(super) fn into_rows(self) -> (Vec<AuditRow>, Head) {
        (self.rows, self.head)
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
