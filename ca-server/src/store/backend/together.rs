//! What a group of jobs writes, by one statement of PostgreSQL: the intents that it closes, rows of several tables, and last the
//! audit of all of it. All of it is written or nothing.
//!
//! **Without a transaction around it**, the statement is one by itself. It then takes the lock that orders writes on its own, and
//! only where the audit still ends where it did when the rows were made. What was read before stays true under that condition:
//! each change of what counts has an audit entry. Whether it ends there is asked before the lock is had, so that a write in
//! between may be missed; such a write has the sequence that this one would write, and the primary key refuses the second.

use ca_core::audit::Head;
use diesel::pg::{Pg, PgConnection};
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::result::Error;
use diesel::sql_types::{Array, BigInt, Binary, Text};
use diesel::{QueryResult, RunQueryDsl};

use super::at_once::{Insert, rows_of};
use super::postgresql::WRITE_LOCK;
use super::store_error;
use crate::port::StoreError;

/// The intents that are closed as done.
#[derive(Default)]
pub(in crate::store) struct Closings {
    /// Which: each is open.
    pub(in crate::store) ids: Vec<String>,
    /// When, in microseconds.
    pub(in crate::store) at: i64,
}

/// The statement.
pub(in crate::store) struct Together<'a> {
    /// The end of the audit that the rows were made after, where this is not within a transaction that holds the lock.
    pub(in crate::store) after: Option<Head>,
    /// Intents that are closed, where there are some.
    pub(in crate::store) closings: Option<&'a Closings>,
    /// Inserts; those into the audit are last.
    pub(in crate::store) inserts: Vec<Insert<'a>>,
}

/// Whether this may write.
const OURS: &str = "(SELECT ours FROM turn)";

impl QueryFragment<Pg> for Together<'_> {
    fn walk_ast<'b>(&'b self, mut pass: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        let Some((last, others)) = self.inserts.split_last() else { return Ok(()) };
        let mut separator = "WITH ";
        if let Some(after) = &self.after {
            pass.push_sql(separator);
            separator = ", ";
            pass.push_sql("turn AS (SELECT CASE WHEN ");
            if *after == Head::START {
                pass.push_sql("NOT EXISTS (SELECT FROM audit_entries)");
            } else {
                pass.push_sql("(SELECT hash FROM audit_entries ORDER BY sequence DESC LIMIT 1) = ");
                pass.push_bind_param::<Binary, _>(&after.hash)?;
            }
            pass.push_sql(&format!(" THEN pg_try_advisory_xact_lock({WRITE_LOCK}) ELSE false END AS ours)"));
        }
        if let Some(Closings { ids, at }) = self.closings {
            pass.push_sql(separator);
            separator = ", ";
            pass.push_sql(
                "closed AS (UPDATE intents SET state = 'done', version = version + 1, closed_at = ",
            );
            pass.push_bind_param::<BigInt, _>(at)?;
            pass.push_sql(" WHERE state = 'open' AND id = ANY(");
            pass.push_bind_param::<Array<Text>, _>(ids)?;
            pass.push_sql(")");
            self.when_ours(" AND ", &mut pass);
            pass.push_sql(" RETURNING 1)");
        }
        for (place, insert) in others.iter().enumerate() {
            pass.push_sql(separator);
            separator = ", ";
            pass.push_sql(&format!("i{place} AS ("));
            insert.walk_ast(pass.reborrow())?;
            self.when_ours(" WHERE ", &mut pass);
            pass.push_sql(")");
        }
        pass.push_sql(" ");
        last.walk_ast(pass.reborrow())?;
        self.when_ours(" WHERE ", &mut pass);
        if let Some(Closings { ids, .. }) = self.closings {
            pass.push_sql(if self.after.is_some() { " AND " } else { " WHERE " });
            pass.push_sql("(SELECT CASE WHEN count(*) = cardinality(");
            pass.push_bind_param::<Array<Text>, _>(ids)?;
            pass.push_sql(")");
            self.when_ours(" OR NOT ", &mut pass);
            // A text that is no boolean makes the statement fail, and leave nothing.
            pass.push_sql(
                " THEN 't' ELSE 'intents were closed by others, for open were ' || count(*) END FROM closed)::boolean",
            );
        }
        Ok(())
    }
}

impl Together<'_> {
    fn when_ours(&self, joint: &str, pass: &mut AstPass<'_, '_, Pg>) {
        if self.after.is_some() {
            pass.push_sql(joint);
            pass.push_sql(OURS);
        }
    }

    /// Runs it. Gives the number of rows of the last insert: none, and nothing was changed, where another wrote.
    pub(in crate::store) fn run(self, connection: &mut PgConnection) -> Result<usize, StoreError> {
        if self.inserts.is_empty() {
            return Ok(0);
        }
        self.execute(connection).map_err(|error| {
            let table = match &error {
                Error::DatabaseError(_, detail) => detail.table_name().unwrap_or_default(),
                _ => "",
            };
            store_error(rows_of(table), error)
        })
    }
}

impl QueryId for Together<'_> {
    /// Known by its text.
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl RunQueryDsl<PgConnection> for Together<'_> {}
