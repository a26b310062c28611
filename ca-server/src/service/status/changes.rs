//! Whether what was read of a status still stands, without asking the store again.

use std::hash::{BuildHasher as _, RandomState};
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use ca_core::x509::SerialNumber;
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

/// How many certificates are told apart. Two that share a place are both read again when one of them changes, which is
/// harmless and rare: with 65,536 places, 100,000 revocations in a minute touch each about once in 40 seconds.
const PLACES: usize = 1 << 16;

/// For how long nothing is said of statuses without word from the store of what changed. Other processes may have changed
/// them; they must be heard of within 10 seconds.
pub(in crate::service) const HEARD_WITHIN: SignedDuration = SignedDuration::from_secs(8);

/// Counts the changes of status that this process made or heard of.
///
/// Before a status is read, [`look`](Self::look) is asked; what was then read, and all that was made from it, stands
/// while [`stands`](Self::stands) says so. Memory is constant whatever the number of certificates.
pub struct Changes {
    hasher: RandomState,
    /// Rises with each change.
    count: AtomicU64,
    /// The count at the newest change in each place.
    places: Box<[AtomicU64]>,
    /// What was read before this count does not stand.
    floor: AtomicU64,
    /// When the store last said what changed, in microseconds.
    heard: AtomicI64,
}

/// That a status was about to be read, and how many changes had been counted by then.
#[derive(Clone, Copy, Debug)]
pub struct Look {
    place: usize,
    count: u64,
}

impl Default for Changes {
    fn default() -> Self {
        Self {
            hasher: RandomState::new(),
            count: AtomicU64::new(0),
            places: (0..PLACES).map(|_| AtomicU64::new(0)).collect(),
            floor: AtomicU64::new(0),
            heard: AtomicI64::new(i64::MIN),
        }
    }
}

impl Changes {
    /// To be asked before a status is read.
    #[must_use]
    pub fn look(&self, authority: Uuid, serial: &SerialNumber) -> Look {
        Look { place: self.place(authority, serial), count: self.count.load(Ordering::SeqCst) }
    }

    /// Whether what was read after `look` is what a reading now would give. The answer may be no without need.
    #[must_use]
    pub fn stands(&self, look: Look, now: Timestamp) -> bool {
        self.is_informed(now) && self.is_unchanged(look)
    }

    /// Whether no change was counted that may concern what was read after `look`.
    pub(super) fn is_unchanged(&self, look: Look) -> bool {
        self.places[look.place].load(Ordering::SeqCst) <= look.count
            && self.floor.load(Ordering::SeqCst) <= look.count
    }

    /// Whether the store said lately what changed. A clock that was set back makes the past the future, of which
    /// nothing is known.
    #[must_use]
    pub fn is_informed(&self, now: Timestamp) -> bool {
        (SignedDuration::ZERO..=HEARD_WITHIN).contains(&self.silent(now))
    }

    /// How long ago the store said what changed.
    #[must_use]
    pub fn silent(&self, now: Timestamp) -> SignedDuration {
        let heard = self.heard.load(Ordering::SeqCst);
        SignedDuration::from_micros(now.as_microsecond().saturating_sub(heard))
    }

    /// The status of a certificate was changed. To be called after the store has it, and before anybody is told.
    pub fn changed(&self, authority: Uuid, serial: &SerialNumber) {
        let count = self.count.fetch_add(1, Ordering::SeqCst) + 1;
        self.places[self.place(authority, serial)].fetch_max(count, Ordering::SeqCst);
    }

    /// Anything may have changed.
    pub fn all_changed(&self) {
        let count = self.count.fetch_add(1, Ordering::SeqCst) + 1;
        self.floor.fetch_max(count, Ordering::SeqCst);
    }

    /// Every change that other processes had made by `now` was passed to this.
    pub(crate) fn heard(&self, now: Timestamp) {
        self.heard.store(now.as_microsecond(), Ordering::SeqCst);
    }

    fn place(&self, authority: Uuid, serial: &SerialNumber) -> usize {
        // The remainder is below PLACES, so that nothing is lost.
        (self.hasher.hash_one((authority, serial.as_bytes())) % PLACES as u64) as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + second).unwrap()
    }

    fn heard() -> Changes {
        let changes = Changes::default();
        changes.heard(at(0));
        changes
    }

    #[test]
    fn what_was_read_stands_until_it_changes() {
        let (changes, authority) = (heard(), Uuid::from_u128(1));
        let serial: SerialNumber = "43aa".parse().unwrap();
        let before = changes.look(authority, &serial);
        assert!(changes.stands(before, at(0)));
        changes.changed(authority, &serial);
        assert!(!changes.stands(before, at(0)));
        assert!(changes.stands(changes.look(authority, &serial), at(0)));
    }

    #[test]
    fn another_certificate_is_another_matter_until_everything_may_have_changed() {
        let (changes, authority) = (heard(), Uuid::from_u128(1));
        let looks: Vec<_> = (0..100_u32)
            .map(|number| changes.look(authority, &format!("43{number:08x}").parse().unwrap()))
            .collect();
        changes.changed(authority, &"43ff".parse().unwrap());
        assert!(looks.iter().filter(|look| changes.stands(**look, at(0))).count() >= 98);
        changes.all_changed();
        assert!(looks.iter().all(|look| !changes.stands(*look, at(0))));
    }

    #[test]
    fn without_word_from_the_store_nothing_stands() {
        let changes = Changes::default();
        let look = changes.look(Uuid::nil(), &"43".parse().unwrap());
        assert!(!changes.stands(look, at(0)));
        changes.heard(at(0));
        assert!(changes.stands(look, at(8)));
        assert!(!changes.stands(look, at(9)));
        assert!(!changes.stands(look, at(-1)), "the clock was set back");
    }
}
