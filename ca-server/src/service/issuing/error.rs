//! Why no certificate was issued.

use ca_core::issuance::{AuthorizationError, PrepareError, SigningError};
use ca_core::key::KeyError;
use ca_core::profile::ProfileError;
use ca_core::x509::request::{CreateError, RequestError};

use crate::port::{SignerError, StoreError};
use crate::service::Fault;
use crate::service::authorities::KeyOffline;
use crate::service::safeguards::Halt;

/// Why no certificate was issued.
#[derive(Debug, thiserror::Error)]
pub enum IssuingError {
    /// There is no such profile.
    #[error(transparent)]
    Profile(#[from] ProfileError),
    /// The authority signs authorities only.
    #[error("authority {name} does not issue to end entities")]
    AuthorityNotIssuing {
        /// The authority.
        name: String,
    },
    /// There is no such authority.
    #[error("there is no authority {name}")]
    UnknownAuthority {
        /// The name that was asked for.
        name: String,
    },
    /// The authority's key is not here.
    #[error(transparent)]
    Offline(#[from] KeyOffline),
    /// The authority's own certificate is held or revoked.
    #[error("the certificate of authority {name} is {status}, so it issues nothing")]
    AuthorityNotInForce {
        /// The authority.
        name: String,
        /// What it is.
        status: &'static str,
    },
    /// The authority was suspended: it issues nothing until it is resumed.
    #[error("authority {name} is suspended, so it issues nothing until it is resumed")]
    AuthoritySuspended {
        /// The authority.
        name: String,
    },
    /// Nothing is issued at the moment.
    #[error(transparent)]
    Halted(#[from] Halt),
    /// The request cannot be read or does not prove possession of its key.
    #[error(transparent)]
    Request(#[from] RequestError),
    /// A request of the service's own cannot be made.
    #[error(transparent)]
    Create(#[from] CreateError),
    /// The profile does not allow what was asked for.
    #[error(transparent)]
    Authorization(#[from] AuthorizationError),
    /// The certified key cannot be read.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The certificate cannot be built or breaks a rule.
    #[error(transparent)]
    Prepare(#[from] PrepareError),
    /// Another request came under the same key before.
    #[error("the idempotency key was used for another request: a new request takes a new key")]
    KeyReused,
    /// The certificate of the order is not good any more.
    #[error(
        "the order of this idempotency key was done, and its certificate is revoked, held or over: give a new order"
    )]
    OrderSpent,
    /// The same order is being done.
    #[error("the same order is under way: ask again in a moment")]
    UnderWay,
    /// Another server took the order over, since it was slow here, and has not issued what was ordered.
    #[error("another server took the order over and has not finished it: ask again in a moment")]
    TakenOver,
    /// Signing failed; nothing left.
    #[error(transparent)]
    Signing(#[from] SigningError),
    /// The process with the key did not sign; nothing left.
    #[error(transparent)]
    Signer(#[from] SignerError),
    /// The store failed; nothing left.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl IssuingError {
    /// The stable code of this refusal.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Profile(error) => error.code(),
            Self::Key(error) => error.code(),
            Self::AuthorityNotIssuing { .. } => "authority-not-issuing",
            Self::UnknownAuthority { .. } => "unknown-authority",
            Self::Offline(error) => error.code(),
            Self::AuthorityNotInForce { .. } => "authority-not-in-force",
            Self::AuthoritySuspended { .. } => "authority-suspended",
            Self::Halted(halt) => halt.code(),
            Self::Request(error) => error.code(),
            Self::Create(error) => error.code(),
            Self::Authorization(error) => error.code(),
            Self::Prepare(error) => error.code(),
            Self::KeyReused => "idempotency-key-reused",
            Self::OrderSpent => "idempotency-key-spent",
            Self::UnderWay => "order-under-way",
            Self::TakenOver => "order-taken-over",
            Self::Signing(error) => error.code(),
            Self::Signer(error) => error.code(),
            Self::Store(error) => error.code(),
        }
    }

    /// How protocols class it.
    pub fn fault(&self) -> Fault {
        match self {
            Self::Profile(_)
            | Self::AuthorityNotIssuing { .. }
            | Self::UnknownAuthority { .. }
            | Self::Authorization(_)
            | Self::Prepare(_)
            | Self::KeyReused => Fault::Unacceptable,
            Self::Request(_) | Self::Key(_) => Fault::Malformed,
            Self::AuthorityNotInForce { .. }
            | Self::AuthoritySuspended { .. }
            | Self::Offline(_)
            | Self::OrderSpent
            | Self::UnderWay => Fault::Conflict,
            Self::TakenOver => Fault::Unavailable,
            Self::Signer(error) if error.is_passing() => Fault::Unavailable,
            Self::Signing(_) | Self::Signer(_) | Self::Create(_) => Fault::Internal,
            Self::Halted(halt) => halt.fault(),
            Self::Store(error) => error.into(),
        }
    }
}

impl From<&StoreError> for Fault {
    fn from(error: &StoreError) -> Self {
        match error {
            StoreError::NonceReplayed => Self::Unauthenticated,
            StoreError::KeyBlocked => Self::Unacceptable,
            StoreError::Conflict { .. }
            | StoreError::Suspended
            | StoreError::Ordered { .. }
            | StoreError::IntentClosed
            | StoreError::LeaseLost { .. } => Self::Conflict,
            StoreError::NotFound { .. } => Self::NotFound,
            StoreError::Unavailable { .. } | StoreError::CannotConnect { .. } | StoreError::Quarantined => {
                Self::Unavailable
            }
            StoreError::SchemaFromFuture { .. }
            | StoreError::Damaged { .. }
            | StoreError::WentBack { .. }
            | StoreError::NotEmpty { .. }
            | StoreError::CannotOpen { .. } => Self::Internal,
        }
    }
}
