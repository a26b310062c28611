//! Why a backup is not made, or not what it should be.

use std::io;
use std::path::PathBuf;

use ca_core::audit::ChainError;
use ca_core::backup::BackupError;

use crate::port::StoreError;

/// Why a backup is not made, or not what it should be.
#[derive(Debug, thiserror::Error)]
pub enum BackupsError {
    /// The container.
    #[error(transparent)]
    Backup(#[from] BackupError),
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The file is there.
    #[error("{} exists: a backup is written into a new file", path.display())]
    Exists {
        /// Which.
        path: PathBuf,
    },
    /// The file cannot be written or read.
    #[error("{}: {source}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// What was decrypted is no backup of a store.
    #[error("line {line} of the backup is no row: {reason}")]
    Row {
        /// The line, from 1.
        line: u64,
        /// What is wrong with it.
        reason: String,
    },
    /// Rows are missing.
    #[error("the backup ends without saying so, or with another number of rows")]
    Unfinished,
    /// The audit in it is not one.
    #[error("the audit in the backup: {0}")]
    Audit(#[from] ChainError),
    /// The audit in it ends elsewhere than its header says.
    #[error("the audit in the backup ends with entry {has}, its header says {says}")]
    OtherHead {
        /// Its last entry.
        has: u64,
        /// What the header says.
        says: u64,
    },
}

impl BackupsError {
    /// The stable code of this refusal.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Backup(error) => error.code(),
            Self::Store(error) => error.code(),
            Self::Exists { .. } => "backup-exists",
            Self::File { .. } => "backup-not-accessible",
            Self::Row { .. } => "backup-row-malformed",
            Self::Unfinished => "backup-unfinished",
            Self::Audit(error) => error.code(),
            Self::OtherHead { .. } => "backup-audit-head-differs",
        }
    }
}
