//! Whether the clock can be believed.

use std::fmt;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError, RwLock};
use std::time::Instant;

use jiff::{SignedDuration, Timestamp};

use crate::port::{Ports, StoreError};

/// The setting with the newest time that is known from elsewhere than the rows of the store.
pub const NEWEST_TIME: &str = "newest-time";

/// Why nothing is signed: the clock is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ClockFault {
    /// It is behind what was recorded.
    #[error("the clock says {now}, and {newest} was recorded: nothing is signed until it is set right")]
    BehindRecord {
        /// What it said.
        now: Timestamp,
        /// The newest time on record.
        newest: Timestamp,
    },
    /// It is behind another clock.
    #[error(
        "the clock says {now}, that of {whose} {other}: nothing is signed until one of them is set right"
    )]
    Behind {
        /// Whose the other one is.
        whose: Whose,
        /// What it said.
        now: Timestamp,
        /// What the other one said.
        other: Timestamp,
    },
    /// It is ahead of another clock.
    #[error(
        "the clock says {now}, that of {whose} {other}: nothing is signed until one of them is set right"
    )]
    Ahead {
        /// Whose the other one is.
        whose: Whose,
        /// What it said.
        now: Timestamp,
        /// What the other one said.
        other: Timestamp,
    },
}

/// Whose clock another one is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose {
    /// That of the database, which all servers share.
    Database,
    /// Those of peers, most of which agree.
    Peers,
}

impl fmt::Display for Whose {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Database => "the database",
            Self::Peers => "the peers",
        })
    }
}

impl ClockFault {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::BehindRecord { .. } | Self::Behind { .. } => "clock-behind",
            Self::Ahead { .. } => "clock-ahead",
        }
    }

    /// How far it is ahead of the other clock.
    fn ahead(&self) -> SignedDuration {
        match self {
            Self::Ahead { now, other, .. } => now.duration_since(*other),
            _ => SignedDuration::ZERO,
        }
    }
}

/// Compares the clock with what was recorded, with the clock of the database and with those of peers.
pub(super) struct ClockWatch {
    bound: SignedDuration,
    /// Whether the database's clock is asked.
    compares: bool,
    /// The newest time on record, in microseconds.
    newest: AtomicI64,
    fault: RwLock<Option<ClockFault>>,
    /// When the clock was believed last, by itself and by one that is never set.
    believed: Mutex<Option<(Timestamp, Instant)>>,
}

fn time(micros: i64) -> Timestamp {
    Timestamp::from_microsecond(micros).unwrap_or(Timestamp::MIN)
}

/// The time since then, by the clock that is never set.
fn passed((at, since): (Timestamp, Instant)) -> Timestamp {
    let passed = SignedDuration::try_from(since.elapsed()).unwrap_or(SignedDuration::MAX);
    at.saturating_add(passed).unwrap_or(Timestamp::MAX)
}

impl ClockWatch {
    pub(super) fn start(ports: &Ports, bound: SignedDuration, compares: bool) -> Result<Self, StoreError> {
        let told = ports.store.setting(NEWEST_TIME)?.and_then(|text| text.parse().ok());
        let newest = ports.store.newest_time()?.max(told).unwrap_or(Timestamp::UNIX_EPOCH);
        let newest = AtomicI64::new(newest.as_microsecond());
        Ok(Self { bound, compares, newest, fault: RwLock::default(), believed: Mutex::default() })
    }

    /// The newest time on record is at least this one.
    pub(super) fn learn(&self, at: Timestamp) {
        self.newest.fetch_max(at.as_microsecond(), Ordering::SeqCst);
    }

    fn newest(&self) -> Timestamp {
        time(self.newest.load(Ordering::SeqCst))
    }

    /// Looks at the clocks.
    pub(super) fn look(&self, ports: &Ports) -> Result<Option<ClockFault>, StoreError> {
        let before = ports.clock.now();
        let database = if self.compares { ports.store.second_clock()? } else { None };
        let peers = ports.peers.as_ref().and_then(|peers| peers.time());
        // Between the two readings of the own clock the others were read.
        let after = ports.clock.now();
        let differs = |whose, other: Option<Timestamp>| {
            let other = other?;
            if before.duration_since(other) > self.bound {
                return Some(ClockFault::Ahead { whose, now: before, other });
            }
            let is_behind = other.duration_since(after) > self.bound;
            is_behind.then_some(ClockFault::Behind { whose, now: after, other })
        };
        let fault = differs(Whose::Database, database)
            .or_else(|| differs(Whose::Peers, peers))
            .or_else(|| self.behind(after));
        if fault.is_none() {
            self.learn(after);
            *self.last_believed() = Some((after, Instant::now()));
        }
        let mut standing = self.fault.write().unwrap_or_else(PoisonError::into_inner);
        match (&*standing, &fault) {
            (None, Some(fault)) => {
                tracing::error!(outcome = fault.code(), %fault, "ALARM: nothing is signed")
            }
            (Some(_), None) => tracing::info!(outcome = "alarm-over", "the clock is believed again"),
            _ => {}
        }
        *standing = fault;
        Ok(fault)
    }

    fn behind(&self, now: Timestamp) -> Option<ClockFault> {
        let newest = self.newest();
        (newest.duration_since(now) > self.bound).then_some(ClockFault::BehindRecord { now, newest })
    }

    /// Whether the clock was set by more than the bound since it was last looked at: then nobody waits for the next look.
    pub(super) fn has_jumped(&self, now: Timestamp) -> bool {
        let expected = self.last_believed().map(passed);
        expected.is_some_and(|expected| now.duration_since(expected).abs() > self.bound)
    }

    /// What stands against signing at this time.
    pub(super) fn fault(&self, now: Timestamp) -> Option<ClockFault> {
        let standing = *self.fault.read().unwrap_or_else(PoisonError::into_inner);
        match standing {
            // Whether the clock is set right meanwhile is seen at once.
            None | Some(ClockFault::BehindRecord { .. }) => self.behind(now),
            standing => standing,
        }
    }

    fn last_believed(&self) -> MutexGuard<'_, Option<(Timestamp, Instant)>> {
        self.believed.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What the time is, as well as can be known: by the other clock where it is in doubt, or by what passed since it was not.
    /// After a start with a clock that is behind it is the newest time on record.
    pub(super) fn believed(&self, now: Timestamp) -> Timestamp {
        let Some(fault) = self.fault(now) else { return now };
        match fault {
            ClockFault::Ahead { .. } => now.saturating_sub(fault.ahead()).unwrap_or(now),
            ClockFault::Behind { now: then, other, .. } => {
                now.saturating_add(other.duration_since(then)).unwrap_or(other).max(other)
            }
            ClockFault::BehindRecord { .. } => self.last_believed().map_or(now, passed).max(self.newest()),
        }
    }
}

impl fmt::Debug for ClockWatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ClockWatch")
    }
}
