//! Who does something, on what authority, and when.

use std::fmt;

use jiff::Timestamp;
use uuid::Uuid;

use super::store::Lease;

/// Who acts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Actor {
    /// The service itself: a timer or the first start; the text names which.
    System(&'static str),
    /// Whoever works on the server's own host, by the number of their user where the system says it.
    Host {
        /// The user.
        user: Option<u32>,
    },
    /// An administrator who signed the request.
    Administrator {
        /// The administrator's record.
        id: Uuid,
        /// The name under which the administrator is registered.
        name: String,
    },
    /// A holder of enrolment credentials, by user name.
    Enroller(String),
    /// Whoever has the key of a certificate, by the certificate's record.
    Subscriber(Uuid),
    /// Someone who could not be identified; what they claimed stands in the entry's detail.
    Unidentified,
}

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::System(part) => write!(f, "system:{part}"),
            Self::Host { user: Some(user) } => write!(f, "host:{user}"),
            Self::Host { user: None } => f.write_str("host"),
            Self::Administrator { id, .. } => write!(f, "administrator:{id}"),
            Self::Enroller(user) => write!(f, "enroller:{user}"),
            Self::Subscriber(certificate) => write!(f, "subscriber:{certificate}"),
            Self::Unidentified => f.write_str("unidentified"),
        }
    }
}

/// The nonce of a signed request. The store remembers it in the transaction of the act that it authorises, so
/// that a request acts once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedNonce {
    /// Fingerprint of the key that signed, 64 lowercase hex digits: nonces of different keys do not collide.
    pub key: String,
    /// The nonce as sent.
    pub nonce: String,
    /// When the nonce may be forgotten, because a request that bears it is refused as late.
    pub expires: Timestamp,
}

/// One act: it goes into every call that changes the store, and from there into the audit.
#[derive(Clone, Debug)]
pub struct Act {
    /// Who acts.
    pub actor: Actor,
    /// The request by which they act; it also stands in the log.
    pub request_id: Uuid,
    /// When.
    pub at: Timestamp,
    /// The nonce, where the request was signed.
    pub nonce: Option<SignedNonce>,
    /// What proves that they asked for it, such as a signature base with its signature. Kept in the first audit
    /// entry of the act.
    pub evidence: Option<Vec<u8>>,
    /// The lease under which the act is done: where another took it, nothing of the act is written any more.
    pub lease: Option<Lease>,
}

impl Act {
    /// An act of the service itself.
    pub fn system(part: &'static str, request_id: Uuid, at: Timestamp) -> Self {
        Self { actor: Actor::System(part), request_id, at, nonce: None, evidence: None, lease: None }
    }

    /// The same act where its nonce and evidence are stored already: for its later transactions.
    pub fn continued(&self, at: Timestamp) -> Self {
        Self { nonce: None, evidence: None, at, ..self.clone() }
    }
}
