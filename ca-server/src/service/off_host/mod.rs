//! Tells off the host, as it happens, what must not be forgotten: how far the audit is, which CRL numbers were used, and each
//! change of status.
//!
//! All of it is read out of the store after it was committed there, from where the log ends: what a server that ended did not
//! tell is told by the next one.

mod log;
#[cfg(test)]
mod tests;
mod witness;

use std::collections::VecDeque;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use ca_core::audit::Head;
use jiff::Timestamp;
use schemas::off_host::{Chain, Fact, MAX_LINE};

pub use log::{LogError, Told};
pub use witness::{Witness, WitnessError};

use crate::port::record::{CrlTold, StatusTold};
use crate::port::{MAX_APPEND, OffHost, Ports, StoreError};

/// Changes of status that are told at once: what one write to the log takes.
const STEP: u32 = 1_000;

/// Octets that are told at once: less than a log takes, and soon at the other end.
const PART: usize = MAX_APPEND / 4;

/// Why nothing was told.
#[derive(Debug, thiserror::Error)]
pub enum TellError {
    /// The log does not take it.
    #[error(
        "the change is recorded here, but the off-host log {place} does not answer, so it is not acknowledged: ask again \
         ({source})"
    )]
    Sink {
        /// Which.
        place: String,
        /// What the system says.
        source: io::Error,
    },
    /// The store does not hold what was told of it.
    #[error(
        "the store does not hold entry {sequence} of its audit any more, of which the off-host log tells"
    )]
    WentBack {
        /// The entry.
        sequence: u64,
    },
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl TellError {
    /// The stable code of this refusal.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Sink { .. } => "off-host-unanswered",
            Self::WentBack { .. } => "store-went-back",
            Self::Store(error) => error.code(),
        }
    }
}

/// The end of the log.
struct End {
    chain: Chain,
    told: Head,
    given: Option<Given>,
}

/// What the log was given without saying that it has it. It may have it: it is given again before anything else.
struct Given {
    parts: VecDeque<Vec<u8>>,
    chain: Chain,
    told: Head,
}

/// Tells off the host.
pub(crate) struct Teller {
    ports: Ports,
    log: Arc<dyn OffHost>,
    end: Mutex<End>,
}

/// The hash of the first entry of a store's audit, by which stores are told apart whatever was restored; none where there is
/// no entry yet.
///
/// # Errors
/// [`StoreError`].
pub fn identity(ports: &Ports) -> Result<Option<String>, StoreError> {
    Ok(ports.store.audit_entries(0, 1)?.first().map(|entry| hex::encode(entry.hash)))
}

impl Teller {
    /// Takes up a log, which is read to its end.
    ///
    /// # Errors
    /// [`LogError`], or that of the store.
    pub(crate) fn take_up(ports: &Ports, log: &Arc<dyn OffHost>) -> Result<(Self, Told), TakeUpError> {
        let told = Told::read(&**log, identity(ports)?.as_deref())?;
        let end = End { chain: told.chain, told: told.head(), given: None };
        Ok((Self { ports: ports.clone(), log: Arc::clone(log), end: Mutex::new(end) }, told))
    }

    /// Where it tells.
    pub(crate) fn place(&self) -> String {
        self.log.place()
    }

    fn end(&self) -> MutexGuard<'_, End> {
        self.end.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The newest entry of the audit that it told of.
    pub(crate) fn told(&self) -> Head {
        self.end().told
    }

    /// Tells all that happened until now. Once this returned, it is kept off the host.
    ///
    /// # Errors
    /// [`TellError`].
    pub(crate) fn tell(&self) -> Result<(), TellError> {
        let until = self.ports.store.audit_head()?;
        let mut end = self.end();
        self.give(&mut end)?;
        if !self.ports.store.holds(end.told)? {
            return Err(TellError::WentBack { sequence: end.told.sequence });
        }
        while end.told.sequence < until.sequence {
            self.step(&mut end)?;
        }
        Ok(())
    }

    fn step(&self, end: &mut End) -> Result<(), TellError> {
        let progress = self.ports.store.progress(end.told.sequence, STEP)?;
        let mut facts = Vec::new();
        if end.chain.lines() == 0 {
            let store = identity(&self.ports)?.unwrap_or_default();
            facts.push(Fact::Begin { at: self.ports.clock.now(), store });
        }
        if end.told == Head::START {
            for authority in self.ports.store.authorities()? {
                let number = self.ports.store.next_crl_number(authority.id)?.saturating_sub(1);
                facts.push(Fact::Floor { authority: authority.name, number });
            }
        }
        facts.extend(progress.changes.into_iter().map(status));
        facts.extend(progress.crls.into_iter().map(list));
        facts.push(Fact::head(progress.head, progress.at));
        self.append(end, facts, progress.head)
    }

    fn append(&self, end: &mut End, facts: Vec<Fact>, told: Head) -> Result<(), TellError> {
        let (parts, chain) = parts(end.chain, facts).map_err(|error| self.failed(error.into()))?;
        end.given = Some(Given { parts, chain, told });
        self.give(end)
    }

    fn give(&self, end: &mut End) -> Result<(), TellError> {
        let Some(Given { parts, chain, told }) = &mut end.given else { return Ok(()) };
        while let Some(part) = parts.front() {
            self.log.append(part).map_err(|error| self.failed(error))?;
            parts.pop_front();
        }
        *end = End { chain: *chain, told: *told, given: None };
        Ok(())
    }

    fn failed(&self, source: io::Error) -> TellError {
        TellError::Sink { place: self.log.place(), source }
    }

    /// Says that the store went back, to the newest entry told of that it still holds. What it says from there on is told
    /// anew.
    ///
    /// # Errors
    /// [`TellError`].
    pub(crate) fn went_back(&self, told: &Told, at: Timestamp) -> Result<(), TellError> {
        let mut end = self.end();
        self.give(&mut end)?;
        if self.ports.store.holds(end.told)? {
            return Ok(());
        }
        let head = common(&self.ports, &told.heads)?;
        let fact = Fact::Back { at, sequence: head.sequence, hash: hex::encode(head.hash) };
        self.append(&mut end, vec![fact], head)
    }

    /// What the log tells, read once more.
    ///
    /// # Errors
    /// [`LogError`], or that of the store.
    pub(crate) fn read(&self) -> Result<Told, TakeUpError> {
        // Nobody appends meanwhile.
        let _end = self.end();
        Ok(Told::read(&*self.log, identity(&self.ports)?.as_deref())?)
    }
}

fn status(told: StatusTold) -> Fact {
    Fact::status(told.authority, &told.serial, &told.status, told.position)
}

fn list(told: CrlTold) -> Fact {
    let CrlTold { authority, number, base, this_update, tbs_hash } = told;
    Fact::Crl { authority, number, base, this_update, tbs_hash: hex::encode(tbs_hash) }
}

/// The lines that tell facts after this end of a log, in parts that a log takes at once, and the end after them.
fn parts(mut chain: Chain, facts: Vec<Fact>) -> Result<(VecDeque<Vec<u8>>, Chain), serde_json::Error> {
    let (mut parts, mut part) = (VecDeque::new(), Vec::new());
    for fact in facts {
        chain.write(fact, &mut part)?;
        if part.len() + MAX_LINE > PART {
            parts.push_back(std::mem::take(&mut part));
        }
    }
    parts.extend(Some(part).filter(|part| !part.is_empty()));
    Ok((parts, chain))
}

/// Why a log was not taken up.
#[derive(Debug, thiserror::Error)]
pub enum TakeUpError {
    /// The log.
    #[error(transparent)]
    Log(#[from] LogError),
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The newest of these entries that the store holds: it holds all before it, since its audit is a chain.
fn common(ports: &Ports, heads: &[Head]) -> Result<Head, StoreError> {
    let (mut low, mut high) = (0, heads.len());
    while low < high {
        let middle = low + (high - low) / 2;
        if ports.store.holds(heads[middle])? {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    Ok(low.checked_sub(1).map_or(Head::START, |place| heads[place]))
}
