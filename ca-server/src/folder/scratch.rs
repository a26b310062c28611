//! Entries on their way into a list: in memory while they are few, then in a file that has no name.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{FileExt as _, OpenOptionsExt as _};
use std::path::PathBuf;

use ca_core::crl::list::Scratch;

/// Octets that are held.
const HELD: usize = 1 << 20;

pub(super) struct Spill {
    path: PathBuf,
    held: Vec<u8>,
    file: Option<File>,
    octets: u64,
}

impl Spill {
    pub(super) fn new(path: PathBuf) -> Self {
        Self { path, held: Vec::new(), file: None, octets: 0 }
    }
}

impl Scratch for Spill {
    fn append(&mut self, octets: &[u8]) -> io::Result<()> {
        if self.file.is_none() {
            if self.held.len() + octets.len() <= HELD {
                self.held.extend_from_slice(octets);
                self.octets += octets.len() as u64;
                return Ok(());
            }
            let file =
                OpenOptions::new().read(true).write(true).create_new(true).mode(0o600).open(&self.path)?;
            // It goes away with its handle, whatever becomes of this process.
            fs::remove_file(&self.path)?;
            (&file).write_all(&self.held)?;
            self.held = Vec::new();
            self.file = Some(file);
        }
        if let Some(file) = &mut self.file {
            file.write_all(octets)?;
        }
        self.octets += octets.len() as u64;
        Ok(())
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<()> {
        match &self.file {
            Some(file) => file.read_exact_at(buffer, offset),
            None => self.held.read_at(offset, buffer),
        }
    }

    fn octets(&self) -> u64 {
        self.octets
    }
}
