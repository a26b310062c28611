//! Rows that are inserted together: on PostgreSQL those of a table by one statement, which is the same for any number.
//!
//! Each column goes as one array. The statement is read and planned once for a connection, where one with a list of values for
//! each row would be another one for each number of rows. What refers to other tables is checked at its end.

use diesel::pg::Pg;
use diesel::query_builder::{AstPass, QueryFragment};
use diesel::{QueryResult, SqliteConnection};

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
