//! Publishing into a folder, which a web server or a mirror may serve as it is.

mod scratch;
#[cfg(test)]
mod tests;

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, BufWriter, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, FileExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use ca_core::crl::list::Scratch;

use crate::port::{Document, Publisher, Staged, Write};
use scratch::Spill;

/// What is not published yet begins so: web servers do not serve it.
const HIDDEN: &str = ".new-";

/// Folders below the one that is published into: authority and shard.
const MAX_DEPTH: u32 = 2;

/// Octets that are written at once.
const BUFFER: usize = 256 << 10;

/// A folder of this server alone.
#[derive(Debug)]
pub struct Folder {
    path: PathBuf,
    /// Tells what is staged at once.
    counter: AtomicU64,
}

impl Folder {
    /// The folder, which is made where it is not there. What an earlier run left half done is removed.
    ///
    /// # Errors
    /// What the system says.
    pub fn open(path: PathBuf) -> io::Result<Self> {
        DirBuilder::new().recursive(true).mode(0o755).create(&path)?;
        for entry in fs::read_dir(&path)? {
            let entry = entry?;
            if entry.file_name().to_str().is_some_and(is_left) {
                // Another process may have done it.
                let _ = fs::remove_file(entry.path());
            }
        }
        Ok(Self { path, counter: AtomicU64::new(0) })
    }

    fn hidden(&self) -> PathBuf {
        let count = self.counter.fetch_add(1, Ordering::Relaxed);
        self.path.join(format!("{HIDDEN}{}-{count}", std::process::id()))
    }
}

impl Publisher for Folder {
    fn scratch(&self) -> io::Result<Box<dyn Scratch>> {
        Ok(Box::new(Spill::new(self.hidden())))
    }

    fn published(&self) -> io::Result<Vec<(String, Arc<dyn Document>)>> {
        let mut found: Vec<(String, Arc<dyn Document>)> = Vec::new();
        let mut open = vec![(self.path.clone(), 0)];
        while let Some((folder, depth)) = open.pop() {
            for entry in fs::read_dir(&folder)? {
                let path = entry?.path();
                let name = path.strip_prefix(&self.path).unwrap_or(&path).display().to_string();
                if path.is_dir() && depth < MAX_DEPTH {
                    open.push((path, depth + 1));
                } else if path.extension().is_some_and(|extension| extension == "crl") {
                    let file = File::open(&path)?;
                    let octets = file.metadata()?.len();
                    found.push((name, Arc::new(Published { file, octets })));
                }
            }
        }
        Ok(found)
    }

    fn stage(&self, name: &str, write: Write<'_>) -> io::Result<Box<dyn Staged>> {
        let target = self.path.join(name);
        let folder = target.parent().unwrap_or(&self.path).to_owned();
        if folder != self.path {
            DirBuilder::new().recursive(true).mode(0o755).create(&folder)?;
        }
        // Made before it is written, so that whatever fails removes it.
        let staged = StagedFile { hidden: self.hidden(), target, folder, file: None };
        let file =
            OpenOptions::new().read(true).write(true).create_new(true).mode(0o644).open(&staged.hidden)?;
        let mut writer = BufWriter::with_capacity(BUFFER, &file);
        write(&mut |part| writer.write_all(part))?;
        writer.flush()?;
        drop(writer);
        file.sync_all()?;
        Ok(Box::new(staged.with(file)))
    }
}

struct StagedFile {
    hidden: PathBuf,
    target: PathBuf,
    folder: PathBuf,
    file: Option<File>,
}

impl StagedFile {
    fn with(mut self, file: File) -> Self {
        self.file = Some(file);
        self
    }
}

impl Staged for StagedFile {
    fn publish(mut self: Box<Self>) -> io::Result<Arc<dyn Document>> {
        fs::rename(&self.hidden, &self.target)?;
        self.hidden = PathBuf::new();
        sync(&self.folder)?;
        let file = self.file.take().ok_or(io::ErrorKind::NotFound)?;
        let octets = file.metadata()?.len();
        Ok(Arc::new(Published { file, octets }))
    }
}

impl Drop for StagedFile {
    fn drop(&mut self) {
        if !self.hidden.as_os_str().is_empty() {
            // What stays is removed at the next start.
            let _ = fs::remove_file(&self.hidden);
        }
    }
}

/// Whether a file was staged by a process that is gone. One with this one's number is of an earlier run.
fn is_left(name: &str) -> bool {
    let process = name.strip_prefix(HIDDEN).and_then(|rest| rest.split('-').next());
    process
        .and_then(|id| id.parse::<u32>().ok())
        .is_some_and(|id| id == std::process::id() || !Path::new("/proc").join(id.to_string()).exists())
}

fn sync(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// An open file: what takes its name later does not change it.
struct Published {
    file: File,
    octets: u64,
}

impl Document for Published {
    fn octets(&self) -> u64 {
        self.octets
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<()> {
        self.file.read_exact_at(buffer, offset)
    }
}
