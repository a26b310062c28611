//! Lines and their chain.

use serde::{Deserialize, Serialize};

use super::{Event, NotOfPlan, TranscriptError};
use crate::ceremony::Digest;
use crate::ceremony::plan::{MaybeDigest, Plan};

/// The format that this program writes.
pub(crate) const FORMAT: &str = "cityca-transcript-1";
/// Longest transcript: the last list of a root with a hundred thousand entries takes 6 MiB.
pub const MAX_TRANSCRIPT_BYTES: usize = 32 << 20;
/// Longest line.
pub const MAX_LINE_BYTES: usize = 8 << 20;
/// Most lines: a ceremony has about fifty, and each refusal one.
pub const MAX_RECORDS: usize = 10_000;

/// A line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Record {
    /// Its number, from 0.
    pub number: u64,
    /// The hash of the line before; of the first line, the digest of the transcript before, or zeros.
    pub previous: Digest,
    /// What happened.
    pub what: Event,
}

/// A transcript as it was read: every line in its form and chained to the one before. Who may have said what, and whether
/// the signatures hold, is asked by [`crate::ceremony::verify`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transcript {
    records: Vec<Record>,
    hashes: Vec<Digest>,
}

/// The end of a chain that grows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Chain {
    number: u64,
    head: Digest,
}

impl Chain {
    /// A chain that begins after the transcript of another ceremony, or at none.
    pub(crate) fn after(previous: Option<Digest>) -> Self {
        Self { number: 0, head: previous.unwrap_or(Digest([0; 32])) }
    }

    /// The hash of the last line.
    pub(crate) const fn head(self) -> Digest {
        self.head
    }

    /// The line of an event, with its end, and the chain after it.
    pub(crate) fn line(self, what: &Event) -> Result<(Vec<u8>, Record, Self), serde_json::Error> {
        let record = Record { number: self.number, previous: self.head, what: what.clone() };
        let mut line = serde_json::to_vec(&record)?;
        let head = hash(&line);
        line.push(b'\n');
        Ok((line, record, Self { number: self.number + 1, head }))
    }
}

/// The hash of a line, without its end.
fn hash(line: &[u8]) -> Digest {
    Digest::of_parts("cityca-transcript-line-1", &[line])
}

impl Transcript {
    /// Reads a transcript, from its first line to its last.
    ///
    /// # Errors
    /// [`TranscriptError`], which names the line.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, TranscriptError> {
        if bytes.len() > MAX_TRANSCRIPT_BYTES {
            return Err(TranscriptError::TooLong { bytes: bytes.len() });
        }
        let (mut records, mut hashes): (Vec<Record>, Vec<Digest>) = (Vec::new(), Vec::new());
        for (at, whole) in bytes.split_inclusive(|octet| *octet == b'\n').enumerate() {
            let number = at + 1;
            if at == MAX_RECORDS {
                return Err(TranscriptError::TooManyLines);
            }
            let line = whole.strip_suffix(b"\n").ok_or(TranscriptError::Cut { line: number })?;
            if line.len() > MAX_LINE_BYTES {
                return Err(TranscriptError::LineTooLong { line: number, bytes: line.len() });
            }
            let malformed = |reason: String| TranscriptError::Malformed { line: number, reason };
            let record: Record =
                serde_json::from_slice(line).map_err(|error| malformed(error.to_string()))?;
            if serde_json::to_vec(&record).ok().as_deref() != Some(line) {
                return Err(TranscriptError::Form { line: number });
            }
            if record.number != at as u64 {
                return Err(TranscriptError::Number { line: number, found: record.number });
            }
            if let Some(expected) = hashes.last().filter(|head| **head != record.previous) {
                let found = record.previous;
                return Err(TranscriptError::Chain { line: number, found, expected: *expected });
            }
            records.push(record);
            hashes.push(hash(line));
        }
        match records.first().map(|record| &record.what) {
            None => Err(TranscriptError::Empty),
            Some(Event::Opened { format, .. }) if format == FORMAT => Ok(Self { records, hashes }),
            Some(_) => Err(TranscriptError::NotOpened { expected: FORMAT }),
        }
    }

    /// The octets up to the last whole line: what is left where the power failed while a line was written.
    #[must_use]
    pub fn whole_lines(bytes: &[u8]) -> &[u8] {
        let end = bytes.iter().rposition(|octet| *octet == b'\n').map_or(0, |at| at + 1);
        bytes.get(..end).unwrap_or_default()
    }

    /// The lines.
    #[must_use]
    pub fn records(&self) -> &[Record] {
        &self.records
    }

    /// What happened, in order.
    pub fn events(&self) -> impl Iterator<Item = &Event> {
        self.records.iter().map(|record| &record.what)
    }

    /// The digest of the transcript before, None for the first ceremony.
    #[must_use]
    pub fn previous(&self) -> Option<Digest> {
        self.records.first().map(|record| record.previous).filter(|previous| previous.0 != [0; 32])
    }

    /// Whether it is of a plan, and chains to the transcript that the plan names.
    ///
    /// # Errors
    /// [`NotOfPlan`].
    pub fn require_plan(&self, plan: &Plan) -> Result<(), NotOfPlan> {
        let expected = plan.digest();
        if let Some(Event::Opened { plan: found, .. }) = self.events().next()
            && *found != expected
        {
            return Err(NotOfPlan::OtherPlan { found: *found, expected });
        }
        let (found, expected) = (MaybeDigest(self.previous()), plan.document().previous);
        if found != expected {
            return Err(NotOfPlan::OtherPrevious { found, expected });
        }
        Ok(())
    }

    /// The hash of the line that closed or voided the ceremony: the digest of the transcript. None while it is open.
    #[must_use]
    pub fn digest(&self) -> Option<Digest> {
        let ends = |record: &Record| matches!(record.what, Event::Closed { .. } | Event::Voided { .. });
        self.records.iter().position(ends).and_then(|at| self.hashes.get(at)).copied()
    }

    /// Where the chain goes on.
    pub(crate) fn chain(&self) -> Chain {
        let head = self.hashes.last().copied().unwrap_or(Digest([0; 32]));
        Chain { number: self.records.len() as u64, head }
    }
}
