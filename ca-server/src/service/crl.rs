//! Publishes CRLs.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use ca_core::crl::{CrlFacts, CrlPlan, CrlPlanError, PrepareCrlError, PreviousCrl, RevokedEntry};
use ca_core::encoding::time::whole_seconds;
use ca_core::issuance::{AuthorityName, SigningError};
use ca_core::revocation::Reason;
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use super::authorities::{Authorities, Authority, KeyOffline};
use super::{Settings, lease};
use crate::port::record::{AuthorityKind, CrlSummary, IntentKind, NewCrl, NewIntent, RevokedRecord};
use crate::port::{Act, Ports, StoreError, fault, new_record_id};

/// Publishes CRLs.
pub struct CrlPublisher {
    ports: Ports,
    authorities: Arc<Authorities>,
    settings: Arc<Settings>,
    /// One at a time in this process, as the lease says among servers: the number and the snapshot of the next one
    /// depend on the one before.
    turn: Mutex<()>,
}

/// How long an act waits for a CRL that another server is about to publish.
const PATIENCE: Duration = Duration::from_secs(10);

/// How often time and snapshot are taken anew. Another second has to begin between the two each time: where this is
/// not enough the clock was set back, and the rules refuse the CRL.
const MAX_TRIES: u32 = 3;

/// A CRL that is due.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DueCrl {
    /// Whose.
    pub authority: AuthorityName,
    /// Whether it is the next of the regular series, or one between because a status changed.
    pub scheduled: bool,
}

/// Why no CRL was published.
#[derive(Debug, thiserror::Error)]
pub enum CrlError {
    /// There is no such authority.
    #[error("there is no authority {name}")]
    UnknownAuthority {
        /// The name that was asked for.
        name: String,
    },
    /// The authority's key is not here.
    #[error(transparent)]
    Offline(#[from] KeyOffline),
    /// Another server is about to publish one, and did not end in time.
    #[error("another server is publishing a CRL of {name}: try again later")]
    Busy {
        /// Whose.
        name: AuthorityName,
    },
    /// It would not come after the one before: the clock is behind.
    #[error(transparent)]
    Plan(#[from] CrlPlanError),
    /// nextUpdate cannot be written.
    #[error("a CRL from {this_update} cannot be valid for {validity:#}")]
    Validity {
        /// thisUpdate.
        this_update: Timestamp,
        /// The configured validity.
        validity: SignedDuration,
    },
    /// The CRL cannot be built or breaks a rule.
    #[error(transparent)]
    Prepare(#[from] PrepareCrlError),
    /// Signing failed; nothing left.
    #[error(transparent)]
    Signing(#[from] SigningError),
    /// The store failed; nothing left.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl CrlPublisher {
    /// Over these ports.
    pub fn new(ports: Ports, authorities: Arc<Authorities>, settings: Arc<Settings>) -> Self {
        Self { ports, authorities, settings, turn: Mutex::new(()) }
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
            if let Some(scheduled) = self.due_of(authority, now)? {
                due.push(DueCrl { authority: authority.name().clone(), scheduled });
            }
        }
        Ok(due)
    }

    /// Whether the next CRL of an authority is due, and then whether it is a scheduled one.
    fn due_of(&self, authority: &Authority, now: Timestamp) -> Result<Option<bool>, StoreError> {
        if authority.is_offline() {
            return Ok(None);
        }
        let id = authority.record().id;
        let renew = match self.ports.store.newest_crl(id, true)? {
            Some(newest) => {
                let validity = newest.next_update.duration_since(newest.this_update);
                now.duration_since(newest.this_update) >= validity / 3 * 2
            }
            None => true,
        };
        if renew {
            return Ok(Some(true));
        }
        let Some(newest) = self.ports.store.newest_crl(id, false)? else { return Ok(Some(true)) };
        let changed = self.ports.store.status_position(id)? > newest.status_position;
        let waited = now.duration_since(newest.this_update) >= self.settings.crl_delay;
        Ok((changed && waited).then_some(false))
    }

    /// Publishes every CRL that is due; for timers. What failed is returned, the others are done.
    pub fn publish_due(&self) -> Vec<(AuthorityName, CrlError)> {
        let now = self.ports.clock.now();
        let mut failed = Vec::new();
        for authority in self.authorities.all().iter() {
            if let Err(error) = self.publish_if_due(authority, now) {
                failed.push((authority.name().clone(), error));
            }
        }
        failed
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
        if let Some(scheduled) = self.due_of(authority, now)? {
            self.publish_under(&held.fence(&Act::system("crl", Uuid::nil(), now)), authority, scheduled)?;
        }
        Ok(())
    }

    /// Publishes the next CRL of an authority at once, after those that other servers are about to publish.
    ///
    /// # Errors
    /// [`CrlError`].
    pub fn publish(
        &self,
        act: &Act,
        authority: &AuthorityName,
        scheduled: bool,
    ) -> Result<CrlSummary, CrlError> {
        let authority = self
            .authorities
            .get(authority.as_str())
            .ok_or_else(|| CrlError::UnknownAuthority { name: authority.to_string() })?;
        let _turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        let held = lease::take(&self.ports, &lease::of_crls(authority.record().id), PATIENCE)?
            .ok_or_else(|| CrlError::Busy { name: authority.name().clone() })?;
        self.publish_under(&held.fence(act), &authority, scheduled)
    }

    fn publish_under(
        &self,
        act: &Act,
        authority: &Authority,
        scheduled: bool,
    ) -> Result<CrlSummary, CrlError> {
        let (plan, status_position) = self.plan(authority)?;
        let summary = self.sign(act, authority, plan, status_position, scheduled)?;
        tracing::info!(
            request_id = %act.request_id, authority = %authority.name(), actor = %act.actor, outcome = "published",
            number = summary.number, entries = summary.entries, scheduled, "CRL published"
        );
        Ok(summary)
    }

    /// What the next CRL says. The time is taken before the snapshot, so that every revocation acknowledged until
    /// thisUpdate is in it. One that came between the two may be dated after thisUpdate; then both are taken anew.
    fn plan(&self, authority: &Authority) -> Result<(CrlPlan, u64), CrlError> {
        let mut tries = 0;
        loop {
            let (plan, status_position) = self.plan_at(authority, whole_seconds(self.ports.clock.now()))?;
            let overtaken = plan.entries().iter().any(|entry| entry.at > plan.this_update());
            if !overtaken || tries == MAX_TRIES {
                return Ok((plan, status_position));
            }
            tries += 1;
        }
    }

    fn plan_at(&self, authority: &Authority, this_update: Timestamp) -> Result<(CrlPlan, u64), CrlError> {
        let id = authority.record().id;
        let store = &self.ports.store;
        let previous = store
            .newest_crl(id, false)?
            .map(|newest| PreviousCrl { number: newest.number, this_update: newest.this_update });
        let validity = match authority.record().kind {
            AuthorityKind::Root => self.settings.root_crl_validity,
            AuthorityKind::Issuing => self.settings.crl_validity,
        };
        let next_update =
            this_update.checked_add(validity).map_err(|_| CrlError::Validity { this_update, validity })?;
        // What ended before the last scheduled one stood in that one, which was enough.
        let ended_before = store.newest_crl(id, true)?.map(|crl| crl.this_update);
        let number = store.next_crl_number(id)?;
        let mut entries = Vec::new();
        let status_position =
            store.visit_revoked(id, ended_before, &mut |revoked| entries.push(entry(revoked)))?;
        Ok((CrlPlan::after(previous, number, this_update, next_update, entries)?, status_position))
    }

    fn sign(
        &self,
        act: &Act,
        authority: &Authority,
        plan: CrlPlan,
        status_position: u64,
        scheduled: bool,
    ) -> Result<CrlSummary, CrlError> {
        let store = &self.ports.store;
        let mut rng = self.ports.randomness.generator();
        let prepared = authority.issuer()?.prepare_crl(plan, &mut *rng)?;
        let CrlFacts { number, this_update, next_update, entries } = *prepared.facts();
        let intent = NewIntent {
            id: new_record_id(act.at, &mut *rng),
            authority: authority.record().id,
            kind: IntentKind::Crl(number),
            tbs: prepared.tbs_der().to_vec(),
            tbs_hash: prepared.tbs_hash(),
            profile: String::new(),
            profile_hash: None,
            requester: act.actor.to_string(),
            idempotency_key: None,
        };
        let mut open = None;
        let committed = prepared.commit(|_| {
            open = Some(store.open_intent(act, &intent)?);
            Ok::<(), StoreError>(())
        })?;
        let Some(open) = open else { return Err(StoreError::NotFound { what: "the intent" }.into()) };
        fault::point("crl-intent-stored");
        let later = act.continued(self.ports.clock.now());
        let signed = match authority.issuer()?.sign_crl(committed, &mut *rng) {
            Ok(signed) => signed,
            Err(error) => {
                store.fail_intent(&later, &open, &error.to_string())?;
                return Err(error.into());
            }
        };
        fault::point("crl-signed");
        let crl = NewCrl {
            id: new_record_id(later.at, &mut *rng),
            this_update,
            next_update,
            entries: entries as u64,
            scheduled,
            status_position,
            der: signed.der().to_vec(),
        };
        let summary = store.complete_crl(&later, &open, &crl)?;
        fault::point("crl-stored");
        Ok(summary)
    }
}

fn entry(revoked: RevokedRecord) -> RevokedEntry {
    let RevokedRecord { serial, at, reason, invalidity_date } = revoked;
    // RFC 5280 §5.3.1: an unspecified reason is left out.
    let reason = (reason != Reason::Unspecified).then_some(reason);
    RevokedEntry { serial, at, reason, invalidity_date }
}

impl CrlError {
    /// The stable code of this refusal.
    pub fn code(&self) -> &'static str {
        match self {
            Self::UnknownAuthority { .. } => "unknown-authority",
            Self::Offline(error) => error.code(),
            Self::Busy { .. } => "crl-busy",
            Self::Plan(error) => error.code(),
            Self::Validity { .. } => "crl-validity",
            Self::Prepare(error) => error.code(),
            Self::Signing(error) => error.code(),
            Self::Store(error) => error.code(),
        }
    }
}
