//! Certificates, as administrators see them: issue, look up, revoke, hold, release.

mod bulk;
mod compromise;

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ca_core::encoding::time::whole_seconds;
use ca_core::issuance::{AuthorityName, Choices};
use ca_core::profile::ProfileSet;
use ca_core::revocation::{Reason, RevocationError, Status};
use ca_core::x509::serial::SerialNumber;
use jiff::Timestamp;
use uuid::Uuid;

pub use self::bulk::{RevokedMany, RevokedOne};
use super::authorities::{Authorities, Authority};
use super::in_force::InForce;
use super::issuing::{self, IdempotencyKey, IssuingError, Retry};
use super::off_host::TellError;
use super::safeguards::Safeguards;
use super::status::Changes;
use super::{Fault, Refusals};
use crate::port::record::{AuthorityKind, CertificateFilter, CertificateRecord, StatusChange};
use crate::port::{Act, Ports, StoreError};

/// Certificates, as administrators see them.
pub struct Certificates {
    ports: Ports,
    authorities: Arc<Authorities>,
    in_force: Arc<InForce>,
    profiles: Arc<ProfileSet>,
    refusals: Arc<Refusals>,
    changes: Arc<Changes>,
    safeguards: Arc<Safeguards>,
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
    pub idempotency_key: Option<IdempotencyKey>,
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
    /// None, or more than [`Certificates::MAX_AT_ONCE`], were to be revoked at once.
    #[error("1 to {max} certificates are revoked at once, not {count}")]
    BadCount {
        /// What was asked for.
        count: usize,
        /// The most.
        max: usize,
    },
    /// The certificate's status does not go over into the one asked for.
    #[error(transparent)]
    Revocation(#[from] RevocationError),
    /// The order was refused.
    #[error(transparent)]
    Issuing(#[from] IssuingError),
    /// It is on record here, and not off the host yet.
    #[error(transparent)]
    Untold(#[from] TellError),
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
    pub(super) fn new(
        ports: Ports,
        authorities: Arc<Authorities>,
        in_force: Arc<InForce>,
        profiles: Arc<ProfileSet>,
        refusals: Arc<Refusals>,
        changes: Arc<Changes>,
        safeguards: Arc<Safeguards>,
    ) -> Self {
        Self { ports, authorities, in_force, profiles, refusals, changes, safeguards }
    }

    /// Issues a certificate. A refusal is put on record here, as it is by every method of this service that changes
    /// something.
    ///
    /// # Errors
    /// [`CertificatesError`].
    pub fn issue(&self, act: &Act, order: Order) -> Result<CertificateRecord, CertificatesError> {
        let asked = format!("profile {}", order.profile);
        self.on_record(act, "certificate.issue", &asked, self.try_issue(act, order))
    }

    fn try_issue(&self, act: &Act, order: Order) -> Result<CertificateRecord, CertificatesError> {
        let authority = match &order.authority {
            Some(name) => self.authority(name)?,
            None => self
                .in_force
                .default_issuing()?
                .ok_or_else(|| IssuingError::UnknownAuthority { name: "issuing".to_owned() })?,
        };
        if authority.record().kind != AuthorityKind::Issuing {
            return Err(IssuingError::AuthorityNotIssuing { name: authority.name().to_string() }.into());
        }
        self.safeguards.issuing().map_err(IssuingError::from)?;
        self.in_force.check(&authority)?;
        let request = issuing::authorize(&self.profiles, &order.profile, &order.request, order.choices)?;
        let retry = order.idempotency_key.map(|key| Retry::named("certificate.issue", key));
        Ok(issuing::issue(&self.ports, act, &authority, request, retry)?.record)
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
        self.read(act, "certificate.get")?;
        self.find(authority, serial)
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
        self.read(act, "certificate.list")?;
        let limit = limit.unwrap_or(Self::DEFAULT_PAGE);
        if !(1..=Self::MAX_PAGE).contains(&limit) {
            return Err(CertificatesError::BadLimit { limit, max: Self::MAX_PAGE });
        }
        if let Some(name) = &filter.authority {
            self.authority(name)?;
        }
        let after = cursor.map(read_cursor).transpose()?;
        let page = self.ports.store.find_certificates(filter, after, limit)?;
        Ok(Page { items: page.items, next: page.next.map(write_cursor) })
    }

    /// Revokes a certificate; with the reason keyCompromise every other certificate on its key too, and the key is blocked: no
    /// request with it is granted any more. Once this returned, every answer of this process says so.
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
        let invalidity_date = invalidity_date.map(whole_seconds);
        if reason == Reason::KeyCompromise {
            let asked = format!("authority {authority} serial {serial}");
            let others = self.compromise_of(act, authority, serial, invalidity_date);
            self.on_record(act, StatusChange::Revoke.action(), &asked, others)?;
        }
        self.change(act, authority, serial, StatusChange::Revoke, |status, at| {
            status.revoke(reason, at, invalidity_date)
        })
    }

    /// What goes before the revocation of a certificate whose key is compromised; nothing where it would be refused.
    fn compromise_of(
        &self,
        act: &Act,
        authority: &AuthorityName,
        serial: &SerialNumber,
        invalidity_date: Option<Timestamp>,
    ) -> Result<(), CertificatesError> {
        let at = whole_seconds(act.at);
        let record = self.find(authority, serial)?;
        match record.status.revoke(Reason::KeyCompromise, at, invalidity_date) {
            Ok(_) => self.compromise(act, &[record], at, invalidity_date),
            Err(_) => Ok(()),
        }
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
        self.change(act, authority, serial, StatusChange::Hold, Status::hold)
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
        self.change(act, authority, serial, StatusChange::Release, |status, _| status.release())
    }

    fn change(
        &self,
        act: &Act,
        authority: &AuthorityName,
        serial: &SerialNumber,
        change: StatusChange,
        decide: impl Fn(&Status, Timestamp) -> Result<Status, RevocationError>,
    ) -> Result<CertificateRecord, CertificatesError> {
        let asked = format!("authority {authority} serial {serial}");
        let act = &self.safeguards.dated(act);
        let done = self.told(self.try_change(act, authority, serial, change, decide));
        if let Ok(record) = &done {
            tracing::info!(
                request_id = %act.request_id, authority = %record.authority, serial = %record.serial,
                actor = %act.actor, outcome = change.action(), "status changed"
            );
        }
        self.on_record(act, change.action(), &asked, done)
    }

    /// Before a change is acknowledged it is told off the host. So is one that was made before, where it is asked for again: who
    /// asks may not have heard of it.
    fn told<T>(&self, done: Result<T, CertificatesError>) -> Result<T, CertificatesError> {
        if matches!(done, Ok(_) | Err(CertificatesError::Revocation(_))) {
            self.safeguards.acknowledge()?;
        }
        done
    }

    fn try_change(
        &self,
        act: &Act,
        authority: &AuthorityName,
        serial: &SerialNumber,
        change: StatusChange,
        decide: impl Fn(&Status, Timestamp) -> Result<Status, RevocationError>,
    ) -> Result<CertificateRecord, CertificatesError> {
        let at = whole_seconds(act.at);
        let authority_id = self.authority(authority)?.record().id;
        let mut tries = 0;
        loop {
            let certificate = self.find(authority, serial)?;
            let status = decide(&certificate.status, at)?;
            let store = &self.ports.store;
            match store.change_status(act, certificate.id, certificate.version, &status, change) {
                // Someone else changed it between the two calls: decide again on what stands now.
                Err(StoreError::Conflict { .. }) if tries < MAX_TRIES => tries += 1,
                // Also after an error: it may have come between the change and the word of it.
                done => {
                    self.changes.changed(authority_id, serial);
                    return Ok(done?);
                }
            }
        }
    }

    fn authority(&self, name: &AuthorityName) -> Result<Arc<Authority>, CertificatesError> {
        self.authorities
            .get(name.as_str())
            .ok_or_else(|| CertificatesError::UnknownAuthority { name: name.to_string() })
    }

    fn find(
        &self,
        authority: &AuthorityName,
        serial: &SerialNumber,
    ) -> Result<CertificateRecord, CertificatesError> {
        self.authority(authority)?;
        self.ports.store.certificate(authority, serial)?.ok_or_else(|| {
            CertificatesError::UnknownCertificate { authority: authority.clone(), serial: serial.clone() }
        })
    }

    /// Uses up the nonce of a signed read.
    fn read(&self, act: &Act, action: &str) -> Result<(), CertificatesError> {
        self.on_record(act, action, "", self.ports.store.use_nonce(act).map_err(CertificatesError::from))
    }

    fn on_record<T>(
        &self,
        act: &Act,
        action: &str,
        asked: &str,
        result: Result<T, CertificatesError>,
    ) -> Result<T, CertificatesError> {
        result.inspect_err(|error| {
            self.refusals.record(act, action, error.code(), &format!("{asked}: {error}"));
        })
    }
}

/// How often a change of status is decided anew because another one came between.
const MAX_TRIES: u32 = 5;

fn write_cursor(id: Uuid) -> String {
    URL_SAFE_NO_PAD.encode(id.as_bytes())
}

fn read_cursor(text: &str) -> Result<Uuid, CertificatesError> {
    URL_SAFE_NO_PAD
        .decode(text)
        .ok()
        .and_then(|bytes| Uuid::from_slice(&bytes).ok())
        .ok_or(CertificatesError::BadCursor)
}

impl CertificatesError {
    /// The stable code of this refusal.
    pub fn code(&self) -> &'static str {
        match self {
            Self::UnknownAuthority { .. } => "unknown-authority",
            Self::UnknownCertificate { .. } => "unknown-certificate",
            Self::BadCursor => "bad-cursor",
            Self::BadLimit { .. } => "bad-limit",
            Self::BadCount { .. } => "bad-count",
            Self::Revocation(error) => error.code(),
            Self::Issuing(error) => error.code(),
            Self::Untold(error) => error.code(),
            Self::Store(error) => error.code(),
        }
    }

    /// How protocols class it.
    pub fn fault(&self) -> Fault {
        match self {
            Self::UnknownAuthority { .. } | Self::UnknownCertificate { .. } => Fault::NotFound,
            Self::BadCursor | Self::BadLimit { .. } | Self::BadCount { .. } => Fault::Malformed,
            Self::Revocation(_) => Fault::Conflict,
            Self::Issuing(error) => error.fault(),
            Self::Untold(_) => Fault::Unavailable,
            Self::Store(error) => error.into(),
        }
    }
}
