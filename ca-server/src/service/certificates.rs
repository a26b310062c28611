//! Certificates, as administrators see them: issue, look up, revoke, hold, release.

use std::sync::Arc;

use ca_core::issuance::{AuthorityName, Choices};
use ca_core::profile::ProfileSet;
use ca_core::revocation::{Reason, RevocationError};
use ca_core::x509::serial::SerialNumber;
use jiff::Timestamp;

use super::authorities::Authorities;
use super::issuing::IssuingError;
use super::{Fault, Refusals};
use crate::port::record::{CertificateFilter, CertificateRecord};
use crate::port::{Act, Ports, StoreError};

/// Certificates, as administrators see them.
pub struct Certificates {
    ports: Ports,
    authorities: Arc<Authorities>,
    profiles: Arc<ProfileSet>,
    refusals: Arc<Refusals>,
}

/// What an administrator asks to have issued.
#[derive(Clone, Debug)]
pub struct Order {
    /// The authority; none for the only issuing one, or the one named `issuing`.
    pub authority: Option<AuthorityName>,
    /// The profile's name.
    pub profile: String,
    /// The PKCS#10 request, DER.
    pub request: Vec<u8>,
    /// What is chosen beside the request.
    pub choices: Choices,
    /// The key under which a retry names the same order.
    pub idempotency_key: Option<String>,
}

/// A page of certificates.
#[derive(Clone, Debug)]
pub struct Page {
    /// The certificates, newest first.
    pub items: Vec<CertificateRecord>,
    /// Opaque: give it back to get the next page.
    pub next: Option<String>,
}

/// Why an act on certificates was refused.
#[derive(Debug, thiserror::Error)]
pub enum CertificatesError {
    /// There is no such authority.
    #[error("there is no authority {name}")]
    UnknownAuthority {
        /// The name that was asked for.
        name: String,
    },
    /// The authority issued no such certificate.
    #[error("authority {authority} issued no certificate with serial {serial}")]
    UnknownCertificate {
        /// The authority.
        authority: AuthorityName,
        /// The serial that was asked for.
        serial: SerialNumber,
    },
    /// The cursor is not one of ours.
    #[error("the cursor is not one that a page of this list gave")]
    BadCursor,
    /// More than [`Certificates::MAX_PAGE`] were asked for, or none.
    #[error("a page holds 1 to {max} certificates, not {limit}")]
    BadLimit {
        /// What was asked for.
        limit: u32,
        /// The most.
        max: u32,
    },
    /// The invalidity date lies after the revocation.
    #[error("the certificate's state does not allow it: {0}")]
    Revocation(#[from] RevocationError),
    /// The order was refused.
    #[error(transparent)]
    Issuing(#[from] IssuingError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Certificates {
    /// The most certificates of one page.
    pub const MAX_PAGE: u32 = 200;
    /// The certificates of a page where nothing is said.
    pub const DEFAULT_PAGE: u32 = 50;

    /// Over these ports.
    pub fn new(
        ports: Ports,
        authorities: Arc<Authorities>,
        profiles: Arc<ProfileSet>,
        refusals: Arc<Refusals>,
    ) -> Self {
        Self { ports, authorities, profiles, refusals }
    }

    /// Issues a certificate. A refusal is put on record here, as it is by every method of this service.
    ///
    /// # Errors
    /// [`CertificatesError`].
    pub fn issue(&self, act: &Act, order: Order) -> Result<CertificateRecord, CertificatesError> {
        let _ = (&self.ports, &self.authorities, &self.profiles, &self.refusals, act, order);
        todo!()
    }

    /// A certificate by authority and serial. `act` uses up the nonce of the signed read.
    ///
    /// # Errors
    /// [`CertificatesError`].
    pub fn get(
        &self,
        act: &Act,
        authority: &AuthorityName,
        serial: &SerialNumber,
    ) -> Result<CertificateRecord, CertificatesError> {
        let _ = (act, authority, serial);
        todo!()
    }

    /// A page of the certificates that match, newest first.
    ///
    /// # Errors
    /// [`CertificatesError`].
    pub fn list(
        &self,
        act: &Act,
        filter: &CertificateFilter,
        cursor: Option<&str>,
        limit: Option<u32>,
    ) -> Result<Page, CertificatesError> {
        let _ = (act, filter, cursor, limit);
        todo!()
    }

    /// Revokes a certificate. Once this returned, every answer of this process says so.
    ///
    /// # Errors
    /// [`CertificatesError`].
    pub fn revoke(
        &self,
        act: &Act,
        authority: &AuthorityName,
        serial: &SerialNumber,
        reason: Reason,
        invalidity_date: Option<Timestamp>,
    ) -> Result<CertificateRecord, CertificatesError> {
        let _ = (act, authority, serial, reason, invalidity_date);
        todo!()
    }

    /// Holds a certificate: revoked for the time being.
    ///
    /// # Errors
    /// [`CertificatesError`].
    pub fn hold(
        &self,
        act: &Act,
        authority: &AuthorityName,
        serial: &SerialNumber,
    ) -> Result<CertificateRecord, CertificatesError> {
        let _ = (act, authority, serial);
        todo!()
    }

    /// Releases a held certificate.
    ///
    /// # Errors
    /// [`CertificatesError`].
    pub fn release(
        &self,
        act: &Act,
        authority: &AuthorityName,
        serial: &SerialNumber,
    ) -> Result<CertificateRecord, CertificatesError> {
        let _ = (act, authority, serial);
        todo!()
    }
}

impl CertificatesError {
    /// The stable code of this refusal.
    pub fn code(&self) -> &'static str {
        match self {
            Self::UnknownAuthority { .. } => "unknown-authority",
            Self::UnknownCertificate { .. } => "unknown-certificate",
            Self::BadCursor => "bad-cursor",
            Self::BadLimit { .. } => "bad-limit",
            Self::Revocation(error) => error.code(),
            Self::Issuing(error) => error.code(),
            Self::Store(error) => error.code(),
        }
    }

    /// How protocols class it.
    pub fn fault(&self) -> Fault {
        match self {
            Self::UnknownAuthority { .. } | Self::UnknownCertificate { .. } => Fault::NotFound,
            Self::BadCursor | Self::BadLimit { .. } => Fault::Malformed,
            Self::Revocation(_) => Fault::Conflict,
            Self::Issuing(error) => error.fault(),
            Self::Store(error) => error.into(),
        }
    }
}
