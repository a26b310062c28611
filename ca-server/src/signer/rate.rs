//! How much is signed in a time: who takes over the machine that asks gets so much, and no more, before people see it.

use std::sync::{Mutex, PoisonError};
use std::time::Instant;

/// So many a minute, regained evenly.
pub(super) struct Rate {
    per_minute: f64,
    left: Mutex<(f64, Instant)>,
}

impl Rate {
    pub(super) fn new(per_minute: u32) -> Self {
        let per_minute = f64::from(per_minute);
        Self { per_minute, left: Mutex::new((per_minute, Instant::now())) }
    }

    /// Takes one, where there is one left.
    pub(super) fn take(&self) -> bool {
        self.take_at(Instant::now())
    }

    fn take_at(&self, now: Instant) -> bool {
        let mut left = self.left.lock().unwrap_or_else(PoisonError::into_inner);
        let regained = now.saturating_duration_since(left.1).as_secs_f64() * self.per_minute / 60.0;
        *left = ((left.0 + regained).min(self.per_minute), now.max(left.1));
        if left.0 < 1.0 {
            return false;
        }
        left.0 -= 1.0;
        true
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn no_more_than_so_many_a_minute() {
        let rate = Rate::new(30);
        let begun = Instant::now();
        assert_eq!((0..100).filter(|_| rate.take_at(begun)).count(), 30);
        let later = begun + Duration::from_secs(10);
        assert_eq!((0..100).filter(|_| rate.take_at(later)).count(), 5);
        assert!(!rate.take_at(begun), "time that goes back regains nothing");
    }
}
