//! All that is a database's own: how a connection is opened, how a write begins, which errors mean what. What is
//! written once for both keeps to what Diesel does alike on each, which leaves out `RETURNING`, `ON CONFLICT` and
//! inserts of several rows; where one of these is worth it, it is written here for each.

mod at_once;
mod connection;
mod look_up;
mod migration;
mod pool;
mod postgresql;
mod sqlite;
mod together;

use diesel::connection::{SimpleConnection as _, TransactionManager as _};
use diesel::migration::MigrationSource as _;
use diesel::result::{DatabaseErrorKind, Error};
use diesel::{RunQueryDsl as _, sql_query};

use super::Location;
use crate::port::StoreError;

pub(super) use at_once::{AtOnce, Insert, InsertColumns, at_once};
pub(super) use connection::{DatabaseConnection as Connection, MultiBackend as Database};
pub(super) use look_up::{Found, LookUp, look_up};
pub(super) use pool::{Kept, ReadPool, readers};
pub(super) use together::{Closings, Together};

/// Does the same with the connection of either database, for what Diesel does not do with one that may be either.
macro_rules! on_each {
    ($connection:expr, |$each:ident| $work:expr) => {
        match $connection {
            $crate::store::backend::Connection::Sqlite($each) => $work,
            $crate::store::backend::Connection::Postgresql($each) => $work,
        }
    };
}
pub(super) use on_each;

/// Inserts rows, all or none where this is within a transaction.
pub(super) fn insert_all<R: AtOnce>(connection: &mut Connection, rows: &[R]) -> Result<(), StoreError> {
    if rows.is_empty() {
        return Ok(());
    }
    match connection {
        Connection::Sqlite(connection) => {
            R::insert(rows, connection).map_err(|error| store_error(at_once::rows_of(R::TABLE), error))
        }
        Connection::Postgresql(connection) => {
            let inserts = vec![R::statement(rows)];
            Together { after: None, closings: None, inserts }.run(connection).map(drop)
        }
    }
}

/// What a connection is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    /// Changes.
    Write,
    /// Reads alone: the database refuses anything else.
    Read,
}

/// Opens a connection.
pub(super) fn connect(location: &Location, purpose: Purpose) -> Result<Connection, StoreError> {
    match location {
        Location::Sqlite(path) => sqlite::connect(path, purpose).map(Connection::Sqlite),
        Location::Postgresql(server) => postgresql::connect(server, purpose).map(Connection::Postgresql),
    }
}

/// Opens a connection for changes to a store with the schema of this program, which is made or brought up to it.
pub(super) fn prepare(location: &Location) -> Result<Connection, StoreError> {
    match location {
        Location::Sqlite(path) => sqlite::prepare(path).map(Connection::Sqlite),
        Location::Postgresql(server) => postgresql::prepare(server).map(Connection::Postgresql),
    }
}

/// As [`prepare`], with no other migrations than those named.
pub(super) fn prepare_as(location: &Location, schema: &[String]) -> Result<Connection, StoreError> {
    match location {
        Location::Sqlite(path) => sqlite::prepare_as(path, Some(schema)).map(Connection::Sqlite),
        Location::Postgresql(server) => {
            postgresql::prepare_as(server, Some(schema)).map(Connection::Postgresql)
        }
    }
}

/// The names of the migrations that the store's tables went through.
pub(super) fn applied(connection: &mut Connection) -> Result<Vec<String>, StoreError> {
    let unread = |error: Box<dyn std::error::Error + Send + Sync>| StoreError::Damaged {
        detail: format!("the migrations of this program: {error}"),
    };
    match connection {
        Connection::Sqlite(connection) => {
            let applied = sql_query(migration::APPLIED).load(connection)?;
            migration::applied::<diesel::sqlite::Sqlite>(
                migration::SQLITE.migrations().map_err(unread)?,
                applied,
            )
        }
        Connection::Postgresql(connection) => {
            let applied = sql_query(migration::APPLIED).load(connection)?;
            migration::applied::<diesel::pg::Pg>(migration::POSTGRESQL.migrations().map_err(unread)?, applied)
        }
    }
}

/// The names of the migrations that [`prepare`] would run, without running them.
pub(super) fn pending(location: &Location) -> Result<Vec<String>, StoreError> {
    match location {
        Location::Sqlite(path) => sqlite::pending(path),
        Location::Postgresql(server) => postgresql::pending(server),
    }
}

/// Whether the connection still works.
pub(super) fn is_alive(connection: &mut Connection) -> bool {
    match connection {
        // A file does not go away.
        Connection::Sqlite(_) => true,
        Connection::Postgresql(connection) => connection.batch_execute("SELECT 1").is_ok(),
    }
}

/// Runs a write. It takes the store's write lock at its beginning: what it reads cannot change before it commits.
pub(super) fn write<T>(
    connection: &mut Connection,
    work: impl FnOnce(&mut Connection) -> Result<T, StoreError>,
) -> Result<T, StoreError> {
    begin_write(connection)?;
    finish(connection, work)
}

/// Begins a write with its lock.
pub(super) fn begin_write(connection: &mut Connection) -> Result<(), StoreError> {
    match connection {
        Connection::Sqlite(connection) => sqlite::begin_write(connection),
        Connection::Postgresql(connection) => postgresql::begin_write(connection),
    }
}

/// Lets the commit of the current write be answered before it is on the disk, where the database can. Writes reach
/// the disk in their order: a later one that is on the disk was not made without this one.
pub(super) fn let_commit_early(connection: &mut Connection) -> Result<(), StoreError> {
    match connection {
        Connection::Sqlite(_) => Ok(()),
        Connection::Postgresql(connection) => postgresql::let_commit_early(connection),
    }
}

/// The database's clock, in microseconds.
pub(super) fn now(connection: &mut Connection) -> Result<i64, StoreError> {
    match connection {
        Connection::Sqlite(connection) => sqlite::now(connection),
        Connection::Postgresql(connection) => postgresql::now(connection),
    }
}

/// Runs several reads over one state of the store.
pub(super) fn snapshot<T>(
    connection: &mut Connection,
    work: impl FnOnce(&mut Connection) -> Result<T, StoreError>,
) -> Result<T, StoreError> {
    match connection {
        Connection::Sqlite(connection) => sqlite::begin_snapshot(connection),
        Connection::Postgresql(connection) => postgresql::begin_snapshot(connection),
    }?;
    finish(connection, work)
}

type Manager = <Connection as diesel::Connection>::TransactionManager;

/// Does the work of a transaction that has begun, and ends it. A panic leaves it open: whoever holds the connection
/// must then close it, which rolls back.
fn finish<T>(
    connection: &mut Connection,
    work: impl FnOnce(&mut Connection) -> Result<T, StoreError>,
) -> Result<T, StoreError> {
    match work(connection) {
        Ok(value) => {
            Manager::commit_transaction(connection)?;
            Ok(value)
        }
        Err(error) => match Manager::rollback_transaction(connection) {
            Err(rollback) if !matches!(error, StoreError::Unavailable { .. }) => {
                Err(store_error("undoing a write", rollback))
            }
            _ => Err(error),
        },
    }
}

/// What an error of the database means to the services.
pub(super) fn store_error(what: &'static str, error: Error) -> StoreError {
    match error {
        Error::NotFound => StoreError::NotFound { what },
        Error::DatabaseError(DatabaseErrorKind::UniqueViolation, _) => StoreError::Conflict { what },
        Error::DatabaseError(DatabaseErrorKind::ForeignKeyViolation, _) => StoreError::NotFound { what },
        Error::DatabaseError(
            DatabaseErrorKind::CheckViolation | DatabaseErrorKind::NotNullViolation,
            detail,
        ) => StoreError::Damaged {
            detail: format!("{what} breaks a rule of the schema: {}", detail.message()),
        },
        Error::DeserializationError(detail) => StoreError::Damaged { detail: format!("{what}: {detail}") },
        other => {
            // What a library says may have several lines.
            let said = other.to_string().split_whitespace().collect::<Vec<_>>().join(" ");
            StoreError::Unavailable { detail: format!("{what}: {said}") }
        }
    }
}
