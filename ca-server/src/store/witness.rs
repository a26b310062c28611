//! Notices that the file of a store went back in time.
//!
//! Beside the file stands another one that says how far the audit was: it is written after each commit, without
//! waiting for the disk. The commit itself was on the disk before, so whatever is lost with the power, this file is
//! never ahead of the store, unless an older store was put in its place.
//!
//! That shows a file copied over or rolled back, not a machine that went back as a whole. A copy that begins a life of
//! its own elsewhere is told by the file's number and time of birth, which a copy does not share.

use std::fs::{File, Metadata, OpenOptions};
use std::io::Read as _;
use std::os::unix::fs::{FileExt as _, MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::SystemTime;

use ca_core::algorithm::digest::sm3;
use ca_core::audit::Head;
use diesel::prelude::*;

use super::backend::Connection;
use super::schema::audit_entries;
use super::{during, journal};
use crate::port::StoreError;

/// A sequence in twenty digits, a hash in hexadecimal digits, and what parts and ends them.
const LENGTH: usize = 20 + 1 + 64 + 1;

/// The file beside the store.
pub(super) struct Witness {
    path: PathBuf,
    state: Mutex<(File, u64)>,
}

/// Where the witness of a store's file is.
pub(super) fn path_of(store: &Path) -> PathBuf {
    let mut name = store.as_os_str().to_owned();
    name.push("-head");
    name.into()
}

/// What the witness of a store says; none where there is none, or none that could be read.
pub(super) fn told(store: &Path) -> Option<Head> {
    let mut text = String::new();
    File::open(path_of(store)).ok()?.take(LENGTH as u64).read_to_string(&mut text).ok()?;
    let (sequence, hash) = text.strip_suffix('\n')?.split_once(' ')?;
    let mut head = Head { sequence: sequence.parse().ok()?, hash: [0; 32] };
    hex::decode_to_slice(hash, &mut head.hash).ok()?;
    Some(head)
}

/// The refusal of a store that is older than its witness.
pub(super) fn went_back(store: &Path, told: Head, newest: u64) -> StoreError {
    StoreError::WentBack {
        place: store.display().to_string(),
        had: told.sequence,
        has: newest,
        witness: path_of(store).display().to_string(),
    }
}

impl Witness {
    /// Takes up the witness of a store, or refuses a store that is older than it.
    pub(super) fn take_up(store: &Path, connection: &mut Connection) -> Result<Self, StoreError> {
        // First what was told, so that what others write meanwhile cannot seem missing.
        let told = told(store);
        let head = journal::head(connection)?;
        if let Some(told) = told.filter(|told| *told != Head::START)
            && !holds(connection, told)?
        {
            return Err(went_back(store, told, head.sequence));
        }
        let witness = Self::follow(store)?;
        witness.note(head);
        Ok(witness)
    }

    /// A witness that says what it said until the next change.
    pub(super) fn follow(store: &Path) -> Result<Self, StoreError> {
        let path = path_of(store);
        let file =
            OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(&path).map_err(
                |error| StoreError::CannotOpen {
                    path: path.display().to_string(),
                    detail: error.to_string(),
                },
            )?;
        Ok(Self { path, state: Mutex::new((file, 0)) })
    }

    /// Notes how far the audit is now, after it was committed. Where that fails the store goes on: less is noticed.
    pub(super) fn note(&self, head: Head) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let (file, newest) = &mut *state;
        // Of two threads the later one may be the first to come here.
        if head.sequence <= *newest {
            return;
        }
        let text = format!("{:020} {}\n", head.sequence, hex::encode(head.hash));
        match file.write_all_at(text.as_bytes(), 0) {
            Ok(()) => *newest = head.sequence,
            Err(error) => {
                tracing::warn!(path = %self.path.display(), %error, "the witness of the store was not written");
            }
        }
    }
}

/// Whether the audit holds what once was its newest entry.
pub(super) fn holds(connection: &mut Connection, told: Head) -> Result<bool, StoreError> {
    let Ok(sequence) = i64::try_from(told.sequence) else { return Ok(false) };
    let hash: Option<Vec<u8>> = audit_entries::table
        .find(sequence)
        .select(audit_entries::hash)
        .first(connection)
        .optional()
        .map_err(during("the audit"))?;
    Ok(hash.is_some_and(|hash| hash == told.hash))
}

/// A number for this very file, from 1, which a copy of it does not share.
pub(super) fn identity(metadata: &Metadata) -> i32 {
    let born = metadata.created().ok().and_then(|time| time.duration_since(SystemTime::UNIX_EPOCH).ok());
    let facts = format!("{} {}", metadata.ino(), born.unwrap_or_default().as_nanos());
    let [a, b, c, d, ..] = sm3(facts.as_bytes());
    // Within what SQLite keeps of a user's number.
    (i32::from_be_bytes([a, b, c, d]) & 0x7fff_fffe) + 1
}
