//! The data folder: made, checked and kept for one process.

use std::fs::{DirBuilder, File, TryLockError};
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _};
use std::path::{Path, PathBuf};

use super::Failure;

/// The data folder, locked until dropped. The lock is the system's: it goes with the process, however that ends.
pub(super) struct Folder {
    pub(super) path: PathBuf,
    /// The folder of private keys inside it.
    pub(super) keys: PathBuf,
    _lock: File,
}

/// Makes the data folder and the folder of private keys inside it where they are not there.
pub(super) fn make_folders(path: &Path) -> Result<(), Failure> {
    let unusable = |error: io::Error| Failure::Folder { path: path.to_owned(), reason: error.to_string() };
    // Private keys are in files that only their owner reads; the folder hides their names as well.
    DirBuilder::new().recursive(true).create(path).map_err(unusable)?;
    DirBuilder::new().recursive(true).mode(0o700).create(path.join("keys")).map_err(unusable)
}

/// Refuses to work as root on what another user's server has: files that root makes there it could not use any more.
pub(super) fn check_owner(path: &Path) -> Result<(), Failure> {
    let owner = |path: &Path| path.metadata().ok().map(|metadata| metadata.uid());
    // What a server made says more than a folder, which may be another's disk.
    let known = [path.join("lock"), path.to_owned()].iter().find_map(|place| owner(place));
    match known {
        Some(owner) if owner != 0 && user() == Some(0) => {
            Err(Failure::FolderOfAnother { path: path.to_owned(), owner })
        }
        _ => Ok(()),
    }
}

/// The number of the user who runs this process; none where the system does not say.
pub(super) fn user() -> Option<u32> {
    Path::new("/proc/self").metadata().ok().map(|metadata| metadata.uid())
}

impl Folder {
    /// Opens the folder for this process alone; makes it where `make` says so.
    pub(super) fn open(path: &Path, make: bool) -> Result<Self, Failure> {
        let unusable =
            |error: io::Error| Failure::Folder { path: path.to_owned(), reason: error.to_string() };
        let keys = path.join("keys");
        if make {
            make_folders(path)?;
        }
        let lock = File::options()
            .write(true)
            .create(true)
            .truncate(false)
            .open(path.join("lock"))
            .map_err(unusable)?;
        match lock.try_lock() {
            Ok(()) => Ok(Self { path: path.to_owned(), keys, _lock: lock }),
            Err(TryLockError::WouldBlock) => Err(Failure::FolderInUse { path: path.to_owned() }),
            Err(TryLockError::Error(error)) => Err(unusable(error)),
        }
    }
}
