//! Files that are there whole or not at all.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Read, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process;
use std::sync::atomic::{AtomicU64, Ordering};

use zeroize::Zeroizing;

/// Names tried for a temporary file before giving up: each is taken only if a former process of the same number crashed.
const MAX_NAMES: usize = 1000;

/// What is reserved for reading from a pipe, whose length is not known, so that secrets are not left behind by growing.
const PIPE_RESERVE: u64 = 1 << 20;

/// Who may read a new file. The process's umask takes away from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Its owner only (0600).
    Private,
    /// Everyone (0644).
    Public,
}

impl Access {
    fn mode(self) -> u32 {
        match self {
            Self::Private => 0o600,
            Self::Public => 0o644,
        }
    }
}

/// Why a file cannot be read or written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FileError {
    /// The file exists and is not to be overwritten.
    #[error("{} exists and is not overwritten: move it away or choose another name", path.display())]
    Exists {
        /// The file.
        path: PathBuf,
    },
    /// There is no such file.
    #[error("{} does not exist: check the path", path.display())]
    NotFound {
        /// The file.
        path: PathBuf,
    },
    /// The operating system denies access.
    #[error("no permission to {action} {}: check its owner and mode and those of its folder", path.display())]
    Denied {
        /// What was tried, as a verb.
        action: &'static str,
        /// The file.
        path: PathBuf,
    },
    /// The path is a folder.
    #[error("{} is a folder: give the path of a file", path.display())]
    Folder {
        /// The folder.
        path: PathBuf,
    },
    /// The path names no file, as `/` and `..`.
    #[error("{} does not name a file", path.display())]
    NoName {
        /// The path.
        path: PathBuf,
    },
    /// The file is longer than its kind can be.
    #[error("{} has more than {limit} bytes: it is not what is expected here", path.display())]
    TooLong {
        /// The file.
        path: PathBuf,
        /// The bound in bytes.
        limit: u64,
    },
    /// Another error of the operating system.
    #[error("cannot {action} {}: {source}", path.display())]
    Io {
        /// What was tried, as a verb.
        action: &'static str,
        /// The file.
        path: PathBuf,
        /// The operating system's error.
        source: io::Error,
    },
}

impl FileError {
    fn new(action: &'static str, path: &Path, source: io::Error) -> Self {
        let path = path.to_owned();
        match source.kind() {
            ErrorKind::AlreadyExists => Self::Exists { path },
            ErrorKind::NotFound => Self::NotFound { path },
            ErrorKind::PermissionDenied => Self::Denied { action, path },
            ErrorKind::IsADirectory => Self::Folder { path },
            _ => Self::Io { action, path, source },
        }
    }

    /// The stable name of the condition.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Exists { .. } => "file-exists",
            Self::NotFound { .. } => "file-not-found",
            Self::Denied { .. } => "file-permission-denied",
            Self::Folder { .. } => "file-is-folder",
            Self::NoName { .. } => "file-no-name",
            Self::TooLong { .. } => "file-too-long",
            Self::Io { .. } => "file-io",
        }
    }
}

/// Writes a file that does not exist yet. When this returns it is durable; if the machine stops before, it is there whole or not
/// at all. On file systems without hard links, such as those of memory sticks, a stop may leave a part of it.
///
/// # Errors
///
/// [`FileError::Exists`], where nothing is touched, and the other [`FileError`]s of the operating system.
pub fn write_new(path: &Path, bytes: &[u8], access: Access) -> Result<(), FileError> {
    let folder = folder_of(path)?;
    let temporary = Temporary::write(path, folder, bytes, access)?;
    match fs::hard_link(&temporary.path, path) {
        Ok(()) => {}
        Err(error) if matches!(error.kind(), ErrorKind::Unsupported | ErrorKind::PermissionDenied) => {
            write_exclusively(path, bytes, access)?;
        }
        Err(error) => return Err(FileError::new("write", path, error)),
    }
    drop(temporary);
    sync_folder(folder)
}

/// Writes a file in place of the one that may be there. When this returns it is durable; at every moment the path leads to the
/// whole old file or the whole new one.
///
/// # Errors
///
/// [`FileError`]: the old file is as it was.
pub fn replace(path: &Path, bytes: &[u8], access: Access) -> Result<(), FileError> {
    let folder = folder_of(path)?;
    let temporary = Temporary::write(path, folder, bytes, access)?;
    fs::rename(&temporary.path, path).map_err(|error| FileError::new("replace", path, error))?;
    temporary.keep();
    sync_folder(folder)
}

/// Overwrites a file with zeros and removes it. When this returns its removal is durable. What the medium keeps of overwritten
/// blocks, as flash memory and file systems with snapshots do, is not in the hands of a program.
///
/// # Errors
///
/// [`FileError`]. A link is not followed: it is [`FileError::NoName`].
pub fn destroy(path: &Path) -> Result<(), FileError> {
    let failed = |error| FileError::new("destroy", path, error);
    let folder = folder_of(path)?;
    let metadata = fs::symlink_metadata(path).map_err(failed)?;
    if metadata.is_dir() {
        return Err(FileError::Folder { path: path.to_owned() });
    }
    if !metadata.is_file() {
        return Err(FileError::NoName { path: path.to_owned() });
    }
    let file = OpenOptions::new().write(true).open(path).map_err(failed)?;
    io::copy(&mut io::repeat(0).take(metadata.len()), &mut &file).map_err(failed)?;
    file.sync_all().map_err(failed)?;
    fs::remove_file(path).map_err(failed)?;
    sync_folder(folder)
}

/// Reads a file of at most `max` bytes.
///
/// # Errors
///
/// [`FileError::TooLong`] above `max`, and the other [`FileError`]s of the operating system.
pub fn read_bounded(path: &Path, max: u64) -> Result<Zeroizing<Vec<u8>>, FileError> {
    read_with_mode(path, max).map(|(bytes, _)| bytes)
}

/// Reads a file, and the permissions that it had when it was opened.
pub(super) fn read_with_mode(path: &Path, max: u64) -> Result<(Zeroizing<Vec<u8>>, u32), FileError> {
    let failed = |error| FileError::new("read", path, error);
    let file = File::open(path).map_err(failed)?;
    let metadata = file.metadata().map_err(failed)?;
    let too_long = || FileError::TooLong { path: path.to_owned(), limit: max };
    if metadata.is_dir() {
        return Err(FileError::Folder { path: path.to_owned() });
    }
    if metadata.len() > max {
        return Err(too_long());
    }
    let expected = if metadata.is_file() { metadata.len() } else { max.min(PIPE_RESERVE) };
    let capacity = usize::try_from(expected).unwrap_or(usize::MAX).saturating_add(1);
    let mut bytes = Zeroizing::new(Vec::with_capacity(capacity));
    file.take(max.saturating_add(1)).read_to_end(&mut bytes).map_err(failed)?;
    if bytes.len() as u64 > max {
        return Err(too_long());
    }
    Ok((bytes, metadata.permissions().mode()))
}

/// The permissions of a folder.
pub(super) fn folder_mode(path: &Path) -> Result<u32, FileError> {
    let metadata = fs::metadata(path).map_err(|error| FileError::new("read", path, error))?;
    if !metadata.is_dir() {
        let source = io::Error::from(ErrorKind::NotADirectory);
        return Err(FileError::Io { action: "look into", path: path.to_owned(), source });
    }
    Ok(metadata.permissions().mode())
}

/// A written file under another name in the same folder, removed when dropped.
struct Temporary {
    path: PathBuf,
    keep: bool,
}

impl Temporary {
    fn write(target: &Path, folder: &Path, bytes: &[u8], access: Access) -> Result<Self, FileError> {
        static COUNTER: AtomicU64 = AtomicU64::new(0);

        let name = target.file_name().ok_or_else(|| FileError::NoName { path: target.to_owned() })?;
        for _ in 0..MAX_NAMES {
            let mut hidden = std::ffi::OsString::from(".");
            hidden.push(name);
            hidden.push(format!(".{}-{}.new", process::id(), COUNTER.fetch_add(1, Ordering::Relaxed)));
            let path = folder.join(hidden);
            match create(&path, access) {
                Ok(file) => {
                    let temporary = Self { path, keep: false };
                    fill(file, bytes).map_err(|error| FileError::new("write", target, error))?;
                    return Ok(temporary);
                }
                Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
                Err(error) if error.kind() == ErrorKind::NotFound => {
                    return Err(FileError::NotFound { path: folder.to_owned() });
                }
                Err(error) => return Err(FileError::new("write", target, error)),
            }
        }
        let source = io::Error::other("temporary files are left over in its folder");
        Err(FileError::Io { action: "write", path: target.to_owned(), source })
    }

    fn keep(mut self) {
        self.keep = true;
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        if !self.keep {
            // What cannot be removed is left over; the file itself is not concerned.
            let _ = fs::remove_file(&self.path);
        }
    }
}

fn create(path: &Path, access: Access) -> io::Result<File> {
    OpenOptions::new().write(true).create_new(true).mode(access.mode()).open(path)
}

fn fill(mut file: File, bytes: &[u8]) -> io::Result<()> {
    file.write_all(bytes)?;
    file.sync_all()
}

fn write_exclusively(path: &Path, bytes: &[u8], access: Access) -> Result<(), FileError> {
    let failed = |error| FileError::new("write", path, error);
    let file = create(path, access).map_err(failed)?;
    fill(file, bytes).map_err(|error| {
        // It was created here, so that it is nobody else's.
        let _ = fs::remove_file(path);
        failed(error)
    })
}

fn folder_of(path: &Path) -> Result<&Path, FileError> {
    match path.parent() {
        Some(folder) if folder.as_os_str().is_empty() => Ok(Path::new(".")),
        Some(folder) => Ok(folder),
        None => Err(FileError::NoName { path: path.to_owned() }),
    }
}

fn sync_folder(folder: &Path) -> Result<(), FileError> {
    File::open(folder)
        .and_then(|file| file.sync_all())
        .map_err(|error| FileError::new("make durable", folder, error))
}
