//! Backups by themselves: one when the newest is old, and the oldest ones taken away.

use std::fs;
use std::path::PathBuf;

use ca_core::key::PublicKey;
use jiff::{SignedDuration, Timestamp};

use super::{BackupsError, Made, to_file};
use crate::port::Ports;

const PREFIX: &str = "cityca-";
const SUFFIX: &str = ".backup";
/// Of ISO 8601, the basic form: it sorts by time and is a name everywhere.
const TIME: &str = "%Y%m%dT%H%M%SZ";

/// When backups are made, where they go, and how many are kept.
#[derive(Clone)]
pub struct Schedule {
    /// The store, and the time.
    pub ports: Ports,
    /// To whom they are encrypted.
    pub recipient: PublicKey,
    /// The folder, which has nothing to do with the store's.
    pub folder: PathBuf,
    /// How old the newest may become.
    pub every: SignedDuration,
    /// How many are kept, at least one.
    pub keep: usize,
}

impl Schedule {
    /// When the newest backup in the folder was made; none where there is none.
    ///
    /// # Errors
    /// [`BackupsError::File`] where the folder cannot be read.
    pub fn newest(&self) -> Result<Option<Timestamp>, BackupsError> {
        Ok(self.backups()?.last().map(|(at, _)| *at))
    }

    /// Makes a backup where one is due, then takes away those that are too many.
    ///
    /// # Errors
    /// [`BackupsError`]; nothing is taken away then.
    pub fn run(&self) -> Result<Option<Made>, BackupsError> {
        let now = self.ports.clock.now();
        if self.newest()?.is_some_and(|newest| now.duration_since(newest) < self.every) {
            return Ok(None);
        }
        let path = self.folder.join(format!("{PREFIX}{}{SUFFIX}", now.strftime(TIME)));
        let made = to_file(&self.ports, &self.recipient, &path)?;
        let mut backups = self.backups()?;
        backups.truncate(backups.len().saturating_sub(self.keep.max(1)));
        for (_, path) in backups {
            fs::remove_file(&path).map_err(|source| BackupsError::File { path, source })?;
        }
        Ok(Some(made))
    }

    /// The backups of this schedule, oldest first. Other files are none of its business.
    fn backups(&self) -> Result<Vec<(Timestamp, PathBuf)>, BackupsError> {
        let failed = |source| BackupsError::File { path: self.folder.clone(), source };
        let mut found = Vec::new();
        for entry in fs::read_dir(&self.folder).map_err(failed)? {
            let path = entry.map_err(failed)?.path();
            let time = path
                .file_name()
                .and_then(|name| name.to_str())
                .and_then(|name| name.strip_prefix(PREFIX)?.strip_suffix(SUFFIX))
                .and_then(|text| jiff::civil::DateTime::strptime(TIME, text).ok())
                .and_then(|time| time.to_zoned(jiff::tz::TimeZone::UTC).ok());
            if let Some(time) = time {
                found.push((time.timestamp(), path));
            }
        }
        found.sort();
        Ok(found)
    }
}
