//! What is decided for each job from what is known. The database is not asked here, so that the same is decided within a
//! transaction and before one.

use std::collections::HashMap;

use ca_core::audit::Head;

use super::known::Known;
use super::names::Names;
use super::rows::Rows;
use super::{Done, Job, Opening, Outcomes, Work};
use crate::port::StoreError;
use crate::port::record::{NewCertificate, OpenIntent};
use crate::store::backend::Closings;
use crate::store::certificate;
use crate::store::convert::damaged;
use crate::store::idempotency::OrderRow;
use crate::store::intent::{self, IntentRow};
use crate::store::journal::Author;
use crate::store::subject::{self, SubjectRow};
use crate::store::transaction::Audited as _;

/// Jobs that are decided one after another.
pub(super) struct Plan<'a> {
    jobs: &'a [Job],
    authors: Vec<Author<'a>>,
    known: Known,
    rows: Rows,
    outcomes: Outcomes,
}

/// What is to be written, and what comes of the jobs once it is.
pub(in crate::store) struct Decided {
    pub(super) rows: Rows,
    /// In the order of the jobs.
    pub(in crate::store) outcomes: Vec<Result<Done, StoreError>>,
    /// The end of the audit then.
    pub(in crate::store) head: Head,
}

impl<'a> Plan<'a> {
    /// Decides what is not decided in `outcomes` already. What a job is refused for is its outcome; any other error is that of all.
    pub(super) fn decide(
        jobs: &'a [Job],
        known: Known,
        names: &Names,
        outcomes: Outcomes,
    ) -> Result<Decided, StoreError> {
        let authors = jobs.iter().map(|job| Author::new(&job.act)).collect();
        let mut plan = Self { jobs, authors, known, rows: Rows::default(), outcomes };
        plan.object();
        plan.order()?;
        plan.open()?;
        plan.complete(names)?;
        let Self { known, mut rows, outcomes, .. } = plan;
        let (audit, head) = known.journal.into_rows();
        rows.audit = audit;
        let lost = || Err(StoreError::NotFound { what: "the outcome of a write" });
        let outcomes = outcomes.into_iter().map(|outcome| outcome.unwrap_or_else(lost)).collect();
        Ok(Decided { rows, outcomes, head })
    }

    /// The jobs that are not decided yet, with their places.
    fn undecided(&self) -> impl Iterator<Item = (usize, &'a Job)> + use<'_, 'a> {
        self.jobs.iter().enumerate().filter(|(place, _)| self.outcomes[*place].is_none())
    }

    /// Refuses to open what something stands against.
    fn object(&mut self) {
        for (job, outcome) in self.jobs.iter().zip(&mut self.outcomes) {
            if let (Work::Open(Opening { intent, key: Some(key), .. }), None) = (&job.work, &outcome) {
                let authority = intent.authority.to_string();
                *outcome = self.known.standing.objection(&authority, &intent.requester, key).map(Err);
            }
        }
    }

    /// Answers orders that are repeated, and notes new ones.
    fn order(&mut self) -> Result<(), StoreError> {
        let orders: Vec<_> = self
            .undecided()
            .filter_map(|(place, job)| match &job.work {
                Work::Open(Opening { intent, once: Some(once), .. }) => {
                    Some((place, once, intent.id, job.act.at))
                }
                _ => None,
            })
            .collect();
        let mut taken = HashMap::new();
        for (place, order, intent, at) in orders {
            let known = self.known.orders.get(order.scope.as_slice());
            if let Some(earlier) = known.filter(|earlier| earlier.stands(order, at)) {
                self.outcomes[place] = Some(Err(earlier.refusal()?));
            } else if let Some((intent, request_hash)) = taken.get(&order.scope).copied() {
                self.outcomes[place] = Some(Err(StoreError::Ordered { intent, request_hash }));
            } else {
                taken.insert(order.scope, (intent, order.request_hash));
                self.rows.replaced.extend(known.is_some().then(|| order.scope.to_vec()));
                self.rows.orders.push(OrderRow::new(order, intent));
            }
        }
        Ok(())
    }

    fn open(&mut self) -> Result<(), StoreError> {
        for (place, job) in self.jobs.iter().enumerate() {
            let (Work::Open(Opening { intent, .. }), None) = (&job.work, &self.outcomes[place]) else {
                continue;
            };
            let author = &mut self.authors[place];
            let row = intent::row(intent, author.at())?;
            self.known.journal.record(author, "intent.open", &row)?;
            self.outcomes[place] = Some(Ok(Done::Opened(OpenIntent { id: intent.id, fencing: 1 })));
            self.rows.intents.push(row);
        }
        Ok(())
    }

    /// Closes intents and certifies what they say.
    fn complete(&mut self, names: &Names) -> Result<(), StoreError> {
        let wanted: Vec<_> = self
            .undecided()
            .filter_map(|(place, job)| match &job.work {
                Work::Complete(completion) => Some((place, completion)),
                Work::Open(_) => None,
            })
            .collect();
        let Some(at) = wanted.iter().map(|(place, _)| self.authors[*place].at()).max() else { return Ok(()) };
        let mut closed = Vec::with_capacity(wanted.len());
        for (place, completion) in wanted {
            let new = &completion.certificate;
            let open = self.known.intents.remove(&completion.intent.id.to_string());
            let Some(row) = open.filter(|row| row.is_held_by(&completion.intent)) else {
                self.outcomes[place] = Some(Err(StoreError::IntentClosed));
                continue;
            };
            // What is on record as revoked may always be stored.
            if new.revoked.is_none()
                && let Some(objection) =
                    self.known.standing.objection(&row.authority_id, &row.requester, &completion.key)
            {
                self.outcomes[place] = Some(Err(objection));
                continue;
            }
            // Only what was committed leaves: whatever the caller did, other bytes are not stored under this intent.
            if completion.tbs_hash != row.tbs_hash {
                return Err(damaged("a certificate to store differs from its intent", &row.id));
            }
            closed.push((place, row.done(at), new));
        }
        let ids = closed.iter().map(|(_, row, _)| row.id.clone()).collect();
        self.rows.closings = Closings { ids, at };
        closed.into_iter().try_for_each(|(place, row, new)| self.certify(place, row, new, names))
    }

    fn certify(
        &mut self,
        place: usize,
        intent: IntentRow,
        new: &NewCertificate,
        names: &Names,
    ) -> Result<(), StoreError> {
        let author = &mut self.authors[place];
        let journal = &mut self.known.journal;
        journal.record(author, "intent.done", &intent)?;
        let hash = subject::name_hash(&new.subject_der);
        let subject = match hash.as_ref().and_then(|hash| self.known.subjects.get(hash)) {
            Some(id) => id.clone(),
            None => {
                let row = SubjectRow::new(new, author.at());
                journal.record(author, "subject.create", &row)?;
                let id = row.id().to_owned();
                self.known.subjects.extend(hash.map(|hash| (hash, id.clone())));
                self.rows.subjects.push(row);
                id
            }
        };
        let name = names.of(&intent.authority_id);
        let row = certificate::row(intent, new, subject, author.at(), journal.position()?)?;
        journal.record(author, "certificate.issue", &row)?;
        let record = certificate::record((row.clone(), name));
        self.outcomes[place] = Some(record.map(|record| Done::Completed(Box::new(record))));
        self.rows.certificates.push(row);
        Ok(())
    }
}
