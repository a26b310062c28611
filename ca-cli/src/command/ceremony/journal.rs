//! The transcript as a file that grows line by line, each on durable storage before the next.

use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};
use std::path::Path;

use ca_core::ceremony::session::{Journal, JournalError};

use super::folder::failed;
use crate::failure::Failure;

/// A transcript that is appended to. Nobody else appends: the file is locked while this lives.
pub(super) struct FileJournal {
    file: File,
}

impl FileJournal {
    /// A new transcript.
    pub(super) fn create(path: &Path) -> Result<Self, Failure> {
        let file = OpenOptions::new().append(true).create_new(true).open(path);
        let journal = Self { file: file.map_err(|error| failed(path, &error))? };
        journal.lock(path)?;
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        File::open(folder).and_then(|folder| folder.sync_all()).map_err(|error| failed(folder, &error))?;
        Ok(journal)
    }

    /// A transcript that is there, cut after so many bytes: what a power failure left of a line is taken off.
    pub(super) fn reopen(path: &Path, length: u64) -> Result<Self, Failure> {
        let file = OpenOptions::new().append(true).open(path).map_err(|error| failed(path, &error))?;
        let journal = Self { file };
        journal.lock(path)?;
        let cut = |file: &File| {
            if file.metadata()?.len() > length {
                file.set_len(length)?;
            }
            file.sync_all()
        };
        cut(&journal.file).map_err(|error| failed(path, &error))?;
        Ok(journal)
    }

    fn lock(&self, path: &Path) -> Result<(), Failure> {
        match self.file.try_lock() {
            Ok(()) => Ok(()),
            Err(std::fs::TryLockError::WouldBlock) => Err(Failure::refused(
                "ceremony-running",
                format!("{} is written by another process: the ceremony is being held", path.display()),
            )),
            Err(std::fs::TryLockError::Error(error)) => Err(failed(path, &error)),
        }
    }
}

impl Journal for FileJournal {
    fn append(&mut self, line: &[u8]) -> Result<(), JournalError> {
        let write = |file: &mut File| -> io::Result<()> {
            file.write_all(line)?;
            file.sync_data()
        };
        write(&mut self.file).map_err(|error| JournalError { reason: error.to_string() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_appended_and_a_torn_one_is_cut() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("transcript.jsonl");
        let mut journal = FileJournal::create(&path).unwrap();
        journal.append(b"one\n").unwrap();
        assert_eq!(FileJournal::reopen(&path, 4).err().unwrap().code, "ceremony-running");
        drop(journal);
        ca_core::keystore::file::replace(&path, b"one\ntw", ca_core::keystore::file::Access::Public).unwrap();
        let mut journal = FileJournal::reopen(&path, 4).unwrap();
        journal.append(b"two\n").unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"one\ntwo\n");
        assert!(FileJournal::create(&path).is_err());
    }
}
