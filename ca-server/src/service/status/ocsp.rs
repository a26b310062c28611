//! Answers by OCSP, signed at once from what the store says now.

use std::sync::Arc;

use ca_core::encoding::time::whole_seconds;
use ca_core::ocsp::{CertId, CertStatus, OcspRequest, ResponseStatus, SingleAnswer, error_response};
use ca_core::revocation::Reason;
use ca_core::x509::crl::CertificateList;
use jiff::Timestamp;

use super::{Look, StatusService};
use crate::service::authority::{ActiveResponder, Authority};

/// How often an answer is made anew because a status changed while it was signed. In the end the change is told by the
/// next answer.
const MAX_TRIES: usize = 4;

/// An OCSP answer. There is one for every input: what cannot be answered gets an error response (RFC 6960 §2.3).
#[derive(Clone, Debug)]
pub struct OcspAnswer {
    /// DER `OCSPResponse`.
    pub der: Vec<u8>,
    /// The stable code of what was wrong; none where the request was answered.
    pub code: Option<&'static str>,
    /// For how long it may be kept; none where it must not be: errors, `unknown`, and answers with a nonce.
    pub freshness: Option<Freshness>,
    /// By which one tells whether it still stands; none where it must not be kept, or is about several certificates.
    pub look: Option<Look>,
}

/// For how long an answer may be kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Freshness {
    /// thisUpdate.
    pub this_update: Timestamp,
    /// nextUpdate.
    pub next_update: Timestamp,
}

/// Why there is no proper answer.
struct OcspFailure {
    status: ResponseStatus,
    code: &'static str,
}

/// Whether a read may wait.
#[derive(Clone, Copy)]
enum Reading {
    Patient,
    AtOnce,
}

/// Why there is no answer.
enum Halt {
    Failed(OcspFailure),
    /// It would take waiting, and whoever asks may not wait.
    WouldWait,
}

impl From<OcspFailure> for Halt {
    fn from(failure: OcspFailure) -> Self {
        Self::Failed(failure)
    }
}

impl OcspAnswer {
    fn failed(failure: &OcspFailure) -> Self {
        Self { der: error_response(failure.status), code: Some(failure.code), freshness: None, look: None }
    }
}

impl StatusService {
    /// Reads a DER `OCSPRequest` (RFC 6960), which takes microseconds whatever it is.
    ///
    /// # Errors
    /// What to answer where it is none.
    pub fn read_ocsp(&self, request: &[u8]) -> Result<OcspRequest, OcspAnswer> {
        OcspRequest::from_der(request).map_err(|error| {
            OcspAnswer::failed(&OcspFailure { status: error.response_status(), code: error.code() })
        })
    }

    /// Answers a request. One responder answers for one authority: the one that the first known CertID names. CertIDs
    /// of other issuers are `unknown` in its answer.
    ///
    /// Whoever has not heard from the store for a while which statuses changed says nothing about any.
    pub fn ocsp(&self, request: &OcspRequest) -> OcspAnswer {
        match self.try_ocsp(request, Reading::Patient) {
            Ok(answer) => answer,
            Err(Halt::Failed(failure)) => OcspAnswer::failed(&failure),
            Err(Halt::WouldWait) => OcspAnswer::failed(&OcspFailure {
                status: ResponseStatus::TryLater,
                code: "store-unavailable",
            }),
        }
    }

    /// The same where it takes microseconds, so that it may be done on a thread that other requests share; none where it
    /// had to wait. Keys of responders are in files: none waits for a device.
    pub fn ocsp_at_once(&self, request: &OcspRequest) -> Option<OcspAnswer> {
        if request.cert_ids().len() > 1 {
            return None;
        }
        match self.try_ocsp(request, Reading::AtOnce) {
            Ok(answer) => Some(answer),
            Err(Halt::Failed(failure)) => Some(OcspAnswer::failed(&failure)),
            Err(Halt::WouldWait) => None,
        }
    }

    fn try_ocsp(&self, request: &OcspRequest, reading: Reading) -> Result<OcspAnswer, Halt> {
        let authorities = self.authorities.all();
        let authority = request
            .cert_ids()
            .iter()
            .find_map(|id| authorities.iter().find(|authority| authority.is_named_by(id)))
            .ok_or(OcspFailure { status: ResponseStatus::Unauthorized, code: "ocsp-issuer-unknown" })?;
        if authority.is_offline() && authority.active_responder().is_none() {
            // Its CRL, which is there, is the only word on what it certified.
            let (status, code) = (ResponseStatus::Unauthorized, "ocsp-authority-offline");
            return Err(OcspFailure { status, code }.into());
        }
        if authority.is_offline() && matches!(reading, Reading::AtOnce) {
            // Its list may be long.
            return Err(Halt::WouldWait);
        }
        let mut tries = 1;
        loop {
            let now = self.ports.clock.now();
            if !self.changes.is_informed(now) {
                let (status, code) = (ResponseStatus::TryLater, "status-feed-silent");
                return Err(OcspFailure { status, code }.into());
            }
            if let Err(halt) = self.safeguards.signing() {
                return Err(OcspFailure { status: ResponseStatus::TryLater, code: halt.code() }.into());
            }
            let active = authority
                .active_responder()
                .filter(|active| active.not_before <= now && now <= active.not_after)
                .ok_or(OcspFailure { status: ResponseStatus::TryLater, code: "ocsp-signer-expired" })?;
            // Before the statuses are read: a change that is acknowledged while they are signed is told all the same.
            let looks: Vec<Look> = request
                .cert_ids()
                .iter()
                .map(|id| self.changes.look(authority.record().id, id.serial()))
                .collect();
            let answer = self.sign(request, authority, &active, &looks, now, reading)?;
            if tries >= MAX_TRIES || looks.iter().all(|look| self.changes.is_unchanged(*look)) {
                return Ok(answer);
            }
            tries += 1;
        }
    }

    fn sign(
        &self,
        request: &OcspRequest,
        authority: &Authority,
        active: &ActiveResponder,
        looks: &[Look],
        now: Timestamp,
        reading: Reading,
    ) -> Result<OcspAnswer, Halt> {
        let this_update = whole_seconds(now);
        let list = authority.is_offline().then(|| self.list_of(authority, now)).transpose()?;
        let next_update = this_update
            .saturating_add(self.settings.ocsp_validity)
            .unwrap_or(Timestamp::MAX)
            .min(whole_seconds(active.not_after))
            .min(list.as_ref().and_then(CertificateList::next_update).unwrap_or(Timestamp::MAX));
        let mut answers = Vec::with_capacity(request.cert_ids().len());
        for id in request.cert_ids() {
            let (status, end) = match &list {
                Some(list) => (self.status_in(list, authority, id), None),
                None => self.status_of(authority, id, reading)?,
            };
            // No status is ever forgotten: they go back to where the authority began.
            let archive_cutoff =
                end.filter(|end| *end < now).map(|_| authority.certificate().validity().not_before);
            answers.push(SingleAnswer { status, this_update, next_update, archive_cutoff });
        }
        // What is not known to be revoked may have been, in what the store forgot.
        let is_revoked = |answer: &SingleAnswer| matches!(answer.status, CertStatus::Revoked { .. });
        if self.safeguards.quarantine().is_some() && !answers.iter().all(is_revoked) {
            return Err(OcspFailure { status: ResponseStatus::TryLater, code: "quarantined" }.into());
        }
        let known = answers.iter().all(|answer| answer.status != CertStatus::Unknown);
        let mut rng = self.ports.randomness.generator();
        let der = active.responder.respond(request, answers, now, &mut *rng).map_err(|error| {
            tracing::error!(authority = %authority.name(), %error, "an OCSP answer could not be signed");
            OcspFailure { status: ResponseStatus::InternalError, code: error.code() }
        })?;
        let keep = known && request.nonce().is_none();
        let look = match looks {
            // A list may be published by another server, which is not counted among the changes.
            [only] if keep && list.is_none() => Some(*only),
            _ => None,
        };
        let freshness = keep.then_some(Freshness { this_update, next_update });
        Ok(OcspAnswer { der, code: None, freshness, look })
    }

    /// The status of a certificate and its end, where there is one. Good only for what the store says this authority
    /// issued and is neither held nor revoked.
    fn status_of(
        &self,
        authority: &Authority,
        id: &CertId,
        reading: Reading,
    ) -> Result<(CertStatus, Option<Timestamp>), Halt> {
        if !authority.is_named_by(id) {
            return Ok((CertStatus::Unknown, None));
        }
        let (store, issuer) = (&self.ports.store, authority.record().id);
        let standing = match reading {
            Reading::Patient => store.certificate_standing(issuer, id.serial()),
            Reading::AtOnce => {
                store.certificate_standing_at_once(issuer, id.serial()).ok_or(Halt::WouldWait)?
            }
        };
        match standing {
            Ok(Some(standing)) => Ok((standing.status.into(), Some(standing.not_after))),
            Ok(None) => Ok((CertStatus::Unknown, None)),
            Err(error) => {
                tracing::error!(authority = %authority.name(), %error, "a status could not be read");
                Err(OcspFailure { status: ResponseStatus::TryLater, code: error.code() }.into())
            }
        }
    }

    /// The list of an authority whose key is offline: what its responder answers from. It has to be in force.
    fn list_of(&self, authority: &Authority, now: Timestamp) -> Result<CertificateList, OcspFailure> {
        let later = |code| OcspFailure { status: ResponseStatus::TryLater, code };
        let record = self.crl(authority.name().as_str(), None).map_err(|error| later(error.code()))?;
        let der = record.der().map_err(|error| {
            tracing::error!(authority = %authority.name(), %error, "a published CRL cannot be read");
            later("crl-not-readable")
        })?;
        let list = CertificateList::from_der(&der).map_err(|error| {
            tracing::error!(authority = %authority.name(), %error, "a stored CRL cannot be read");
            OcspFailure { status: ResponseStatus::InternalError, code: error.code() }
        })?;
        match list.next_update() {
            Some(next) if next > now => Ok(list),
            _ => Err(later("crl-ended")),
        }
    }

    /// What the list of an authority whose key is offline says. Good only for the certificate of an authority below it that
    /// is at work here; what else it certified is not known here.
    fn status_in(&self, list: &CertificateList, authority: &Authority, id: &CertId) -> CertStatus {
        if !authority.is_named_by(id) {
            return CertStatus::Unknown;
        }
        if let Some(entry) = list.find(id.serial()) {
            let reason = entry.reason.unwrap_or(Reason::Unspecified);
            return CertStatus::Revoked { at: entry.revocation_date, reason };
        }
        let is_it = |below: &Arc<Authority>| {
            below.record().parent == Some(authority.record().id)
                && below.certificate().serial() == id.serial()
        };
        if self.authorities.all().iter().any(is_it) { CertStatus::Good } else { CertStatus::Unknown }
    }
}
