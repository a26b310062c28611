//! What comes between the check of a request and its certificate.

use ca_core::revocation::{Reason, Status};

use super::{Fixture, act, block};
use crate::port::record::{NewCertificate, QUARANTINE, SUSPENDED, suspension};
use crate::port::store::{AuthorityStore as _, CertificateStore as _};

#[test]
fn a_key_that_was_blocked_while_it_was_certified_gets_no_certificate_but_a_revoked_one() {
    let fixture = Fixture::new();
    let (open, certificate) = fixture.sign("enroller:gate");
    block(&fixture.store, &certificate);
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
        let (open, certificate) = fixture.sign("enroller:gate");
        let (own, responder) = fixture.sign("system:ocsp-signer");
        fixture.store.put_setting(&act(), name, stands).unwrap();
        let refused = fixture.store.complete_certificate(&act(), &open, &certificate).unwrap_err();
        assert_eq!(refused.code(), code);
        fixture.store.complete_certificate(&act(), &own, &responder).unwrap();
        fixture.store.put_setting(&act(), name, over).unwrap();
        fixture.store.complete_certificate(&act(), &open, &certificate).unwrap();
    }
    assert_eq!(fixture.observe().violations, Vec::<String>::new());
}
