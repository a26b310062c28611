//! The jobs that share transactions: to open an intent, and to close it with its certificate. Each step is done for all of
//! them at once, which on PostgreSQL is one round trip instead of one for each.

mod known;
mod rows;

use std::collections::{HashMap, HashSet};
use std::sync::mpsc::SyncSender;

use ca_core::audit::Head;
use diesel::prelude::*;

use known::Known;
use rows::Rows;

use super::backend::{Connection, on_each};
use super::convert::damaged;
use super::idempotency::{self, OrderRow};
use super::intent::{self, IntentRow};
use super::journal::Author;
use super::schema::authorities;
use super::subject::{self, SubjectRow};
use super::transaction::Audited as _;
use super::{certificate, during, lease, nonce};
use crate::port::record::{CertificateRecord, NewCertificate, NewIntent, Once, OpenIntent};
use crate::port::{Act, StoreError};

/// One job, and who waits for it.
pub(super) struct Job {
    pub(super) act: Act,
    pub(super) work: Work,
    pub(super) answer: SyncSender<Result<Done, StoreError>>,
}

/// What a job does.
pub(super) enum Work {
    Open(Opening),
    Complete(Completion),
}

/// An intent to certify a key.
pub(super) struct Opening {
    pub(super) intent: NewIntent,
    /// The key, normalised, where it is certified for others.
    pub(super) key: Option<Vec<u8>>,
    /// How a retry is told.
    pub(super) once: Option<Once>,
}

/// A certificate that closes its intent.
pub(super) struct Completion {
    pub(super) intent: OpenIntent,
    pub(super) certificate: NewCertificate,
    /// Of the bytes in `certificate`, read by whoever queued the job: the writer has no time for that.
    pub(super) tbs_hash: Vec<u8>,
    /// The key in it, normalised; read there too.
    pub(super) key: Vec<u8>,
}

impl Work {
    /// The key that is certified.
    fn key(&self) -> Option<&[u8]> {
        match self {
            Self::Open(opening) => opening.key.as_deref(),
            Self::Complete(completion) => Some(&completion.key),
        }
    }
}

/// What came of it.
pub(super) enum Done {
    Opened(OpenIntent),
    Completed(Box<CertificateRecord>),
}

type Outcomes = Vec<Option<Result<Done, StoreError>>>;

/// Does jobs within a transaction. What a job is refused for without having changed anything is its outcome; any other
/// error is that of the whole transaction, which must then be rolled back.
pub(super) fn run(
    connection: &mut Connection,
    jobs: &[Job],
    names: &mut Names,
) -> Result<(Vec<Result<Done, StoreError>>, Head), StoreError> {
    let mut outcomes: Outcomes = jobs.iter().map(|_| None).collect();
    let mut authors: Vec<Author<'_>> = jobs.iter().map(|job| Author::new(&job.act)).collect();
    admit(connection, jobs, &mut outcomes)?;
    let mut known = Known::read(connection, jobs)?;
    let mut rows = Rows::default();
    open(connection, jobs, &mut known, &mut authors, &mut rows, &mut outcomes)?;
    complete(connection, jobs, &mut known, &mut authors, &mut rows, names, &mut outcomes)?;
    let (audit, head) = known.journal.into_rows();
    rows.write(&audit, connection)?;
    let lost = || Err(StoreError::NotFound { what: "the outcome of a write" });
    Ok((outcomes.into_iter().map(|outcome| outcome.unwrap_or_else(lost)).collect(), head))
}

/// Uses up the nonces of the acts, and refuses those whose lease was taken over.
fn admit(connection: &mut Connection, jobs: &[Job], outcomes: &mut Outcomes) -> Result<(), StoreError> {
    for (job, outcome) in jobs.iter().zip(outcomes.iter_mut()) {
        if let Some(held) = &job.act.lease {
            match lease::check(connection, held) {
                Ok(()) => {}
                Err(lost @ StoreError::LeaseLost { .. }) => *outcome = Some(Err(lost)),
                Err(error) => return Err(error),
            }
        }
    }
    let acts: Vec<&Act> = jobs.iter().map(|job| &job.act).collect();
    for place in nonce::use_up(connection, &acts)? {
        outcomes[place] = Some(Err(StoreError::NonceReplayed));
    }
    Ok(())
}

/// The jobs whose outcome is not known yet, with their places.
fn undecided<'a>(jobs: &'a [Job], outcomes: &Outcomes) -> impl Iterator<Item = (usize, &'a Job)> {
    jobs.iter().enumerate().filter(|(place, _)| outcomes[*place].is_none())
}

fn open(
    connection: &mut Connection,
    jobs: &[Job],
    known: &mut Known,
    authors: &mut [Author<'_>],
    rows: &mut Rows,
    outcomes: &mut Outcomes,
) -> Result<(), StoreError> {
    for (job, outcome) in jobs.iter().zip(outcomes.iter_mut()) {
        if let (Work::Open(Opening { intent, key: Some(key), .. }), None) = (&job.work, &outcome) {
            let objection = known.standing.objection(&intent.authority.to_string(), &intent.requester, key);
            *outcome = objection.map(Err);
        }
    }
    let once: Vec<_> = undecided(jobs, outcomes)
        .filter_map(|(place, job)| match &job.work {
            Work::Open(Opening { intent, once: Some(once), .. }) => {
                Some((place, once, intent.id, job.act.at))
            }
            _ => None,
        })
        .collect();
    let mut taken = HashMap::new();
    let mut replaced = Vec::new();
    for (place, order, intent, at) in once {
        let scope = order.scope.as_slice();
        let earlier = known.orders.get(scope).filter(|earlier| earlier.stands(order, at));
        if let Some(earlier) = earlier {
            outcomes[place] = Some(Err(earlier.refusal()?));
        } else if let Some((intent, request_hash)) = taken.get(&order.scope).copied() {
            outcomes[place] = Some(Err(StoreError::Ordered { intent, request_hash }));
        } else {
            taken.insert(order.scope, (intent, order.request_hash));
            replaced.extend(known.orders.contains_key(scope).then_some(scope));
            rows.orders.push(OrderRow::new(order, intent));
        }
    }
    for (place, job) in jobs.iter().enumerate() {
        let (Work::Open(Opening { intent, .. }), None) = (&job.work, &outcomes[place]) else { continue };
        let row = intent::row(intent, authors[place].at())?;
        known.journal.record(&mut authors[place], "intent.open", &row)?;
        outcomes[place] = Some(Ok(Done::Opened(OpenIntent { id: intent.id, fencing: 1 })));
        rows.intents.push(row);
    }
    idempotency::remove(connection, &replaced)
}

/// A certificate whose intent is closed, and which job it is.
struct Closed<'a> {
    place: usize,
    intent: IntentRow,
    new: &'a NewCertificate,
}

fn complete(
    connection: &mut Connection,
    jobs: &[Job],
    known: &mut Known,
    authors: &mut [Author<'_>],
    rows: &mut Rows,
    names: &mut Names,
    outcomes: &mut Outcomes,
) -> Result<(), StoreError> {
    let wanted: Vec<_> = undecided(jobs, outcomes)
        .filter_map(|(place, job)| match &job.work {
            Work::Complete(completion) => Some((place, completion)),
            Work::Open(_) => None,
        })
        .collect();
    let Some(at) = wanted.iter().map(|(place, _)| authors[*place].at()).max() else { return Ok(()) };
    let handles: Vec<&OpenIntent> = wanted.iter().map(|(_, completion)| &completion.intent).collect();
    let objection = |place: usize, row: &IntentRow| {
        let Completion { certificate, key, .. } = wanted[place].1;
        // What is on record as revoked may always be stored.
        let objection = known.standing.objection(&row.authority_id, &row.requester, key);
        objection.filter(|_| certificate.revoked.is_none())
    };
    let intents = intent::close_all(
        connection,
        &handles,
        at,
        if known.standing.is_clear() { None } else { Some(&objection) },
    )?;
    let mut closed = Vec::new();
    for ((place, completion), row) in wanted.into_iter().zip(intents) {
        let intent = match row {
            Ok(intent) => intent,
            Err(refused) => {
                outcomes[place] = Some(Err(refused));
                continue;
            }
        };
        // Only what was committed leaves: whatever the caller did, other bytes are not stored under this intent.
        if completion.tbs_hash != intent.tbs_hash {
            return Err(damaged("a certificate to store differs from its intent", &intent.id));
        }
        closed.push(Closed { place, intent, new: &completion.certificate });
    }
    names.learn(connection, &closed)?;
    for Closed { place, intent, new } in closed {
        let author = &mut authors[place];
        known.journal.record(author, "intent.done", &intent)?;
        let hash = subject::name_hash(&new.subject_der);
        let subject = match hash.as_ref().and_then(|hash| known.subjects.get(hash)) {
            Some(id) => id.clone(),
            None => {
                let row = SubjectRow::new(new, author.at());
                known.journal.record(author, "subject.create", &row)?;
                let id = row.id().to_owned();
                known.subjects.extend(hash.map(|hash| (hash, id.clone())));
                rows.subjects.push(row);
                id
            }
        };
        let name = names.0.get(&intent.authority_id).cloned().unwrap_or_default();
        let row = certificate::row(intent, new, subject, author.at(), known.journal.position()?)?;
        known.journal.record(author, "certificate.issue", &row)?;
        let record = certificate::record((row.clone(), name));
        outcomes[place] = Some(record.map(|record| Done::Completed(Box::new(record))));
        rows.certificates.push(row);
    }
    Ok(())
}

/// The names of authorities, by id. They never change, and authorities are few.
#[derive(Default)]
pub(super) struct Names(HashMap<String, String>);

impl Names {
    /// Reads those that are not known yet.
    fn learn(&mut self, connection: &mut Connection, closed: &[Closed<'_>]) -> Result<(), StoreError> {
        let unknown: HashSet<&str> = closed
            .iter()
            .map(|closed| closed.intent.authority_id.as_str())
            .filter(|id| !self.0.contains_key(*id))
            .collect();
        if unknown.is_empty() {
            return Ok(());
        }
        let pairs: Vec<(String, String)> = on_each!(connection, |connection| {
            authorities::table
                .filter(authorities::id.eq_any(&unknown))
                .select((authorities::id, authorities::name))
                .load(connection)
                .map_err(during("an authority"))
        })?;
        self.0.extend(pairs);
        Ok(())
    }
}
