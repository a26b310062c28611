//! Verifying the chain.

use std::borrow::Borrow;

use super::Entry;

/// The end of a chain: its length and the hash of its newest entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// Sequence of the newest entry; 0 of the empty chain.
    pub sequence: u64,
    /// Hash of the newest entry; zeros of the empty chain.
    pub hash: [u8; 32],
}

impl Head {
    /// The head of the empty chain.
    pub const START: Self = Self { sequence: 0, hash: [0; 32] };
}

/// Where and how a chain is broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ChainError {
    /// An entry is missing, doubled or out of place.
    #[error("audit entry {expected} should stand where entry {found} stands")]
    Sequence {
        /// The sequence that should follow.
        expected: u64,
        /// The sequence that follows.
        found: u64,
    },
    /// An entry does not continue the one before it: that one was replaced.
    #[error("audit entry {sequence} does not continue the entry before it")]
    Previous {
        /// The entry that does not fit.
        sequence: u64,
    },
    /// An entry was changed after it was written.
    #[error("audit entry {sequence} was changed: its hash does not match what it says")]
    Hash {
        /// The changed entry.
        sequence: u64,
    },
}

impl ChainError {
    /// Stable code of this refusal.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Sequence { .. } => "audit-entry-missing",
            Self::Previous { .. } => "audit-chain-broken",
            Self::Hash { .. } => "audit-entry-changed",
        }
    }

    /// The first place of the chain at which it is broken.
    #[must_use]
    pub const fn sequence(&self) -> u64 {
        match *self {
            Self::Sequence { expected: sequence, .. }
            | Self::Previous { sequence }
            | Self::Hash { sequence } => sequence,
        }
    }
}

/// A chain as far as it was verified; entries are added one at a time, so that a long one takes no memory.
#[derive(Clone, Copy, Debug)]
pub struct Chain {
    head: Head,
}

impl Chain {
    /// Begins with the first entry.
    #[must_use]
    pub const fn start() -> Self {
        Self { head: Head::START }
    }

    /// Goes on behind a head that was verified before.
    #[must_use]
    pub const fn resume(head: Head) -> Self {
        Self { head }
    }

    /// Verifies that an entry is the next, continues the one before, and is unchanged.
    ///
    /// # Errors
    /// [`ChainError`] where it is not; the chain then stands where it stood.
    pub fn add(&mut self, entry: &Entry) -> Result<(), ChainError> {
        let expected = self.head.sequence.saturating_add(1);
        if entry.sequence != expected {
            return Err(ChainError::Sequence { expected, found: entry.sequence });
        }
        if entry.previous != self.head.hash {
            return Err(ChainError::Previous { sequence: expected });
        }
        if entry.computed_hash() != entry.hash {
            return Err(ChainError::Hash { sequence: expected });
        }
        self.head = entry.head();
        Ok(())
    }

    /// The newest entry that was verified.
    #[must_use]
    pub const fn head(&self) -> Head {
        self.head
    }

    /// Verifies a whole chain from its first entry on.
    ///
    /// Entries cut off at the end cannot be seen from the chain alone: compare the head with one known from elsewhere.
    ///
    /// # Errors
    /// [`ChainError`] at the first break.
    pub fn verify<E: Borrow<Entry>>(entries: impl IntoIterator<Item = E>) -> Result<Head, ChainError> {
        let mut chain = Self::start();
        for entry in entries {
            chain.add(entry.borrow())?;
        }
        Ok(chain.head())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::Draft;
    use jiff::Timestamp;
    use serde_json::json;

    fn draft(row: usize) -> Draft {
        Draft {
            at: "2026-11-22T09:00:00.123456789Z".parse().unwrap(),
            actor: "system:test".to_owned(),
            action: "certificate.revoke".to_owned(),
            table: "certificates".to_owned(),
            row_id: format!("row-{row}"),
            row_version: 2,
            detail: json!({ "status": "revoked", "reason": "keyCompromise" }),
            evidence: (row.is_multiple_of(2)).then(|| b"evidence".to_vec()),
        }
    }

    fn chain() -> Vec<Entry> {
        let mut head = Head::START;
        (0..4)
            .map(|row| {
                let entry = Entry::after(head, draft(row));
                head = entry.head();
                entry
            })
            .collect()
    }

    #[test]
    fn an_untouched_chain_verifies_to_its_head() {
        let entries = chain();
        assert_eq!(Chain::verify(&entries), Ok(entries[3].head()));
        assert_eq!(Chain::verify::<Entry>([]), Ok(Head::START));
        let mut resumed = Chain::resume(entries[1].head());
        resumed.add(&entries[2]).unwrap();
        assert_eq!(resumed.head(), entries[2].head());
    }

    #[test]
    fn the_hash_of_an_entry_never_changes_between_versions_of_the_program() {
        // Computed by OpenSSL over the documented bytes.
        let expected = "1705998917b5a953aa1db098ab59dd6137090c8f6735eb058e1c93cb8783ee3b";
        assert_eq!(hex::encode(chain()[0].hash), expected);
    }

    #[test]
    fn times_are_kept_to_the_microsecond_that_a_store_holds() {
        assert_eq!(chain()[0].at, "2026-11-22T09:00:00.123456Z".parse::<Timestamp>().unwrap());
    }

    #[test]
    fn a_change_of_any_field_is_found_at_its_place() {
        let changes: [fn(&mut Entry); 8] = [
            |entry| entry.at = Timestamp::UNIX_EPOCH,
            |entry| entry.actor.push('x'),
            |entry| entry.action.push('x'),
            |entry| entry.table.push('x'),
            |entry| entry.row_id.push('x'),
            |entry| entry.row_version += 1,
            |entry| entry.detail.push(' '),
            |entry| entry.evidence = Some(Vec::new()),
        ];
        for change in changes {
            let mut entries = chain();
            change(&mut entries[1]);
            assert_eq!(Chain::verify(&entries), Err(ChainError::Hash { sequence: 2 }));
        }
    }

    #[test]
    fn moving_text_from_one_field_to_the_next_changes_the_hash() {
        let mut entries = chain();
        let actor = std::mem::take(&mut entries[0].actor);
        entries[0].action.insert_str(0, &actor);
        assert_eq!(Chain::verify(&entries), Err(ChainError::Hash { sequence: 1 }));
    }

    #[test]
    fn a_changed_entry_with_a_new_hash_breaks_the_chain_after_it() {
        let mut entries = chain();
        entries[1].actor.push('x');
        entries[1].hash = entries[1].computed_hash();
        assert_eq!(Chain::verify(&entries), Err(ChainError::Previous { sequence: 3 }));
    }

    #[test]
    fn removed_and_swapped_entries_are_missed() {
        let mut entries = chain();
        entries.remove(1);
        let error = Chain::verify(&entries).unwrap_err();
        assert_eq!(error, ChainError::Sequence { expected: 2, found: 3 });
        assert_eq!(error.sequence(), 2);
        let mut entries = chain();
        entries.swap(1, 2);
        assert!(Chain::verify(&entries).is_err());
        assert!(Chain::verify(&chain()[1..]).is_err());
    }
}
