//! Rendered answers to what is asked often, in bounded memory.

use std::collections::HashMap;
use std::hash::{BuildHasher as _, RandomState};
use std::mem;
use std::sync::{Arc, PoisonError, RwLock};

/// Parts that are locked apart, so that workers seldom meet.
const PARTS: usize = 16;

/// The longest request whose answer is kept, in octets. One about one certificate has 70 with SHA-1 and 130 with SM3;
/// whoever pads requests to spoil the memory finds them not worth keeping.
pub(super) const MAX_KEPT_REQUEST: usize = 256;

/// What an entry takes beside request and answer: places in the maps, counters, header values.
const OVERHEAD: usize = 512;

/// Answers by the octets of their request, in two generations: what was not asked for while a whole generation was newly
/// kept is forgotten.
pub(crate) struct Kept<T> {
    hasher: RandomState,
    parts: [RwLock<Part<T>>; PARTS],
    /// Octets that each of the two generations of a part may take.
    room: usize,
}

struct Part<T> {
    young: Generation<T>,
    old: Generation<T>,
}

struct Generation<T> {
    entries: HashMap<Box<[u8]>, Entry<T>>,
    octets: usize,
}

struct Entry<T> {
    answer: Arc<T>,
    octets: usize,
}

impl<T> Kept<T> {
    /// Holds about `octets` of requests and answers.
    pub(crate) fn new(octets: usize) -> Self {
        let empty = || RwLock::new(Part { young: Generation::new(), old: Generation::new() });
        Self { hasher: RandomState::new(), parts: std::array::from_fn(|_| empty()), room: octets / PARTS / 2 }
    }

    /// What is kept for a request.
    pub(super) fn get(&self, request: &[u8]) -> Option<Arc<T>> {
        let part = self.part(request);
        {
            let part = part.read().unwrap_or_else(PoisonError::into_inner);
            if let Some(found) = part.young.entries.get(request) {
                return Some(Arc::clone(&found.answer));
            }
            part.old.entries.get(request)?;
        }
        // It is asked for again, so it is young again. Meanwhile another worker may have found that too.
        let mut part = part.write().unwrap_or_else(PoisonError::into_inner);
        let Some(found) = part.old.remove(request) else {
            return part.young.entries.get(request).map(|found| Arc::clone(&found.answer));
        };
        let answer = Arc::clone(&found.answer);
        part.keep(request, found, self.room);
        Some(answer)
    }

    /// Keeps an answer of so many octets, in place of an older one. Requests longer than [`MAX_KEPT_REQUEST`] are left.
    pub(super) fn put(&self, request: &[u8], answer: Arc<T>, octets: usize) {
        if request.len() > MAX_KEPT_REQUEST {
            return;
        }
        let octets = request.len() + octets + OVERHEAD;
        let mut part = self.part(request).write().unwrap_or_else(PoisonError::into_inner);
        part.old.remove(request);
        part.young.remove(request);
        part.keep(request, Entry { answer, octets }, self.room);
    }

    /// How many answers are kept, and about how many octets they take.
    pub(crate) fn size(&self) -> (usize, usize) {
        let mut sum = (0, 0);
        for part in &self.parts {
            let part = part.read().unwrap_or_else(PoisonError::into_inner);
            for generation in [&part.young, &part.old] {
                sum = (sum.0 + generation.entries.len(), sum.1 + generation.octets);
            }
        }
        sum
    }

    fn part(&self, request: &[u8]) -> &RwLock<Part<T>> {
        // The remainder is below PARTS, so that nothing is lost.
        &self.parts[(self.hasher.hash_one(request) % PARTS as u64) as usize]
    }
}

impl<T> Part<T> {
    fn keep(&mut self, request: &[u8], entry: Entry<T>, room: usize) {
        if self.young.octets + entry.octets > room {
            self.old = mem::replace(&mut self.young, Generation::new());
        }
        // What is larger than a generation is larger than what there is to keep.
        if entry.octets <= room {
            self.young.octets += entry.octets;
            self.young.entries.insert(request.into(), entry);
        }
    }
}

impl<T> Generation<T> {
    fn new() -> Self {
        Self { entries: HashMap::new(), octets: 0 }
    }

    fn remove(&mut self, request: &[u8]) -> Option<Entry<T>> {
        let entry = self.entries.remove(request)?;
        self.octets -= entry.octets;
        Some(entry)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_kept_is_found_and_replaced() {
        let kept = Kept::new(1 << 20);
        kept.put(b"question", Arc::new(1), 10);
        assert_eq!(kept.get(b"question").as_deref(), Some(&1));
        kept.put(b"question", Arc::new(2), 10);
        assert_eq!(kept.get(b"question").as_deref(), Some(&2));
        assert_eq!(kept.get(b"another"), None);
        assert_eq!(kept.size(), (1, 8 + 10 + OVERHEAD));
    }

    #[test]
    fn memory_is_bounded_however_much_is_asked() {
        let (octets, each) = (1 << 20, 500);
        let kept = Kept::new(octets);
        for number in 0..100_000_u32 {
            kept.put(&number.to_be_bytes(), Arc::new(number), each);
            let (answers, taken) = kept.size();
            assert_eq!(answers * (4 + each + OVERHEAD), taken);
            assert!(taken <= octets, "{taken} octets");
        }
        assert_eq!(kept.get(&99_999_u32.to_be_bytes()).as_deref(), Some(&99_999));
        kept.put(&[0; MAX_KEPT_REQUEST + 1], Arc::new(0), each);
        assert_eq!(kept.get(&[0; MAX_KEPT_REQUEST + 1]), None);
        kept.put(b"huge", Arc::new(0), octets);
        assert_eq!(kept.get(b"huge"), None);
    }

    #[test]
    fn what_is_asked_often_outlives_any_number_of_what_is_not() {
        let kept = Kept::new(1 << 20);
        kept.put(b"gate", Arc::new(0), 500);
        for number in 1..100_000_u32 {
            kept.put(&number.to_be_bytes(), Arc::new(number), 500);
            assert_eq!(kept.get(b"gate").as_deref(), Some(&0), "after {number} others");
        }
    }

    #[test]
    fn many_workers_find_what_they_keep() {
        let kept = Kept::new(1 << 16);
        std::thread::scope(|scope| {
            for worker in 0..4_u32 {
                let kept = &kept;
                scope.spawn(move || {
                    for number in 0..20_000_u32 {
                        let request = (number % 97).to_be_bytes();
                        match kept.get(&request) {
                            Some(answer) => assert_eq!(*answer, number % 97),
                            None => kept.put(&request, Arc::new(number % 97), 100 + worker as usize),
                        }
                    }
                });
            }
        });
        assert!(kept.size().1 <= 1 << 16);
    }
}
