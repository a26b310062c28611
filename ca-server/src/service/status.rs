//! What the world asks: is it still good? OCSP answers, CRLs, CA certificates.

mod changes;
mod feed;
mod ocsp;

use std::sync::Arc;

use ca_core::issuance::{AuthorityName, MAX_AUTHORITY_NAME, Shard, ShardError};

pub(super) use self::changes::HEARD_WITHIN;
pub use self::changes::{Changes, Look};
pub use self::feed::Feed;
pub use self::ocsp::{Freshness, OcspAnswer};
use super::Settings;
use super::authorities::{Authorities, Authority};
use super::publication::{Publications, PublishedCrl};
use super::safeguards::Safeguards;
use crate::port::record::{CrlSummary, ListScope};
use crate::port::{Ports, StoreError};

/// Answers about status.
pub struct StatusService {
    ports: Ports,
    authorities: Arc<Authorities>,
    settings: Arc<Settings>,
    publications: Arc<Publications>,
    changes: Arc<Changes>,
    safeguards: Arc<Safeguards>,
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
    /// No shard has this number.
    #[error(transparent)]
    UnknownShard(ShardError),
    /// The authority has not published a CRL yet.
    #[error("authority {name} has not published a CRL yet")]
    NoCrl {
        /// The authority.
        name: AuthorityName,
    },
    /// The store went back in time, and its newest list may be older than the one that relying parties have.
    #[error(
        "the store went back in time: the newest CRL of {name} is published when ca-server recover was run"
    )]
    Overtaken {
        /// The authority.
        name: AuthorityName,
    },
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl StatusService {
    /// Over these ports.
    pub fn new(
        ports: Ports,
        authorities: Arc<Authorities>,
        settings: Arc<Settings>,
        changes: Arc<Changes>,
        publications: Arc<Publications>,
        safeguards: Arc<Safeguards>,
    ) -> Self {
        let feed = Feed::new(ports.clone(), Arc::clone(&authorities), Arc::clone(&changes));
        Self { ports, authorities, settings, publications, changes, safeguards, feed }
    }

    /// What tells whether a kept answer still stands.
    pub fn changes(&self) -> &Arc<Changes> {
        &self.changes
    }

    /// What hears of changes that other processes make.
    pub fn feed(&self) -> &Feed {
        &self.feed
    }

    /// The newest full CRL of an authority, or of one of its shards.
    ///
    /// # Errors
    /// [`StatusError`].
    pub fn crl(&self, authority: &str, shard: Option<Shard>) -> Result<Arc<PublishedCrl>, StatusError> {
        self.published(authority, shard, |scope| self.ports.store.newest_crl(scope, false))
    }

    /// The newest delta of an authority, or of one of its shards.
    ///
    /// # Errors
    /// [`StatusError`]; [`StatusError::NoCrl`] also where it publishes none.
    pub fn delta(&self, authority: &str, shard: Option<Shard>) -> Result<Arc<PublishedCrl>, StatusError> {
        self.published(authority, shard, |scope| self.ports.store.newest_delta(scope))
    }

    fn published(
        &self,
        authority: &str,
        shard: Option<Shard>,
        newest: impl FnOnce(ListScope) -> Result<Option<CrlSummary>, StoreError>,
    ) -> Result<Arc<PublishedCrl>, StatusError> {
        let authority = self.authority(authority)?;
        let published = match newest(ListScope { authority: authority.record().id, shard })? {
            Some(newest) => self.publications.current(authority.name(), &newest)?,
            None => None,
        };
        let name = authority.name();
        let published = published.ok_or_else(|| StatusError::NoCrl { name: name.clone() })?;
        if self.safeguards.is_overtaken(&published.summary, name)? {
            return Err(StatusError::Overtaken { name: name.clone() });
        }
        Ok(published)
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
            Self::UnknownShard(_) => "unknown-shard",
            Self::NoCrl { .. } => "no-crl",
            Self::Overtaken { .. } => "quarantined",
            Self::Store(error) => error.code(),
        }
    }

    /// How protocols class it.
    pub fn fault(&self) -> super::Fault {
        match self {
            Self::UnknownAuthority { .. } | Self::UnknownShard(_) | Self::NoCrl { .. } => {
                super::Fault::NotFound
            }
            Self::Overtaken { .. } => super::Fault::Unavailable,
            Self::Store(error) => error.into(),
        }
    }
}
