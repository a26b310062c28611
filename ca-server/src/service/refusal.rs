//! How a refusal is classed for the protocols, and how it is put on record.

use std::borrow::Cow;
use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;

use crate::port::{Act, Actor, Ports, StoreError};

/// Whose fault a refusal is; each protocol maps these once to its own form (HTTP status in brackets).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// What was sent cannot be read (400).
    Malformed,
    /// Who sent it is not known or not believed (401).
    Unauthenticated,
    /// Who sent it may not do that (403).
    Forbidden,
    /// What it names does not exist (404).
    NotFound,
    /// The state of things does not allow it, or changed meanwhile (409).
    Conflict,
    /// It can be read and breaks a rule (422).
    Unacceptable,
    /// The service cannot answer now; a retry may (503).
    Unavailable,
    /// The service is wrong or damaged (500).
    Internal,
}

/// Puts refusals on record.
pub struct Refusals {
    ports: Ports,
    unidentified: Mutex<Allowance>,
}

/// Entries about the unidentified that may be written at once. Anyone can cause these, and each costs the disk a
/// line and a sync: beyond the allowance they are only logged.
const UNIDENTIFIED_BURST: u32 = 100;
/// Entries about the unidentified a second that are regained.
const UNIDENTIFIED_PER_SECOND: u32 = 5;

/// The most characters of a detail that are put on record. Texts of refusals quote what was sent, addresses and
/// labels included: nobody decides how much of the disk a refusal takes.
const MAX_DETAIL: usize = 1024;

fn shortened(detail: &str) -> Cow<'_, str> {
    match detail.char_indices().nth(MAX_DETAIL) {
        None => Cow::Borrowed(detail),
        Some((end, _)) => Cow::Owned(format!("{}…", &detail[..end])),
    }
}

struct Allowance {
    left: u32,
    since: Timestamp,
}

impl Allowance {
    fn take(&mut self, now: Timestamp) -> bool {
        let seconds = now.duration_since(self.since).as_secs();
        if seconds != 0 {
            let regained =
                u32::try_from(seconds.max(0)).unwrap_or(u32::MAX).saturating_mul(UNIDENTIFIED_PER_SECOND);
            self.left = self.left.saturating_add(regained).min(UNIDENTIFIED_BURST);
            self.since = now;
        }
        let allowed = self.left > 0;
        self.left = self.left.saturating_sub(1);
        allowed
    }
}

impl Refusals {
    /// Over these ports.
    pub fn new(ports: Ports) -> Self {
        let since = ports.clock.now();
        Self { ports, unidentified: Mutex::new(Allowance { left: UNIDENTIFIED_BURST, since }) }
    }

    /// Writes an audit entry about a refused act and uses up its nonce. `action` is what was asked for, such as
    /// `certificate.issue`; `code` is the refusal's code and `detail` its text. Refusals of the unidentified and of
    /// replays are limited in number. A store that does not answer is logged: the refusal stands either way.
    pub fn record(&self, act: &Act, action: &str, code: &str, detail: &str) {
        let detail: &str = &shortened(detail);
        tracing::info!(
            request_id = %act.request_id, actor = %act.actor, outcome = code, action, detail, "refused"
        );
        if code == STORE_UNAVAILABLE {
            return;
        }
        // Whoever saw a signed request can send it again: it tells nothing of who sent it.
        let replayed = code == NONCE_REPLAYED;
        if (replayed || act.actor == Actor::Unidentified) && !self.allow(act.at) {
            return;
        }
        let written = if replayed {
            self.ports.store.record_refusal(&act.continued(act.at), action, code, detail)
        } else {
            self.ports.store.record_refusal(act, action, code, detail)
        };
        match written {
            // The act went through in part before it was refused, and took its nonce.
            Err(StoreError::NonceReplayed) => {
                let again = self.ports.store.record_refusal(&act.continued(act.at), action, code, detail);
                self.log_failure(act, again);
            }
            other => self.log_failure(act, other),
        }
    }

    fn allow(&self, now: Timestamp) -> bool {
        self.unidentified.lock().unwrap_or_else(PoisonError::into_inner).take(now)
    }

    fn log_failure(&self, act: &Act, written: Result<(), StoreError>) {
        if let Err(error) = written {
            tracing::error!(request_id = %act.request_id, %error, "a refusal could not be put on record");
        }
    }
}

/// Code of [`StoreError::Unavailable`]: what could not be stored is not put on record there either.
const STORE_UNAVAILABLE: &str = "store-unavailable";
/// Code of [`StoreError::NonceReplayed`].
const NONCE_REPLAYED: &str = "nonce-replayed";

#[cfg(test)]
mod tests {
    use super::{Allowance, MAX_DETAIL, UNIDENTIFIED_BURST, UNIDENTIFIED_PER_SECOND, shortened};
    use jiff::{SignedDuration, Timestamp};

    #[test]
    fn a_flood_uses_up_the_allowance_and_time_gives_it_back() {
        let start = Timestamp::UNIX_EPOCH;
        let mut allowance = Allowance { left: UNIDENTIFIED_BURST, since: start };
        let taken = (0..1000).filter(|_| allowance.take(start)).count();
        assert_eq!(taken, UNIDENTIFIED_BURST as usize);
        let later = start + SignedDuration::from_secs(2);
        let taken = (0..1000).filter(|_| allowance.take(later)).count();
        assert_eq!(taken, 2 * UNIDENTIFIED_PER_SECOND as usize);
    }

    #[test]
    fn a_detail_is_put_on_record_up_to_a_bound() {
        let fits = "市".repeat(MAX_DETAIL);
        assert_eq!(shortened(&fits), fits);
        assert_eq!(shortened(&"市".repeat(100_000)), format!("{fits}…"));
    }
}
