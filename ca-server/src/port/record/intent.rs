//! Intents: what is going to be signed, stored before it is.

use ca_core::x509::serial::SerialNumber;
use jiff::Timestamp;
use uuid::Uuid;

/// What an intent is for, with the number that must stay unique within the authority.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum IntentKind {
    /// A certificate with this serial.
    Certificate(SerialNumber),
    /// A CRL with this CRLNumber.
    Crl(u64),
}

/// Where an intent stands. `Open` goes to one of the others once, by compare-and-set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IntentState {
    /// Committed; the signature may or may not have been made. Nothing of it has left.
    Open,
    /// Signed, stored, and free to leave.
    Done,
    /// Given up; what may have been signed under it never leaves.
    Failed,
}

/// An intent to store.
#[derive(Clone, Debug)]
pub struct NewIntent {
    /// UUIDv7.
    pub id: Uuid,
    /// The authority that will sign.
    pub authority: Uuid,
    /// Certificate or CRL, and its number.
    pub kind: IntentKind,
    /// The exact bytes to be signed.
    pub tbs: Vec<u8>,
    /// SM3 of `tbs`.
    pub tbs_hash: [u8; 32],
    /// The profile's name; empty for a CRL.
    pub profile: String,
    /// The profile's hash; none for a CRL.
    pub profile_hash: Option<[u8; 32]>,
    /// Who asked, as the audit names them.
    pub requester: String,
    /// The key under which a retry names the same request.
    pub idempotency_key: Option<String>,
}

/// An order that may be sent again: of all under one scope one is done, and the others are told which.
#[derive(Clone, Debug)]
pub struct Once {
    /// SM3 over who asks, for which operation, authority and profile, and by which name they know the order.
    pub scope: [u8; 32],
    /// SM3 over the request.
    pub request_hash: [u8; 32],
    /// How long the order is known.
    pub until: Timestamp,
    /// The intent under this scope that does not answer the order any more, where there is one.
    pub replaces: Option<Uuid>,
}

/// The handle that closes an intent. The store gives it out after the intent is durable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenIntent {
    /// The intent.
    pub id: Uuid,
    /// Fencing number: whoever takes an intent over raises it, and the former holder can no longer close it.
    pub fencing: u64,
}

/// A stored intent.
#[derive(Clone, Debug)]
pub struct IntentRecord {
    /// What was stored.
    pub intent: NewIntent,
    /// Where it stands.
    pub state: IntentState,
    /// Fencing number.
    pub fencing: u64,
    /// When it was committed.
    pub created_at: Timestamp,
    /// When it was closed.
    pub closed_at: Option<Timestamp>,
    /// Row version.
    pub version: u32,
}
