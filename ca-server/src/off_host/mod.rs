//! The off-host log, in a file or behind a URL.

#[cfg(test)]
mod tests;
mod url;

use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

pub use url::{LogUrl, Sink};

use crate::port::OffHost;

/// Octets that are read at once.
const STEP: usize = 256 << 10;

/// A file that is appended to by this process alone.
#[derive(Debug)]
pub struct LogFile {
    path: PathBuf,
    file: File,
    /// How many octets are whole and on the disk.
    octets: Mutex<u64>,
}

impl LogFile {
    /// The log, which has to be there: a disk that is not mounted has none. A new one is an empty file. What was cut short at
    /// its end was never acknowledged, and is removed.
    ///
    /// # Errors
    /// What the system says; [`io::ErrorKind::WouldBlock`] where another process appends to it.
    pub fn open(path: &Path) -> io::Result<Self> {
        let file = OpenOptions::new().read(true).write(true).open(path)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(io::ErrorKind::WouldBlock.into()),
            Err(TryLockError::Error(error)) => return Err(error),
        }
        let octets = whole(&file)?;
        if octets != file.metadata()?.len() {
            file.set_len(octets)?;
            file.sync_all()?;
        }
        Ok(Self { path: path.to_owned(), file, octets: Mutex::new(octets) })
    }

    /// The same for who only reads, beside the process that appends.
    ///
    /// # Errors
    /// What the system says.
    pub fn open_to_read(path: &Path) -> io::Result<Self> {
        let file = File::open(path)?;
        let octets = whole(&file)?;
        Ok(Self { path: path.to_owned(), file, octets: Mutex::new(octets) })
    }
}

/// How many octets there are up to the last line feed.
fn whole(file: &File) -> io::Result<u64> {
    let mut end = file.metadata()?.len();
    let mut buffer = vec![0; STEP];
    while end > 0 {
        let start = end.saturating_sub(STEP as u64);
        let part = &mut buffer[..usize::try_from(end - start).unwrap_or(STEP)];
        file.read_exact_at(part, start)?;
        if let Some(place) = part.iter().rposition(|octet| *octet == b'\n') {
            return Ok(start + place as u64 + 1);
        }
        end = start;
    }
    Ok(0)
}

impl OffHost for LogFile {
    fn place(&self) -> String {
        self.path.display().to_string()
    }

    fn append(&self, octets: &[u8]) -> io::Result<()> {
        let mut end = self.octets.lock().unwrap_or_else(PoisonError::into_inner);
        // What an append before left that failed.
        if self.file.metadata()?.len() != *end {
            self.file.set_len(*end)?;
        }
        self.file.write_all_at(octets, *end)?;
        self.file.sync_data()?;
        *end += octets.len() as u64;
        Ok(())
    }

    fn read(&self, sink: &mut dyn FnMut(&[u8]) -> io::Result<()>) -> io::Result<()> {
        let end = *self.octets.lock().unwrap_or_else(PoisonError::into_inner);
        let (mut buffer, mut start) = (vec![0; STEP], 0);
        while start < end {
            let part = &mut buffer[..usize::try_from(end - start).unwrap_or(STEP).min(STEP)];
            self.file.read_exact_at(part, start)?;
            sink(part)?;
            start += part.len() as u64;
        }
        Ok(())
    }
}
