//! Authorities: whether one issues, and until when they and their OCSP responders may.

use ca_core::revocation::Status;

use super::ends::{AUTHORITY, RESPONDER};
use super::finding::Finding;
use super::{Inner, State};
use crate::port::StoreError;
use crate::port::record::AuthorityKind;
use crate::service::authorities::Authority;
use crate::service::default_issuing::default_issuing;
use crate::service::issuing::{IssuingError, check_in_force, status_of_own};

/// Whether an authority for end entities is there and in force, and whether one waits for its certificate.
pub(super) fn look(inner: &Inner) -> Vec<Finding> {
    let finding = Finding::well("authority");
    match find(inner) {
        Err(error) => vec![finding.critical(error.code(), error)],
        Ok(found) if found.is_empty() => vec![finding],
        Ok(found) => found,
    }
}

fn find(inner: &Inner) -> Result<Vec<Finding>, StoreError> {
    let (ports, finding) = (&inner.services.ports, Finding::well("authority"));
    let mut findings = Vec::new();
    let all = inner.services.authorities.all();
    if !all.iter().any(|authority| authority.record().kind == AuthorityKind::Issuing) {
        findings.push(finding.critical("authority-missing", "no authority for end entities is certified"));
    }
    for record in ports.store.authorities()?.iter().filter(|record| record.certificate.is_none()) {
        let finding = Finding::well("authority").about(record.name.to_string());
        findings
            .push(finding.warning("authority-not-certified", "it has a key and waits for its certificate"));
    }
    if let Some(default) = default_issuing(ports, &inner.services.authorities)? {
        let finding = Finding::well("authority").about(default.name().to_string());
        match check_in_force(ports, &default) {
            Ok(()) => {}
            Err(IssuingError::Store(error)) => return Err(error),
            // Somebody here wants it so.
            Err(error @ IssuingError::AuthoritySuspended { .. }) => {
                findings.push(finding.warning("authority-not-in-force", error));
            }
            Err(error) => findings.push(finding.critical("authority-not-in-force", error)),
        }
    }
    Ok(findings)
}

/// Their certificates, and those of their responders.
pub(super) fn certificates(inner: &Inner) -> Vec<Finding> {
    let now = inner.now();
    let mut findings = Vec::new();
    for authority in inner.authorities() {
        let (name, validity) = (authority.name(), authority.certificate().validity());
        let plain = Finding::well("certificate").about(format!("authority {name}"));
        let times = (validity.not_before, validity.not_after);
        let judged = AUTHORITY.judge(plain.clone(), times, now, ("authority-ends-soon", "authority-ended"));
        if judged.state == State::Ok {
            findings.push(judged);
        } else {
            match is_done(inner, &authority) {
                Ok(false) => findings.push(judged),
                Ok(true) => findings.push(plain.until("left", validity.not_after, now)),
                Err(error) => findings.push(plain.critical(error.code(), error)),
            }
        }
        if inner.services.settings.roles.status && validity.not_after > now {
            findings.extend(responder(inner, &authority));
        }
    }
    findings
}

/// What an offline root certified can be told by its list alone: it may have no responder, or one on another server.
fn responder(inner: &Inner, authority: &Authority) -> Option<Finding> {
    let finding = Finding::well("certificate").about(format!("ocsp {}", authority.name()));
    match authority.active_responder() {
        Some(active) => {
            let (times, codes) =
                ((active.not_before, active.not_after), ("responder-ends-soon", "responder-ended"));
            Some(RESPONDER.judge(finding, times, inner.now(), codes))
        }
        None if authority.is_offline() => None,
        None => Some(finding.critical("responder-missing", "OCSP says nothing of what it issued")),
    }
}

/// Whether nobody needs it to go on: it was taken back, or it ended after a successor took its place; a root, when all that it
/// certified here is done.
fn is_done(inner: &Inner, authority: &Authority) -> Result<bool, StoreError> {
    let services = &inner.services;
    if authority.record().kind == AuthorityKind::Issuing {
        if matches!(status_of_own(&services.ports, authority)?, Status::Revoked { .. }) {
            return Ok(true);
        }
        let default = default_issuing(&services.ports, &services.authorities)?;
        let is_default = default.is_some_and(|default| default.record().id == authority.record().id);
        return Ok(!is_default && authority.certificate().validity().not_after <= inner.now());
    }
    for other in services.authorities.all().iter() {
        if other.record().kind == AuthorityKind::Issuing
            && other.chain().contains(authority.certificate())
            && !is_done(inner, other)?
        {
            return Ok(false);
        }
    }
    Ok(services.authorities.all().len() > 1)
}
