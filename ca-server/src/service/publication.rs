//! What is published: the newest list of each kind, as relying parties get it.

use std::collections::HashMap;
use std::io;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use ca_core::issuance::{AuthorityName, Shard};

use super::alarms::Alarms;
use crate::port::record::{CrlSummary, ListScope};
use crate::port::store::VisitError;
use crate::port::{Document, Ports, Staged, StoreError, Write};

/// Up to here the octets of a list are held, since most are asked for often and are short.
const HELD: u64 = 1 << 20;

/// The code of a list that cannot be written where it is published.
pub(super) const NOT_WRITTEN: &str = "crl-not-written";

/// A list as it is published.
pub struct PublishedCrl {
    /// What is known of it.
    pub summary: CrlSummary,
    /// Whether its thisUpdate tells it from the one before; two lists of one second are told apart by their tags alone.
    pub dated: bool,
    document: Arc<dyn Document>,
    held: Option<Arc<[u8]>>,
}

impl std::fmt::Debug for PublishedCrl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.summary.fmt(f)
    }
}

impl PublishedCrl {
    /// How many octets it has.
    pub fn octets(&self) -> u64 {
        self.document.octets()
    }

    /// All octets, where they are held: where they are few.
    pub fn held(&self) -> Option<&Arc<[u8]>> {
        self.held.as_ref()
    }

    /// Fills the buffer with the octets from `offset` on.
    ///
    /// # Errors
    /// What the storage says.
    pub fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<()> {
        self.document.read_at(offset, buffer)
    }

    /// All octets, in memory.
    ///
    /// # Errors
    /// What the storage says.
    pub fn der(&self) -> io::Result<Vec<u8>> {
        let mut der = vec![0; usize::try_from(self.octets()).unwrap_or(usize::MAX)];
        self.read_at(0, &mut der)?;
        Ok(der)
    }
}

/// The lists that are published.
pub struct Publications {
    ports: Ports,
    alarms: Arc<Alarms>,
    /// By scope, and whether it is a delta.
    kept: RwLock<HashMap<(ListScope, bool), Arc<PublishedCrl>>>,
    /// One at a time takes a list out of the store.
    turn: Mutex<()>,
}

impl Publications {
    /// Over these ports.
    pub fn new(ports: Ports) -> Self {
        Self { ports, alarms: Arc::default(), kept: RwLock::default(), turn: Mutex::default() }
    }

    /// The alarms that stand.
    pub fn alarms(&self) -> &Arc<Alarms> {
        &self.alarms
    }

    /// Keeps a list that is to be published.
    pub(super) fn stage(&self, name: &str, write: Write<'_>) -> io::Result<Box<dyn Staged>> {
        self.ports.publisher.stage(name, write)
    }

    /// Publishes a list that the store has.
    pub(super) fn publish(&self, summary: &CrlSummary, staged: Box<dyn Staged>) -> io::Result<()> {
        let document = staged.publish()?;
        self.keep(summary.clone(), document).map(drop)
    }

    fn keep(&self, summary: CrlSummary, document: Arc<dyn Document>) -> io::Result<Arc<PublishedCrl>> {
        let held = if document.octets() <= HELD {
            let mut octets = vec![0; usize::try_from(document.octets()).unwrap_or(usize::MAX)];
            document.read_at(0, &mut octets)?;
            Some(octets.into())
        } else {
            None
        };
        // Where the store does not say so, tags tell lists apart.
        let dated = self.ports.store.shares_its_second(&summary).is_ok_and(|shares| !shares);
        let key = (summary.scope(), summary.base.is_some());
        let published = Arc::new(PublishedCrl { summary, dated, document, held });
        let mut kept = self.kept.write().unwrap_or_else(PoisonError::into_inner);
        // Another thread may have been faster with a newer one.
        let newest = kept.entry(key).or_insert_with(|| Arc::clone(&published));
        if newest.summary.number < published.summary.number {
            *newest = Arc::clone(&published);
        }
        Ok(Arc::clone(newest))
    }

    fn known(&self, newest: &CrlSummary) -> Option<Arc<PublishedCrl>> {
        let kept = self.kept.read().unwrap_or_else(PoisonError::into_inner);
        kept.get(&(newest.scope(), newest.base.is_some())).cloned()
    }

    /// The list that the store says is the newest. One that another server published is taken out of the store; where that
    /// fails the one before is served on, with an alarm.
    pub(super) fn current(
        &self,
        authority: &AuthorityName,
        newest: &CrlSummary,
    ) -> Result<Option<Arc<PublishedCrl>>, StoreError> {
        let is_newest = |kept: &Arc<PublishedCrl>| kept.summary.number >= newest.number;
        if let Some(kept) = self.known(newest).filter(is_newest) {
            return Ok(Some(kept));
        }
        let _turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        let old = self.known(newest);
        if let Some(kept) = old.as_ref().filter(|kept| is_newest(kept)) {
            return Ok(Some(Arc::clone(kept)));
        }
        match self.take(authority, newest) {
            Ok(taken) => {
                self.alarms.clear_if(authority, newest.shard, NOT_WRITTEN);
                Ok(taken)
            }
            Err(VisitError::Store(error)) if old.is_none() => Err(error),
            Err(error) => {
                self.alarms.raise(authority, newest.shard, NOT_WRITTEN, error.to_string());
                match old {
                    Some(old) => Ok(Some(old)),
                    None => Err(StoreError::Unavailable { detail: error.to_string() }),
                }
            }
        }
    }

    fn take(
        &self,
        authority: &AuthorityName,
        newest: &CrlSummary,
    ) -> Result<Option<Arc<PublishedCrl>>, VisitError> {
        let (mut found, mut failed) = (false, None);
        let name = file_name(authority, newest.shard, newest.base.is_some());
        let staged = self.stage(&name, &mut |sink| match self.ports.store.visit_crl(newest.id, sink) {
            Ok(there) => {
                found = there;
                Ok(())
            }
            Err(VisitError::Sink(error)) => Err(error),
            Err(VisitError::Store(error)) => {
                failed = Some(error);
                Err(io::ErrorKind::Other.into())
            }
        });
        if let Some(error) = failed {
            return Err(error.into());
        }
        let staged = staged?;
        if !found {
            return Ok(None);
        }
        let document = staged.publish()?;
        Ok(Some(self.keep(newest.clone(), document)?))
    }
}

/// The name under which a list is published, which is the end of its URL.
pub(super) fn file_name(authority: &AuthorityName, shard: Option<Shard>, delta: bool) -> String {
    match (shard, delta) {
        (None, false) => format!("{authority}.crl"),
        (None, true) => format!("{authority}/delta.crl"),
        (Some(shard), false) => format!("{authority}/{shard}.crl"),
        (Some(shard), true) => format!("{authority}/{shard}/delta.crl"),
    }
}
