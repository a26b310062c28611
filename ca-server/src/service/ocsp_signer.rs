//! Renews the delegated OCSP signers (RFC 6960 §4.2.2.2).

use std::sync::Arc;

use ca_core::issuance::AuthorityName;
use ca_core::profile::ProfileSet;
use jiff::Timestamp;

use super::Settings;
use super::authorities::Authorities;
use super::issuing::IssuingError;
use crate::port::{Ports, StoreError};

/// Renews the delegated OCSP signers.
pub struct OcspSigners {
    ports: Ports,
    authorities: Arc<Authorities>,
    profiles: Arc<ProfileSet>,
    settings: Arc<Settings>,
}

/// Why an OCSP signer was not renewed.
#[derive(Debug, thiserror::Error)]
pub enum OcspSignerError {
    /// Its certificate could not be issued.
    #[error(transparent)]
    Issuing(#[from] IssuingError),
    /// Its key could not be made, saved or loaded.
    #[error("the OCSP signer's key: {0}")]
    Key(String),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl OcspSigners {
    /// Over these ports.
    pub fn new(
        ports: Ports,
        authorities: Arc<Authorities>,
        profiles: Arc<ProfileSet>,
        settings: Arc<Settings>,
    ) -> Self {
        Self { ports, authorities, profiles, settings }
    }

    /// The authorities whose signer is due: they have none, or a third of its validity is left.
    pub fn due(&self, now: Timestamp) -> Vec<AuthorityName> {
        let _ = (&self.ports, &self.authorities, &self.profiles, &self.settings, now);
        todo!()
    }

    /// Renews every signer that is due; for timers. What failed is returned, the others are done.
    pub fn renew_due(&self) -> Vec<(AuthorityName, OcspSignerError)> {
        todo!()
    }
}

impl OcspSignerError {
    /// The stable code of this refusal.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Issuing(error) => error.code(),
            Self::Key(_) => "ocsp-signer-key",
            Self::Store(error) => error.code(),
        }
    }
}
