//! What the world asks: is it still good? OCSP answers, CRLs, CA certificates.

mod changes;
mod feed;
mod ocsp;

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use ca_core::issuance::{AuthorityName, MAX_AUTHORITY_NAME};
use uuid::Uuid;

pub use self::changes::{Changes, Look};
pub use self::feed::Feed;
pub use self::ocsp::{Freshness, OcspAnswer};
use super::Settings;
use super::authorities::{Authorities, Authority};
use crate::port::Ports;
use crate::port::record::CrlRecord;

/// Answers about status.
pub struct StatusService {
    ports: Ports,
    authorities: Arc<Authorities>,
    settings: Arc<Settings>,
    /// The newest CRL of each authority, so that its bytes are read once.
    crls: RwLock<HashMap<Uuid, Arc<CrlRecord>>>,
    changes: Arc<Changes>,
    feed: Feed,
}

/// Why there is no such document.
#[derive(Debug, thiserror::Error)]
pub enum StatusError {
    /// There is no such authority.
    #[error("there is no authority {name}")]
    UnknownAuthority {
        /// The name that was asked for.
        name: String,
    },
    /// The authority has not published a CRL yet.
    #[error("authority {name} has not published a CRL yet")]
    NoCrl {
        /// The authority.
        name: AuthorityName,
    },
    /// The store failed.
    #[error(transparent)]
    Store(#[from] crate::port::StoreError),
}

impl StatusService {
    /// Over these ports.
    pub fn new(
        ports: Ports,
        authorities: Arc<Authorities>,
        settings: Arc<Settings>,
        changes: Arc<Changes>,
    ) -> Self {
        let feed = Feed::new(ports.clone(), Arc::clone(&authorities), Arc::clone(&changes));
        Self { ports, authorities, settings, crls: RwLock::default(), changes, feed }
    }

    /// What tells whether a kept answer still stands.
    pub fn changes(&self) -> &Arc<Changes> {
        &self.changes
    }

    /// What hears of changes that other processes make.
    pub fn feed(&self) -> &Feed {
        &self.feed
    }

    /// The newest CRL of an authority.
    ///
    /// # Errors
    /// [`StatusError`].
    pub fn crl(&self, authority: &str) -> Result<Arc<CrlRecord>, StatusError> {
        let authority = self.authority(authority)?;
        let missing = || StatusError::NoCrl { name: authority.name().clone() };
        let id = authority.record().id;
        let newest = self.ports.store.newest_crl(id, false)?.ok_or_else(missing)?;
        let kept = self.crls.read().unwrap_or_else(PoisonError::into_inner).get(&id).cloned();
        if let Some(kept) = kept
            && kept.summary.id == newest.id
        {
            return Ok(kept);
        }
        let loaded = Arc::new(self.ports.store.crl(newest.id)?.ok_or_else(missing)?);
        self.crls.write().unwrap_or_else(PoisonError::into_inner).insert(id, Arc::clone(&loaded));
        Ok(loaded)
    }

    /// The certificate of an authority, DER.
    ///
    /// # Errors
    /// [`StatusError::UnknownAuthority`].
    pub fn ca_certificate(&self, authority: &str) -> Result<Vec<u8>, StatusError> {
        Ok(self.authority(authority)?.certificate().der().to_vec())
    }

    fn authority(&self, name: &str) -> Result<Arc<Authority>, StatusError> {
        self.authorities.get(name).ok_or_else(|| StatusError::UnknownAuthority {
            name: name.chars().take(MAX_AUTHORITY_NAME).collect(),
        })
    }
}

impl StatusError {
    /// The stable code of this refusal.
    pub fn code(&self) -> &'static str {
        match self {
            Self::UnknownAuthority { .. } => "unknown-authority",
            Self::NoCrl { .. } => "no-crl",
            Self::Store(error) => error.code(),
        }
    }

    /// How protocols class it.
    pub fn fault(&self) -> super::Fault {
        match self {
            Self::UnknownAuthority { .. } | Self::NoCrl { .. } => super::Fault::NotFound,
            Self::Store(error) => error.into(),
        }
    }
}
