//! Asking an OCSP responder as a client does: by POST and without a nonce, which is what most clients send and caches answer.

use std::io::Read as _;

use ca_core::algorithm::digest::DigestAlgorithm;
use ca_core::ocsp::{CertId, CertStatus, OcspRequest, OcspResponse};
use ca_core::revocation::Reason;
use ca_core::x509::{Certificate, SerialNumber};
use jiff::Timestamp;

use super::state::SeenAnswer;
use super::{Ends, MAX_ANSWER, media_type};
use crate::client::Fetcher;
use crate::failure::Fault as _;
use crate::report::{Check, Health};

/// Asks, verifies the answer for the issuer, and notes what is wrong with it. Gives what is remembered of it, where it is right.
pub(super) fn look(
    check: &mut Check,
    issuer: &Certificate,
    serial: &SerialNumber,
    fetcher: &Fetcher,
    ends: &Ends,
    now: Timestamp,
) -> Option<SeenAnswer> {
    match ask(check, issuer, serial, fetcher, ends, now) {
        Ok(seen) => Some(seen).filter(|_| check.health < Health::Failed),
        Err((code, detail)) => {
            check.note(Health::Failed, &code, detail);
            None
        }
    }
}

type Wrong = (String, String);

fn wrong(code: &str, detail: impl std::fmt::Display) -> Wrong {
    (code.to_owned(), detail.to_string())
}

fn ask(
    check: &mut Check,
    issuer: &Certificate,
    serial: &SerialNumber,
    fetcher: &Fetcher,
    ends: &Ends,
    now: Timestamp,
) -> Result<SeenAnswer, Wrong> {
    // SHA-1 only names the issuer here, and is what every responder knows (RFC 5019 §2.1.1).
    let id =
        CertId::new(DigestAlgorithm::Sha1, issuer, serial).map_err(|error| wrong(error.code(), &error))?;
    let request = OcspRequest::new(vec![id.clone()], None).map_err(|error| wrong(error.code(), &error))?;
    let fetched = fetcher
        .post(&check.url, "application/ocsp-request", request.der(), MAX_ANSWER)
        .map_err(|error| wrong(error.code(), &error))?;
    media_type(check, fetched.content_type.as_deref(), "application/ocsp-response");
    let mut der = Vec::new();
    let mut body = fetched.body;
    body.read_to_end(&mut der).map_err(|error| wrong("fetch-failed", error))?;
    check.octets = der.len() as u64;
    let response = OcspResponse::from_der(&der).map_err(|error| wrong(error.code(), &error))?;
    let basic = response
        .basic()
        .ok_or_else(|| wrong("ocsp-refused", format!("the responder says {}", response.status().as_str())))?;
    basic.verify(issuer, now).map_err(|error| wrong(error.code(), &error))?;
    let answer = basic
        .answers()
        .iter()
        .find(|answer| answer.cert_id == id)
        .ok_or_else(|| wrong("ocsp-other-certificate", "the answer is about another certificate"))?;
    check.this_update = Some(answer.this_update);
    check.next_update = answer.next_update;
    ends.of_answer(check, answer.this_update, answer.next_update, now);
    let (status, revoked) = match answer.status {
        CertStatus::Good => ("good", None),
        CertStatus::Unknown => ("unknown", None),
        CertStatus::Revoked { reason: Reason::CertificateHold, .. } => ("held", None),
        CertStatus::Revoked { at, .. } => ("revoked", Some(at)),
    };
    check.status = Some(status);
    if status == "unknown" {
        check.note(Health::Failed, "ocsp-unknown", "the responder does not know the certificate");
    }
    Ok(SeenAnswer { revoked })
}
