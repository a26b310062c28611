//! Reading the rows of a backup.

use std::io::{BufRead as _, BufReader, Read};

use ca_core::audit::{Chain, Entry, Head};
use ca_core::backup::{BackupError, Contents, Opened};
use ca_core::key::PrivateKey;
use jiff::Timestamp;
use serde::Deserialize;

use super::{BackupsError, Made};

/// Stands in place of a table in the last line.
pub(super) const END: &str = "end";
/// More than any row: the CRL of ten million entries, in hexadecimal digits.
const MAX_LINE: u64 = 1024 * 1024 * 1024;

/// The rows of a backup, one after another. At their end it is certain that the backup is whole and its audit unbroken.
pub struct Rows<R: Read> {
    source: BufReader<Opened<R>>,
    contents: Contents,
    line: u64,
    rows: u64,
    audit: Chain,
    ended: bool,
}

/// An audit entry as a row.
#[derive(Deserialize)]
struct AuditRow {
    sequence: u64,
    at: i64,
    actor: String,
    action: String,
    table_name: String,
    row_id: String,
    row_version: u32,
    detail: String,
    evidence: Option<String>,
    previous: String,
    hash: String,
}

impl AuditRow {
    fn entry(self) -> Option<Entry> {
        let hash = |text: &str| hex::decode(text).ok()?.try_into().ok();
        Some(Entry {
            sequence: self.sequence,
            at: Timestamp::from_microsecond(self.at).ok()?,
            actor: self.actor,
            action: self.action,
            table: self.table_name,
            row_id: self.row_id,
            row_version: self.row_version,
            detail: self.detail,
            evidence: self.evidence.map(hex::decode).transpose().ok()?,
            previous: hash(&self.previous)?,
            hash: hash(&self.hash)?,
        })
    }
}

impl<R: Read> Rows<R> {
    /// Opens a backup with its key.
    ///
    /// # Errors
    /// [`BackupsError::Backup`].
    pub fn open(source: R, key: &PrivateKey) -> Result<Self, BackupsError> {
        let opened = Opened::open(source, key)?;
        let contents = opened.header().contents.clone();
        let source = BufReader::with_capacity(64 * 1024, opened);
        Ok(Self { source, contents, line: 0, rows: 0, audit: Chain::start(), ended: false })
    }

    /// What the backup says of itself.
    pub fn contents(&self) -> &Contents {
        &self.contents
    }

    /// The next row: its table, and its columns as JSON. None at the end.
    ///
    /// # Errors
    /// [`BackupsError`].
    #[expect(clippy::should_implement_trait, reason = "it fails once and for all, which no iterator says")]
    pub fn next(&mut self) -> Result<Option<(String, String)>, BackupsError> {
        if self.ended {
            return Ok(None);
        }
        self.line += 1;
        let mut text = String::new();
        (&mut self.source).take(MAX_LINE).read_line(&mut text).map_err(unpacked)?;
        if text.is_empty() {
            return Err(BackupsError::Unfinished);
        }
        let (table, json) = text
            .strip_suffix('\n')
            .and_then(|text| text.split_once('\t'))
            .ok_or_else(|| self.malformed("it has no table, or no end"))?;
        if table == END {
            return self.end(json).map(|()| None);
        }
        if table == "audit_entries" {
            let row: AuditRow =
                serde_json::from_str(json).map_err(|error| self.malformed(&error.to_string()))?;
            let entry = row.entry().ok_or_else(|| self.malformed("it is no audit entry"))?;
            self.audit.add(&entry)?;
        }
        self.rows += 1;
        Ok(Some((table.to_owned(), json.to_owned())))
    }

    fn end(&mut self, rows: &str) -> Result<(), BackupsError> {
        self.ended = true;
        if rows.parse() != Ok(self.rows) {
            return Err(BackupsError::Unfinished);
        }
        // The last chunk and the checksum.
        if self.source.read(&mut [0]).map_err(unpacked)? != 0 {
            return Err(self.malformed("it stands behind the end"));
        }
        let Head { sequence, hash } = self.audit.head();
        if (sequence, hex::encode(hash).as_str())
            != (self.contents.audit_sequence, self.contents.audit_hash.as_str())
        {
            return Err(BackupsError::OtherHead { has: sequence, says: self.contents.audit_sequence });
        }
        Ok(())
    }

    fn malformed(&self, reason: &str) -> BackupsError {
        BackupsError::Row { line: self.line, reason: reason.to_owned() }
    }
}

/// The refusal of the container that came as an error of reading.
fn unpacked(error: std::io::Error) -> BackupsError {
    error.downcast::<BackupError>().unwrap_or_else(BackupError::Io).into()
}

/// Reads a backup to its end.
///
/// # Errors
/// [`BackupsError`] where it could not be restored.
pub fn verify(source: impl Read, key: &PrivateKey) -> Result<Made, BackupsError> {
    let mut rows = Rows::open(source, key)?;
    while rows.next()?.is_some() {}
    Ok(Made { contents: rows.contents, rows: rows.rows })
}
