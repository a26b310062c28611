//! What was verified before, for a validator that lives long.

use super::answer::Answer;
use super::judge::judge_knowing;
use super::question::Question;
use crate::algorithm::digest::sha256;
use std::collections::HashSet;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Signatures and keys that were found good in earlier judgements, as many as it is made for at most.
///
/// What is remembered depends on the bytes of certificates and keys alone, never on time, policy or revocation: those are judged
/// anew each time, so that an answer is the same with and without it. What failed is not remembered. Judgements on several
/// threads may share one.
#[derive(Debug)]
pub struct Verified {
    generations: Mutex<Generations>,
    /// Of each generation.
    capacity: usize,
}

/// Two generations in place of the order of use: what was not asked for while a generation filled is forgotten with the next.
#[derive(Debug, Default)]
struct Generations {
    young: HashSet<[u8; 32]>,
    old: HashSet<[u8; 32]>,
}

impl Verified {
    /// Remembers up to `capacity` signatures and keys, of some 100 octets each.
    pub fn new(capacity: usize) -> Self {
        Self { generations: Mutex::default(), capacity: (capacity / 2).max(1) }
    }

    /// As [`judge`](super::judge), with what is remembered, and remembers what it finds.
    pub fn judge<'a>(&'a self, question: &Question<'a>) -> Answer<'a> {
        judge_knowing(question, Some(self))
    }

    /// How many are remembered.
    pub fn len(&self) -> usize {
        let generations = self.lock();
        generations.young.len() + generations.old.len()
    }

    /// Whether none are.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub(super) fn knows(&self, fact: &Fact) -> bool {
        let mut generations = self.lock();
        if generations.young.contains(&fact.0) {
            return true;
        }
        let known = generations.old.remove(&fact.0);
        if known {
            self.insert(&mut generations, fact);
        }
        known
    }

    pub(super) fn learn(&self, fact: &Fact) {
        self.insert(&mut self.lock(), fact);
    }

    fn insert(&self, generations: &mut Generations, fact: &Fact) {
        if generations.young.len() >= self.capacity {
            generations.old = core::mem::take(&mut generations.young);
        }
        generations.young.insert(fact.0);
    }

    /// No operation leaves the sets half changed, so that a panic elsewhere does not spoil them.
    fn lock(&self) -> MutexGuard<'_, Generations> {
        self.generations.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Something that holds for ever, by its digest.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fact([u8; 32]);

impl Fact {
    /// The key, a SubjectPublicKeyInfo, signed this certificate.
    pub(super) fn signed(certificate: &[u8], spki: &[u8]) -> Self {
        Self::of(b'S', certificate, spki)
    }

    /// The key can be used and is not weak.
    pub(super) fn strong(spki: &[u8]) -> Self {
        Self::of(b'K', spki, &[])
    }

    fn of(kind: u8, first: &[u8], second: &[u8]) -> Self {
        let length = (first.len() as u64).to_be_bytes();
        Self(sha256(&[&[kind], &length[..], first, second].concat()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::path::{Question, TrustAnchor};
    use crate::x509::testing::{Draft, at};

    #[test]
    fn what_was_verified_is_not_verified_again_and_time_is_still_asked() {
        let root = Draft::authority("root").self_signed();
        let middle = Draft::authority("middle").issued_by(&root);
        let leaf = Draft::end_entity("leaf").issued_by(&middle);
        let anchors = [TrustAnchor::from_certificate(&root.certificate).unwrap()];
        let pool = [middle.certificate.clone()];
        let ask = |time: &str, signatures: usize, verified: &Verified| {
            let mut question = Question::new(&leaf.certificate, &anchors, at(time));
            question.intermediates = &pool;
            question.limits.signatures = signatures;
            verified.judge(&question).into_result().map(|_| ()).map_err(|refused| refused.code())
        };
        let (now, verified) = ("2026-06-15T12:00:00Z", Verified::new(100));
        assert_eq!(ask(now, 0, &verified), Err("path-search-too-large"));
        assert_eq!(ask(now, 100, &verified), Ok(()));
        assert_eq!(ask(now, 0, &verified), Ok(()));
        assert_eq!(ask("2037-01-01T00:00:00Z", 0, &verified), Err("certificate-expired"));
        let forged = Draft::authority("middle").issued_by(&Draft::authority("root").self_signed());
        let pool = [forged.certificate];
        let question =
            Question { intermediates: &pool, ..Question::new(&leaf.certificate, &anchors, at(now)) };
        // What failed is found to fail again.
        assert!(!verified.judge(&question).is_accepted() && !verified.judge(&question).is_accepted());
    }

    #[test]
    fn what_is_remembered_is_bounded_and_what_is_used_stays() {
        let verified = Verified::new(10);
        let used = Fact::strong(b"used");
        verified.learn(&used);
        for number in 0..100_u8 {
            verified.learn(&Fact::strong(&[number]));
            assert!(verified.knows(&used) && verified.len() <= 10);
        }
        assert!(!verified.knows(&Fact::strong(&[0])));
        assert!(!verified.knows(&Fact::signed(b"used", b"")));
    }
}
