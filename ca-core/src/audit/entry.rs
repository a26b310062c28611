//! One entry.

use jiff::Timestamp;
use serde_json::Value;

use super::{Head, canonical_json};
use crate::algorithm::digest::Sm3Hasher;

/// What the hash of an entry begins with, so that it is never the hash of anything else.
const DOMAIN: &[u8] = b"cityca audit entry v1";

/// An entry to be: all that does not come from its place in the chain.
#[derive(Clone, Debug)]
pub struct Draft {
    /// When it happened; kept to the microsecond.
    pub at: Timestamp,
    /// Who acted.
    pub actor: String,
    /// What was done, such as `certificate.revoke`.
    pub action: String,
    /// The table of the row; empty where no row changed.
    pub table: String,
    /// The id of the row; empty where no row changed.
    pub row_id: String,
    /// The version that the row has from now on; 0 where no row changed.
    pub row_version: u32,
    /// What the row says now, and what else is to be known.
    pub detail: Value,
    /// What proves that the actor asked for it, such as a signature base with its signature.
    pub evidence: Option<Vec<u8>>,
}

/// An entry in its place in the chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Place in the chain, counted from 1.
    pub sequence: u64,
    /// When it happened, to the microsecond.
    pub at: Timestamp,
    /// Who acted.
    pub actor: String,
    /// What was done.
    pub action: String,
    /// The table of the row; empty where no row changed.
    pub table: String,
    /// The id of the row; empty where no row changed.
    pub row_id: String,
    /// The version of the row; 0 where no row changed.
    pub row_version: u32,
    /// Canonical JSON, see [`canonical_json`].
    pub detail: String,
    /// What proves that the actor asked for it.
    pub evidence: Option<Vec<u8>>,
    /// Hash of the entry before it; zeros in the first.
    pub previous: [u8; 32],
    /// Hash of this entry, see [`Entry::computed_hash`].
    pub hash: [u8; 32],
}

impl Entry {
    /// Puts a draft behind the newest entry; `head` is [`Head::START`] for the first.
    #[must_use]
    pub fn after(head: Head, draft: Draft) -> Self {
        let Draft { at, actor, action, table, row_id, row_version, detail, evidence } = draft;
        let mut entry = Self {
            sequence: head.sequence.saturating_add(1),
            at: Timestamp::from_microsecond(at.as_microsecond()).unwrap_or(at),
            actor,
            action,
            table,
            row_id,
            row_version,
            detail: canonical_json(&detail),
            evidence,
            previous: head.hash,
            hash: [0; 32],
        };
        entry.hash = entry.computed_hash();
        entry
    }

    /// SM3 over all fields but `hash`, in the order in which they are declared.
    ///
    /// Each field, and before them the text `cityca audit entry v1`, is preceded by its length as eight octets, most
    /// significant first. Numbers are eight octets long; `at` is microseconds since 1970 in two's complement. Before
    /// `evidence` stands an octet 1, or an octet 0 alone where there is none. No two different entries have the same bytes.
    #[must_use]
    pub fn computed_hash(&self) -> [u8; 32] {
        let mut hash = Sm3Hasher::new();
        let mut field = |bytes: &[u8]| {
            hash.update(&(bytes.len() as u64).to_be_bytes());
            hash.update(bytes);
        };
        field(DOMAIN);
        field(&self.sequence.to_be_bytes());
        field(&self.at.as_microsecond().to_be_bytes());
        field(self.actor.as_bytes());
        field(self.action.as_bytes());
        field(self.table.as_bytes());
        field(self.row_id.as_bytes());
        field(&u64::from(self.row_version).to_be_bytes());
        field(self.detail.as_bytes());
        field(&[u8::from(self.evidence.is_some())]);
        if let Some(evidence) = &self.evidence {
            field(evidence);
        }
        field(&self.previous);
        hash.finish()
    }

    /// The head of the chain that ends with this entry.
    #[must_use]
    pub const fn head(&self) -> Head {
        Head { sequence: self.sequence, hash: self.hash }
    }
}
