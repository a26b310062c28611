//! SQLite: one file, one machine, one writer.

use std::fs::OpenOptions;
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use diesel::connection::{AnsiTransactionManager, SimpleConnection};
use diesel::migration::MigrationSource as _;
use diesel::result::Error;
use diesel::sql_types::{BigInt, Integer};
use diesel::{Connection as _, QueryableByName, RunQueryDsl, SqliteConnection, sql_query};

use super::migration::{self, Applied, Migrations};
use super::{Purpose, store_error};
use crate::port::StoreError;
use crate::store::witness;

/// Marks a file as a store of this program ("CtCA"), so that no other program's database is taken for one.
const APPLICATION_ID: i32 = 0x4374_4341;

/// Writers queue in this process; the wait is for another process, such as a backup that checkpoints.
const PRAGMAS: &str = "PRAGMA busy_timeout = 10000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; \
                       PRAGMA wal_autocheckpoint = 4000; \
                       PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON;";

#[derive(QueryableByName)]
struct Number {
    #[diesel(sql_type = Integer)]
    value: i32,
}

fn cannot_open(path: &Path, detail: impl std::fmt::Display) -> StoreError {
    StoreError::CannotOpen { path: path.display().to_string(), detail: detail.to_string() }
}

fn path_text(path: &Path) -> Result<&str, StoreError> {
    let text = path.to_str().ok_or_else(|| cannot_open(path, "the path is not UTF-8"))?;
    // SQLite would read these as something other than a file's path.
    if text.is_empty() || text.starts_with(':') || text.starts_with("file:") || text.starts_with("sqlite:") {
        return Err(cannot_open(path, "write it as a path of a file, such as ./cityca.sqlite"));
    }
    Ok(text)
}

/// Makes the file, readable by its owner alone, before SQLite would make it readable by others.
fn create(path: &Path) -> Result<(), StoreError> {
    match OpenOptions::new().write(true).create_new(true).mode(0o600).open(path) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(cannot_open(path, format_args!("{error}; the folder must exist and be writable"))),
    }
}

pub(super) fn connect(path: &Path, purpose: Purpose) -> Result<SqliteConnection, StoreError> {
    let mut connection =
        SqliteConnection::establish(path_text(path)?).map_err(|error| cannot_open(path, error))?;
    connection.batch_execute(PRAGMAS).map_err(|error| cannot_open(path, error))?;
    if purpose == Purpose::Read {
        connection.batch_execute("PRAGMA query_only = ON;").map_err(|error| cannot_open(path, error))?;
    }
    Ok(connection)
}

/// Opens the file for writing, makes it where it is missing, and brings its schema up to this program's.
pub(super) fn prepare(path: &Path) -> Result<SqliteConnection, StoreError> {
    prepare_as(path, None)
}

/// The same with no other migrations than those named, where some are.
pub(super) fn prepare_as(path: &Path, schema: Option<&[String]>) -> Result<SqliteConnection, StoreError> {
    path_text(path)?;
    if !path.exists()
        && let Some(told) = witness::told(path).filter(|told| told.sequence > 0)
    {
        return Err(witness::went_back(path, told, 0));
    }
    create(path)?;
    let mut connection = connect(path, Purpose::Write)?;
    if is_new(path, &mut connection)? {
        connection
            .batch_execute(&format!("PRAGMA application_id = {APPLICATION_ID};"))
            .map_err(|error| cannot_open(path, error))?;
    }
    let mut known = migration::SQLITE.migrations().map_err(|error| cannot_open(path, error))?;
    if let Some(schema) = schema {
        known = migration::only(known, schema)?;
    }
    migration::run(&mut connection, known, |detail| cannot_open(path, detail))?;
    note_identity(path, &mut connection)?;
    Ok(connection)
}

/// Notices a file that is a copy: what was written to the one it was copied from since is not in it.
fn note_identity(path: &Path, connection: &mut SqliteConnection) -> Result<(), StoreError> {
    let metadata = std::fs::metadata(path).map_err(|error| cannot_open(path, error))?;
    let identity = witness::identity(&metadata);
    let failed = |error: Error| cannot_open(path, error);
    let known =
        number(connection, "SELECT user_version AS value FROM pragma_user_version").map_err(failed)?;
    if known == identity {
        return Ok(());
    }
    if known != 0 {
        tracing::warn!(
            path = %path.display(), outcome = "store-copied",
            "this file is a copy of a store: what was written to the other one since is not in it, and both must not serve"
        );
    }
    connection.batch_execute(&format!("PRAGMA user_version = {identity};")).map_err(failed)
}

pub(super) fn pending(path: &Path) -> Result<Vec<String>, StoreError> {
    path_text(path)?;
    let known: Migrations<diesel::sqlite::Sqlite> =
        migration::SQLITE.migrations().map_err(|error| cannot_open(path, error))?;
    if !path.exists() {
        return Ok(migration::names(&known));
    }
    let mut connection = connect(path, Purpose::Read)?;
    let failed = |error: Error| cannot_open(path, error);
    if is_new(path, &mut connection)? || tables(&mut connection).map_err(failed)? == 0 {
        return Ok(migration::names(&known));
    }
    let applied: Vec<Applied> = sql_query(migration::APPLIED).load(&mut connection).map_err(failed)?;
    let applied: Vec<_> = applied.into_iter().map(Into::into).collect();
    Ok(migration::names(&migration::pending(known, &applied)?))
}

/// Whether nothing was written to the file yet.
fn is_new(path: &Path, connection: &mut SqliteConnection) -> Result<bool, StoreError> {
    let failed = |error: Error| cannot_open(path, error);
    let id =
        number(connection, "SELECT application_id AS value FROM pragma_application_id").map_err(failed)?;
    if id == APPLICATION_ID {
        return Ok(false);
    }
    if id != 0 || tables(connection).map_err(failed)? != 0 {
        return Err(cannot_open(path, "the file is a database of another program"));
    }
    Ok(true)
}

fn tables(connection: &mut SqliteConnection) -> Result<i32, Error> {
    number(connection, "SELECT CAST(count(*) AS INTEGER) AS value FROM sqlite_master")
}

fn number(connection: &mut SqliteConnection, query: &str) -> Result<i32, Error> {
    sql_query(query).get_result::<Number>(connection).map(|number| number.value)
}

/// Begins a write with SQLite's write lock, of which there is one.
pub(super) fn begin_write(connection: &mut SqliteConnection) -> Result<(), StoreError> {
    AnsiTransactionManager::begin_transaction_sql(connection, "BEGIN IMMEDIATE")
        .map_err(|error| store_error("the write lock", error))
}

/// Begins reads over one state: a transaction of SQLite sees the state at its first read.
pub(super) fn begin_snapshot(connection: &mut SqliteConnection) -> Result<(), StoreError> {
    AnsiTransactionManager::begin_transaction_sql(connection, "BEGIN DEFERRED")
        .map_err(|error| store_error("a snapshot", error))
}

#[derive(QueryableByName)]
struct Time {
    #[diesel(sql_type = BigInt)]
    micros: i64,
}

/// The clock of the machine, as SQLite reads it.
pub(super) fn now(connection: &mut SqliteConnection) -> Result<i64, StoreError> {
    sql_query("SELECT CAST(unixepoch('subsec') * 1000000 AS INTEGER) AS micros")
        .get_result::<Time>(connection)
        .map(|time| time.micros)
        .map_err(|error| store_error("the time", error))
}
