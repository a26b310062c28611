//! From the store to a published list.

use std::io;

use ca_core::algorithm::digest::sm3;
use ca_core::crl::list::{
    CommittedList, DraftError, ListDraft, ListKind, ListPlan, PreparedList, Scratch, SignedList,
};
use ca_core::crl::{PreviousCrl, RevokedEntry};
use ca_core::encoding::time::whole_seconds;
use ca_core::revocation::{Reason, Status};
use jiff::Timestamp;
use rand_core::CryptoRng;
use uuid::Uuid;

use super::{CrlError, CrlPublisher, Issue, Series, remote};
use crate::port::record::{
    AuthorityKind, ChangedRecord, CrlSummary, IntentKind, NewCrl, NewIntent, OpenIntent, RevokedRecord,
    StatusAsk,
};
use crate::port::{Act, StoreError, fault, new_record_id};
use crate::service::authorities::Authority;
use crate::service::publication::file_name;
use crate::service::safeguards::Halt;

/// How often time and snapshot are taken anew. Another second has to begin between the two each time: where this is
/// not enough the clock was set back, and the rules refuse the CRL.
const MAX_TRIES: u32 = 3;

/// A delta of more changes is not worth it: a full list is published in its place. It bounds what is held.
const MAX_CHANGES: u32 = 100_000;

/// Up to here the bytes of a list that is issued alone stand in its intent and beside it.
const INLINE: u64 = 64 << 10;

/// Octets of a part.
const PART: usize = 8 << 20;

type Draft = ListDraft<Box<dyn Scratch>>;
type Prepared = PreparedList<Box<dyn Scratch>>;
pub(super) type Committed = CommittedList<Box<dyn Scratch>>;
pub(super) type Signed = SignedList<Box<dyn Scratch>>;

/// What is issued under one number: one of both at least.
struct Drafts {
    full: Option<Draft>,
    delta: Option<Draft>,
    status_position: u64,
    /// What both ended and changed before this may be missing.
    ended_before: Option<Timestamp>,
}

/// One list on its way, with the id of its row.
struct Made<L> {
    id: Uuid,
    list: L,
}

impl CrlPublisher {
    /// Reads, writes, checks, commits, signs, stores and publishes what is to be issued.
    pub(super) fn build(&self, act: &Act, series: Series<'_>, issue: Issue) -> Result<CrlSummary, CrlError> {
        self.safeguards.publishing(series.name())?;
        let Drafts { full, delta, status_position, ended_before } = self.draft(series, issue)?;
        let authority = series.authority;
        let mut rng = self.ports.randomness.generator();
        let mut prepared = Vec::new();
        for draft in [full, delta].into_iter().flatten() {
            let list = authority.issuer()?.prepare_list(draft, &mut *rng)?;
            prepared.push(Made { id: new_record_id(act.at, &mut *rng), list });
        }
        let id = authority.record().id;
        let previous = self.ports.store.newest_crl(series.scope(), false)?;
        let full = prepared.iter().find(|made| made.list.facts().kind == ListKind::Full);
        let inline = prepared.len() == 1 && prepared[0].list.tbs_octets() <= INLINE;
        let check = || match (&previous, full) {
            (Some(previous), Some(full)) => self.check(authority, previous, &full.list, ended_before),
            _ => Ok(()),
        };
        if inline {
            check()?;
        } else {
            let base = prepared.iter().find_map(|made| match made.list.facts().kind {
                ListKind::Delta { .. } => previous.as_ref().map(|previous| previous.id),
                ListKind::Full => None,
            });
            let kept = self.kept(authority)?;
            let keep: Vec<Uuid> = kept.into_iter().chain(base).collect();
            self.ports.store.prune_crl_parts(id, &keep)?;
            // Parts of a list that is refused are dropped by the next one.
            std::thread::scope(|scope| {
                let checked = scope.spawn(check);
                let put = prepared.iter().try_for_each(|made| self.put_parts(authority, made));
                checked.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)).and(put)
            })?;
        }
        let (open, committed) = self.commit(act, authority, prepared, inline, &mut *rng)?;
        let later = act.continued(self.ports.clock.now());
        fault::point("crl-intent-stored");
        let signed = match self.sign(series, committed, &mut *rng) {
            Ok(signed) => signed,
            Err(error) => {
                self.ports.store.fail_intent(&later, &open, &error.to_string())?;
                return Err(error);
            }
        };
        fault::point("crl-signed");
        self.publish_signed(&later, series, &open, signed, issue, status_position, inline)
    }

    /// The newest list of each scope and kind: their parts are served, and compared with.
    fn kept(&self, authority: &Authority) -> Result<Vec<Uuid>, StoreError> {
        let store = &self.ports.store;
        let mut kept = Vec::new();
        for series in self.series(authority)? {
            let scope = series.scope();
            let newest = [store.newest_crl(scope, false)?, store.newest_delta(scope)?];
            kept.extend(newest.into_iter().flatten().map(|crl| crl.id));
        }
        Ok(kept)
    }

    /// The time is taken before the snapshot, so that every revocation acknowledged until thisUpdate is in it. One that came
    /// between the two may be dated after thisUpdate; then both are taken anew.
    fn draft(&self, series: Series<'_>, issue: Issue) -> Result<Drafts, CrlError> {
        let mut tries = 0;
        loop {
            match self.draft_at(series, whole_seconds(self.ports.clock.now()), issue) {
                Err(CrlError::Draft(DraftError::AfterThisUpdate { .. })) if tries < MAX_TRIES => tries += 1,
                other => return other,
            }
        }
    }

    fn draft_at(&self, series: Series<'_>, this_update: Timestamp, issue: Issue) -> Result<Drafts, CrlError> {
        let (scope, authority, store) = (series.scope(), series.authority, &self.ports.store);
        let lists = self.settings.lists_of(authority.name());
        let validity = match authority.record().kind {
            AuthorityKind::Root => self.settings.root_crl_validity,
            AuthorityKind::Issuing => self.settings.crl_validity,
        };
        let next_update =
            this_update.checked_add(validity).map_err(|_| CrlError::Validity { this_update, validity })?;
        let previous = self
            .newest(scope)?
            .map(|newest| PreviousCrl { number: newest.number, this_update: newest.this_update });
        let number = store.next_crl_number(scope.authority)?;
        let urls = authority.issuer()?.urls();
        let (location, deltas_at) = (urls.list(series.shard), urls.delta(series.shard));
        let plan = |kind| {
            let plan = ListPlan::after(previous, number, this_update, next_update, kind);
            // The list of the whole is about everything, whatever certificates name: it says of no address.
            plan.map(|plan| plan.only_for(series.shard.map(|_| location.clone())))
        };
        let base = store.newest_crl(scope, false)?.filter(|_| lists.deltas);
        // What ended before the last scheduled one stood in that one, which was enough.
        let ended_before =
            store.newest_crl(scope, true)?.map(|crl| crl.this_update).filter(|_| !lists.keep_expired);
        let mut with_full = issue != Issue::Changes || base.is_none();
        loop {
            let mut draft = if with_full {
                let keeping = lists.keep_expired.then_some(authority.record().created_at);
                let plan = plan(ListKind::Full)?
                    .with_deltas_at(lists.deltas.then(|| deltas_at.clone()))
                    .keeping_expired_since(keeping.map(whole_seconds));
                Some(ListDraft::new(plan, self.scratch(authority)?))
            } else {
                None
            };
            let ask = StatusAsk {
                scope,
                all: with_full.then_some(ended_before),
                changed: base.as_ref().map(|base| (base.status_position, MAX_CHANGES)),
            };
            let mut refused = None;
            let snapshot = store.read_status(&ask, &mut |revoked| {
                if let (Some(draft), None) = (&mut draft, &refused) {
                    refused = draft.push(entry(revoked)).err();
                }
            })?;
            if let Some(error) = refused {
                return Err(error.into());
            }
            let delta = match (&base, snapshot.changed) {
                (Some(base), Some(changed)) => {
                    let plan = plan(ListKind::Delta { base: base.number })?;
                    let mut delta = ListDraft::new(plan, self.scratch(authority)?);
                    for changed in changed {
                        delta.push(change(changed, this_update))?;
                    }
                    Some(delta)
                }
                _ => None,
            };
            if draft.is_none() && delta.is_none() {
                with_full = true;
                continue;
            }
            let status_position = snapshot.position;
            return Ok(Drafts { full: draft, delta, status_position, ended_before });
        }
    }

    fn scratch(&self, authority: &Authority) -> Result<Box<dyn Scratch>, CrlError> {
        self.ports
            .publisher
            .scratch()
            .map_err(|source| CrlError::Write { name: authority.name().clone(), source })
    }

    /// Stores the bytes to be signed in parts, before the intent that is about them.
    fn put_parts(&self, authority: &Authority, made: &Made<Prepared>) -> Result<(), CrlError> {
        let (store, id) = (&self.ports.store, authority.record().id);
        let (mut part, mut number, mut failed) = (Vec::with_capacity(PART), 0, None);
        let mut put = |part: &mut Vec<u8>| {
            let stored = store.put_crl_part(id, made.id, number, part);
            number += 1;
            part.clear();
            stored
        };
        let visited = made.list.visit_tbs(&mut |octets| {
            let mut octets = octets;
            while !octets.is_empty() {
                let (now, later) = octets.split_at(octets.len().min(PART - part.len()));
                part.extend_from_slice(now);
                octets = later;
                if part.len() == PART
                    && let Err(error) = put(&mut part)
                {
                    failed = Some(error);
                    return Err(io::ErrorKind::Other.into());
                }
            }
            Ok(())
        });
        if let Some(error) = failed {
            return Err(error.into());
        }
        visited.map_err(|source| CrlError::Write { name: authority.name().clone(), source })?;
        if !part.is_empty() {
            put(&mut part)?;
        }
        Ok(())
    }

    /// One intent for all that is issued under the number.
    fn commit(
        &self,
        act: &Act,
        authority: &Authority,
        prepared: Vec<Made<Prepared>>,
        inline: bool,
        rng: &mut dyn CryptoRng,
    ) -> Result<(OpenIntent, Vec<Made<Committed>>), CrlError> {
        let mut tbs = Vec::new();
        if let ([one], true) = (prepared.as_slice(), inline) {
            let held = one.list.visit_tbs(&mut |part| {
                tbs.extend_from_slice(part);
                Ok(())
            });
            held.map_err(|source| CrlError::Write { name: authority.name().clone(), source })?;
        }
        let hashes: Vec<[u8; 32]> = prepared.iter().map(|made| made.list.tbs_hash()).collect();
        let number = prepared.first().map_or(0, |made| made.list.facts().number);
        let intent = NewIntent {
            id: new_record_id(act.at, rng),
            authority: authority.record().id,
            kind: IntentKind::Crl(number),
            tbs,
            tbs_hash: match hashes.as_slice() {
                [one] => *one,
                several => sm3(several.as_flattened()),
            },
            profile: String::new(),
            profile_hash: None,
            requester: act.actor.to_string(),
            idempotency_key: None,
        };
        let mut open = None;
        let mut committed = Vec::with_capacity(prepared.len());
        for Made { id, list } in prepared {
            let list = list.commit(|_| {
                if open.is_none() {
                    open = Some(self.ports.store.open_intent(act, &intent)?);
                }
                Ok::<(), StoreError>(())
            })?;
            committed.push(Made { id, list });
        }
        let open = open.ok_or(StoreError::NotFound { what: "the intent" })?;
        Ok((open, committed))
    }

    fn sign(
        &self,
        series: Series<'_>,
        committed: Vec<Made<Committed>>,
        rng: &mut dyn CryptoRng,
    ) -> Result<Vec<Made<Signed>>, CrlError> {
        let mut sign = |list| remote::sign(series, &self.settings, list, rng);
        committed.into_iter().map(|Made { id, list }| Ok(Made { id, list: sign(list)? })).collect()
    }

    /// Everything is whole and durable where it is published before the store says that it is published, and takes the place of
    /// the one before after that.
    #[expect(clippy::too_many_arguments, reason = "what is stored of a list")]
    fn publish_signed(
        &self,
        act: &Act,
        series: Series<'_>,
        open: &OpenIntent,
        signed: Vec<Made<Signed>>,
        issue: Issue,
        status_position: u64,
        inline: bool,
    ) -> Result<CrlSummary, CrlError> {
        let authority = series.authority;
        let (mut staged, mut rows) = (Vec::new(), Vec::new());
        for Made { id, list } in &signed {
            let facts = list.facts();
            let base = match facts.kind {
                ListKind::Full => None,
                ListKind::Delta { base } => Some(base),
            };
            let name = file_name(authority.name(), series.shard, base.is_some());
            match self.publications.stage(&name, &mut |sink| list.visit(sink)) {
                Ok(document) => staged.push(document),
                Err(source) => {
                    let error = CrlError::Write { name: authority.name().clone(), source };
                    self.ports.store.fail_intent(act, open, &error.to_string())?;
                    return Err(error);
                }
            }
            let mut der = list.tail().to_vec();
            if inline {
                der.clear();
                list.visit(&mut |part| {
                    der.extend_from_slice(part);
                    Ok(())
                })
                .map_err(|source| CrlError::Write { name: authority.name().clone(), source })?;
            }
            rows.push(NewCrl {
                id: *id,
                shard: series.shard,
                this_update: facts.this_update,
                next_update: facts.next_update,
                entries: facts.entries,
                scheduled: issue == Issue::Scheduled,
                status_position,
                base,
                tbs_hash: (signed.len() > 1).then(|| list.tbs_hash()),
                tbs_octets: if inline { 0 } else { list.tbs_octets() },
                der,
            });
        }
        let stored = self.ports.store.complete_crls(act, open, &rows)?;
        // A number that is published is known off the host. Where it cannot be, relying parties need the list all the same.
        if let Err(error) = self.safeguards.acknowledge() {
            tracing::warn!(authority = %series.name(), outcome = error.code(), "a CRL is published that was not told off the host");
        }
        // The store may have gone back while the list was made, whose number relying parties know then already.
        for summary in &stored {
            if self.safeguards.is_overtaken(summary, authority.name())? {
                return Err(self.safeguards.issuing().err().unwrap_or(Halt::Compared).into());
            }
        }
        fault::point("crl-stored");
        for (summary, document) in stored.iter().zip(staged) {
            self.publications
                .publish(summary, document)
                .map_err(|error| CrlError::Write { name: authority.name().clone(), source: error })?;
        }
        stored.into_iter().next().ok_or(CrlError::Store(StoreError::NotFound { what: "the CRL" }))
    }
}

/// RFC 5280 §5.3.1: an unspecified reason is left out.
fn entry(revoked: RevokedRecord) -> RevokedEntry {
    let RevokedRecord { serial, at, reason, invalidity_date } = revoked;
    let reason = (reason != Reason::Unspecified).then_some(reason);
    RevokedEntry { serial, at, reason, invalidity_date }
}

/// What a delta says of a change: of one that is good again, that it is to be removed, whether the base lists it, a delta
/// since, or none (RFC 5280 §5.2.4).
fn change(changed: ChangedRecord, now: Timestamp) -> RevokedEntry {
    let ChangedRecord { serial, status } = changed;
    match status {
        Status::Good => {
            RevokedEntry { serial, at: now, reason: Some(Reason::RemoveFromCrl), invalidity_date: None }
        }
        Status::Held { since } => {
            RevokedEntry { serial, at: since, reason: Some(Reason::CertificateHold), invalidity_date: None }
        }
        Status::Revoked { at, reason, invalidity_date } => {
            entry(RevokedRecord { serial, at, reason, invalidity_date })
        }
    }
}
