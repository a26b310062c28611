//! Orders that are sent again: a requester who got no answer asks once more and gets the same certificate.

use std::time::Duration;

use ca_core::algorithm::digest::{Sm3Hasher, sm3};
use ca_core::revocation::Status;
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use super::{Halt, IssuingError};
use crate::port::record::{CertificateRecord, IntentState, NewIntent, Once, OpenIntent};
use crate::port::{Act, Ports, StoreError};

/// The name that a requester gives to an order, and what they ordered under it.
#[derive(Clone, Debug)]
pub struct IdempotencyKey {
    key: String,
    request_hash: [u8; 32],
}

impl IdempotencyKey {
    /// Most octets of a name. It stands in the audit.
    pub const MAX: usize = 255;

    /// The name of a request; none where it is empty or longer than [`Self::MAX`].
    pub fn new(key: &str, request: &[u8]) -> Option<Self> {
        let fits = (1..=Self::MAX).contains(&key.len());
        fits.then(|| Self { key: key.to_owned(), request_hash: sm3(request) })
    }
}

/// How a retry is told from another order.
pub(in crate::service) struct Retry {
    operation: &'static str,
    key: Vec<u8>,
    pub(super) name: Option<String>,
    request_hash: [u8; 32],
    lifetime: SignedDuration,
    /// Whether an order whose certificate is not good any more is done anew; refused otherwise.
    anew: bool,
}

/// How long the name of an order is known: longer than anybody retries by themselves.
const NAMED: SignedDuration = SignedDuration::from_hours(30 * 24);
/// How long a request without a name is taken for a retry. Later the same device may want another certificate.
const UNNAMED: SignedDuration = SignedDuration::from_mins(10);

/// How often it is asked whether an order that is under way is done.
const TRIES: u32 = 20;
/// Between two of these.
const PAUSE: Duration = Duration::from_millis(100);

impl Retry {
    /// Of an order that its requester named.
    pub(in crate::service) fn named(operation: &'static str, key: IdempotencyKey) -> Self {
        Self {
            operation,
            key: key.key.clone().into_bytes(),
            name: Some(key.key),
            request_hash: key.request_hash,
            lifetime: NAMED,
            anew: false,
        }
    }

    /// Of a request that names itself.
    pub(in crate::service) fn of_request(operation: &'static str, request: &[u8]) -> Self {
        let request_hash = sm3(request);
        Self {
            operation,
            key: request_hash.to_vec(),
            name: None,
            request_hash,
            lifetime: UNNAMED,
            anew: true,
        }
    }

    fn once(&self, intent: &NewIntent, now: Timestamp) -> Once {
        let mut scope = Sm3Hasher::default();
        let authority = intent.authority.to_string();
        for part in [
            intent.requester.as_bytes(),
            self.operation.as_bytes(),
            authority.as_bytes(),
            intent.profile.as_bytes(),
            &self.key,
        ] {
            // With its length, so that no two lists of parts read alike.
            scope.update(&(part.len() as u64).to_be_bytes());
            scope.update(part);
        }
        Once {
            scope: scope.finish(),
            request_hash: self.request_hash,
            until: now.saturating_add(self.lifetime).unwrap_or(Timestamp::MAX),
            replaces: None,
        }
    }

    /// Opens an intent for the order, or finds what became of it when it was given before.
    pub(super) fn open(
        &self,
        ports: &Ports,
        act: &Act,
        intent: &NewIntent,
        key: &[u8; 32],
    ) -> Result<OpenIntent, Halt> {
        let mut once = self.once(intent, act.at);
        let mut act = act.clone();
        for _ in 0..TRIES {
            match ports.store.order_intent(&act, intent, key, Some(&once)) {
                Ok(open) => return Ok(open),
                Err(StoreError::Ordered { intent: earlier, request_hash }) => {
                    // It is used up by the question.
                    act.nonce = None;
                    if request_hash != self.request_hash {
                        return Err(IssuingError::KeyReused.into());
                    }
                    match became(ports, earlier, act.at)? {
                        Became::Good(record) => return Err(Halt::Before(record)),
                        Became::NotGood if !self.anew => return Err(IssuingError::OrderSpent.into()),
                        Became::NotGood | Became::Nothing => once.replaces = Some(earlier),
                        Became::UnderWay => std::thread::sleep(PAUSE),
                    }
                }
                Err(error) => return Err(error.into()),
            }
        }
        Err(IssuingError::UnderWay.into())
    }
}

/// What became of an order.
enum Became {
    Good(Box<CertificateRecord>),
    /// Revoked, held or over.
    NotGood,
    Nothing,
    UnderWay,
}

fn became(ports: &Ports, intent: Uuid, now: Timestamp) -> Result<Became, StoreError> {
    if let Some(record) = ports.store.certificate_of_intent(intent)? {
        let good = record.status == Status::Good && record.not_after > now;
        return Ok(if good { Became::Good(Box::new(record)) } else { Became::NotGood });
    }
    let state = ports.store.intent(intent)?.map(|record| record.state);
    Ok(match state {
        Some(IntentState::Open | IntentState::Done) => Became::UnderWay,
        Some(IntentState::Failed) | None => Became::Nothing,
    })
}
