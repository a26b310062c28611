//! What the world asks: is it still good? OCSP answers, CRLs, CA certificates.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use ca_core::encoding::time::whole_seconds;
use ca_core::issuance::{AuthorityName, MAX_AUTHORITY_NAME};
use ca_core::ocsp::{CertId, CertStatus, OcspRequest, ResponseStatus, SingleAnswer, error_response};
use jiff::Timestamp;
use uuid::Uuid;

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
        Self { ports, authorities, settings, crls: RwLock::default() }
    }

    /// Answers a DER `OCSPRequest` (RFC 6960). One responder answers for one authority: the one that the first known
    /// CertID names. CertIDs of other issuers are `unknown` in its answer.
    pub fn ocsp(&self, request: &[u8]) -> OcspAnswer {
        self.try_ocsp(request).unwrap_or_else(|failure| OcspAnswer {
            der: error_response(failure.status),
            code: Some(failure.code),
            freshness: None,
        })
    }

    fn try_ocsp(&self, request: &[u8]) -> Result<OcspAnswer, OcspFailure> {
        let request = OcspRequest::from_der(request)
            .map_err(|error| OcspFailure { status: error.response_status(), code: error.code() })?;
        let authorities = self.authorities.all();
        let authority = request
            .cert_ids()
            .iter()
            .find_map(|id| authorities.iter().find(|authority| authority.is_named_by(id)))
            .ok_or(OcspFailure { status: ResponseStatus::Unauthorized, code: "ocsp-issuer-unknown" })?;
        let now = self.ports.clock.now();
        if authority.is_offline() {
            // Its CRL, which is there, is the only word on what it certified.
            return Err(OcspFailure { status: ResponseStatus::Unauthorized, code: "ocsp-authority-offline" });
        }
        let active = authority
            .active_responder()
            .filter(|active| active.not_before <= now && now <= active.not_after)
            .ok_or(OcspFailure { status: ResponseStatus::TryLater, code: "ocsp-signer-expired" })?;
        let this_update = whole_seconds(now);
        let next_update = this_update
            .saturating_add(self.settings.ocsp_validity)
            .unwrap_or(Timestamp::MAX)
            .min(whole_seconds(active.not_after));
        let mut answers = Vec::with_capacity(request.cert_ids().len());
        for id in request.cert_ids() {
            let status = self.status_of(authority, id)?;
            answers.push(SingleAnswer { status, this_update, next_update });
        }
        let known = answers.iter().all(|answer| answer.status != CertStatus::Unknown);
        let mut rng = self.ports.randomness.generator();
        let der = active.responder.respond(&request, answers, now, &mut *rng).map_err(|error| {
            tracing::error!(authority = %authority.name(), %error, "an OCSP answer could not be signed");
            OcspFailure { status: ResponseStatus::InternalError, code: error.code() }
        })?;
        let keep = known && request.nonce().is_none();
        Ok(OcspAnswer { der, code: None, freshness: keep.then_some(Freshness { this_update, next_update }) })
    }

    /// Good only for what the store says this authority issued and is neither held nor revoked.
    fn status_of(&self, authority: &Authority, id: &CertId) -> Result<CertStatus, OcspFailure> {
        if !authority.is_named_by(id) {
            return Ok(CertStatus::Unknown);
        }
        match self.ports.store.certificate_status(authority.record().id, id.serial()) {
            Ok(Some(status)) => Ok(status.into()),
            Ok(None) => Ok(CertStatus::Unknown),
            Err(error) => {
                tracing::error!(authority = %authority.name(), %error, "a status could not be read");
                Err(OcspFailure { status: ResponseStatus::TryLater, code: error.code() })
            }
        }
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

/// Why there is no proper answer.
struct OcspFailure {
    status: ResponseStatus,
    code: &'static str,
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
