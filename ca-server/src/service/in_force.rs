//! Which authority issues where none is named, and whether an authority still issues, as the store said a moment ago.
//!
//! Every request asks both, and nearly always hears the same. What this process changes is seen at once; what another server
//! changes within [`STANDS`]. Only what lets a request pass is kept, and what must hold to the end is asked again by the
//! transactions that open and close the intent: a suspended authority grants nothing, whatever was kept here.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use uuid::Uuid;

use super::authorities::{Authorities, Authority};
use super::default_issuing::default_issuing;
use super::issuing::{self, IssuingError};
use crate::port::{Ports, StoreError};

/// How long an answer stands that another server may have changed.
const STANDS: Duration = Duration::from_secs(1);

/// The authorities in force.
pub(super) struct InForce {
    ports: Ports,
    authorities: Arc<Authorities>,
    default: Kept<(), Arc<Authority>>,
    good: Kept<Uuid, ()>,
}

impl InForce {
    pub(super) fn new(ports: Ports, authorities: Arc<Authorities>) -> Self {
        Self { ports, authorities, default: Kept::default(), good: Kept::default() }
    }

    /// The authority for end entities where none is named.
    pub(super) fn default_issuing(&self) -> Result<Option<Arc<Authority>>, StoreError> {
        let changes = self.ports.store.changes();
        if let Some(authority) = self.default.get(&(), changes) {
            return Ok(Some(authority));
        }
        let found = default_issuing(&self.ports, &self.authorities)?;
        if let Some(authority) = &found {
            self.default.put((), changes, Arc::clone(authority));
        }
        Ok(found)
    }

    /// As [`issuing::check_in_force`].
    pub(super) fn check(&self, authority: &Authority) -> Result<(), IssuingError> {
        let (id, changes) = (authority.record().id, self.ports.store.changes());
        if self.good.get(&id, changes).is_some() {
            return Ok(());
        }
        issuing::check_in_force(&self.ports, authority)?;
        self.good.put(id, changes, ());
        Ok(())
    }
}

/// Answers, with when they were read and how many changes this process had made before. There are as many as authorities.
struct Kept<K, V>(Mutex<HashMap<K, (Instant, u64, V)>>);

impl<K, V> Default for Kept<K, V> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<K: Eq + Hash, V: Clone> Kept<K, V> {
    fn get(&self, key: &K, changes: u64) -> Option<V> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (read, made, value) = kept.get(key)?;
        (*made == changes && read.elapsed() < STANDS).then(|| value.clone())
    }

    fn put(&self, key: K, changes: u64, value: V) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.insert(key, (Instant::now(), changes, value));
    }
}
