//! Why a stored key cannot be used.

use std::path::{Path, PathBuf};

use super::file::FileError;
use crate::key::KeyError;

/// Why a stored key cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum KeystoreError {
    /// The file cannot be read or written.
    #[error(transparent)]
    File(#[from] FileError),
    /// The file holds no usable key.
    #[error("{}: {source}", path.display())]
    Key {
        /// The file.
        path: PathBuf,
        /// Why.
        source: KeyError,
    },
    /// Others than its owner can look into or change the folder of keys.
    #[error("the folder {} can be accessed by others than its owner (mode {mode:04o}): run chmod 700 on it", path.display())]
    FolderTooOpen {
        /// The folder.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// The file holds no password.
    #[error("{} holds no password: its first line is the password, in UTF-8 and not empty", path.display())]
    Password {
        /// The file.
        path: PathBuf,
    },
    /// Others than its owner can read or change the file.
    #[error(
        "{} can be accessed by others than its owner (mode {mode:04o}): take it for compromised, or run chmod 600 on it",
        path.display()
    )]
    TooOpen {
        /// The file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
}

impl KeystoreError {
    pub(super) fn key(path: &Path, source: KeyError) -> Self {
        Self::Key { path: path.to_owned(), source }
    }

    /// The stable name of the condition.
    pub fn code(&self) -> &'static str {
        match self {
            Self::File(error) => error.code(),
            Self::Key { source, .. } => source.code(),
            Self::FolderTooOpen { .. } => "key-folder-too-open",
            Self::Password { .. } => "password-file-empty",
            Self::TooOpen { .. } => "key-file-too-open",
        }
    }
}
