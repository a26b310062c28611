//! Databases for servers under faults.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};

use ca_server::store::{Location, PostgresqlOptions};

/// Which database.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    File,
    Server,
}

const VARIABLE: &str = "CITYCA_TEST_POSTGRESQL";

/// Whether there is a PostgreSQL to use.
pub(crate) fn is_there() -> bool {
    std::env::var_os(VARIABLE).is_some()
}

/// The database of one test.
pub(crate) struct Database {
    url: Option<String>,
    file: PathBuf,
}

fn base() -> String {
    std::env::var(VARIABLE).expect("PostgreSQL")
}

pub(super) fn programs() -> PathBuf {
    let mut all: Vec<PathBuf> = std::fs::read_dir("/usr/lib/postgresql")
        .expect("Debian's PostgreSQL")
        .filter_map(|entry| Some(entry.ok()?.path().join("bin")))
        .collect();
    all.sort();
    all.pop().expect("a version of PostgreSQL")
}

/// Runs SQL as someone beside the servers.
pub(crate) fn sql(url: &str, sql: &str) -> String {
    let output = Command::new(programs().join("psql"))
        .args(["-q", "-At", "-v", "ON_ERROR_STOP=1", url, "-c", sql])
        .output()
        .expect("psql");
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

/// Makes a database beside the one that is always there. Gives its address.
fn make(base: &str) -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let name = format!("cityca_fault_{}", COUNT.fetch_add(1, Ordering::Relaxed));
    sql(base, &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
    sql(base, &format!("CREATE DATABASE {name} TEMPLATE template0"));
    base.replace("/postgres?", &format!("/{name}?"))
}

impl Database {
    /// A new one; a file's is in the data folder.
    pub(crate) fn new(kind: Kind, data: &Path) -> Self {
        let url = (kind == Kind::Server).then(|| make(&base()));
        Self { url, file: data.join("cityca.sqlite") }
    }

    /// A new one of this PostgreSQL.
    pub(crate) fn of(base: &str, data: &Path) -> Self {
        Self { url: Some(make(base)), file: data.join("cityca.sqlite") }
    }

    /// What a server is told.
    pub(crate) fn url(&self) -> Option<&str> {
        self.url.as_deref()
    }

    /// Takes away all that is in it, where it is not a file.
    pub(crate) fn empty(&self) {
        if let Some(url) = &self.url {
            sql(url, "DROP SCHEMA public CASCADE");
            sql(url, "CREATE SCHEMA public");
        }
    }

    pub(crate) fn location(&self) -> Location {
        match &self.url {
            Some(url) => Location::parse(url, PostgresqlOptions::default()).expect("a URL"),
            None => Location::file(self.file.clone()),
        }
    }
}

/// Ends the connections of a database, whatever they are doing.
pub(crate) fn cut(url: &str) -> usize {
    sql(
        url,
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = current_database() \
         AND pid <> pg_backend_pid() AND backend_type = 'client backend'",
    )
    .parse()
    .unwrap_or_default()
}
