//! Stores for tests: each test is run over both databases.
//!
//! A file of tests is compiled twice, in a module for SQLite and in one for PostgreSQL, which differ in what
//! `Fixture` or `Instance` means there.

#[path = "../../../tests/service/support/postgresql.rs"]
pub(crate) mod postgresql;

use std::path::PathBuf;

use diesel::connection::SimpleConnection as _;
use tempfile::TempDir;

use super::backend::{self, Purpose};
use super::observer::{self, Report};
use super::{Location, PostgresqlOptions, SqlStore};
use postgresql::TestDatabase;

/// One of the databases.
pub(crate) trait Kind {
    /// A place for a store in it.
    fn place() -> Place;
}

/// SQLite.
pub(crate) struct Sqlite;

impl Kind for Sqlite {
    fn place() -> Place {
        Place { folder: tempfile::tempdir().unwrap(), database: None }
    }
}

/// PostgreSQL.
pub(crate) struct Postgresql;

impl Kind for Postgresql {
    fn place() -> Place {
        Place { folder: tempfile::tempdir().unwrap(), database: Some(TestDatabase::take()) }
    }
}

/// A connection that is in the way of others. Ending it gives back what it holds.
struct Held(#[allow(dead_code, reason = "it is there to be dropped")] backend::Connection);

impl Drop for Held {
    fn drop(&mut self) {
        let _ = self.0.batch_execute("ROLLBACK");
    }
}

/// A folder and a database that a test has for itself.
pub(crate) struct Place {
    pub(crate) folder: TempDir,
    database: Option<TestDatabase>,
}

impl Place {
    /// Where PostgreSQL is; none for a file.
    pub(crate) fn url(&self) -> Option<String> {
        self.database.as_ref().map(TestDatabase::url)
    }

    pub(crate) fn location(&self) -> Location {
        match &self.database {
            None => Location::file(self.file()),
            Some(database) => Location::parse(&database.url(), PostgresqlOptions::default()).unwrap(),
        }
    }

    /// The file of the database, where it is one.
    pub(crate) fn file(&self) -> PathBuf {
        self.folder.path().join("cityca.sqlite")
    }

    pub(crate) fn open(&self) -> SqlStore {
        SqlStore::open(self.location()).unwrap()
    }

    /// Runs SQL past the store, as someone with the database at hand would. Octets are written `x'…'`.
    pub(crate) fn sql(&self, sql: &str) {
        let sql = if self.database.is_some() { sql.replace("x'", "'\\x") } else { sql.to_owned() };
        backend::connect(&self.location(), Purpose::Write).unwrap().batch_execute(&sql).unwrap();
    }

    /// Makes changes of one kind fail: `INSERT ON table WHEN condition`.
    pub(crate) fn fail_at(&self, event: &str) {
        if self.database.is_none() {
            return self
                .sql(&format!("CREATE TRIGGER cut BEFORE {event} BEGIN SELECT RAISE(ABORT, 'cut'); END"));
        }
        let (event, condition) = event.split_once(" WHEN ").unwrap_or((event, "true"));
        self.sql(&format!(
            "CREATE FUNCTION cut() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'cut'; END $$;
             CREATE TRIGGER cut BEFORE {event} FOR EACH ROW WHEN ({condition}) EXECUTE FUNCTION cut()"
        ));
    }

    /// Lets all changes be made again.
    pub(crate) fn mend(&self, event: &str) {
        let table = event.split(" ON ").nth(1).unwrap().split(' ').next().unwrap();
        self.sql(&match self.database {
            None => "DROP TRIGGER cut".to_owned(),
            Some(_) => format!("DROP TRIGGER cut ON {table}; DROP FUNCTION cut"),
        });
    }

    /// Keeps others from changing anything until what is returned is dropped.
    pub(crate) fn hold_writes(&self) -> impl Drop + use<> {
        let mut connection = backend::connect(&self.location(), Purpose::Write).unwrap();
        connection
            .batch_execute(match self.database {
                None => "BEGIN IMMEDIATE",
                Some(_) => "BEGIN; LOCK TABLE nonces, audit_entries IN EXCLUSIVE MODE",
            })
            .unwrap();
        Held(connection)
    }

    /// Holds PostgreSQL's lock that orders writes, until what is returned is dropped.
    pub(crate) fn hold_lock(&self) -> impl Drop + use<> {
        let mut connection = backend::connect(&self.location(), Purpose::Write).unwrap();
        backend::begin_write(&mut connection).unwrap();
        Held(connection)
    }

    /// What an observer of the database says.
    pub(crate) fn observe(&self) -> Report {
        observer::observe(&self.location()).unwrap()
    }

    /// The database, where it is PostgreSQL's.
    pub(crate) fn postgresql(&self) -> &TestDatabase {
        self.database.as_ref().unwrap()
    }
}
