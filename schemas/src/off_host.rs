//! The lines of the off-host log.
//!
//! A line is the hash of all up to it in hexadecimal digits, a space, its number and what it says as JSON, and a line feed. The
//! hash is SM3 over the hash of the line before and the JSON, so that no line can be changed, removed or put in between without
//! all later ones being written anew. Nothing here tells whether what a line says is true.

use ca_core::algorithm::digest::Sm3Hasher;
use ca_core::audit::Head;
use ca_core::issuance::AuthorityName;
use ca_core::revocation::Status;
use ca_core::x509::serial::SerialNumber;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// The most octets of a line: each tells one fact.
pub const MAX_LINE: usize = 64 << 10;

/// What one line tells.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Fact {
    /// The log begins: for the store whose audit begins with this entry.
    Begin {
        /// When.
        at: Timestamp,
        /// Hash of the first entry of the store's audit.
        store: String,
    },
    /// The audit was so far; all that is told follows from what was before.
    Head {
        /// The time of the entry.
        at: Timestamp,
        /// Its sequence.
        sequence: u64,
        /// Its hash.
        hash: String,
    },
    /// The store went back to this entry: what was told of it after that is not in it any more.
    Back {
        /// When it was noticed.
        at: Timestamp,
        /// The newest entry told of that it still has.
        sequence: u64,
        /// Its hash.
        hash: String,
    },
    /// CRL numbers up to this one were used.
    Floor {
        /// Whose.
        authority: AuthorityName,
        /// The number.
        number: u64,
    },
    /// A list was published.
    Crl {
        /// Whose.
        authority: AuthorityName,
        /// CRLNumber.
        number: u64,
        /// The number of the full list that it adds to.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        base: Option<u64>,
        /// thisUpdate.
        this_update: Timestamp,
        /// SM3 of what is signed.
        tbs_hash: String,
    },
    /// A status changed.
    Status {
        /// Whose certificate it is.
        authority: AuthorityName,
        /// Its serial.
        serial: String,
        /// `good`, `held` or `revoked`.
        status: String,
        /// Since when it is held or revoked.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        since: Option<Timestamp>,
        /// Why it was revoked.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
        /// Since when the key is suspected.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        invalidity_date: Option<Timestamp>,
        /// The sequence of the audit's entry about it.
        sequence: u64,
    },
}

impl Fact {
    /// How far the audit is, and the time of that entry.
    pub fn head(head: Head, at: Timestamp) -> Self {
        Self::Head { at, sequence: head.sequence, hash: hex::encode(head.hash) }
    }

    /// The status of a certificate, as the entry `sequence` of the audit made it.
    pub fn status(authority: AuthorityName, serial: &SerialNumber, status: &Status, sequence: u64) -> Self {
        let (since, reason, invalidity_date) = match *status {
            Status::Good => (None, None, None),
            Status::Held { since } => (Some(since), None, None),
            Status::Revoked { at, reason, invalidity_date } => (Some(at), Some(reason), invalidity_date),
        };
        Self::Status {
            authority,
            serial: serial.to_string(),
            status: status.as_str().to_owned(),
            since,
            reason: reason.map(|reason| reason.to_string()),
            invalidity_date,
            sequence,
        }
    }
}

/// Serial and status of a [`Fact::Status`]; none where it says what cannot be.
pub fn status_of(
    serial: &str,
    status: &str,
    since: Option<Timestamp>,
    reason: Option<&str>,
    invalidity_date: Option<Timestamp>,
) -> Option<(SerialNumber, Status)> {
    let status = match (status, since, reason) {
        ("good", None, None) => Status::Good,
        ("held", Some(since), None) => Status::Held { since },
        ("revoked", Some(at), Some(reason)) => {
            Status::Revoked { at, reason: reason.parse().ok()?, invalidity_date }
        }
        _ => return None,
    };
    Some((serial.parse().ok()?, status))
}

/// A line: its number, and what it tells.
#[derive(Serialize, Deserialize)]
struct Numbered {
    line: u64,
    #[serde(flatten)]
    fact: Fact,
}

/// The end of the log: how many lines it has, and the hash over all of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Chain {
    lines: u64,
    hash: [u8; 32],
}

/// What is wrong with a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LineFault {
    /// It is no line of such a log.
    Malformed,
    /// Lines before it are missing; the number is that of the line.
    Gap(u64),
    /// It or one before it was altered.
    Altered,
}

impl Chain {
    /// How many lines there are.
    pub fn lines(self) -> u64 {
        self.lines
    }

    fn after(self, json: &str) -> Self {
        let mut hasher = Sm3Hasher::default();
        hasher.update(&self.hash);
        hasher.update(json.as_bytes());
        Self { lines: self.lines + 1, hash: hasher.finish() }
    }

    /// Writes the next line behind `out`.
    ///
    /// # Errors
    /// None of the facts there are: those of `serde_json`.
    pub fn write(&mut self, fact: Fact, out: &mut Vec<u8>) -> Result<(), serde_json::Error> {
        let json = serde_json::to_string(&Numbered { line: self.lines + 1, fact })?;
        *self = self.after(&json);
        out.extend_from_slice(format!("{} {json}\n", hex::encode(self.hash)).as_bytes());
        Ok(())
    }

    /// Reads the next line, without its line feed.
    ///
    /// # Errors
    /// [`LineFault`]; the end is where it was.
    pub fn read(&mut self, line: &[u8]) -> Result<Fact, LineFault> {
        if line.len() > MAX_LINE {
            return Err(LineFault::Malformed);
        }
        let text = std::str::from_utf8(line).map_err(|_| LineFault::Malformed)?;
        let (hash, json) = text.split_once(' ').ok_or(LineFault::Malformed)?;
        let numbered: Numbered = serde_json::from_str(json).map_err(|_| LineFault::Malformed)?;
        if numbered.line != self.lines + 1 {
            return Err(LineFault::Gap(numbered.line));
        }
        let next = self.after(json);
        if hash != hex::encode(next.hash) {
            return Err(LineFault::Altered);
        }
        *self = next;
        Ok(numbered.fact)
    }
}

/// A head as it is written.
pub fn head_of(sequence: u64, hash: &str) -> Option<Head> {
    let mut head = Head { sequence, hash: [0; 32] };
    hex::decode_to_slice(hash, &mut head.hash).ok()?;
    Some(head)
}
