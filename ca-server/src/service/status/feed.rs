//! Hears of the changes of status that other processes make over the same store.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use uuid::Uuid;

use super::changes::Changes;
use crate::port::record::ListScope;
use crate::port::{Ports, StoreError};
use crate::service::authorities::Authorities;

/// The most changes read one by one in a turn. Behind more than that, everything is taken to have changed.
const MAX_STEP: u32 = 10_000;

/// Follows the changes of status in the store, in the order in which they were committed.
pub struct Feed {
    ports: Ports,
    authorities: Arc<Authorities>,
    changes: Arc<Changes>,
    /// How far each authority's changes were followed.
    positions: Mutex<HashMap<Uuid, u64>>,
}

impl Feed {
    pub(super) fn new(ports: Ports, authorities: Arc<Authorities>, changes: Arc<Changes>) -> Self {
        Self { ports, authorities, changes, positions: Mutex::default() }
    }

    /// Passes on what changed since the last call; to be called every second. After an error, or without a call,
    /// statuses are told for eight seconds more and then no longer.
    ///
    /// # Errors
    /// [`StoreError`] where the store does not say.
    pub fn follow(&self) -> Result<(), StoreError> {
        // Before the reading: what is changed after it is heard of at the next turn.
        let now = self.ports.clock.now();
        let mut positions = self.positions.lock().unwrap_or_else(PoisonError::into_inner);
        for authority in self.authorities.all().iter() {
            let id = authority.record().id;
            let known = positions.get(&id).copied();
            let newest = self.ports.store.status_position(ListScope::whole(id))?;
            match known {
                Some(known) if known == newest => continue,
                Some(known) if known < newest => {
                    let moved = self.ports.store.status_changes(id, known, MAX_STEP)?;
                    moved.iter().for_each(|serial| self.changes.changed(id, serial));
                    if moved.len() >= MAX_STEP as usize {
                        self.changes.all_changed();
                    }
                }
                // The first look, or a store that was put back.
                _ => self.changes.all_changed(),
            }
            positions.insert(id, newest);
        }
        self.changes.heard(now);
        Ok(())
    }
}
