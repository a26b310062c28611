//! Answers of the store that every request asks for and that nearly always are the same.
//!
//! What this process changes is seen at once; what another one changes within [`STANDS`].

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How long an answer stands that another server may have changed.
const STANDS: Duration = Duration::from_secs(1);

/// Answers that are kept: those asked for within [`STANDS`] by very many would only be in each other's way.
const MOST: usize = 4096;

/// Answers, with when they were read and how many changes this process had made before.
pub(super) struct Kept<K, V>(Mutex<HashMap<K, (Instant, u64, V)>>);

impl<K, V> Default for Kept<K, V> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<K: Eq + Hash, V: Clone> Kept<K, V> {
    /// The answer, if it stands. `changes` are those that this process made until now.
    pub(super) fn get(&self, key: &K, changes: u64) -> Option<V> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (read, made, value) = kept.get(key)?;
        (*made == changes && read.elapsed() < STANDS).then(|| value.clone())
    }

    /// Keeps an answer. `changes` are those that this process had made before it was asked for.
    pub(super) fn put(&self, key: K, changes: u64, value: V) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= MOST {
            kept.retain(|_, (read, made, _)| *made == changes && read.elapsed() < STANDS);
        }
        if kept.len() < MOST {
            kept.insert(key, (Instant::now(), changes, value));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Kept, MOST};

    #[test]
    fn an_answer_stands_until_something_changes() {
        let kept = Kept::default();
        assert_eq!(kept.get(&"a", 1), None);
        kept.put("a", 1, 7);
        assert_eq!((kept.get(&"a", 1), kept.get(&"b", 1)), (Some(7), None));
        assert_eq!(kept.get(&"a", 2), None);
    }

    #[test]
    fn only_so_many_are_kept() {
        let kept = Kept::default();
        (0..=MOST).for_each(|key| kept.put(key, 1, key));
        assert_eq!((kept.get(&0, 1), kept.get(&MOST, 1)), (Some(0), None));
        // What does not stand any more makes room.
        kept.put(MOST, 2, 0);
        assert_eq!((kept.get(&0, 2), kept.get(&MOST, 2)), (None, Some(0)));
        assert_eq!(kept.0.lock().unwrap().len(), 1);
    }
}
