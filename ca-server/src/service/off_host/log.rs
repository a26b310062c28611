//! Reading an off-host log to its end.

use std::collections::BTreeMap;
use std::io;

use ca_core::audit::Head;
use ca_core::issuance::AuthorityName;
use ca_core::revocation::Status;
use ca_core::x509::serial::SerialNumber;
use jiff::Timestamp;
use schemas::off_host::{Chain, Fact, LineFault, MAX_LINE, head_of, status_of};

use crate::port::OffHost;

/// Entries that are kept of a log, which may tell of millions.
const MAX_HEADS: usize = 8_192;

/// Why a log is not gone by. Each says which, and what to do; nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum LogError {
    /// It cannot be read.
    #[error("the off-host log {place} cannot be read: {source}")]
    Unreadable {
        /// Which.
        place: String,
        /// What the system says.
        source: io::Error,
    },
    /// A line is none of such a log.
    #[error("line {line} of {place} is none of an off-host log: name the right file, or an older copy of it")]
    Malformed {
        /// Which.
        place: String,
        /// The line, from 1.
        line: u64,
    },
    /// Lines are missing.
    #[error("in {place} line {found} follows line {before}: lines are missing; bring a whole copy")]
    Gap {
        /// Which.
        place: String,
        /// The line before.
        before: u64,
        /// The number of the line that follows.
        found: u64,
    },
    /// A line was altered.
    #[error(
        "line {line} of {place}, or one before it, was altered: bring a copy that was not, and find out who did it"
    )]
    Altered {
        /// Which.
        place: String,
        /// The line.
        line: u64,
    },
    /// It tells of another store.
    #[error("{place} tells of another certificate authority: name the log of this one")]
    OfAnother {
        /// Which.
        place: String,
    },
}

impl LogError {
    /// The stable code of this refusal.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unreadable { .. } => "off-host-not-accessible",
            Self::Malformed { .. } => "off-host-malformed",
            Self::Gap { .. } => "off-host-gap",
            Self::Altered { .. } => "off-host-altered",
            Self::OfAnother { .. } => "off-host-of-another",
        }
    }

    /// What is wrong with the line after `before` lines.
    pub(super) fn of_line(fault: LineFault, before: u64, place: &str) -> Self {
        let place = place.to_owned();
        match fault {
            LineFault::Malformed => Self::Malformed { place, line: before + 1 },
            LineFault::Gap(found) => Self::Gap { place, before, found },
            LineFault::Altered => Self::Altered { place, line: before + 1 },
        }
    }
}

/// Gives each line of a log, without its line feed.
pub(super) fn each_line(
    log: &dyn OffHost,
    take: &mut dyn FnMut(&[u8]) -> Result<(), LogError>,
) -> Result<(), LogError> {
    let (mut rest, mut failed, mut lines) = (Vec::new(), None, 0);
    let place = log.place();
    let read = log.read(&mut |part| {
        rest.extend_from_slice(part);
        let mut start = 0;
        while let Some(length) = rest[start..].iter().position(|octet| *octet == b'\n') {
            if let Err(error) = take(&rest[start..start + length]) {
                failed = Some(error);
                return Err(io::ErrorKind::InvalidData.into());
            }
            lines += 1;
            start += length + 1;
        }
        rest.drain(..start);
        if rest.len() > MAX_LINE {
            failed = Some(LogError::Malformed { place: place.clone(), line: lines + 1 });
            return Err(io::ErrorKind::InvalidData.into());
        }
        Ok(())
    });
    match (failed, read) {
        (Some(error), _) => Err(error),
        (None, Err(source)) => Err(LogError::Unreadable { place, source }),
        (None, Ok(())) => Ok(()),
    }
}

/// What a log tells.
#[derive(Clone, Debug, Default)]
pub struct Told {
    /// The first entry of the store's audit; none where the log is empty.
    pub store: Option<String>,
    /// The entries of the audit that it tells of, of the history that the last line is of.
    pub heads: Vec<Head>,
    /// The highest CRL number of each authority.
    pub floors: BTreeMap<AuthorityName, u64>,
    /// The newest status of each certificate whose status ever changed. What was revoked once stays so.
    pub statuses: BTreeMap<(AuthorityName, SerialNumber), Status>,
    /// The newest time told.
    pub newest: Option<Timestamp>,
    pub(super) chain: Chain,
}

impl Told {
    /// Reads a log to its end. `store` is the hash of the first entry of the audit of the store that it is to be about; any
    /// where it is none.
    ///
    /// # Errors
    /// [`LogError`].
    pub fn read(log: &dyn OffHost, store: Option<&str>) -> Result<Self, LogError> {
        let mut told = Self::default();
        let place = log.place();
        each_line(log, &mut |line| told.line(&place, line, store))?;
        Ok(told)
    }

    /// The newest entry of the audit that was told of.
    pub fn head(&self) -> Head {
        self.heads.last().copied().unwrap_or(Head::START)
    }

    fn line(&mut self, place: &str, line: &[u8], store: Option<&str>) -> Result<(), LogError> {
        let before = self.chain.lines();
        let malformed = || LogError::of_line(LineFault::Malformed, before, place);
        let fact = self.chain.read(line).map_err(|fault| LogError::of_line(fault, before, place))?;
        self.take(fact, before).ok_or_else(malformed)?;
        match (&self.store, store) {
            (Some(told), Some(store)) if told != store => {
                Err(LogError::OfAnother { place: place.to_owned() })
            }
            (None, _) => Err(malformed()),
            _ => Ok(()),
        }
    }

    fn take(&mut self, fact: Fact, before: u64) -> Option<()> {
        match fact {
            Fact::Begin { at, store } => {
                if before > 0 {
                    return None;
                }
                self.store = Some(store);
                self.newest = self.newest.max(Some(at));
            }
            Fact::Head { at, sequence, hash } => {
                let head = head_of(sequence, &hash)?;
                if sequence < self.head().sequence {
                    return None;
                }
                self.push(head);
                self.newest = self.newest.max(Some(at));
            }
            Fact::Back { at, sequence, hash } => {
                let head = head_of(sequence, &hash)?;
                self.heads.retain(|told| told.sequence <= sequence);
                if self.head() != head {
                    self.push(head);
                }
                self.newest = self.newest.max(Some(at));
            }
            Fact::Floor { authority, number } => self.floor(authority, number),
            Fact::Crl { authority, number, this_update, .. } => {
                self.floor(authority, number);
                self.newest = self.newest.max(Some(this_update));
            }
            Fact::Status { authority, serial, status, since, reason, invalidity_date, .. } => {
                let (serial, status) =
                    status_of(&serial, &status, since, reason.as_deref(), invalidity_date)?;
                let known = self.statuses.entry((authority, serial)).or_insert(status);
                if !matches!(known, Status::Revoked { .. }) {
                    *known = status;
                }
            }
        }
        Some(())
    }

    /// Keeps an entry. Of older ones every second is dropped where they become many: whoever looks for the newest one that a
    /// store holds finds one a little older.
    fn push(&mut self, head: Head) {
        self.heads.push(head);
        if self.heads.len() > MAX_HEADS {
            let mut place = 0;
            self.heads.retain(|_| {
                place += 1;
                place % 2 == 0 || place > MAX_HEADS / 2
            });
        }
    }

    fn floor(&mut self, authority: AuthorityName, number: u64) {
        let floor = self.floors.entry(authority).or_default();
        *floor = number.max(*floor);
    }
}
