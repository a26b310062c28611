use super::{Fixture, act, later, now, signed_act};
use crate::port::record::{BlockedKeyRecord, CredentialRecord};
use crate::port::store::{AccessStore, AuditStore, AuthorityStore};
use crate::port::{Randomness, StoreError, SystemRandomness, new_record_id};

#[test]
fn a_nonce_is_used_once_whatever_it_is_used_for() {
    let fixture = Fixture::new();
    let store = &fixture.store;
    store.use_nonce(&signed_act("first-nonce")).unwrap();
    let used = |nonce| store.is_nonce_used(&signed_act(nonce).nonce.unwrap().key, nonce).unwrap();
    assert!(used("first-nonce") && !used("second-nonce"));
    assert!(matches!(store.use_nonce(&signed_act("first-nonce")), Err(StoreError::NonceReplayed)));
    let replayed = store.put_setting(&signed_act("first-nonce"), "a", "b");
    assert!(matches!(replayed, Err(StoreError::NonceReplayed)));
    assert_eq!(store.setting("a").unwrap(), None);
    store.put_setting(&signed_act("second-nonce"), "a", "b").unwrap();
}

#[test]
fn nonces_of_different_keys_do_not_meet() {
    let fixture = Fixture::new();
    fixture.store.use_nonce(&signed_act("same-nonce")).unwrap();
    let mut other = signed_act("same-nonce");
    other.nonce.as_mut().unwrap().key = "cd".repeat(32);
    fixture.store.use_nonce(&other).unwrap();
}

#[test]
fn a_nonce_is_free_again_when_its_act_failed() {
    let fixture = Fixture::new();
    let authority = fixture.store.authorities().unwrap().remove(0);
    let failed = fixture.store.add_authority(&signed_act("the-nonce"), &authority);
    assert!(matches!(failed, Err(StoreError::Conflict { .. })));
    fixture.store.use_nonce(&signed_act("the-nonce")).unwrap();
}

#[test]
fn a_nonce_is_forgotten_once_its_request_is_too_late_anyway() {
    let fixture = Fixture::new();
    fixture.store.use_nonce(&signed_act("old-nonce")).unwrap();
    let mut much_later = signed_act("new-nonce");
    much_later.at = later(3600);
    fixture.store.use_nonce(&much_later).unwrap();
    fixture.store.use_nonce(&signed_act("old-nonce")).unwrap();
}

#[test]
fn a_refused_act_uses_up_its_nonce_and_changes_nothing_else() {
    let fixture = Fixture::new();
    let before = fixture.store.audit_entries(0, 100).unwrap().len();
    fixture
        .store
        .record_refusal(&signed_act("nonce-of-refused"), "certificate.revoke", "already-revoked", "x")
        .unwrap();
    let entries = fixture.store.audit_entries(0, 100).unwrap();
    assert_eq!(entries.len(), before + 1);
    let last = entries.last().unwrap();
    assert_eq!((last.table.as_str(), last.row_version), ("", 0));
    assert_eq!(last.evidence.as_deref(), Some(b"base and signature".as_slice()));
    assert!(last.detail.contains("already-revoked"), "{}", last.detail);
    assert!(matches!(
        fixture.store.use_nonce(&signed_act("nonce-of-refused")),
        Err(StoreError::NonceReplayed)
    ));
}

#[test]
fn blocking_a_key_again_is_no_change() {
    let fixture = Fixture::new();
    let block = |byte: u8| BlockedKeyRecord {
        id: new_record_id(now(), &mut *SystemRandomness.generator()),
        key: [byte; 32],
        reason: "leaked".to_owned(),
        created_at: now(),
        version: 1,
    };
    fixture.store.block_key(&act(), &block(1)).unwrap();
    let entries = fixture.store.audit_entries(0, 100).unwrap().len();
    fixture.store.block_key(&act(), &block(1)).unwrap();
    assert_eq!(fixture.store.audit_entries(0, 100).unwrap().len(), entries);
    assert!(fixture.store.is_blocked(&[1; 32]).unwrap());
    assert!(!fixture.store.is_blocked(&[2; 32]).unwrap());
}

#[test]
fn the_audit_does_not_tell_how_a_password_is_verified() {
    let fixture = Fixture::new();
    let credential = CredentialRecord {
        id: new_record_id(now(), &mut *SystemRandomness.generator()),
        user: "device".to_owned(),
        salt: vec![7; 16],
        verifier: [9; 32],
        profiles: vec!["device".to_owned()],
        active: true,
        created_at: now(),
        version: 1,
    };
    fixture.store.add_credential(&act(), &credential).unwrap();
    let entries = fixture.store.audit_entries(0, 100).unwrap();
    let told = &entries.last().unwrap().detail;
    assert!(!told.contains(&hex::encode([9; 32])) && !told.contains(&hex::encode([7; 16])), "{told}");
    let read = fixture.store.credential("device").unwrap().unwrap();
    assert_eq!((read.salt, read.verifier, read.profiles), (vec![7; 16], [9; 32], vec!["device".to_owned()]));
}
