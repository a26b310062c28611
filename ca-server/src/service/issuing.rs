//! The one way by which a certificate is issued: request → authorised → prepared → intent → signed → stored.

use ca_core::issuance::{AuthorizationError, PrepareError, SigningError};
use ca_core::x509::request::RequestError;

use super::Fault;
use crate::port::StoreError;

/// Why no certificate was issued.
#[derive(Debug, thiserror::Error)]
pub enum IssuingError {
    /// There is no such profile.
    #[error("there is no profile {name}")]
    UnknownProfile {
        /// The name that was asked for.
        name: String,
    },
    /// The profile is for authorities or the service's own certificates, which ceremonies and timers make.
    #[error(
        "profile {name} is not for requests: its certificates are made in a ceremony or by the service itself"
    )]
    ProfileNotForRequests {
        /// The profile.
        name: String,
    },
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
    /// The request cannot be read or does not prove possession of its key.
    #[error(transparent)]
    Request(#[from] RequestError),
    /// The profile does not allow what was asked for.
    #[error(transparent)]
    Authorization(#[from] AuthorizationError),
    /// The certificate cannot be built or breaks a rule.
    #[error(transparent)]
    Prepare(#[from] PrepareError),
    /// Signing failed; nothing left.
    #[error(transparent)]
    Signing(#[from] SigningError),
    /// The store failed; nothing left.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl IssuingError {
    /// The stable code of this refusal.
    pub fn code(&self) -> &'static str {
        match self {
            Self::UnknownProfile { .. } => "unknown-profile",
            Self::ProfileNotForRequests { .. } => "profile-not-for-requests",
            Self::AuthorityNotIssuing { .. } => "authority-not-issuing",
            Self::UnknownAuthority { .. } => "unknown-authority",
            Self::Request(error) => error.code(),
            Self::Authorization(error) => error.code(),
            Self::Prepare(error) => error.code(),
            Self::Signing(error) => error.code(),
            Self::Store(error) => error.code(),
        }
    }

    /// How protocols class it.
    pub fn fault(&self) -> Fault {
        match self {
            Self::UnknownProfile { .. }
            | Self::ProfileNotForRequests { .. }
            | Self::AuthorityNotIssuing { .. }
            | Self::UnknownAuthority { .. }
            | Self::Authorization(_)
            | Self::Prepare(_) => Fault::Unacceptable,
            Self::Request(_) => Fault::Malformed,
            Self::Signing(_) => Fault::Internal,
            Self::Store(error) => error.into(),
        }
    }
}

impl From<&StoreError> for Fault {
    fn from(error: &StoreError) -> Self {
        match error {
            StoreError::NonceReplayed => Self::Unauthenticated,
            StoreError::Conflict { .. } | StoreError::IntentClosed => Self::Conflict,
            StoreError::NotFound { .. } => Self::NotFound,
            StoreError::Unavailable { .. } => Self::Unavailable,
            StoreError::SchemaFromFuture { .. }
            | StoreError::Damaged { .. }
            | StoreError::CannotOpen { .. } => Self::Internal,
        }
    }
}
