//! All that is SQLite's own: how a connection is opened, how a write begins, which errors mean what. Another
//! database joins here, in its folder of migrations and nowhere else: the other files keep to what Diesel does
//! alike on each, which leaves out `RETURNING`, `ON CONFLICT` and inserts of several rows.

use std::fs::OpenOptions;
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use diesel::connection::SimpleConnection;
use diesel::migration::{Migration, MigrationSource, MigrationVersion};
use diesel::r2d2::{ConnectionManager, CustomizeConnection, Pool};
use diesel::result::{DatabaseErrorKind, Error};
use diesel::sql_types::Integer;
use diesel::{Connection as _, QueryableByName, RunQueryDsl, sql_query};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use crate::port::StoreError;

pub(super) type Connection = diesel::SqliteConnection;
pub(super) type Database = diesel::sqlite::Sqlite;
pub(super) type ReadPool = Pool<ConnectionManager<Connection>>;

const MIGRATIONS: EmbeddedMigrations = embed_migrations!("../schemas/sql/sqlite");

/// Marks a file as a store of this program ("CtCA"), so that no other program's database is taken for one.
const APPLICATION_ID: i32 = 0x4374_4341;

/// Writers queue in this process; the wait is for another process, such as a backup that checkpoints.
const PRAGMAS: &str = "PRAGMA busy_timeout = 10000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; \
                       PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON;";

#[derive(QueryableByName)]
struct Number {
    #[diesel(sql_type = Integer)]
    value: i32,
}

#[derive(Debug)]
struct ReadOnly;

impl CustomizeConnection<Connection, diesel::r2d2::Error> for ReadOnly {
    fn on_acquire(&self, connection: &mut Connection) -> Result<(), diesel::r2d2::Error> {
        connection
            .batch_execute(PRAGMAS)
            .and_then(|()| connection.batch_execute("PRAGMA query_only = ON;"))
            .map_err(diesel::r2d2::Error::QueryError)
    }
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

/// Opens the file for writing.
pub(super) fn connect(path: &Path) -> Result<Connection, StoreError> {
    let mut connection = Connection::establish(path_text(path)?).map_err(|error| cannot_open(path, error))?;
    connection.batch_execute(PRAGMAS).map_err(|error| cannot_open(path, error))?;
    Ok(connection)
}

/// A pool of connections that can only read.
pub(super) fn readers(path: &Path, size: u32) -> Result<ReadPool, StoreError> {
    Pool::builder()
        .max_size(size)
        .min_idle(Some(1))
        .test_on_check_out(false)
        .connection_timeout(std::time::Duration::from_secs(10))
        .connection_customizer(Box::new(ReadOnly))
        .build(ConnectionManager::new(path_text(path)?))
        .map_err(|error| cannot_open(path, error))
}

/// Opens the file for writing, makes it where it is missing, and brings its schema up to this program's.
pub(super) fn prepare(path: &Path) -> Result<Connection, StoreError> {
    path_text(path)?;
    create(path)?;
    let mut connection = connect(path)?;
    let failed = |error: Error| cannot_open(path, error);
    let id = number(&mut connection, "SELECT application_id AS value FROM pragma_application_id")
        .map_err(failed)?;
    let tables = number(&mut connection, "SELECT CAST(count(*) AS INTEGER) AS value FROM sqlite_master")
        .map_err(failed)?;
    if id != APPLICATION_ID {
        if id != 0 || tables != 0 {
            return Err(cannot_open(path, "the file is a database of another program"));
        }
        connection.batch_execute(&format!("PRAGMA application_id = {APPLICATION_ID};")).map_err(failed)?;
    }
    migrate(path, &mut connection)?;
    Ok(connection)
}

fn number(connection: &mut Connection, query: &str) -> Result<i32, Error> {
    sql_query(query).get_result::<Number>(connection).map(|number| number.value)
}

fn migrate(path: &Path, connection: &mut Connection) -> Result<(), StoreError> {
    let known: Vec<Box<dyn Migration<Database>>> =
        MIGRATIONS.migrations().map_err(|error| cannot_open(path, error))?;
    let known: Vec<MigrationVersion<'_>> =
        known.iter().map(|migration| migration.name().version().as_owned()).collect();
    let applied = connection.applied_migrations().map_err(|error| cannot_open(path, error))?;
    if let Some(found) = applied.iter().filter(|version| !known.contains(version)).max() {
        let newest = known.iter().max().map(ToString::to_string).unwrap_or_default();
        return Err(StoreError::SchemaFromFuture { found: found.to_string(), known: newest });
    }
    connection.run_pending_migrations(MIGRATIONS).map_err(|error| cannot_open(path, error))?;
    Ok(())
}

/// Runs a write. It takes the write lock at its beginning: what it reads cannot change before it commits.
pub(super) fn write<T, E: From<Error>>(
    connection: &mut Connection,
    work: impl FnOnce(&mut Connection) -> Result<T, E>,
) -> Result<T, E> {
    connection.immediate_transaction(work)
}

/// Runs several reads over one state of the store.
pub(super) fn snapshot<T, E: From<Error>>(
    connection: &mut Connection,
    work: impl FnOnce(&mut Connection) -> Result<T, E>,
) -> Result<T, E> {
    connection.transaction(work)
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
        other => StoreError::Unavailable { detail: format!("{what}: {other}") },
    }
}
