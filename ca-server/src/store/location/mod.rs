//! Where the store is, as a URL says it.

mod url;

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use zeroize::Zeroizing;

pub use url::LocationError;

/// A store's database.
pub enum Location {
    /// A file of SQLite.
    Sqlite(PathBuf),
    /// A database of a PostgreSQL server.
    Postgresql(PostgresqlServer),
}

/// How a PostgreSQL server is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PostgresqlOptions {
    /// Time until a connection must stand; the URL's `connect_timeout` overrides it.
    pub connect_timeout: Duration,
    /// Time until a statement must be answered, waiting for other replicas included.
    pub statement_timeout: Duration,
    /// Whether a server on another machine may be used without TLS that proves whom it is.
    pub allow_plaintext: bool,
}

impl Default for PostgresqlOptions {
    fn default() -> Self {
        Self {
            connect_timeout: Duration::from_secs(5),
            statement_timeout: Duration::from_secs(10),
            allow_plaintext: false,
        }
    }
}

/// A database of a PostgreSQL server, with what is needed to connect to it. It may hold a password: it prints
/// without it.
pub struct PostgresqlServer {
    /// Keywords and values as libpq reads them.
    connection_string: Zeroizing<String>,
    shown: String,
    statement_timeout: Duration,
    start: Start,
}

/// When the server was started that was met first, and when the one was that was met last, in microseconds; 0 before any. By
/// that a server is told that was restored, that went back with its machine, or that took the place of one that failed.
#[derive(Default)]
pub(in crate::store) struct Start {
    accepted: AtomicI64,
    met: AtomicI64,
}

impl Start {
    /// Whether a server that was started then is the one that was accepted. The first one is.
    pub(in crate::store) fn meet(&self, started: i64) -> bool {
        self.met.store(started, Ordering::SeqCst);
        let first = self.accepted.compare_exchange(0, started, Ordering::SeqCst, Ordering::SeqCst);
        first.err().is_none_or(|accepted| accepted == started)
    }

    pub(in crate::store) fn is_another(&self) -> bool {
        self.met.load(Ordering::SeqCst) != self.accepted.load(Ordering::SeqCst)
    }

    pub(in crate::store) fn accept(&self) {
        self.accepted.store(self.met.load(Ordering::SeqCst), Ordering::SeqCst);
    }
}

impl Location {
    /// Reads `sqlite:PATH` or `postgresql://[user[:password]@]host[:port][,…]/database[?parameter=value&…]`, with
    /// the parameters that libpq documents. Without a host it is the local socket.
    ///
    /// A server on another machine must be proven by its certificate: `sslmode` is `verify-full` where it is not
    /// given, and what is less is refused unless the options allow it.
    ///
    /// # Errors
    /// [`LocationError`].
    pub fn parse(text: &str, options: PostgresqlOptions) -> Result<Self, LocationError> {
        if let Some(path) = text.strip_prefix("sqlite:") {
            let path = path.strip_prefix("//").unwrap_or(path);
            return if path.is_empty() { Err(LocationError::NoPath) } else { Ok(Self::file(path)) };
        }
        url::postgresql(text, options).map(Self::Postgresql)
    }

    /// A file of SQLite.
    pub fn file(path: impl AsRef<Path>) -> Self {
        Self::Sqlite(path.as_ref().to_owned())
    }
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => path.display().fmt(f),
            Self::Postgresql(server) => server.fmt(f),
        }
    }
}

impl PostgresqlServer {
    pub(in crate::store) fn connection_string(&self) -> &str {
        &self.connection_string
    }

    pub(in crate::store) fn statement_timeout(&self) -> Duration {
        self.statement_timeout
    }

    pub(in crate::store) fn start(&self) -> &Start {
        &self.start
    }
}

impl fmt::Display for PostgresqlServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.shown)
    }
}

#[cfg(test)]
mod tests {
    use super::Start;

    #[test]
    fn a_server_that_was_started_anew_is_another_until_it_is_accepted() {
        let start = Start::default();
        assert!(start.meet(1) && start.meet(1) && !start.is_another());
        assert!(!start.meet(2) && start.is_another());
        start.accept();
        assert!(start.meet(2) && !start.is_another());
        assert!(!start.meet(1) && start.is_another());
    }
}
