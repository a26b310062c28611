//! A connection to either database, with what Diesel derives for it.

#![allow(unreachable_pub, missing_docs, reason = "the derive writes its items as public")]

use diesel::{PgConnection, SqliteConnection};

/// A connection to one of the databases. Queries are written once for both.
#[derive(diesel::MultiConnection)]
pub enum DatabaseConnection {
    /// A file of SQLite.
    Sqlite(SqliteConnection),
    /// A server of PostgreSQL.
    Postgresql(PgConnection),
}
