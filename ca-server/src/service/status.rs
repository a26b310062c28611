//! What the world asks: is it still good? OCSP answers, CRLs, CA certificates.

use std::sync::Arc;

use ca_core::issuance::AuthorityName;
use jiff::Timestamp;

use super::Settings;
use super::authorities::Authorities;
use crate::port::Ports;
use crate::port::record::CrlRecord;

/// Answers about status.
pub struct StatusService {
    ports: Ports,
    authorities: Arc<Authorities>,
    settings: Arc<Settings>,
}

/// An OCSP answer. There is one for every input: what cannot be answered gets an error response (RFC 6960 §2.3).
#[derive(Clone, Debug)]
pub struct OcspAnswer {
    /// DER `OCSPResponse`.
    pub der: Vec<u8>,
    /// The stable code of what was wrong; none where the request was answered.
    pub code: Option<&'static str>,
    /// For how long it may be kept; none where it must not be: errors, `unknown`, and answers with a nonce.
    pub freshness: Option<Freshness>,
}

/// For how long an answer may be kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Freshness {
    /// thisUpdate.
    pub this_update: Timestamp,
    /// nextUpdate.
    pub next_update: Timestamp,
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
    pub fn new(ports: Ports, authorities: Arc<Authorities>, settings: Arc<Settings>) -> Self {
        Self { ports, authorities, settings }
    }

    /// Answers a DER `OCSPRequest` (RFC 6960).
    pub fn ocsp(&self, request: &[u8]) -> OcspAnswer {
        let _ = (&self.ports, &self.authorities, &self.settings, request);
        todo!()
    }

    /// The newest CRL of an authority.
    ///
    /// # Errors
    /// [`StatusError`].
    pub fn crl(&self, authority: &str) -> Result<Arc<CrlRecord>, StatusError> {
        let _ = authority;
        todo!()
    }

    /// The certificate of an authority, DER.
    ///
    /// # Errors
    /// [`StatusError::UnknownAuthority`].
    pub fn ca_certificate(&self, authority: &str) -> Result<Vec<u8>, StatusError> {
        let _ = authority;
        todo!()
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
