//! The log at its other end: takes lines that others send, if they continue what is there.

use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use schemas::off_host::{Chain, LineFault};

use super::LogError;
use super::log::each_line;
use crate::port::OffHost;
use crate::service::Fault;

/// Keeps the log of one server. Nothing in it is ever changed.
pub struct Witness {
    log: Arc<dyn OffHost>,
    end: Mutex<End>,
}

#[derive(Clone, Copy, Default)]
struct End {
    chain: Chain,
    octets: u64,
}

/// Why lines are not taken. Nothing of them is in the log then.
#[derive(Debug, thiserror::Error)]
pub enum WitnessError {
    /// The sender believes in another length.
    #[error("the log has {has} octets")]
    Offset {
        /// The octets that there are.
        has: u64,
    },
    /// A line does not continue the log.
    #[error(transparent)]
    Line(LogError),
    /// The disk does not take them.
    #[error("the log cannot be written: {0}")]
    Disk(io::Error),
}

impl WitnessError {
    /// The stable code of this refusal.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Offset { .. } => "off-host-offset",
            Self::Line(error) => error.code(),
            Self::Disk(_) => "off-host-disk",
        }
    }

    /// Its class.
    pub fn fault(&self) -> Fault {
        match self {
            Self::Offset { .. } => Fault::Conflict,
            Self::Line(_) => Fault::Unacceptable,
            Self::Disk(_) => Fault::Unavailable,
        }
    }
}

impl End {
    /// Takes one line, without its line feed.
    fn line(&mut self, place: &str, line: &[u8]) -> Result<(), LogError> {
        let before = self.chain.lines();
        self.chain.read(line).map_err(|fault| LogError::of_line(fault, before, place))?;
        self.octets += line.len() as u64 + 1;
        Ok(())
    }
}

impl Witness {
    /// Reads a log to its end.
    ///
    /// # Errors
    /// [`LogError`].
    pub fn take_up(log: Arc<dyn OffHost>) -> Result<Self, LogError> {
        let (mut end, place) = (End::default(), log.place());
        each_line(&*log, &mut |line| end.line(&place, line))?;
        Ok(Self { log, end: Mutex::new(end) })
    }

    fn end(&self) -> MutexGuard<'_, End> {
        self.end.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many octets it has.
    pub fn octets(&self) -> u64 {
        self.end().octets
    }

    /// Appends lines to a log of which the sender believes that it has `offset` octets. They are durable when this returns.
    ///
    /// # Errors
    /// [`WitnessError`].
    pub fn append(&self, offset: u64, octets: &[u8]) -> Result<(), WitnessError> {
        let mut end = self.end();
        if offset != end.octets {
            return Err(WitnessError::Offset { has: end.octets });
        }
        let (mut next, place) = (*end, "what was sent");
        let cut = |next: End| LogError::of_line(LineFault::Malformed, next.chain.lines(), place);
        let Some(lines) = octets.strip_suffix(b"\n") else { return Err(WitnessError::Line(cut(next))) };
        for line in lines.split(|octet| *octet == b'\n') {
            next.line(place, line).map_err(WitnessError::Line)?;
        }
        self.log.append(octets).map_err(WitnessError::Disk)?;
        *end = next;
        Ok(())
    }

    /// Gives the first `octets` of the log, in parts.
    ///
    /// # Errors
    /// What the system says, or what `sink` says.
    pub fn read(&self, octets: u64, sink: &mut dyn FnMut(&[u8]) -> io::Result<()>) -> io::Result<()> {
        let mut rest = octets;
        self.log.read(&mut |part| {
            // What was appended meanwhile is not asked for.
            let wanted = usize::try_from(rest).map_or(part.len(), |rest| rest.min(part.len()));
            rest -= wanted as u64;
            if wanted == 0 { Ok(()) } else { sink(&part[..wanted]) }
        })
    }
}
