//! Connections that only read, kept open and checked.

use std::sync::Arc;
use std::time::{Duration, Instant};

use diesel::r2d2::{ManageConnection, Pool};

use super::{Connection, Purpose, connect, is_alive};
use crate::port::StoreError;
use crate::store::Location;

pub(in crate::store) type ReadPool = Pool<Manager>;

/// A connection that was used within this time is not asked whether it still works: under load the question would
/// double the round trips. One that fails is not used again, so the bound is on errors after a restart.
const TRUSTED: Duration = Duration::from_millis(500);

/// How long a read waits for a connection.
const PATIENCE: Duration = Duration::from_secs(5);

/// A connection with what is known about it.
pub(in crate::store) struct Kept {
    pub(in crate::store) connection: Connection,
    used: Instant,
    suspect: bool,
}

impl Kept {
    pub(in crate::store) fn new(connection: Connection) -> Self {
        Self { connection, used: Instant::now(), suspect: false }
    }

    /// Notes how a use ended. After an error of the database itself the connection is not used again.
    pub(in crate::store) fn used<T>(&mut self, result: &Result<T, StoreError>) {
        self.used = Instant::now();
        self.suspect = matches!(result, Err(StoreError::Unavailable { .. }));
    }

    /// The connection, where it may be used.
    pub(in crate::store) fn if_usable(mut self) -> Option<Self> {
        self.is_usable().then_some(self)
    }

    /// Asks the database where the last use is long ago.
    fn is_usable(&mut self) -> bool {
        !self.suspect && (self.used.elapsed() < TRUSTED || is_alive(&mut self.connection))
    }
}

pub(in crate::store) struct Manager(Arc<Location>);

impl ManageConnection for Manager {
    type Connection = Kept;
    type Error = StoreError;

    fn connect(&self) -> Result<Kept, StoreError> {
        connect(&self.0, Purpose::Read).map(Kept::new)
    }

    fn is_valid(&self, kept: &mut Kept) -> Result<(), StoreError> {
        if kept.is_usable() {
            return Ok(());
        }
        Err(StoreError::Unavailable { detail: "the connection was closed".to_owned() })
    }

    fn has_broken(&self, kept: &mut Kept) -> bool {
        // A panic may have left a transaction open.
        kept.suspect || std::thread::panicking()
    }
}

/// A pool of connections that can only read.
pub(in crate::store) fn readers(location: &Arc<Location>, size: u32) -> Result<ReadPool, StoreError> {
    Pool::builder()
        .max_size(size)
        .min_idle(Some(1))
        .test_on_check_out(true)
        .connection_timeout(PATIENCE)
        .build(Manager(Arc::clone(location)))
        .map_err(|error| StoreError::Unavailable { detail: error.to_string() })
}
