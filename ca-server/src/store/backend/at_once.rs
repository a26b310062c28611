//! Rows that are inserted together: on PostgreSQL those of several tables by one statement, which is the same for any number.
//!
//! Each column goes as one array. The statement is read and planned once for a connection, where one with a list of values for
//! each row would be another one for each number of rows. What refers to other tables is checked at its end.

use diesel::pg::{Pg, PgConnection};
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::result::Error;
use diesel::{QueryResult, RunQueryDsl, SqliteConnection};

use super::store_error;
use crate::port::StoreError;

/// A row that goes into a table together with others.
pub(in crate::store) trait AtOnce: Sized {
    /// The table.
    const TABLE: &'static str;
    /// Inserts rows one after another.
    fn insert(rows: &[Self], connection: &mut SqliteConnection) -> QueryResult<()>;
    /// The statement that inserts rows.
    fn statement(rows: &[Self]) -> Insert<'_>;
}

/// A statement of PostgreSQL.
pub(in crate::store) type Insert<'a> = Box<dyn QueryFragment<Pg> + 'a>;

/// `INSERT INTO … SELECT * FROM unnest(…)`.
pub(in crate::store) struct InsertColumns<C> {
    /// What stands before the arrays.
    pub(in crate::store) head: &'static str,
    /// A tuple of arrays of one length.
    pub(in crate::store) columns: C,
}

impl<C: QueryFragment<Pg>> QueryFragment<Pg> for InsertColumns<C> {
    fn walk_ast<'b>(&'b self, mut pass: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        pass.push_sql(self.head);
        self.columns.walk_ast(pass.reborrow())?;
        pass.push_sql(")");
        Ok(())
    }
}

/// Inserts that are made by one statement.
struct Together<'a>(Vec<Insert<'a>>);

impl QueryFragment<Pg> for Together<'_> {
    fn walk_ast<'b>(&'b self, mut pass: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        let Some((last, others)) = self.0.split_last() else { return Ok(()) };
        for (place, insert) in others.iter().enumerate() {
            pass.push_sql(if place == 0 { "WITH " } else { ", " });
            pass.push_sql(&format!("i{place} AS ("));
            insert.walk_ast(pass.reborrow())?;
            pass.push_sql(") ");
        }
        last.walk_ast(pass)
    }
}

impl QueryId for Together<'_> {
    /// Known by its text.
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl RunQueryDsl<PgConnection> for Together<'_> {}

/// Makes inserts, all or none.
pub(in crate::store) fn insert_together(
    connection: &mut PgConnection,
    inserts: Vec<Insert<'_>>,
) -> Result<(), StoreError> {
    if inserts.is_empty() {
        return Ok(());
    }
    Together(inserts).execute(connection).map(drop).map_err(|error| {
        let table = match &error {
            Error::DatabaseError(_, detail) => detail.table_name().unwrap_or_default(),
            _ => "",
        };
        store_error(rows_of(table), error)
    })
}

/// What is in a table, or in a part of one, for whoever reads of an error.
pub(super) fn rows_of(table: &str) -> &'static str {
    match table {
        "intents" => "an intent",
        "subjects" => "a subject",
        "audit_entries" => "the audit",
        "idempotency_keys" => "the orders",
        "nonces" => "the nonce",
        part if part.starts_with("certificates") => "a certificate",
        _ => "rows",
    }
}

/// Says which columns of a table a row fills: all of them, by the names of its fields.
macro_rules! at_once {
    ($row:ty, $table:ident: $first:ident $(, $column:ident)* $(,)?) => {
        impl $crate::store::backend::AtOnce for $row {
            const TABLE: &'static str = stringify!($table);

            fn insert(rows: &[Self], connection: &mut diesel::SqliteConnection) -> diesel::QueryResult<()> {
                use diesel::RunQueryDsl as _;
                // The same statement again and again costs less there than a longer one.
                for row in rows {
                    diesel::insert_into($crate::store::schema::$table::table).values(row).execute(connection)?;
                }
                Ok(())
            }

            fn statement(rows: &[Self]) -> $crate::store::backend::Insert<'_> {
                use diesel::expression::{Expression, IntoSql as _};
                use diesel::sql_types::Array;
                use $crate::store::schema::$table;
                Box::new($crate::store::backend::InsertColumns {
                    head: concat!(
                        "INSERT INTO \"", stringify!($table), "\" (\"", stringify!($first), "\"",
                        $(", \"", stringify!($column), "\"",)*
                        ") SELECT * FROM unnest("
                    ),
                    columns: (
                        rows.iter().map(|row| &row.$first).collect::<Vec<_>>()
                            .into_sql::<Array<<$table::$first as Expression>::SqlType>>(),
                        $(rows.iter().map(|row| &row.$column).collect::<Vec<_>>()
                            .into_sql::<Array<<$table::$column as Expression>::SqlType>>(),)*
                    ),
                })
            }
        }
    };
}
pub(in crate::store) use at_once;
