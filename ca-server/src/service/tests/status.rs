use ca_core::algorithm::digest::DigestAlgorithm;
use ca_core::ocsp::{CertId, CertStatus, OcspRequest, OcspResponse, ResponseStatus};
use ca_core::revocation::Reason;
use ca_core::x509::SerialNumber;
use jiff::SignedDuration;

use super::{Instance, Services};
use crate::port::Clock as _;
use crate::service::status::OcspAnswer;

fn id(instance: &Instance, authority: &str, hash: DigestAlgorithm, serial: &str) -> CertId {
    let authority = instance.services.authorities.get(authority).unwrap();
    let issuer = authority.certificate();
    CertId::new(hash, issuer, &serial.parse().unwrap()).unwrap()
}

fn ask(instance: &Instance, ids: Vec<CertId>, nonce: Option<&[u8]>) -> OcspAnswer {
    instance.services.status.feed().follow().unwrap();
    instance.services.status.ocsp(&OcspRequest::new(ids, nonce).unwrap())
}

fn statuses(answer: &OcspAnswer) -> Vec<CertStatus> {
    let response = OcspResponse::from_der(&answer.der).unwrap();
    response.basic().unwrap().answers().iter().map(|answer| answer.status).collect()
}

fn error(answer: &OcspAnswer) -> ResponseStatus {
    assert!(answer.code.is_some() && answer.freshness.is_none());
    OcspResponse::from_der(&answer.der).unwrap().status()
}

#[test]
fn every_hash_finds_the_same_certificate() {
    let instance = Instance::new();
    let serial = instance.issue("camera").serial.to_string();
    for hash in [DigestAlgorithm::Sha1, DigestAlgorithm::Sha256, DigestAlgorithm::Sm3] {
        let answer = ask(&instance, vec![id(&instance, "issuing", hash, &serial)], None);
        assert_eq!(statuses(&answer), [CertStatus::Good]);
        let freshness = answer.freshness.unwrap();
        assert!(freshness.next_update > freshness.this_update);
    }
}

#[test]
fn what_we_did_not_issue_is_unknown_and_not_kept() {
    let instance = Instance::new();
    let good = instance.issue("camera").serial.to_string();
    let of = |authority, serial: &str| id(&instance, authority, DigestAlgorithm::Sha1, serial);
    let answer = ask(&instance, vec![of("issuing", &good), of("issuing", "43aa"), of("root", &good)], None);
    assert_eq!(statuses(&answer), [CertStatus::Good, CertStatus::Unknown, CertStatus::Unknown]);
    assert_eq!(answer.freshness, None);
}

#[test]
fn an_answer_to_a_nonce_is_not_kept() {
    let instance = Instance::new();
    let serial = instance.issue("camera").serial.to_string();
    let answer =
        ask(&instance, vec![id(&instance, "issuing", DigestAlgorithm::Sha1, &serial)], Some(b"nonce"));
    assert_eq!(statuses(&answer), [CertStatus::Good]);
    assert_eq!(answer.freshness, None);
}

#[test]
fn each_authority_has_its_own_signer() {
    let instance = Instance::new();
    let issuing = instance.services.authorities.get("issuing").unwrap().certificate().serial().clone();
    assert_eq!(instance.ocsp("root", &issuing), CertStatus::Good);
    assert_eq!(instance.ocsp("issuing", &issuing), CertStatus::Unknown);
}

#[test]
fn what_cannot_be_read_is_malformed_and_other_issuers_are_not_ours() {
    let instance = Instance::new();
    for request in [&b""[..], b"\x30", b"\x30\x03\x02\x01\x00", &[0x30; 20_000]] {
        let refused = instance.services.status.read_ocsp(request).unwrap_err();
        assert_eq!(error(&refused), ResponseStatus::MalformedRequest);
    }
    let other = Instance::new();
    let foreign = id(&other, "issuing", DigestAlgorithm::Sha1, "43aa");
    assert_eq!(error(&ask(&instance, vec![foreign], None)), ResponseStatus::Unauthorized);
}

#[test]
fn signers_are_renewed_well_before_they_end_and_their_keys_go() {
    let instance = Instance::new();
    let keys = || std::fs::read_dir(instance.path("keys")).unwrap().count();
    let (before, serial) = (keys(), instance.issue("camera").serial);
    assert_eq!(instance.services.ocsp_signer.due(instance.ports.clock.now()), []);
    instance.clock.advance(SignedDuration::from_hours(24 * 10));
    assert_eq!(instance.services.ocsp_signer.due(instance.ports.clock.now()).len(), 2);
    instance.renew();
    assert_eq!(keys(), before);
    assert_eq!(instance.ocsp("issuing", &serial), CertStatus::Good);
    let instance = instance.restart();
    assert_eq!(instance.ocsp("issuing", &serial), CertStatus::Good);
}

#[test]
fn an_expired_signer_says_try_later_until_it_is_renewed() {
    let instance = Instance::new();
    let serial = instance.issue("camera").serial;
    instance.clock.advance(SignedDuration::from_hours(24 * 20));
    let ids = || vec![id(&instance, "issuing", DigestAlgorithm::Sha1, &serial.to_string())];
    assert_eq!(error(&ask(&instance, ids(), None)), ResponseStatus::TryLater);
    instance.renew();
    assert_eq!(statuses(&ask(&instance, ids(), None)), [CertStatus::Good]);
}

#[test]
fn documents_of_nobody_do_not_exist() {
    let instance = Instance::new();
    let status = &instance.services.status;
    assert_eq!(status.crl("nobody", None).unwrap_err().code(), "unknown-authority");
    assert_eq!(status.ca_certificate("nobody").unwrap_err().code(), "unknown-authority");
    let root = instance.services.authorities.get("root").unwrap();
    assert_eq!(status.ca_certificate("root").unwrap(), root.certificate().der());
}

#[test]
fn a_signer_whose_certificate_was_taken_back_is_renewed() {
    let instance = Instance::new();
    let authority = instance.services.authorities.get("issuing").unwrap();
    let signer = || authority.active_responder().unwrap().responder.certificate().serial().clone();
    let (revoked, name) = (signer(), authority.name().clone());
    let certificates = &instance.services.certificates;
    certificates.revoke(&instance.act(), &name, &revoked, Reason::KeyCompromise, None).unwrap();
    assert_eq!(instance.services.ocsp_signer.due(instance.clock.now()), [name]);
    instance.renew();
    assert_ne!(signer(), revoked);
    assert!(matches!(instance.ocsp("issuing", &revoked), CertStatus::Revoked { .. }));
    assert_eq!(instance.services.ocsp_signer.due(instance.clock.now()), []);
    instance.observe();
}

#[test]
fn who_has_not_heard_of_changes_for_a_while_says_nothing() {
    let instance = Instance::new();
    let serial = instance.issue("camera").serial.to_string();
    let request =
        OcspRequest::new(vec![id(&instance, "issuing", DigestAlgorithm::Sm3, &serial)], None).unwrap();
    let ask = || instance.services.status.ocsp(&request);
    assert_eq!(statuses(&ask()), [CertStatus::Good]);
    instance.clock.advance(SignedDuration::from_secs(9));
    assert_eq!((error(&ask()), ask().code), (ResponseStatus::TryLater, Some("status-feed-silent")));
    instance.services.status.feed().follow().unwrap();
    assert_eq!(statuses(&ask()), [CertStatus::Good]);
    instance.clock.advance(SignedDuration::from_secs(-60));
    assert_eq!(error(&ask()), ResponseStatus::TryLater, "the clock was set back");
}

#[test]
fn what_was_answered_stands_until_the_status_changes_here_or_elsewhere() {
    let instance = Instance::new();
    let authority = "issuing".parse().unwrap();
    let [mine, theirs, other] = ["mine", "theirs", "other"].map(|name| instance.issue(name).serial);
    let look = |serial: &SerialNumber| {
        let ids = vec![id(&instance, "issuing", DigestAlgorithm::Sha1, &serial.to_string())];
        ask(&instance, ids, None).look.unwrap()
    };
    let stands = |look| instance.services.status.changes().stands(look, instance.clock.now());
    let (before, others) = (look(&mine), look(&other));
    instance.services.certificates.hold(&instance.act(), &authority, &mine).unwrap();
    assert!(!stands(before), "at once");
    let (held, before) = (look(&mine), look(&theirs));

    // Another process over the same store.
    let replica =
        Services::start(instance.ports.clone(), instance.settings().clone(), super::profiles()).unwrap();
    replica.certificates.revoke(&instance.act(), &authority, &theirs, Reason::Superseded, None).unwrap();
    replica.certificates.release(&instance.act(), &authority, &mine).unwrap();
    assert!(stands(before) && stands(held), "not heard of yet");
    instance.services.status.feed().follow().unwrap();
    assert!(!stands(before) && !stands(held));
    assert!(stands(others), "nothing happened to it");
    assert!(stands(look(&mine)) && stands(look(&theirs)));
}

#[test]
fn of_what_ended_it_is_said_since_when_statuses_are_kept() {
    let instance = Instance::new();
    let device = instance.issue("camera");
    let cutoff = |at_end: bool| {
        let serial = device.serial.to_string();
        let answer = ask(&instance, vec![id(&instance, "issuing", DigestAlgorithm::Sha1, &serial)], None);
        assert_eq!(statuses(&answer), [CertStatus::Good], "{at_end}");
        OcspResponse::from_der(&answer.der).unwrap().basic().unwrap().answers()[0].archive_cutoff
    };
    assert_eq!(cutoff(false), None);
    instance
        .clock
        .advance(device.not_after.duration_since(instance.clock.now()) + SignedDuration::from_secs(1));
    instance.renew();
    let authority = instance.services.authorities.get("issuing").unwrap();
    assert_eq!(cutoff(true), Some(authority.certificate().validity().not_before));
}
