//! What has to be known of the store before jobs are decided. Each change of it has an entry in the audit, or is made by a group of
//! jobs itself: it stands as long as the audit ends where it did.

use std::collections::{HashMap, HashSet};

use ca_core::audit::Head;

use super::{Job, Opening, Work};
use crate::port::StoreError;
use crate::port::record::{Once, QUARANTINE};
use crate::store::backend::{Connection, Found, LookUp, look_up};
use crate::store::convert::{hash, unsigned};
use crate::store::idempotency::{self, OrderRow};
use crate::store::intent::{self, IntentRow};
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
    /// Those of the intents to be closed that are open, by id.
    pub(super) intents: HashMap<String, IntentRow>,
}

impl Known {
    pub(super) fn read(connection: &mut Connection, jobs: &[Job]) -> Result<Self, StoreError> {
        let keys: Vec<&[u8]> = jobs.iter().filter_map(|job| job.work.key()).collect();
        let scopes: Vec<&[u8]> =
            jobs.iter().filter_map(|job| order(job)).map(|once| once.scope.as_slice()).collect();
        let names: Vec<Vec<u8>> = jobs.iter().filter_map(name_hash).collect();
        let intents: Vec<String> = jobs.iter().filter_map(intent_id).collect();
        match connection {
            Connection::Sqlite(_) => Ok(Self {
                journal: Journal::open(connection)?,
                standing: Standing::read(connection, &keys)?,
                orders: idempotency::find(connection, &scopes)?,
                subjects: subject::known(connection, &names)?,
                intents: intent::open_among(connection, &intents)?,
            }),
            Connection::Postgresql(connection) => {
                let settings = standing::suspensions();
                let asked = LookUp { setting: QUARANTINE, settings, keys, scopes, names, intents: &intents };
                Self::of(look_up(connection, asked)?)
            }
        }
    }

    fn of(found: Vec<Found>) -> Result<Self, StoreError> {
        let (mut head, mut settings, mut blocked) = (Head::START, Vec::new(), HashSet::new());
        let (mut orders, mut subjects, mut intents) = (HashMap::new(), HashMap::new(), HashMap::new());
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
                Found::Intent(row) => drop(intents.insert(row.id.clone(), *row)),
            }
        }
        Ok(Self {
            journal: Journal::after(head),
            standing: Standing::new(settings, blocked),
            orders,
            subjects,
            intents,
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

/// The intent that is to be closed.
fn intent_id(job: &Job) -> Option<String> {
    match &job.work {
        Work::Open(_) => None,
        Work::Complete(completion) => Some(completion.intent.id.to_string()),
    }
}
