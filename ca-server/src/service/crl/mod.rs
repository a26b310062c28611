//! Publishes CRLs.

mod build;
mod check;
mod error;
mod remote;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use ca_core::issuance::{AuthorityName, Shard};
use ca_core::revocation::Reason;
use jiff::Timestamp;
use uuid::Uuid;

pub use error::CrlError;

use super::alarms::Alarms;
use super::authorities::{Authorities, Authority};
use super::publication::Publications;
use super::safeguards::{Safeguards, floor};
use super::{Settings, lease};
use crate::port::record::{CrlSummary, ListScope};
use crate::port::{Act, Ports, StoreError};

/// Publishes CRLs.
pub struct CrlPublisher {
    ports: Ports,
    authorities: Arc<Authorities>,
    settings: Arc<Settings>,
    publications: Arc<Publications>,
    alarms: Arc<Alarms>,
    safeguards: Arc<Safeguards>,
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
    /// Of which shard; none where it is that of the whole.
    pub shard: Option<Shard>,
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

/// The lists of an authority about one scope: each has its own full ones and deltas. The numbers are shared.
#[derive(Clone, Copy)]
struct Series<'a> {
    authority: &'a Authority,
    shard: Option<Shard>,
}

impl<'a> Series<'a> {
    fn whole(authority: &'a Authority) -> Self {
        Self { authority, shard: None }
    }

    fn scope(self) -> ListScope {
        ListScope { authority: self.authority.record().id, shard: self.shard }
    }

    fn name(self) -> &'a AuthorityName {
        self.authority.name()
    }
}

impl CrlPublisher {
    /// Over these ports.
    pub fn new(
        ports: Ports,
        authorities: Arc<Authorities>,
        settings: Arc<Settings>,
        publications: Arc<Publications>,
        safeguards: Arc<Safeguards>,
    ) -> Self {
        let alarms = Arc::clone(publications.alarms());
        Self { ports, authorities, settings, publications, alarms, safeguards, turn: Mutex::new(()) }
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
            for series in self.series(authority)? {
                if let Some(issue) = self.due_of(series, now)? {
                    let scheduled = issue == Issue::Scheduled;
                    due.push(DueCrl { authority: series.name().clone(), shard: series.shard, scheduled });
                }
            }
        }
        Ok(due)
    }

    /// All series of an authority: that of the whole first, then those of the shards that it has or once had, since
    /// certificates name them still.
    fn series<'a>(&self, authority: &'a Authority) -> Result<Vec<Series<'a>>, StoreError> {
        let mut series = vec![Series::whole(authority)];
        if !authority.is_offline() {
            let had = self.ports.store.highest_shard(authority.record().id)?.map_or(0, Shard::number);
            let count = had.max(self.settings.lists_of(authority.name()).shards);
            let shards = (1..=count).filter_map(|number| Shard::new(number).ok());
            series.extend(shards.map(|shard| Series { authority, shard: Some(shard) }));
        }
        Ok(series)
    }

    /// What the lists of an authority are about, that of the whole first.
    pub(super) fn scopes(&self, authority: &Authority) -> Result<Vec<ListScope>, StoreError> {
        Ok(self.series(authority)?.into_iter().map(Series::scope).collect())
    }

    /// Whether the next CRL of a series is due, and then which.
    fn due_of(&self, series: Series<'_>, now: Timestamp) -> Result<Option<Issue>, StoreError> {
        if series.authority.is_offline() {
            return Ok(None);
        }
        let scope = series.scope();
        let renew = |newest: &CrlSummary| {
            let validity = newest.next_update.duration_since(newest.this_update);
            now.duration_since(newest.this_update) >= validity / 3 * 2
        };
        if self.ports.store.newest_crl(scope, true)?.is_none_or(|newest| renew(&newest)) {
            return Ok(Some(Issue::Scheduled));
        }
        let Some(newest) = self.newest(scope)? else { return Ok(Some(Issue::Scheduled)) };
        // The store went back to before a list that relying parties have.
        if newest.number <= floor(&self.ports, scope.authority)? {
            return Ok(Some(Issue::Scheduled));
        }
        let changed = self.ports.store.status_position(scope)? > newest.status_position;
        let waited = now.duration_since(newest.this_update) >= self.settings.crl_delay;
        // A delta is renewed though nothing changed, as a full list is.
        let ends = newest.base.is_some() && renew(&newest);
        Ok(((changed && waited) || ends).then_some(Issue::Changes))
    }

    /// The newest list that relying parties go by: the newer one of full list and delta.
    fn newest(&self, scope: ListScope) -> Result<Option<CrlSummary>, StoreError> {
        let full = self.ports.store.newest_crl(scope, false)?;
        let delta = self.ports.store.newest_delta(scope)?;
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
            let series = match self.series(authority) {
                Ok(series) => series,
                Err(error) => {
                    failed.push((authority.name().clone(), error.into()));
                    continue;
                }
            };
            for series in series {
                if let Err(error) = self.publish_if_due(series, now).and_then(|()| self.take_up(series, now))
                {
                    failed.push((authority.name().clone(), error));
                }
            }
        }
        failed
    }

    /// Publishes here what another server published, or an earlier run that ended before it had. Where the bytes of the
    /// newest list are gone, as after some restores, the next one takes its place at once.
    fn take_up(&self, series: Series<'_>, now: Timestamp) -> Result<(), CrlError> {
        let scope = series.scope();
        let full = self.ports.store.newest_crl(scope, false)?;
        let number = full.as_ref().map_or(0, |full| full.number);
        let delta = self.ports.store.newest_delta(scope)?.filter(|delta| delta.number >= number);
        let mut is_gone = false;
        for newest in [full, delta].into_iter().flatten() {
            is_gone |= self.publications.current(series.name(), &newest)?.is_none();
        }
        if !is_gone || series.authority.is_offline() {
            return Ok(());
        }
        let _turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        self.publish_held(&Act::system("crl", Uuid::nil(), now), series, Issue::Full).map(drop)
    }

    /// Publishes the CRL of a series where it is due and no other server is about to.
    fn publish_if_due(&self, series: Series<'_>, now: Timestamp) -> Result<(), CrlError> {
        if self.due_of(series, now)?.is_none() {
            return Ok(());
        }
        let _turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(held) = lease::take(&self.ports, &lease::of_crls(series.scope().authority), Duration::ZERO)?
        else {
            return Ok(());
        };
        // Whoever held it before may have done it.
        if let Some(issue) = self.due_of(series, now)? {
            self.publish_under(&held.fence(&Act::system("crl", Uuid::nil(), now)), series, issue)?;
        }
        Ok(())
    }

    /// Publishes the next full CRL of an authority at once, with its delta where it has them, and those of its shards, after
    /// those that other servers are about to publish. The summary is that of the whole.
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
        let whole = self.publish_held(act, Series::whole(&authority), issue)?;
        for series in self.series(&authority)?.into_iter().skip(1) {
            let act = act.continued(self.ports.clock.now());
            self.publish_held(&act, series, issue)?;
        }
        Ok(whole)
    }

    /// After a change of status: publishes it at once in the lists that are short, so that whoever made the change finds it
    /// published; in the others it is published by the timer, within the delay. The summary is that of the whole, none
    /// where it is left to the timer.
    ///
    /// # Errors
    /// [`CrlError`].
    pub fn publish_change(
        &self,
        act: &Act,
        authority: &AuthorityName,
    ) -> Result<Option<CrlSummary>, CrlError> {
        let authority = self.authority(authority)?;
        let whole = self.publish_change_in(act, Series::whole(&authority))?;
        for series in self.series(&authority)?.into_iter().skip(1) {
            self.publish_change_in(&act.continued(self.ports.clock.now()), series)?;
        }
        Ok(whole)
    }

    /// [`Self::publish_change`] for every authority that a change of status may have touched: a compromised key may have had
    /// certificates of others. What failed is returned, the others are done.
    pub fn publish_changes(
        &self,
        act: &Act,
        authority: &AuthorityName,
        reason: Option<Reason>,
    ) -> Vec<(AuthorityName, CrlError)> {
        let mut touched = vec![authority.clone()];
        if reason == Some(Reason::KeyCompromise) {
            let all = self.authorities.all();
            let others = all.iter().filter(|other| other.name() != authority && !other.is_offline());
            touched.extend(others.map(|other| other.name().clone()));
        }
        let publish = |name: AuthorityName| {
            let act = act.continued(self.ports.clock.now());
            self.publish_change(&act, &name).err().map(|error| (name, error))
        };
        touched.into_iter().filter_map(publish).collect()
    }

    fn publish_change_in(&self, act: &Act, series: Series<'_>) -> Result<Option<CrlSummary>, CrlError> {
        let scope = series.scope();
        let position = self.ports.store.status_position(scope)?;
        // Of changes that wait for their turn together the first publishes all.
        let done = |newest: &CrlSummary| newest.status_position >= position;
        let is_long = |newest: &CrlSummary| newest.entries > self.settings.crl_prompt_entries;
        match self.newest(scope)? {
            Some(newest) if done(&newest) => return Ok(Some(newest)),
            Some(newest) if is_long(&newest) => return Ok(None),
            _ => {}
        }
        let _turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        match self.newest(scope)? {
            Some(newest) if done(&newest) => Ok(Some(newest)),
            _ => self.publish_held(act, series, Issue::Changes).map(Some),
        }
    }

    fn authority(&self, name: &AuthorityName) -> Result<Arc<Authority>, CrlError> {
        let found = self.authorities.get(name.as_str());
        found.ok_or_else(|| CrlError::UnknownAuthority { name: name.to_string() })
    }

    fn publish_held(&self, act: &Act, series: Series<'_>, issue: Issue) -> Result<CrlSummary, CrlError> {
        let held = lease::take(&self.ports, &lease::of_crls(series.scope().authority), PATIENCE)?
            .ok_or_else(|| CrlError::Busy { name: series.name().clone() })?;
        self.publish_under(&held.fence(act), series, issue)
    }

    fn publish_under(&self, act: &Act, series: Series<'_>, issue: Issue) -> Result<CrlSummary, CrlError> {
        let published = self.build(act, series, issue);
        match &published {
            Ok(summary) => {
                self.alarms.clear(series.name(), series.shard);
                metrics::counter!("cityca_crls_published_total").increment(1);
                tracing::info!(
                    request_id = %act.request_id, authority = %series.name(),
                    shard = series.shard.map(Shard::number), actor = %act.actor,
                    outcome = "published", number = summary.number, entries = summary.entries,
                    scheduled = summary.scheduled, delta = summary.base.is_some(), "CRL published"
                );
            }
            Err(error) if error.is_alarming() => {
                self.alarms.raise(series.name(), series.shard, error.code(), error.to_string());
            }
            Err(_) => {}
        }
        published
    }
}
