//! The jobs that share transactions: to open an intent, and to close it with its certificate. Each step is done for all of
//! them at once, which on PostgreSQL is one round trip instead of one for each.

mod known;
mod names;
mod plan;
mod rows;

use std::sync::mpsc::SyncSender;

use known::Known;
use plan::Plan;

use super::backend::Connection;
use super::{lease, nonce};
use crate::port::record::{CertificateRecord, NewCertificate, NewIntent, Once, OpenIntent};
use crate::port::{Act, StoreError, fault};

pub(super) use names::Names;
pub(super) use plan::Decided;

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
) -> Result<Decided, StoreError> {
    let mut outcomes: Outcomes = jobs.iter().map(|_| None).collect();
    admit(connection, jobs, &mut outcomes)?;
    let known = Known::read(connection, jobs)?;
    names.learn(connection, &known)?;
    let decided = Plan::decide(jobs, known, names, outcomes)?;
    decided.rows.write(connection)?;
    Ok(decided)
}

/// Whether jobs ask for nothing of the database but what [`run_unlocked`] does.
pub(super) fn are_plain(jobs: &[Job]) -> bool {
    jobs.iter().all(|job| job.act.lease.is_none() && job.act.nonce.is_none())
}

/// Does jobs that are plain without a transaction around it: PostgreSQL is asked what counts, and then writes by one statement if
/// nobody else wrote in between. None where somebody did, or where one statement does not do; nothing was changed then.
pub(super) fn run_unlocked(
    connection: &mut Connection,
    jobs: &[Job],
    names: &mut Names,
) -> Result<Option<Decided>, StoreError> {
    let known = Known::read(connection, jobs)?;
    names.learn(connection, &known)?;
    let after = known.journal.end();
    let outcomes = jobs.iter().map(|_| None).collect();
    let decided = Plan::decide(jobs, known, names, outcomes)?;
    let Connection::Postgresql(connection) = connection else { return Ok(None) };
    if !decided.rows.replaced.is_empty() {
        return Ok(None);
    }
    fault::point("group-commit");
    match decided.rows.together(Some(after)).run(connection) {
        Ok(0) if !decided.rows.audit.is_empty() => Ok(None),
        Ok(_) => Ok(Some(decided)),
        // Whether it was kept is unknown.
        Err(error @ StoreError::Unavailable { .. }) => Err(error),
        Err(_) => Ok(None),
    }
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
