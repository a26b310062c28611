//! What a backup says of itself in the clear.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{BackupError, MAX_HEADER};

/// What the backup holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Contents {
    /// When it was made.
    pub made_at: Timestamp,
    /// The migrations that its tables went through, in their order.
    pub schema: Vec<String>,
    /// Sequence of the newest audit entry in it.
    pub audit_sequence: u64,
    /// Hash of that entry, in hexadecimal digits.
    pub audit_hash: String,
}

/// The header of a backup.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Header {
    /// What it holds.
    pub contents: Contents,
    /// Fingerprint of the key that opens it: SHA-256 of the SubjectPublicKeyInfo, in hexadecimal digits.
    pub recipient: String,
    /// The key of its chunks, encrypted to the recipient, in hexadecimal digits.
    pub(super) sealed_key: String,
}

impl Header {
    pub(super) fn to_bytes(&self) -> Result<Vec<u8>, BackupError> {
        let bytes = serde_json::to_vec(self).map_err(|error| damaged(&error))?;
        if bytes.len() > MAX_HEADER {
            return Err(damaged(&"it is too long"));
        }
        Ok(bytes)
    }

    pub(super) fn from_bytes(bytes: &[u8]) -> Result<Self, BackupError> {
        serde_json::from_slice(bytes).map_err(|error| damaged(&error))
    }
}

pub(super) fn damaged(reason: &dyn std::fmt::Display) -> BackupError {
    BackupError::Header { reason: reason.to_string() }
}
