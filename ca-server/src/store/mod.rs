//! The store over Diesel. Its types do not leave this folder.
//!
//! Writes go one after another through one connection, each in a transaction of its own that is on the disk when
//! the call returns; reads go to a pool of connections that can only read. SQLite in WAL mode lets both run at
//! once, and a read that begins after a write returned sees it.

mod access;
mod administrator;
mod audit;
mod authority;
mod authority_request;
mod backend;
mod certificate;
mod convert;
mod crl;
mod intent;
#[cfg(test)]
pub(crate) mod observer;
mod ocsp_signer;
mod schema;
mod search;
mod setting;
mod status;
mod subject;
#[cfg(test)]
mod tests;
mod transaction;

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use backend::{Connection, ReadPool};
use diesel::result::Error;
use transaction::Transaction;

use crate::port::{Act, StoreError};

/// Reads that may run at once. More wait their turn: SQLite reads are short, and cores are few.
const READERS: u32 = 8;

/// The store in one SQLite file.
pub struct SqliteStore {
    path: PathBuf,
    /// None after a write that ended in an unknown state: the next write opens a new connection, and SQLite rolls
    /// back what the old one left.
    writer: Mutex<Option<Connection>>,
    readers: ReadPool,
}

impl SqliteStore {
    /// Opens the store, or makes it, readable by the file's owner alone; brings an older schema up to this
    /// program's.
    ///
    /// # Errors
    /// [`StoreError::CannotOpen`] where the file cannot be used; [`StoreError::SchemaFromFuture`] where a newer
    /// program wrote it.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        let writer = backend::prepare(path)?;
        let readers = backend::readers(path, READERS)?;
        Ok(Self { path: path.to_owned(), writer: Mutex::new(Some(writer)), readers })
    }

    fn read<T>(&self, work: impl FnOnce(&mut Connection) -> Result<T, StoreError>) -> Result<T, StoreError> {
        let mut connection =
            self.readers.get().map_err(|error| StoreError::Unavailable { detail: error.to_string() })?;
        work(&mut connection)
    }

    /// Runs one transaction under an act: its nonce, its changes, and an audit entry for each.
    fn write<T>(
        &self,
        act: &Act,
        work: impl FnOnce(&mut Transaction<'_>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let mut writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        let mut connection = match writer.take() {
            Some(connection) => connection,
            None => backend::connect(&self.path)?,
        };
        let result = backend::write(&mut connection, |connection| {
            let mut transaction = Transaction::begin(connection, act)?;
            work(&mut transaction)
        });
        if !matches!(result, Err(StoreError::Unavailable { .. })) {
            *writer = Some(connection);
        }
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
