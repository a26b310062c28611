//! Why no CRL was published.

use std::io;

use ca_core::crl::list::{DraftError, ScanError, SignListError};
use ca_core::crl::{CrlPlanError, PrepareCrlError};
use ca_core::issuance::AuthorityName;
use ca_core::x509::serial::SerialNumber;
use jiff::{SignedDuration, Timestamp};

use crate::port::{SignerError, StoreError};
use crate::service::authorities::KeyOffline;
use crate::service::publication::NOT_WRITTEN;
use crate::service::safeguards::Halt;

/// Why no CRL was published.
#[derive(Debug, thiserror::Error)]
pub enum CrlError {
    /// There is no such authority.
    #[error("there is no authority {name}")]
    UnknownAuthority {
        /// The name that was asked for.
        name: String,
    },
    /// The authority's key is not here.
    #[error(transparent)]
    Offline(#[from] KeyOffline),
    /// Nothing is signed at the moment, or no number is known that was not used.
    #[error(transparent)]
    Halted(#[from] Halt),
    /// Another server is about to publish one, and did not end in time.
    #[error("another server is publishing a CRL of {name}: try again later")]
    Busy {
        /// Whose.
        name: AuthorityName,
    },
    /// It would not come after the one before: the clock is behind.
    #[error(transparent)]
    Plan(#[from] CrlPlanError),
    /// nextUpdate cannot be written.
    #[error("a CRL from {this_update} cannot be valid for {validity:#}")]
    Validity {
        /// thisUpdate.
        this_update: Timestamp,
        /// The configured validity.
        validity: SignedDuration,
    },
    /// The CRL cannot be built or breaks a rule.
    #[error(transparent)]
    Prepare(#[from] PrepareCrlError),
    /// An entry is not taken.
    #[error(transparent)]
    Draft(#[from] DraftError),
    /// Signing failed; nothing left.
    #[error(transparent)]
    Signing(#[from] SignListError),
    /// An entry of the CRL before is not in this one, and nothing on record says why.
    #[error(
        "serial {serial} stands in CRL {previous} of {name} and would not in the next one, though it {why}: nothing is \
         published; find out who changed the store"
    )]
    Vanished {
        /// Whose.
        name: AuthorityName,
        /// Number of the CRL before.
        previous: u64,
        /// The serial.
        serial: SerialNumber,
        /// What the store says of it.
        why: &'static str,
    },
    /// The CRL before cannot be compared with.
    #[error("CRL {previous} of {name} cannot be compared with the next one: {source}")]
    Compare {
        /// Whose.
        name: AuthorityName,
        /// Number of the CRL before.
        previous: u64,
        /// Why.
        source: ScanError,
    },
    /// It cannot be written where it is published: the disk is full, for one.
    #[error("the CRL of {name} cannot be written: {source}")]
    Write {
        /// Whose.
        name: AuthorityName,
        /// What the system says.
        source: io::Error,
    },
    /// The process with the key did not sign; nothing left.
    #[error(transparent)]
    Signer(#[from] SignerError),
    /// The store failed; nothing left.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl CrlError {
    /// Whether a person has to look: the one before is served on, and trying again may not help.
    pub(super) fn is_alarming(&self) -> bool {
        let by_another = |error: &StoreError| {
            matches!(
                error,
                StoreError::LeaseLost { .. } | StoreError::IntentClosed | StoreError::Conflict { .. }
            )
        };
        match self {
            Self::UnknownAuthority { .. } | Self::Offline(_) | Self::Busy { .. } => false,
            // Another server was faster.
            Self::Store(error) => !by_another(error),
            _ => true,
        }
    }

    /// The stable code of this refusal.
    pub fn code(&self) -> &'static str {
        match self {
            Self::UnknownAuthority { .. } => "unknown-authority",
            Self::Offline(error) => error.code(),
            Self::Halted(halt) => halt.code(),
            Self::Busy { .. } => "crl-busy",
            Self::Plan(error) => error.code(),
            Self::Validity { .. } => "crl-validity",
            Self::Prepare(error) => error.code(),
            Self::Draft(error) => error.code(),
            Self::Signing(error) => error.code(),
            Self::Vanished { .. } => "crl-entry-vanished",
            Self::Compare { .. } => "crl-not-comparable",
            Self::Write { .. } => NOT_WRITTEN,
            Self::Signer(error) => error.code(),
            Self::Store(error) => error.code(),
        }
    }
}
