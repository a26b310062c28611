use ca_core::algorithm::KeySpec;
use ca_core::key::PublicKey;
use ca_core::ocsp::CertStatus;
use ca_core::revocation::{Reason, Status};
use ca_core::x509::certificate::Certificate;
use jiff::SignedDuration;
use uuid::Uuid;

use super::{Instance, order, request, request_by, signer};
use crate::port::record::{BlockedKeyRecord, CertificateFilter, CertificateRecord};
use crate::port::{Actor, Clock as _};
use crate::service::Fault;
use crate::service::certificates::RevokedOne;

#[test]
fn what_is_issued_is_what_the_store_holds() {
    let instance = Instance::new();
    let record = instance.issue("camera");
    let certificate = Certificate::from_der(&record.der).unwrap();
    let issuing = instance.services.authorities.get("issuing").unwrap();
    certificate.verify_signed_by(&issuing.certificate().public_key().unwrap()).unwrap();
    assert_eq!(certificate.serial(), &record.serial);
    assert_eq!(record.serial.as_bytes()[0], 0x43);
    assert_eq!(record.serial.as_bytes().len(), 17);
    let got = instance.services.certificates.get(&instance.act(), &record.authority, &record.serial).unwrap();
    assert_eq!((got.id, got.der), (record.id, record.der));
    instance.observe();
}

#[test]
fn every_kind_of_key_is_certified() {
    let instance = Instance::new();
    for spec in [KeySpec::Sm2, KeySpec::P256, KeySpec::P384, KeySpec::Ed25519, KeySpec::Rsa { bits: 2048 }] {
        let request = request_by("any", &signer(spec));
        let record =
            instance.services.certificates.issue(&instance.act(), order("device", &request)).unwrap();
        assert_eq!(Certificate::from_der(&record.der).unwrap().public_key().unwrap().spec(), spec);
    }
}

#[test]
fn what_breaks_a_rule_is_refused_by_name_and_leaves_only_an_entry() {
    let instance = Instance::new();
    let good = request("camera");
    let mut broken = good.clone();
    *broken.last_mut().unwrap() ^= 1;
    let mut at_root = order("device", &good);
    at_root.authority = Some("root".parse().unwrap());
    let mut nowhere = order("device", &good);
    nowhere.authority = Some("nowhere".parse().unwrap());
    let before = instance.observe();
    let cases = [
        (order("device", b"nothing"), Fault::Malformed),
        (order("device", &broken), Fault::Malformed),
        (order("no-such-profile", &good), Fault::Unacceptable),
        (order("issuing", &good), Fault::Unacceptable),
        (order("root", &good), Fault::Unacceptable),
        (order("ocsp-signing", &good), Fault::Unacceptable),
        (at_root, Fault::Unacceptable),
        (nowhere, Fault::NotFound),
    ];
    let count = cases.len();
    for (order, fault) in cases {
        let error = instance.services.certificates.issue(&instance.act(), order).unwrap_err();
        assert_eq!(error.fault(), fault, "{error}");
    }
    let after = instance.observe();
    assert_eq!((after.certificates, after.changes), (before.certificates, before.changes));
    assert_eq!(after.refusals, before.refusals + count);
}

#[test]
fn a_blocked_key_gets_no_certificate_in_any_form() {
    let instance = Instance::new();
    let key = signer(KeySpec::Sm2);
    let public: &PublicKey = ca_core::algorithm::Signer::public_key(&key);
    let block = BlockedKeyRecord {
        id: Uuid::nil(),
        key: *public.normalized().as_bytes(),
        reason: "leaked".to_owned(),
        created_at: instance.clock.now(),
        version: 1,
    };
    instance.ports.store.block_key(&instance.act(), &block).unwrap();
    let error = instance
        .services
        .certificates
        .issue(&instance.act(), order("device", &request_by("camera", &key)))
        .unwrap_err();
    assert_eq!(error.code(), "key-blocked");
}

#[test]
fn status_goes_only_the_ways_there_are() {
    let instance = Instance::new();
    let record = instance.issue("camera");
    let (certificates, act) = (&instance.services.certificates, instance.act());
    let (authority, serial) = (&record.authority, &record.serial);
    assert_eq!(certificates.release(&act, authority, serial).unwrap_err().fault(), Fault::Conflict);
    let held = certificates.hold(&act, authority, serial).unwrap();
    assert!(matches!(held.status, Status::Held { .. }));
    assert!(matches!(
        instance.ocsp("issuing", serial),
        CertStatus::Revoked { reason: Reason::CertificateHold, .. }
    ));
    assert_eq!(certificates.release(&act, authority, serial).unwrap().status, Status::Good);
    assert_eq!(instance.ocsp("issuing", serial), CertStatus::Good);
    certificates.revoke(&act, authority, serial, Reason::KeyCompromise, None).unwrap();
    assert!(matches!(
        instance.ocsp("issuing", serial),
        CertStatus::Revoked { reason: Reason::KeyCompromise, .. }
    ));
    let again = certificates.revoke(&act, authority, serial, Reason::Superseded, None).unwrap_err();
    assert_eq!((again.code(), again.fault()), ("already-revoked", Fault::Conflict));
    let remove = certificates.revoke(&act, authority, serial, Reason::RemoveFromCrl, None).unwrap_err();
    assert_eq!(remove.fault(), Fault::Conflict);
    let unknown = certificates.hold(&act, authority, &"43ff".parse().unwrap()).unwrap_err();
    assert_eq!((unknown.code(), unknown.fault()), ("unknown-certificate", Fault::NotFound));
    assert_eq!(instance.observe().refusals, 4);
}

#[test]
fn times_of_revocation_are_whole_seconds() {
    let instance = Instance::new();
    let record = instance.issue("camera");
    let invalid = instance.clock.now() - SignedDuration::from_millis(1700);
    let revoked = instance
        .services
        .certificates
        .revoke(&instance.act(), &record.authority, &record.serial, Reason::KeyCompromise, Some(invalid))
        .unwrap();
    let Status::Revoked { at, invalidity_date: Some(date), .. } = revoked.status else {
        panic!("{:?}", revoked.status)
    };
    assert_eq!((at.subsec_nanosecond(), date.subsec_nanosecond()), (0, 0));
}

#[test]
fn lists_page_by_opaque_cursors() {
    let instance = Instance::new();
    for number in 0..3 {
        instance.issue(&format!("camera {number}"));
    }
    let certificates = &instance.services.certificates;
    let filter = CertificateFilter { profile: Some("device".to_owned()), ..CertificateFilter::default() };
    let first = certificates.list(&instance.act(), &filter, None, Some(2)).unwrap();
    let second = certificates.list(&instance.act(), &filter, first.next.as_deref(), Some(2)).unwrap();
    assert_eq!((first.items.len(), second.items.len(), second.next), (2, 1, None));
    let refused =
        |cursor, limit| certificates.list(&instance.act(), &filter, cursor, limit).unwrap_err().code();
    assert_eq!(refused(Some("nothing of ours"), None), "bad-cursor");
    assert_eq!(refused(None, Some(0)), "bad-limit");
    assert_eq!(refused(None, Some(201)), "bad-limit");
    let nowhere =
        CertificateFilter { authority: Some("nowhere".parse().unwrap()), ..CertificateFilter::default() };
    assert_eq!(
        certificates.list(&instance.act(), &nowhere, None, None).unwrap_err().code(),
        "unknown-authority"
    );
}

#[test]
fn threads_that_revoke_the_same_certificate_agree_on_one() {
    let instance = Instance::new();
    let record = instance.issue("camera");
    let done: usize = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..4)
            .map(|_| {
                scope.spawn(|| {
                    let certificates = &instance.services.certificates;
                    let (authority, serial) = (&record.authority, &record.serial);
                    certificates.revoke(&instance.act(), authority, serial, Reason::Superseded, None).is_ok()
                })
            })
            .collect();
        threads.into_iter().map(|thread| usize::from(thread.join().unwrap())).sum()
    });
    assert_eq!(done, 1);
    instance.observe();
}

#[test]
fn threads_issue_at_once_without_a_gap_in_the_chain() {
    let instance = Instance::new();
    let before = instance.observe().certificates;
    std::thread::scope(|scope| {
        for thread in 0..4 {
            let instance = &instance;
            scope.spawn(move || {
                for number in 0..5 {
                    let record = instance.issue(&format!("camera {thread}-{number}"));
                    assert_eq!(instance.ocsp("issuing", &record.serial), CertStatus::Good);
                }
            });
        }
    });
    assert_eq!(instance.observe().certificates, before + 20);
}

#[test]
fn the_audit_names_who_asked_and_keeps_what_proves_it() {
    let instance = Instance::new();
    let mut act = instance.act();
    act.actor = Actor::Administrator { id: Uuid::max(), name: "someone".to_owned() };
    act.evidence = Some(b"proof".to_vec());
    let record = instance.services.certificates.issue(&act, order("device", &request("camera"))).unwrap();
    assert_eq!(record.requester, format!("administrator:{}", Uuid::max()));
    let mut entries = instance.ports.store.audit_entries(0, 10_000).unwrap();
    entries.retain(|entry| entry.actor == record.requester);
    let actions: Vec<&str> = entries.iter().map(|entry| entry.action.as_str()).collect();
    assert_eq!(actions, ["intent.open", "intent.done", "subject.create", "certificate.issue"]);
    let evidence: Vec<bool> = entries.iter().map(|entry| entry.evidence.is_some()).collect();
    assert_eq!(evidence, [true, false, false, false]);
}

#[test]
fn a_compromised_key_takes_every_certificate_on_it_along_and_is_blocked() {
    let instance = Instance::new();
    let key = signer(KeySpec::Sm2);
    let issue = |name: &str| {
        let order = order("device", &request_by(name, &key));
        instance.services.certificates.issue(&instance.act(), order)
    };
    let [first, second, third] = ["one", "two", "three"].map(|name| issue(name).unwrap());
    let other = instance.issue("another key");
    let certificates = &instance.services.certificates;
    certificates.hold(&instance.act(), &third.authority, &third.serial).unwrap();
    let revoke = |record: &CertificateRecord| {
        certificates.revoke(&instance.act(), &record.authority, &record.serial, Reason::KeyCompromise, None)
    };
    revoke(&first).unwrap();
    for record in [&first, &second, &third] {
        let status = certificates.get(&instance.act(), &record.authority, &record.serial).unwrap().status;
        assert!(matches!(status, Status::Revoked { reason: Reason::KeyCompromise, .. }), "{status:?}");
    }
    assert!(matches!(instance.ocsp("issuing", &second.serial), CertStatus::Revoked { .. }));
    assert_eq!(instance.ocsp("issuing", &other.serial), CertStatus::Good);
    assert_eq!(issue("four").unwrap_err().code(), "key-blocked");
    // Asked for again it says what it said of one.
    assert_eq!(revoke(&first).unwrap_err().code(), "already-revoked");
    instance.observe();
}

#[test]
fn many_certificates_are_revoked_in_one_act_which_may_be_asked_for_again() {
    let instance = Instance::new();
    let records: Vec<_> = (0..5).map(|number| instance.issue(&format!("device {number}"))).collect();
    let certificates = &instance.services.certificates;
    let authority = "issuing".parse().unwrap();
    certificates.hold(&instance.act(), &authority, &records[1].serial).unwrap();
    certificates.revoke(&instance.act(), &authority, &records[2].serial, Reason::Superseded, None).unwrap();
    let mut serials: Vec<_> = records[..4].iter().map(|record| record.serial.clone()).collect();
    serials.push("43000000000000000000000000000000aa".parse().unwrap());
    serials.push(records[0].serial.clone());
    let many = || {
        certificates
            .revoke_many(&instance.act(), &authority, &serials, Reason::CessationOfOperation, None)
            .unwrap()
            .outcomes
    };
    let before = instance.observe();
    let considered = certificates
        .consider_many(&instance.act(), &authority, &serials, Reason::CessationOfOperation, None)
        .unwrap();
    assert_eq!(considered.profiles, [("device".to_owned(), 3)].into());
    assert_eq!(instance.observe().changes, before.changes);
    use RevokedOne::{AlreadyRevoked, Revoked, Unknown};
    let expected = [Revoked, Revoked, AlreadyRevoked, Revoked, Unknown, AlreadyRevoked];
    assert_eq!(considered.outcomes, expected);
    assert_eq!(many(), expected);
    assert_eq!(
        many(),
        [AlreadyRevoked, AlreadyRevoked, AlreadyRevoked, AlreadyRevoked, Unknown, AlreadyRevoked]
    );
    instance.services.crl.publish(&instance.act(), &authority, false).unwrap();
    assert_eq!(instance.crl("issuing").revoked().len(), 4);
    assert_eq!(instance.ocsp("issuing", &records[4].serial), CertStatus::Good);
    for count in [0, 1_001] {
        let serials = vec![records[4].serial.clone(); count];
        let error = certificates.revoke_many(&instance.act(), &authority, &serials, Reason::Superseded, None);
        assert_eq!(error.unwrap_err().code(), "bad-count");
    }
    instance.observe();
}

#[test]
fn many_compromised_certificates_take_along_what_shares_their_keys() {
    let instance = Instance::new();
    let (shared, other) = (signer(KeySpec::Sm2), signer(KeySpec::Sm2));
    let issue = |name: &str, key| {
        let order = order("device", &request_by(name, key));
        instance.services.certificates.issue(&instance.act(), order)
    };
    let of_shared = ["one", "two", "three"].map(|name| issue(name, &shared).unwrap());
    let of_other = issue("four", &other).unwrap();
    let certificates = &instance.services.certificates;
    let serials: Vec<_> =
        [&of_shared[0], &of_shared[1], &of_other].map(|record| record.serial.clone()).to_vec();
    let done = certificates.revoke_many(
        &instance.act(),
        &"issuing".parse().unwrap(),
        &serials,
        Reason::KeyCompromise,
        None,
    );
    // Those that were named are counted, also where they share a key.
    assert_eq!(done.unwrap().outcomes, [RevokedOne::Revoked; 3]);
    let status = instance.ocsp("issuing", &of_shared[2].serial);
    assert!(matches!(status, CertStatus::Revoked { reason: Reason::KeyCompromise, .. }));
    for key in [&shared, &other] {
        assert_eq!(issue("five", key).unwrap_err().code(), "key-blocked");
    }
    instance.observe();
}

#[test]
fn a_key_with_thousands_of_certificates_is_compromised_in_few_transactions() {
    let instance = Instance::new();
    let key = signer(KeySpec::Sm2);
    let records: Vec<_> = (0..25)
        .map(|number| {
            let order = order("device", &request_by(&format!("device {number}"), &key));
            instance.services.certificates.issue(&instance.act(), order).unwrap()
        })
        .collect();
    let certificates = &instance.services.certificates;
    certificates.hold(&instance.act(), &records[3].authority, &records[3].serial).unwrap();
    let (authority, serial) = (&records[0].authority, &records[0].serial);
    certificates.revoke(&instance.act(), authority, serial, Reason::KeyCompromise, None).unwrap();
    for record in &records {
        let status = instance.ocsp("issuing", &record.serial);
        assert!(matches!(status, CertStatus::Revoked { reason: Reason::KeyCompromise, .. }));
    }
    instance.observe();
}

#[test]
fn a_suspended_authority_issues_nothing_until_it_is_resumed() {
    let instance = Instance::new();
    let issuing = "issuing".parse().unwrap();
    let set = |suspended| instance.services.suspension.set(&instance.act(), &issuing, suspended);
    let issue = || instance.services.certificates.issue(&instance.act(), order("device", &request("camera")));
    let before = issue().unwrap();
    set(true).unwrap();
    assert_eq!(set(true).unwrap_err().code(), "already-suspended");
    assert_eq!(issue().unwrap_err().code(), "authority-suspended");
    // What was issued is looked after.
    let certificates = &instance.services.certificates;
    certificates.revoke(&instance.act(), &issuing, &before.serial, Reason::Superseded, None).unwrap();
    instance.services.crl.publish(&instance.act(), &issuing, false).unwrap();
    assert!(instance.crl("issuing").find(&before.serial).is_some());
    let instance = instance.restart();
    let issue = || instance.services.certificates.issue(&instance.act(), order("device", &request("camera")));
    assert_eq!(issue().unwrap_err().code(), "authority-suspended");
    instance.services.suspension.set(&instance.act(), &issuing, false).unwrap();
    issue().unwrap();
    let again = instance.services.suspension.set(&instance.act(), &issuing, false);
    assert_eq!(again.unwrap_err().code(), "not-suspended");
    instance.observe();
}
