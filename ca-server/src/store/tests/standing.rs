//! What comes between the check of a request and its certificate.

use ca_core::issuance::root;
use ca_core::revocation::{Reason, Status};
use ca_core::x509::certificate::Certificate;

use super::{Fixture, act, new_certificate, now, prepare};
use crate::port::record::{BlockedKeyRecord, NewCertificate, OpenIntent, QUARANTINE, SUSPENDED, suspension};
use crate::port::store::{AccessStore as _, AuthorityStore as _, CertificateStore as _};
use crate::port::{Randomness as _, SystemRandomness, new_record_id};

/// A certificate that was asked for by somebody, signed and not stored yet.
fn signed(fixture: &Fixture, requester: &str) -> (OpenIntent, NewCertificate) {
    let (signer, prepared) = prepare("camera");
    let mut intent = fixture.intent(&prepared);
    intent.requester = requester.to_owned();
    let mut open = None;
    let committed = prepared
        .commit(|_| {
            open = Some(fixture.store.open_intent(&act(), &intent)?);
            Ok::<(), crate::port::StoreError>(())
        })
        .unwrap();
    let issued = root::sign(committed, &*signer, &mut *SystemRandomness.generator()).unwrap();
    (open.unwrap(), new_certificate(issued.certificate()))
}

fn block(fixture: &Fixture, certificate: &NewCertificate) {
    let key = Certificate::from_der(&certificate.der).unwrap().public_key().unwrap().normalized();
    let blocked = BlockedKeyRecord {
        id: new_record_id(now(), &mut *SystemRandomness.generator()),
        key: *key.as_bytes(),
        reason: "stolen".to_owned(),
        created_at: now(),
        version: 1,
    };
    fixture.store.block_key(&act(), &blocked).unwrap();
}

#[test]
fn a_key_that_was_blocked_while_it_was_certified_gets_no_certificate_but_a_revoked_one() {
    let fixture = Fixture::new();
    let (open, certificate) = signed(&fixture, "enroller:gate");
    block(&fixture, &certificate);
    let refused = fixture.store.complete_certificate(&act(), &open, &certificate).unwrap_err();
    assert_eq!(refused.code(), "key-blocked");
    assert!(fixture.store.certificate_of_intent(open.id).unwrap().is_none());
    let revoked = NewCertificate { revoked: Some(Reason::KeyCompromise), ..certificate };
    let record = fixture.store.complete_certificate(&act(), &open, &revoked).unwrap();
    assert!(matches!(record.status, Status::Revoked { reason: Reason::KeyCompromise, .. }));
    assert_eq!(fixture.observe().violations, Vec::<String>::new());
}

#[test]
fn an_authority_that_was_suspended_or_a_store_in_quarantine_closes_no_intent_but_its_own() {
    let fixture = Fixture::new();
    let suspended = suspension(fixture.authority);
    for (name, stands, over, code) in
        [(&*suspended, SUSPENDED, "no", "authority-suspended"), (QUARANTINE, "{}", "no", "quarantined")]
    {
        let (open, certificate) = signed(&fixture, "enroller:gate");
        let (own, responder) = signed(&fixture, "system:ocsp-signer");
        fixture.store.put_setting(&act(), name, stands).unwrap();
        let refused = fixture.store.complete_certificate(&act(), &open, &certificate).unwrap_err();
        assert_eq!(refused.code(), code);
        fixture.store.complete_certificate(&act(), &own, &responder).unwrap();
        fixture.store.put_setting(&act(), name, over).unwrap();
        fixture.store.complete_certificate(&act(), &open, &certificate).unwrap();
    }
    assert_eq!(fixture.observe().violations, Vec::<String>::new());
}
