//! Looks that are given a bounded time: one that hangs is told as such, and is not begun again while it hangs.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use super::finding::Finding;

/// Which look: the check and what it is about.
pub(super) type Key = (&'static str, Option<String>);

/// One look. It may block for as long as it likes.
pub(super) struct Look {
    pub(super) key: Key,
    pub(super) work: Box<dyn FnOnce() -> Vec<Finding> + Send>,
}

#[derive(Default)]
struct Slot {
    /// Since when one is under way.
    since: Option<Instant>,
    /// When the newest one ended, and what it found.
    newest: Option<(Instant, Vec<Finding>)>,
}

impl Slot {
    fn since(&self, asked: Instant) -> Option<&[Finding]> {
        self.newest.as_ref().filter(|(ended, _)| *ended >= asked).map(|(_, found)| found.as_slice())
    }
}

/// What is known of each look. At most one of each is under way, whoever asks.
#[derive(Default)]
pub(super) struct Board {
    slots: Mutex<BTreeMap<Key, Slot>>,
    told: Condvar,
}

impl Board {
    fn slots(&self) -> MutexGuard<'_, BTreeMap<Key, Slot>> {
        self.slots.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What the looks find, all begun at once, in their order. What has found nothing within `limit` is critical.
    pub(super) fn ask(self: &Arc<Self>, looks: Vec<Look>, limit: Duration) -> Vec<Finding> {
        let asked = Instant::now();
        let keys: Vec<Key> = looks.iter().map(|look| look.key.clone()).collect();
        for look in looks {
            self.begin(look);
        }
        let mut slots = self.slots();
        let answered = |slots: &BTreeMap<Key, Slot>, key: &Key| {
            slots.get(key).is_some_and(|slot| slot.since(asked).is_some())
        };
        while let Some(rest) = limit.checked_sub(asked.elapsed())
            && !keys.iter().all(|key| answered(&slots, key))
        {
            slots = self.told.wait_timeout(slots, rest).unwrap_or_else(PoisonError::into_inner).0;
        }
        let found = |key: &Key| {
            let slot = slots.get(key)?;
            slot.since(asked).map(<[Finding]>::to_vec)
        };
        let silent = |key: &Key| {
            let since = slots.get(key).and_then(|slot| slot.since).unwrap_or(asked);
            vec![unanswered(key, since.elapsed())]
        };
        keys.iter().flat_map(|key| found(key).unwrap_or_else(|| silent(key))).collect()
    }

    /// Begins a look, where none of its kind is under way: the answer of that one will do.
    fn begin(self: &Arc<Self>, look: Look) {
        let Look { key, work } = look;
        let mut slots = self.slots();
        let slot = slots.entry(key.clone()).or_default();
        if slot.since.is_some() {
            return;
        }
        slot.since = Some(Instant::now());
        let (board, name) = (Arc::clone(self), key.clone());
        let begun = thread::Builder::new().name(format!("health-{}", key.0)).spawn(move || {
            let found = catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| vec![failed(&name)]);
            board.end(&name, found);
        });
        if begun.is_err() {
            // Without threads nothing can be looked at.
            slot.since = None;
        }
    }

    fn end(&self, key: &Key, found: Vec<Finding>) {
        if let Some(slot) = self.slots().get_mut(key) {
            *slot = Slot { since: None, newest: Some((Instant::now(), found)) };
        }
        self.told.notify_all();
    }
}

fn of(key: &Key) -> Finding {
    Finding { about: key.1.clone(), ..Finding::well(key.0) }
}

fn unanswered(key: &Key, since: Duration) -> Finding {
    let detail = format!("it does not answer, since {} ms", since.as_millis());
    of(key).critical("check-unanswered", detail)
}

fn failed(key: &Key) -> Finding {
    of(key).critical("check-failed", "the check itself failed; the log says why")
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;
    use crate::service::health::State;

    const LIMIT: Duration = Duration::from_millis(200);

    fn look(check: &'static str, work: impl FnOnce() -> Vec<Finding> + Send + 'static) -> Look {
        Look { key: (check, None), work: Box::new(work) }
    }

    fn well(check: &'static str) -> Look {
        look(check, move || vec![Finding::well(check)])
    }

    #[test]
    fn one_that_hangs_is_critical_and_keeps_no_other_from_answering() {
        let board = Arc::new(Board::default());
        let (go_on, wait) = mpsc::channel::<()>();
        let hang = look("signer", move || {
            let _ = wait.recv();
            vec![Finding::well("signer")]
        });
        let begun = Instant::now();
        let found = board.ask(vec![hang, well("disk")], LIMIT);
        assert!(begun.elapsed() >= LIMIT && begun.elapsed() < LIMIT * 10);
        assert_eq!(found[0].code, "check-unanswered");
        assert_eq!((found[0].state, found[1].state), (State::Critical, State::Ok));
        // It still hangs: it is not begun a second time.
        let again = look("signer", || unreachable!("one is under way"));
        assert_eq!(board.ask(vec![again], LIMIT)[0].code, "check-unanswered");
        go_on.send(()).unwrap();
        let deadline = Instant::now() + Duration::from_secs(10);
        while board.ask(vec![well("signer")], LIMIT)[0].state != State::Ok {
            assert!(Instant::now() < deadline, "it never came back");
        }
    }

    #[test]
    fn what_was_found_before_is_not_told_again() {
        let board = Arc::new(Board::default());
        assert_eq!(board.ask(vec![well("disk")], LIMIT)[0].state, State::Ok);
        let full = look("disk", || vec![Finding::well("disk").critical("disk-full", "no room")]);
        assert_eq!(board.ask(vec![full], LIMIT)[0].code, "disk-full");
    }

    #[test]
    fn a_check_that_panics_is_critical_at_once() {
        let board = Arc::new(Board::default());
        let begun = Instant::now();
        let found = board.ask(vec![look("disk", || panic!("a fault of the check"))], LIMIT * 50);
        assert_eq!(found[0].code, "check-failed");
        assert!(begun.elapsed() < LIMIT * 50);
    }
}
