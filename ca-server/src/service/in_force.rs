//! Which authority issues where none is named, and whether an authority still issues, as the store said a moment ago.
//!
//! Only what lets a request pass is [`Kept`], and what must hold to the end is asked again by the transactions that open and
//! close the intent: a suspended authority grants nothing, whatever was kept here.

use std::sync::Arc;

use uuid::Uuid;

use super::authorities::{Authorities, Authority};
use super::default_issuing::default_issuing;
use super::issuing::{self, IssuingError};
use super::kept::Kept;
use crate::port::{Ports, StoreError};

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
