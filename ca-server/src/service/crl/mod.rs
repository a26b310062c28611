//! Publishes CRLs.

mod build;
mod check;
mod error;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use ca_core::issuance::AuthorityName;
use jiff::Timestamp;
use uuid::Uuid;

pub use error::CrlError;

use super::alarms::Alarms;
use super::authorities::{Authorities, Authority};
use super::publication::Publications;
use super::{Settings, lease};
use crate::port::record::CrlSummary;
use crate::port::{Act, Ports, StoreError};

/// Publishes CRLs.
pub struct CrlPublisher {
    ports: Ports,
    authorities: Arc<Authorities>,
    settings: Arc<Settings>,
    publications: Arc<Publications>,
    alarms: Arc<Alarms>,
    /// One at a time in this process, as the lease says among servers: the number and the snapshot of the next one
    /// depend on the one before.
    turn: Mutex<()>,
}

/// How long an act waits for a CRL that another server is about to publish.
const PATIENCE: Duration = Duration::from_secs(10);

/// A CRL that is due.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DueCrl {
    /// Whose.
    pub authority: AuthorityName,
    /// Whether it is the next of the regular series, or one between because a status changed.
    pub scheduled: bool,
}

/// What is to be published.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Issue {
    /// The next of the regular series, with its delta.
    Scheduled,
    /// A full list between, with its delta.
    Full,
    /// What changed: a delta where the authority has them, else a full list.
    Changes,
}

impl CrlPublisher {
    /// Over these ports.
    pub fn new(
        ports: Ports,
        authorities: Arc<Authorities>,
        settings: Arc<Settings>,
        publications: Arc<Publications>,
    ) -> Self {
        let alarms = Arc::clone(publications.alarms());
        Self { ports, authorities, settings, publications, alarms, turn: Mutex::new(()) }
    }

    /// The CRLs that are due. A scheduled one is due where there is none or a third of its validity is left; one
    /// between where a status changed that the newest does not take into account, and the newest is older than the
    /// delay. Those of authorities whose key is offline come out of ceremonies.
    ///
    /// # Errors
    /// [`CrlError::Store`].
    pub fn due(&self, now: Timestamp) -> Result<Vec<DueCrl>, CrlError> {
        let mut due = Vec::new();
        for authority in self.authorities.all().iter() {
            if let Some(issue) = self.due_of(authority, now)? {
                let scheduled = issue == Issue::Scheduled;
                due.push(DueCrl { authority: authority.name().clone(), scheduled });
            }
        }
        Ok(due)
    }

    /// Whether the next CRL of an authority is due, and then which.
    fn due_of(&self, authority: &Authority, now: Timestamp) -> Result<Option<Issue>, StoreError> {
        if authority.is_offline() {
            return Ok(None);
        }
        let id = authority.record().id;
        let renew = |newest: &CrlSummary| {
            let validity = newest.next_update.duration_since(newest.this_update);
            now.duration_since(newest.this_update) >= validity / 3 * 2
        };
        if self.ports.store.newest_crl(id, true)?.is_none_or(|newest| renew(&newest)) {
            return Ok(Some(Issue::Scheduled));
        }
        let Some(newest) = self.newest(authority)? else { return Ok(Some(Issue::Scheduled)) };
        let changed = self.ports.store.status_position(id)? > newest.status_position;
        let waited = now.duration_since(newest.this_update) >= self.settings.crl_delay;
        // A delta is renewed though nothing changed, as a full list is.
        let ends = newest.base.is_some() && renew(&newest);
        Ok(((changed && waited) || ends).then_some(Issue::Changes))
    }

    /// The newest list that relying parties go by: the newer one of full list and delta.
    fn newest(&self, authority: &Authority) -> Result<Option<CrlSummary>, StoreError> {
        let id = authority.record().id;
        let full = self.ports.store.newest_crl(id, false)?;
        let delta = self.ports.store.newest_delta(id)?;
        Ok(match (full, delta) {
            (Some(full), Some(delta)) if delta.number > full.number => Some(delta),
            (full, _) => full,
        })
    }

    /// Publishes every CRL that is due; for timers. What failed is returned, the others are done.
    pub fn publish_due(&self) -> Vec<(AuthorityName, CrlError)> {
        let now = self.ports.clock.now();
        let mut failed = Vec::new();
        for authority in self.authorities.all().iter() {
            if let Err(error) =
                self.publish_if_due(authority, now).and_then(|()| Ok(self.take_up(authority)?))
            {
                failed.push((authority.name().clone(), error));
            }
        }
        failed
    }

    /// Publishes here what another server published, or an earlier run that ended before it had.
    fn take_up(&self, authority: &Authority) -> Result<(), StoreError> {
        let id = authority.record().id;
        let newest = [self.ports.store.newest_crl(id, false)?, self.ports.store.newest_delta(id)?];
        for newest in newest.into_iter().flatten() {
            self.publications.current(authority.name(), &newest)?;
        }
        Ok(())
    }

    /// Publishes the CRL of an authority where it is due and no other server is about to.
    fn publish_if_due(&self, authority: &Authority, now: Timestamp) -> Result<(), CrlError> {
        if self.due_of(authority, now)?.is_none() {
            return Ok(());
        }
        let _turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(held) = lease::take(&self.ports, &lease::of_crls(authority.record().id), Duration::ZERO)?
        else {
            return Ok(());
        };
        // Whoever held it before may have done it.
        if let Some(issue) = self.due_of(authority, now)? {
            self.publish_under(&held.fence(&Act::system("crl", Uuid::nil(), now)), authority, issue)?;
        }
        Ok(())
    }

    /// Publishes the next full CRL of an authority at once, with its delta where it has them, after those that other
    /// servers are about to publish.
    ///
    /// # Errors
    /// [`CrlError`].
    pub fn publish(
        &self,
        act: &Act,
        authority: &AuthorityName,
        scheduled: bool,
    ) -> Result<CrlSummary, CrlError> {
        let authority = self.authority(authority)?;
        let issue = if scheduled { Issue::Scheduled } else { Issue::Full };
        let _turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        self.publish_held(act, &authority, issue)
    }

    /// After a change of status: publishes it at once where the list is short, so that whoever made the change finds it
    /// published; else it is published by the timer, within the delay. None where it is left to the timer.
    ///
    /// # Errors
    /// [`CrlError`].
    pub fn publish_change(
        &self,
        act: &Act,
        authority: &AuthorityName,
    ) -> Result<Option<CrlSummary>, CrlError> {
        let authority = self.authority(authority)?;
        let id = authority.record().id;
        let position = self.ports.store.status_position(id)?;
        let is_long = |newest: &CrlSummary| newest.entries > self.settings.crl_prompt_entries;
        if self.newest(&authority)?.as_ref().is_some_and(is_long) {
            return Ok(None);
        }
        let _turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        // Of changes that wait for their turn together the first publishes all.
        match self.newest(&authority)? {
            Some(newest) if newest.status_position >= position => Ok(Some(newest)),
            _ => self.publish_held(act, &authority, Issue::Changes).map(Some),
        }
    }

    fn authority(&self, name: &AuthorityName) -> Result<Arc<Authority>, CrlError> {
        let found = self.authorities.get(name.as_str());
        found.ok_or_else(|| CrlError::UnknownAuthority { name: name.to_string() })
    }

    fn publish_held(&self, act: &Act, authority: &Authority, issue: Issue) -> Result<CrlSummary, CrlError> {
        let held = lease::take(&self.ports, &lease::of_crls(authority.record().id), PATIENCE)?
            .ok_or_else(|| CrlError::Busy { name: authority.name().clone() })?;
        self.publish_under(&held.fence(act), authority, issue)
    }

    fn publish_under(&self, act: &Act, authority: &Authority, issue: Issue) -> Result<CrlSummary, CrlError> {
        let published = self.build(act, authority, issue);
        match &published {
            Ok(summary) => {
                self.alarms.clear(authority.name());
                metrics::counter!("cityca_crls_published_total").increment(1);
                tracing::info!(
                    request_id = %act.request_id, authority = %authority.name(), actor = %act.actor,
                    outcome = "published", number = summary.number, entries = summary.entries,
                    scheduled = summary.scheduled, delta = summary.base.is_some(), "CRL published"
                );
            }
            Err(error) if error.is_alarming() => {
                self.alarms.raise(authority.name(), error.code(), error.to_string());
            }
            Err(_) => {}
        }
        published
    }
}
