//! What stands against a certificate at the moment at which its intent is stored, and again when it is stored itself.
//!
//! What came between, such as the block of its key, is seen then: who blocks, suspends or quarantines may rely on it from the
//! commit on.

use std::collections::HashSet;

use diesel::prelude::*;

use super::backend::{Connection, on_each};
use super::during;
use super::schema::{blocked_keys, settings};
use crate::port::StoreError;
use crate::port::record::{QUARANTINE, SUSPENDED, suspension};

/// Between which names the suspensions of all authorities are.
pub(super) fn suspensions() -> (String, String) {
    // Follows every id.
    (suspension(""), suspension("~"))
}

/// Read once for all certificates of a transaction.
pub(super) struct Standing {
    settings: Vec<(String, String)>,
    blocked: HashSet<Vec<u8>>,
}

impl Standing {
    /// What stands against these keys and any authority.
    pub(super) fn read(connection: &mut Connection, keys: &[&[u8]]) -> Result<Self, StoreError> {
        let (first, last) = suspensions();
        let (settings, blocked): (_, Vec<Vec<u8>>) = on_each!(connection, |connection| {
            let stand = settings::table
                .filter(settings::name.eq(QUARANTINE).or(settings::name.between(&first, &last)))
                .select((settings::name, settings::value))
                .load(connection)
                .map_err(during("the settings"))?;
            let blocked = blocked_keys::table
                .filter(blocked_keys::key.eq_any(keys))
                .select(blocked_keys::key)
                .load(connection)
                .map_err(during("the blocked keys"))?;
            Ok::<_, StoreError>((stand, blocked))
        })?;
        Ok(Self::new(settings, blocked.into_iter().collect()))
    }

    /// The same from settings and blocked keys that were read.
    pub(super) fn new(settings: Vec<(String, String)>, blocked: HashSet<Vec<u8>>) -> Self {
        Self { settings, blocked }
    }

    fn is(&self, name: &str, value: impl Fn(&str) -> bool) -> bool {
        self.settings.iter().any(|(known, set)| known == name && value(set))
    }

    /// Why an authority does not certify a key. What the service needs itself, such as the certificates of those who sign its
    /// answers, it gets all the while, but not on a blocked key.
    pub(super) fn objection(&self, authority: &str, requester: &str, key: &[u8]) -> Option<StoreError> {
        if !requester.starts_with("system:") {
            if self.is(QUARANTINE, |value| value != "no") {
                return Some(StoreError::Quarantined);
            }
            if self.is(&suspension(authority), |value| value == SUSPENDED) {
                return Some(StoreError::Suspended);
            }
        }
        self.blocked.contains(key).then_some(StoreError::KeyBlocked)
    }
}
