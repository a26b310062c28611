//! Rows that are inserted together: on PostgreSQL by one statement that is the same for any number of them.
//!
//! Each column goes as one array. The statement is read and planned once for a connection, where one with a list of values for
//! each row would be another one for each number of rows.

use diesel::pg::{Pg, PgConnection};
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::{QueryResult, RunQueryDsl, SqliteConnection};

/// A row that goes into a table together with others.
pub(in crate::store) trait AtOnce: Sized {
    /// Inserts rows.
    fn to_sqlite(rows: &[Self], connection: &mut SqliteConnection) -> QueryResult<()>;
    /// Inserts rows.
    fn to_postgresql(rows: &[Self], connection: &mut PgConnection) -> QueryResult<()>;
}

/// `INSERT INTO … SELECT * FROM unnest(…)`.
#[derive(Debug)]
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

impl<C> QueryId for InsertColumns<C> {
    /// Known by its text.
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<C> RunQueryDsl<PgConnection> for InsertColumns<C> {}

/// Says which columns of a table a row fills: all of them, by the names of its fields.
macro_rules! at_once {
    ($row:ty, $table:ident: $first:ident $(, $column:ident)* $(,)?) => {
        impl $crate::store::backend::AtOnce for $row {
            fn to_sqlite(rows: &[Self], connection: &mut diesel::SqliteConnection) -> diesel::QueryResult<()> {
                use diesel::RunQueryDsl as _;
                // The same statement again and again costs less there than a longer one.
                for row in rows {
                    diesel::insert_into($crate::store::schema::$table::table).values(row).execute(connection)?;
                }
                Ok(())
            }

            fn to_postgresql(rows: &[Self], connection: &mut diesel::PgConnection) -> diesel::QueryResult<()> {
                use diesel::expression::{Expression, IntoSql as _};
                use diesel::sql_types::Array;
                use diesel::RunQueryDsl as _;
                use $crate::store::schema::$table;
                let insert = $crate::store::backend::InsertColumns {
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
                };
                insert.execute(connection).map(drop)
            }
        }
    };
}
pub(in crate::store) use at_once;
