//! Why a backup is not made or not opened.

use std::io;

/// Why a backup is not made or not opened.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// The file begins otherwise.
    #[error("this is no backup of City CA, or one of a newer form")]
    NotABackup,
    /// The header does not say what it must.
    #[error("the header of the backup is damaged: {reason}")]
    Header {
        /// What is wrong with it.
        reason: String,
    },
    /// The file ends early.
    #[error("the backup is cut off after {bytes} bytes")]
    Truncated {
        /// Bytes that are there.
        bytes: u64,
    },
    /// Something stands behind its end.
    #[error("something stands behind the end of the backup")]
    TrailingBytes,
    /// The checksum is another one.
    #[error("the backup is damaged: its checksum is another one")]
    Checksum,
    /// A chunk is not what was encrypted.
    #[error("chunk {number} of the backup was altered")]
    Altered {
        /// The chunk, from 0.
        number: u64,
    },
    /// The backup is for another key.
    #[error("the backup is for the key {wanted}, not for {given}")]
    OtherKey {
        /// Fingerprint of the key that it is for.
        wanted: String,
        /// Fingerprint of the key that was given.
        given: String,
    },
    /// The recipient's key is no SM2 key.
    #[error("backups are encrypted to a SM2 key; this is another kind of key")]
    KeyKind,
    /// Reading or writing failed.
    #[error("reading or writing the backup failed: {0}")]
    Io(#[from] io::Error),
}

impl BackupError {
    /// Stable code of this refusal.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotABackup => "backup-not-recognised",
            Self::Header { .. } => "backup-header-damaged",
            Self::Truncated { .. } => "backup-truncated",
            Self::TrailingBytes => "backup-trailing-bytes",
            Self::Checksum => "backup-checksum-wrong",
            Self::Altered { .. } => "backup-altered",
            Self::OtherKey { .. } => "backup-for-other-key",
            Self::KeyKind => "backup-key-not-sm2",
            Self::Io(_) => "backup-not-accessible",
        }
    }
}
