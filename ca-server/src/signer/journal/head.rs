//! How far the record was, in a file beside it, by which it is noticed that the record was replaced by an older copy of itself.
//!
//! It is written after each sync, without waiting for the disk: whatever is lost with the power, it is never ahead of the record. It shows
//! a file copied over, not a machine that went back as a whole.

use std::fs::{File, OpenOptions};
use std::io::{self, Read as _};
use std::os::unix::fs::{FileExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

/// A number in twenty digits, a hash in hexadecimal digits, and what parts and ends them.
const LENGTH: u64 = 20 + 1 + 64 + 1;

/// The file beside the record.
pub(super) struct Head(File);

/// Where it is.
pub(super) fn path_of(record: &Path) -> PathBuf {
    let mut name = record.as_os_str().to_owned();
    name.push("-head");
    name.into()
}

/// How many lines were given out after, and the hash of the last; none where nothing that can be read says so.
pub(super) fn told(record: &Path) -> io::Result<Option<(u64, [u8; 32])>> {
    let mut text = String::new();
    match File::open(path_of(record)) {
        Ok(file) => _ = file.take(LENGTH).read_to_string(&mut text)?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    }
    let parse = || {
        let (line, hash) = text.strip_suffix('\n')?.split_once(' ')?;
        let mut chain = [0; 32];
        hex::decode_to_slice(hash, &mut chain).ok()?;
        Some((line.parse().ok()?, chain))
    };
    Ok(parse())
}

impl Head {
    /// The file, which says what it said until something is noted.
    pub(super) fn follow(record: &Path) -> io::Result<Self> {
        let path = path_of(record);
        let file = OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(path)?;
        Ok(Self(file))
    }

    /// Notes how far the record is on the disk. Where that fails the signer goes on: less is noticed.
    pub(super) fn note(&self, line: u64, chain: &[u8; 32]) {
        let text = format!("{line:020} {}\n", hex::encode(chain));
        if let Err(error) = self.0.write_all_at(text.as_bytes(), 0) {
            tracing::warn!(%error, "how far the record of what was signed is was not noted");
        }
    }
}
