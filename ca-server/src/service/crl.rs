//! Publishes CRLs.

use std::sync::Arc;

use ca_core::issuance::AuthorityName;
use jiff::Timestamp;

use super::Settings;
use super::authorities::Authorities;
use crate::port::record::CrlSummary;
use crate::port::{Act, Ports, StoreError};

/// Publishes CRLs.
pub struct CrlPublisher {
    ports: Ports,
    authorities: Arc<Authorities>,
    settings: Arc<Settings>,
}

/// Why no CRL was published.
#[derive(Debug, thiserror::Error)]
pub enum CrlError {
    /// There is no such authority.
    #[error("there is no authority {name}")]
    UnknownAuthority {
        /// The name that was asked for.
        name: String,
    },
    /// The store failed; nothing left.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl CrlPublisher {
    /// Over these ports.
    pub fn new(ports: Ports, authorities: Arc<Authorities>, settings: Arc<Settings>) -> Self {
        Self { ports, authorities, settings }
    }

    /// The authorities whose next CRL is due: they have none, a third of its validity is left, or a status changed
    /// since and the delay is over.
    ///
    /// # Errors
    /// [`CrlError::Store`].
    pub fn due(&self, now: Timestamp) -> Result<Vec<AuthorityName>, CrlError> {
        let _ = (&self.ports, &self.authorities, &self.settings, now);
        todo!()
    }

    /// Publishes the next CRL of an authority at once.
    ///
    /// # Errors
    /// [`CrlError`].
    pub fn publish(
        &self,
        act: &Act,
        authority: &AuthorityName,
        scheduled: bool,
    ) -> Result<CrlSummary, CrlError> {
        let _ = (act, authority, scheduled);
        todo!()
    }

    /// Publishes every CRL that is due; for timers. What failed is returned, the others are done.
    pub fn publish_due(&self) -> Vec<(AuthorityName, CrlError)> {
        todo!()
    }
}

impl CrlError {
    /// The stable code of this refusal.
    pub fn code(&self) -> &'static str {
        match self {
            Self::UnknownAuthority { .. } => "unknown-authority",
            Self::Store(error) => error.code(),
        }
    }
}
