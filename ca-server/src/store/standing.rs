//! What stands against a certificate at the moment at which it is stored.
//!
//! A request is checked before it is signed. What came between, such as the block of its key, is seen here: who blocks,
//! suspends or quarantines may rely on it from the commit on.

use std::collections::HashSet;

use diesel::prelude::*;

use super::backend::{Connection, on_each};
use super::during;
use super::group::Completion;
use super::intent::IntentRow;
use super::schema::{blocked_keys, settings};
use crate::port::StoreError;
use crate::port::record::{QUARANTINE, SUSPENDED, suspension};

/// Follows every id.
const LAST: &str = "~";

/// Read once for all certificates of a transaction.
pub(super) struct Standing {
    settings: Vec<(String, String)>,
    blocked: HashSet<Vec<u8>>,
}

impl Standing {
    pub(super) fn read<'a>(
        connection: &mut Connection,
        completions: impl Iterator<Item = &'a Completion>,
    ) -> Result<Self, StoreError> {
        let keys: Vec<&[u8]> = completions.map(|completion| completion.key.as_slice()).collect();
        let (settings, blocked): (_, Vec<Vec<u8>>) = on_each!(connection, |connection| {
            let stand = settings::table
                .filter(settings::name.eq(QUARANTINE).or(settings::name.between(suspension(""), suspension(LAST))))
                .select((settings::name, settings::value))
                .load(connection)
                .map_err(during("the settings"))?;
            let blocked = blocked_keys::table
                .filter(blocked_keys::key.eq_any(&keys))
                .select(blocked_keys::key)
                .load(connection)
                .map_err(during("the blocked keys"))?;
            Ok::<_, StoreError>((stand, blocked))
        })?;
        Ok(Self { settings, blocked: blocked.into_iter().collect() })
    }

    fn is(&self, name: &str, value: impl Fn(&str) -> bool) -> bool {
        self.settings.iter().any(|(known, set)| known == name && value(set))
    }

    /// Whether nothing stands against any of them.
    pub(super) fn is_clear(&self) -> bool {
        self.blocked.is_empty() && self.settings.iter().all(|(_, value)| value == "no")
    }

    /// Why an intent is not closed with a certificate that is good. What is on record as revoked may always be stored, and so
    /// may what the service needs itself, such as the certificates of those who sign its answers.
    pub(super) fn objection(&self, intent: &IntentRow, completion: &Completion) -> Option<StoreError> {
        if completion.certificate.revoked.is_some() || intent.requester.starts_with("system:") {
            return None;
        }
        if self.is(QUARANTINE, |value| value != "no") {
            return Some(StoreError::Quarantined);
        }
        if self.is(&suspension(&intent.authority_id), |value| value == SUSPENDED) {
            return Some(StoreError::Suspended);
        }
        self.blocked.contains(&completion.key).then_some(StoreError::KeyBlocked)
    }
}
