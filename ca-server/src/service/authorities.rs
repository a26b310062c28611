//! The authorities of this process, with their keys.

use std::sync::Arc;

use ca_core::issuance::{AuthorityName, Issuer};
use ca_core::x509::certificate::Certificate;

use super::Settings;
use crate::port::record::AuthorityRecord;
use crate::port::{Ports, StoreError};

/// An authority with its key.
pub struct Authority {
    record: AuthorityRecord,
    issuer: Issuer,
    chain: Vec<Certificate>,
}

/// The authorities of this process.
pub struct Authorities {
    all: Vec<Arc<Authority>>,
}

/// Why the authorities cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum AuthoritiesError {
    /// There is none: nothing can be served.
    #[error("the store has no authority yet")]
    None,
    /// An authority was made by `dev`.
    #[error(
        "authority {name} was made by `ca-server dev` and is not fit for service: make one in a ceremony"
    )]
    MadeByDev {
        /// The authority.
        name: AuthorityName,
    },
    /// An authority cannot be used.
    #[error("authority {name} cannot be used: {detail}")]
    Unusable {
        /// The authority.
        name: AuthorityName,
        /// What is wrong and what to do.
        detail: String,
    },
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Authorities {
    /// Loads all authorities of the store, with their keys from files.
    ///
    /// # Errors
    /// [`AuthoritiesError`].
    pub fn load(ports: &Ports, settings: &Settings) -> Result<Self, AuthoritiesError> {
        let _ = (ports, settings);
        todo!()
    }

    /// All of them, oldest first.
    pub fn all(&self) -> &[Arc<Authority>] {
        &self.all
    }

    /// The one with this name.
    pub fn get(&self, name: &str) -> Option<&Arc<Authority>> {
        self.all.iter().find(|authority| authority.record.name.as_str() == name)
    }
}

impl Authority {
    /// The record.
    pub fn record(&self) -> &AuthorityRecord {
        &self.record
    }

    /// Its name.
    pub fn name(&self) -> &AuthorityName {
        &self.record.name
    }

    /// Its certificate.
    pub fn certificate(&self) -> &Certificate {
        &self.chain[0]
    }

    /// Its certificate, that of its issuer, and so on to the anchor.
    pub fn chain(&self) -> &[Certificate] {
        &self.chain
    }

    /// What signs its certificates and CRLs.
    pub(crate) fn issuer(&self) -> &Issuer {
        &self.issuer
    }
}

impl AuthoritiesError {
    /// The stable code of this refusal.
    pub fn code(&self) -> &'static str {
        match self {
            Self::None => "no-authority",
            Self::MadeByDev { .. } => "authority-made-by-dev",
            Self::Unusable { .. } => "authority-unusable",
            Self::Store(error) => error.code(),
        }
    }
}
