//! What a transaction has to know before it changes anything. None of it changes until the transaction is committed.

use std::collections::{HashMap, HashSet};

use ca_core::audit::Head;

use super::{Job, Opening, Work};
use crate::port::StoreError;
use crate::port::record::{Once, QUARANTINE};
use crate::store::backend::{Connection, Found, LookUp, look_up};
use crate::store::convert::{hash, unsigned};
use crate::store::idempotency::{self, OrderRow};
use crate::store::journal::Journal;
use crate::store::standing::{self, Standing};
use crate::store::subject;

/// What concerns the jobs of a transaction.
pub(super) struct Known {
    pub(super) journal: Journal,
    pub(super) standing: Standing,
    /// Orders, by their scope.
    pub(super) orders: HashMap<Vec<u8>, OrderRow>,
    /// Ids of subjects, by the hash of their name.
    pub(super) subjects: HashMap<Vec<u8>, String>,
}

impl Known {
    pub(super) fn read(connection: &mut Connection, jobs: &[Job]) -> Result<Self, StoreError> {
        let keys: Vec<&[u8]> = jobs.iter().filter_map(|job| job.work.key()).collect();
        let scopes: Vec<&[u8]> =
            jobs.iter().filter_map(|job| order(job)).map(|once| once.scope.as_slice()).collect();
        let names: Vec<Vec<u8>> = jobs.iter().filter_map(name_hash).collect();
        match connection {
            Connection::Sqlite(_) => Ok(Self {
                journal: Journal::open(connection)?,
                standing: Standing::read(connection, &keys)?,
                orders: idempotency::find(connection, &scopes)?,
                subjects: subject::known(connection, &names)?,
            }),
            Connection::Postgresql(connection) => {
                let asked =
                    LookUp { setting: QUARANTINE, settings: standing::suspensions(), keys, scopes, names };
                Self::of(look_up(connection, asked)?)
            }
        }
    }

    fn of(found: Vec<Found>) -> Result<Self, StoreError> {
        let (mut head, mut settings, mut blocked) = (Head::START, Vec::new(), HashSet::new());
        let (mut orders, mut subjects) = (HashMap::new(), HashMap::new());
        for found in found {
            match found {
                Found::Head { sequence, hash: bytes } => {
                    head = Head { sequence: unsigned(sequence)?, hash: hash(&bytes)? };
                }
                Found::Setting { name, value } => settings.push((name, value)),
                Found::Blocked { key } => drop(blocked.insert(key)),
                Found::Order { scope, request_hash, intent_id, expires_at } => {
                    let row = OrderRow { scope: scope.clone(), request_hash, intent_id, expires_at };
                    orders.insert(scope, row);
                }
                Found::Subject { id, name_hash } => drop(subjects.insert(name_hash, id)),
            }
        }
        Ok(Self {
            journal: Journal::after(head),
            standing: Standing::new(settings, blocked),
            orders,
            subjects,
        })
    }
}

/// How a retry of the job is told.
fn order(job: &Job) -> Option<&Once> {
    match &job.work {
        Work::Open(Opening { once, .. }) => once.as_ref(),
        Work::Complete(_) => None,
    }
}

/// The hash of the name that is certified; none of the empty one.
fn name_hash(job: &Job) -> Option<Vec<u8>> {
    match &job.work {
        Work::Open(_) => None,
        Work::Complete(completion) => subject::name_hash(&completion.certificate.subject_der),
    }
}
