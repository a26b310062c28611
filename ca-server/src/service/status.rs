//! What the world asks: is it still good? OCSP answers, CRLs, CA certificates.

mod changes;
mod feed;
mod ocsp;

use std::sync::Arc;

use ca_core::issuance::{AuthorityName, MAX_AUTHORITY_NAME};

pub use self::changes::{Changes, Look};
pub use self::feed::Feed;
pub use self::ocsp::{Freshness, OcspAnswer};
use super::Settings;
use super::authorities::{Authorities, Authority};
use super::publication::{Publications, PublishedCrl};
use crate::port::Ports;
use crate::port::record::CrlSummary;

/// Answers about status.
pub struct StatusService {
    ports: Ports,
    authorities: Arc<Authorities>,
    settings: Arc<Settings>,
    publications: Arc<Publications>,
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
        publications: Arc<Publications>,
    ) -> Self {
        let feed = Feed::new(ports.clone(), Arc::clone(&authorities), Arc::clone(&changes));
        Self { ports, authorities, settings, publications, changes, feed }
    }

    /// What tells whether a kept answer still stands.
    pub fn changes(&self) -> &Arc<Changes> {
        &self.changes
    }

    /// What hears of changes that other processes make.
    pub fn feed(&self) -> &Feed {
        &self.feed
    }

    /// The newest full CRL of an authority.
    ///
    /// # Errors
    /// [`StatusError`].
    pub fn crl(&self, authority: &str) -> Result<Arc<PublishedCrl>, StatusError> {
        let authority = self.authority(authority)?;
        let newest = self.ports.store.newest_crl(authority.record().id, false)?;
        self.published(&authority, newest)
    }

    /// The newest delta of an authority.
    ///
    /// # Errors
    /// [`StatusError`]; [`StatusError::NoCrl`] also where it publishes none.
    pub fn delta(&self, authority: &str) -> Result<Arc<PublishedCrl>, StatusError> {
        let authority = self.authority(authority)?;
        let newest = self.ports.store.newest_delta(authority.record().id)?;
        self.published(&authority, newest)
    }

    fn published(
        &self,
        authority: &Authority,
        newest: Option<CrlSummary>,
    ) -> Result<Arc<PublishedCrl>, StatusError> {
        let published = match newest {
            Some(newest) => self.publications.current(authority.name(), &newest)?,
            None => None,
        };
        published.ok_or_else(|| StatusError::NoCrl { name: authority.name().clone() })
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
