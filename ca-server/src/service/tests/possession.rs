use ca_core::algorithm::{KeySpec, Signer};
use ca_core::ocsp::CertStatus;
use ca_core::revocation::{Reason, Status};
use jiff::SignedDuration;
use schemas::message_signature::{Covered, SignedHeaders, content_digest, sign};
use uuid::Uuid;

use super::{Instance, order, request_by, signer};
use crate::port::record::CertificateRecord;
use crate::port::{Clock as _, Randomness as _, SystemRandomness};
use crate::service::Fault;
use crate::service::authentication::SignedRequest;
use crate::service::possession::{OwnRevocation, PossessionError, REASONS};

const NONCE: &str = "nonce-0123456789";

fn covered(body: &[u8]) -> Covered {
    Covered {
        method: "POST".to_owned(),
        target_uri: "https://127.0.0.1:8443/api/v1/revocations".to_owned(),
        content_digest: content_digest(body),
        content_type: Some("application/json".to_owned()),
        idempotency_key: None,
    }
}

fn signed(instance: &Instance, body: &[u8], by: &dyn Signer, nonce: &str) -> SignedHeaders {
    sign(&covered(body), instance.clock.now(), nonce, by, &mut *SystemRandomness.generator()).unwrap()
}

fn issue(instance: &Instance, name: &str, by: &dyn Signer) -> CertificateRecord {
    instance.services.certificates.issue(&instance.act(), order("device", &request_by(name, by))).unwrap()
}

fn send(
    instance: &Instance,
    headers: &SignedHeaders,
    asked: &OwnRevocation,
) -> Result<CertificateRecord, PossessionError> {
    let body: &[u8] = b"a body";
    let request = SignedRequest {
        covered: &covered(body),
        body,
        signature_input: Some(&headers.signature_input),
        signature: Some(&headers.signature),
        request_id: Uuid::nil(),
    };
    instance.services.possession.revoke(request, asked).map(|done| done.record)
}

fn revoke(
    instance: &Instance,
    by: &dyn Signer,
    nonce: &str,
    der: &[u8],
    reason: Reason,
) -> Result<CertificateRecord, PossessionError> {
    let asked = OwnRevocation { certificate: der.to_vec(), reason, invalidity_date: None };
    send(instance, &signed(instance, b"a body", by, nonce), &asked)
}

#[test]
fn whoever_has_the_key_revokes_the_certificate_and_the_audit_keeps_the_proof() {
    let instance = Instance::new();
    for spec in [KeySpec::Sm2, KeySpec::P256, KeySpec::Ed25519] {
        let key = signer(spec);
        let record = issue(&instance, "camera", &key);
        let done = revoke(&instance, &key, NONCE, &record.der, Reason::Superseded).unwrap();
        assert!(matches!(done.status, Status::Revoked { reason: Reason::Superseded, .. }));
        let status = instance.ocsp("issuing", &record.serial);
        assert!(matches!(status, CertStatus::Revoked { reason: Reason::Superseded, .. }));
        let mut entries = instance.ports.store.audit_entries(0, 10_000).unwrap();
        entries.retain(|entry| entry.actor == format!("subscriber:{}", record.id));
        assert_eq!(entries.len(), 1);
        assert_eq!(entries[0].action, "certificate.revoke");
        let proof = String::from_utf8(entries[0].evidence.clone().unwrap()).unwrap();
        assert!(proof.contains(&record.key_fingerprint) && proof.contains("/api/v1/revocations"), "{proof}");
    }
    instance.observe();
}

#[test]
fn nobody_revokes_the_certificate_of_another_key() {
    let instance = Instance::new();
    let (victim, attacker) = (signer(KeySpec::Sm2), signer(KeySpec::Sm2));
    let theirs = issue(&instance, "camera", &victim);
    let own = issue(&instance, "attacker", &attacker);
    let by = |der: &[u8]| revoke(&instance, &attacker, NONCE, der, Reason::KeyCompromise).unwrap_err();
    let refused = by(&theirs.der);
    assert_eq!((refused.code(), refused.fault()), ("request-key-mismatch", Fault::Unauthenticated));
    // Their certificate with the attacker's key in it, and the attacker's with their serial: none of these was issued.
    let replace = |der: &[u8], one: &[u8], other: &[u8]| {
        let at = der.windows(one.len()).position(|part| part == one).unwrap();
        [&der[..at], other, &der[at + one.len()..]].concat()
    };
    let (their_key, own_key) = (victim.public_key().spki_der(), attacker.public_key().spki_der());
    let (their_serial, own_serial) = (theirs.serial.as_bytes(), own.serial.as_bytes());
    for forged in [replace(&theirs.der, their_key, own_key), replace(&own.der, own_serial, their_serial)] {
        assert_eq!(by(&forged).code(), "unknown-certificate");
    }
    assert_eq!(by(b"no certificate").fault(), Fault::Malformed);
    // The headers of one request do not go with the certificate of another: they do with the body, which names it.
    let asked = OwnRevocation {
        certificate: theirs.der.clone(),
        reason: Reason::KeyCompromise,
        invalidity_date: None,
    };
    let other_body = signed(&instance, b"another body", &victim, NONCE);
    assert_eq!(send(&instance, &other_body, &asked).unwrap_err().code(), "invalid-request-signature");
    for record in [&theirs, &own] {
        assert_eq!(instance.ocsp("issuing", &record.serial), CertStatus::Good);
    }
    instance.observe();
}

#[test]
fn what_authorities_hold_is_not_for_subscribers() {
    let instance = Instance::new();
    for name in ["root", "issuing"] {
        let authority = instance.services.authorities.get(name).unwrap();
        let key = signer(KeySpec::Sm2);
        let refused = revoke(&instance, &key, NONCE, authority.certificate().der(), Reason::KeyCompromise);
        assert_eq!(refused.unwrap_err().code(), "unknown-certificate", "{name}");
    }
}

#[test]
fn a_request_acts_once_and_only_in_its_time() {
    let instance = Instance::new();
    let key = signer(KeySpec::Sm2);
    let (first, second) = (issue(&instance, "one", &key), issue(&instance, "two", &key));
    let headers = signed(&instance, b"a body", &key, NONCE);
    let asked = |record: &CertificateRecord| OwnRevocation {
        certificate: record.der.clone(),
        reason: Reason::Superseded,
        invalidity_date: None,
    };
    send(&instance, &headers, &asked(&first)).unwrap();
    for record in [&first, &second] {
        let again = send(&instance, &headers, &asked(record)).unwrap_err();
        assert_eq!((again.code(), again.fault()), ("nonce-replayed", Fault::Unauthenticated));
    }
    let late = signed(&instance, b"a body", &key, "nonce-of-the-past");
    instance.clock.advance(SignedDuration::from_secs(61));
    assert_eq!(send(&instance, &late, &asked(&second)).unwrap_err().code(), "request-time-skew");
    assert_eq!(instance.ocsp("issuing", &second.serial), CertStatus::Good);
    instance.observe();
}

#[test]
fn reasons_are_those_of_subscribers_and_a_refusal_uses_the_request_up() {
    let instance = Instance::new();
    let key = signer(KeySpec::Sm2);
    let record = issue(&instance, "camera", &key);
    let others =
        [Reason::CaCompromise, Reason::PrivilegeWithdrawn, Reason::CertificateHold, Reason::RemoveFromCrl];
    for (number, reason) in others.into_iter().enumerate() {
        assert!(!REASONS.contains(&reason));
        let nonce = format!("nonce-of-reason-{number}");
        let refused = revoke(&instance, &key, &nonce, &record.der, reason).unwrap_err();
        assert_eq!((refused.code(), refused.fault()), ("reason-not-for-subscribers", Fault::Unacceptable));
        let again = revoke(&instance, &key, &nonce, &record.der, Reason::Superseded).unwrap_err();
        assert_eq!(again.code(), "nonce-replayed");
    }
    assert_eq!(instance.ocsp("issuing", &record.serial), CertStatus::Good);
}

#[test]
fn a_compromised_key_is_blocked_and_takes_along_what_shares_it() {
    let instance = Instance::new();
    let key = signer(KeySpec::Sm2);
    let records = ["one", "two"].map(|name| issue(&instance, name, &key));
    revoke(&instance, &key, NONCE, &records[0].der, Reason::KeyCompromise).unwrap();
    for record in &records {
        let status = instance.ocsp("issuing", &record.serial);
        assert!(matches!(status, CertStatus::Revoked { reason: Reason::KeyCompromise, .. }));
    }
    let order = order("device", &request_by("three", &key));
    let refused = instance.services.certificates.issue(&instance.act(), order).unwrap_err();
    assert_eq!(refused.code(), "key-blocked");
    instance.observe();
}

#[test]
fn of_what_was_revoked_or_ended_only_a_compromise_is_news() {
    let instance = Instance::new();
    let key = signer(KeySpec::Sm2);
    let [held, ended, other] = ["held", "ended", "other"].map(|name| issue(&instance, name, &key));
    let certificates = &instance.services.certificates;
    certificates.hold(&instance.act(), &held.authority, &held.serial).unwrap();
    revoke(&instance, &key, NONCE, &held.der, Reason::CessationOfOperation).unwrap();
    let again = revoke(&instance, &key, "nonce-of-another", &held.der, Reason::Superseded).unwrap_err();
    assert_eq!((again.code(), again.fault()), ("already-revoked", Fault::Conflict));
    let lasts = ended.not_after.duration_since(instance.clock.now());
    instance.clock.advance(lasts + SignedDuration::from_secs(1));
    let late = revoke(&instance, &key, "nonce-after-the-end", &ended.der, Reason::Superseded).unwrap_err();
    assert_eq!((late.code(), late.fault()), ("certificate-expired", Fault::Conflict));
    revoke(&instance, &key, "nonce-of-compromise", &ended.der, Reason::KeyCompromise).unwrap();
    let other = instance.ports.store.certificate(&other.authority, &other.serial).unwrap().unwrap();
    assert!(matches!(other.status, Status::Revoked { reason: Reason::KeyCompromise, .. }));
    instance.observe();
}
