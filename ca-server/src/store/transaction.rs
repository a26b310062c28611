//! One write: the nonce of the act, the changes, and the audit entry of each changed row.

use ca_core::audit::Head;
use serde_json::Value;

use super::backend::Connection;
use super::journal::{Author, Journal};
use super::{lease, nonce};
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
    author: Author<'a>,
    journal: Journal,
}

impl<'a> Transaction<'a> {
    pub(super) fn begin(connection: &'a mut Connection, act: &'a Act) -> Result<Self, StoreError> {
        if !nonce::use_up(connection, &[act])?.is_empty() {
            return Err(StoreError::NonceReplayed);
        }
        if let Some(lease) = &act.lease {
            lease::check(connection, lease)?;
        }
        let journal = Journal::open(connection)?;
        Ok(Self { connection, author: Author::new(act), journal })
    }

    /// Writes the audit entries. Gives the end of the chain as it is once this is committed.
    pub(super) fn finish(self) -> Result<Head, StoreError> {
        self.journal.write(self.connection)
    }

    /// The time of the act, in microseconds.
    pub(super) fn at(&self) -> i64 {
        self.author.at()
    }

    /// The sequence of the next audit entry: it orders changes as they are committed.
    pub(super) fn position(&self) -> Result<i64, StoreError> {
        self.journal.position()
    }

    /// Words that go into the detail of the next audit entry.
    pub(super) fn note(&mut self, words: &str) {
        self.author.note(words);
    }

    /// Writes the audit entry of a row that this transaction made or changed.
    pub(super) fn record<R: Audited>(&mut self, action: &str, row: &R) -> Result<(), StoreError> {
        self.journal.record(&mut self.author, action, row)
    }

    /// Writes the audit entry of an act that changes no row.
    pub(super) fn record_refusal(
        &mut self,
        action: &str,
        code: &str,
        detail: &str,
    ) -> Result<(), StoreError> {
        self.journal.record_refusal(&mut self.author, action, code, detail)
    }
}
