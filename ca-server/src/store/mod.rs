//! The store over Diesel. Its types do not leave this folder.
//!
//! Writes go one after another through one connection, and are on the disk when the call returns. Those by which
//! certificates are issued share transactions where several come at once; each other has one of its own. Reads go to a pool of connections that can only read. SQLite in WAL mode and PostgreSQL let both
//! run at once, and a read that begins after a write returned sees it.

mod access;
mod administrator;
mod audit;
mod authority;
mod authority_request;
mod backend;
mod backup;
mod certificate;
mod column;
mod committer;
mod convert;
mod crl;
mod group;
mod idempotency;
mod intent;
mod journal;
mod lease;
mod location;
mod nonce;
pub mod observer;
mod ocsp_signer;
mod recovery;
mod schema;
mod search;
mod setting;
mod standing;
mod status;
mod subject;
#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;
mod transaction;
mod witness;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use backend::{Connection, Kept, ReadPool};
use committer::Committer;
use diesel::result::Error;
use transaction::Transaction;
use witness::Witness;

use crate::port::{Act, StoreError, fault};

pub use backup::Row;
pub use location::{Location, LocationError, PostgresqlOptions, PostgresqlServer};

/// Reads that may run at once where nothing else is said. More wait their turn: reads are short, and cores are few.
const READERS: u32 = 8;

/// The store in a database.
pub struct SqlStore {
    location: Arc<Location>,
    committer: Committer,
    readers: ReadPool,
    /// Beside a file, which can be copied over.
    witness: Option<Arc<Witness>>,
    /// Changes made, but for those that share transactions.
    changes: AtomicU64,
}

impl SqlStore {
    /// Opens the store, or makes it: a file readable by its owner alone, tables in a database that exists. Brings an
    /// older schema up to this program's.
    ///
    /// # Errors
    /// [`StoreError::CannotOpen`] or [`StoreError::CannotConnect`] where the database cannot be used;
    /// [`StoreError::SchemaFromFuture`] where a newer program wrote it; [`StoreError::WentBack`] where a file is older
    /// than what it acknowledged.
    pub fn open(location: Location) -> Result<Self, StoreError> {
        Self::open_with(location, READERS)
    }

    /// [`SqlStore::open`] with another number of reads that may run at once.
    ///
    /// # Errors
    /// As there.
    pub fn open_with(location: Location, reads: u32) -> Result<Self, StoreError> {
        Self::open_as(location, reads, Witness::take_up)
    }

    /// [`SqlStore::open_with`] for a file that is known to be older than what it acknowledged. Its witness follows it from the
    /// first change on, which has to say so.
    ///
    /// # Errors
    /// As there, but for [`StoreError::WentBack`].
    pub fn open_behind(location: Location, reads: u32) -> Result<Self, StoreError> {
        Self::open_as(location, reads, |path, _| Witness::follow(path))
    }

    fn open_as(
        location: Location,
        reads: u32,
        witness: impl FnOnce(&Path, &mut Connection) -> Result<Witness, StoreError>,
    ) -> Result<Self, StoreError> {
        let location = Arc::new(location);
        let mut writer = backend::prepare(&location)?;
        let witness = match &*location {
            Location::Sqlite(path) => Some(Arc::new(witness(path, &mut writer)?)),
            Location::Postgresql(_) => None,
        };
        let readers = backend::readers(&location, reads)?;
        let committer = Committer::start(Arc::clone(&location), Kept::new(writer), witness.clone())
            .map_err(|error| StoreError::Unavailable { detail: format!("no thread for writes: {error}") })?;
        Ok(Self { location, committer, readers, witness, changes: AtomicU64::new(0) })
    }

    /// The names of the migrations that [`SqlStore::open`] would run. Nothing is changed.
    ///
    /// # Errors
    /// As [`SqlStore::open`].
    pub fn pending_migrations(location: &Location) -> Result<Vec<String>, StoreError> {
        backend::pending(location)
    }

    fn read<T>(&self, work: impl FnOnce(&mut Connection) -> Result<T, StoreError>) -> Result<T, StoreError> {
        let mut kept =
            self.readers.get().map_err(|error| StoreError::Unavailable { detail: error.to_string() })?;
        let result = work(&mut kept.connection);
        kept.used(&result);
        result
    }

    /// Reads where that takes microseconds: out of a file, over a connection that is idle.
    fn read_at_once<T>(
        &self,
        work: impl FnOnce(&mut Connection) -> Result<T, StoreError>,
    ) -> Option<Result<T, StoreError>> {
        let Location::Sqlite(_) = &*self.location else { return None };
        let mut kept = self.readers.try_get()?;
        let result = work(&mut kept.connection);
        kept.used(&result);
        Some(result)
    }

    /// Runs one transaction of changes that need not outlast the loss of power.
    fn write_fleeting<T>(
        &self,
        work: impl FnOnce(&mut Connection) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        self.write_unaudited(|connection| {
            backend::let_commit_early(connection)?;
            work(connection)
        })
    }

    /// Runs one transaction under an act: its nonce, its changes, and an audit entry for each.
    fn write<T>(
        &self,
        act: &Act,
        work: impl FnOnce(&mut Transaction<'_>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let mut head = None;
        let result = self.write_unaudited(|connection| {
            let mut transaction = Transaction::begin(connection, act)?;
            let value = work(&mut transaction)?;
            head = Some(transaction.finish()?);
            Ok(value)
        });
        if let (Ok(_), Some(head), Some(witness)) = (&result, head, &self.witness) {
            witness.note(head);
        }
        result
    }

    /// Runs one transaction of changes that no audit covers.
    fn write_unaudited<T>(
        &self,
        work: impl FnOnce(&mut Connection) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let (mut kept, back) = self.committer.borrow()?;
        let result = backend::write(&mut kept.connection, |connection| {
            let value = work(connection)?;
            fault::point("write-commit");
            Ok(value)
        });
        self.changes.fetch_add(1, Ordering::SeqCst);
        fault::point("write-committed");
        kept.used(&result);
        // Refused only where the writer stopped, and then nobody needs it.
        let _ = back.send(kept);
        result
    }
}

impl From<Error> for StoreError {
    fn from(error: Error) -> Self {
        backend::store_error("the store", error)
    }
}

/// Names what was being read or written when an error came.
fn during(what: &'static str) -> impl FnOnce(Error) -> StoreError {
    move |error| backend::store_error(what, error)
}
