use ca_core::issuance::root;

use super::{Fixture, act, later, new_certificate, now, prepare};
use crate::port::record::{IntentKind, IntentState, ListScope, NewCrl, NewIntent, OpenIntent};
use crate::port::store::{CertificateStore, CrlStore};
use crate::port::{Randomness, StoreError, SystemRandomness, new_record_id};

fn crl_intent(fixture: &Fixture, number: u64) -> NewIntent {
    NewIntent {
        id: new_record_id(now(), &mut *SystemRandomness.generator()),
        authority: fixture.authority,
        kind: IntentKind::Crl(number),
        tbs: b"tbs".to_vec(),
        tbs_hash: ca_core::algorithm::digest::sm3(b"tbs"),
        profile: String::new(),
        profile_hash: None,
        requester: "system:test".to_owned(),
        idempotency_key: None,
    }
}

fn crl(seconds: i64) -> NewCrl {
    NewCrl {
        shard: None,
        id: new_record_id(now(), &mut *SystemRandomness.generator()),
        this_update: later(seconds),
        next_update: later(seconds + 3600),
        entries: 0,
        scheduled: true,
        status_position: 0,
        base: None,
        tbs_hash: None,
        tbs_octets: 0,
        der: b"crl".to_vec(),
    }
}

#[test]
fn a_serial_is_taken_once_by_an_authority() {
    let fixture = Fixture::new();
    let (_, prepared) = prepare("one");
    let mut intent = fixture.intent(&prepared);
    let open = fixture.store.open_intent(&act(), &intent).unwrap();
    fixture.store.fail_intent(&act(), &open, "given up").unwrap();
    intent.id = new_record_id(now(), &mut *SystemRandomness.generator());
    assert!(matches!(fixture.store.open_intent(&act(), &intent), Err(StoreError::Conflict { .. })));
}

#[test]
fn an_intent_is_closed_once() {
    let fixture = Fixture::new();
    let record = fixture.issue("one");
    let done = fixture.store.intent(record.intent).unwrap().unwrap();
    assert_eq!((done.state, done.version), (IntentState::Done, 2));
    assert_eq!(done.intent.tbs_hash, record.tbs_hash);
    let handle = OpenIntent { id: record.intent, fencing: done.fencing };
    assert!(matches!(fixture.store.fail_intent(&act(), &handle, "late"), Err(StoreError::IntentClosed)));
}

#[test]
fn who_was_overtaken_cannot_store_what_they_signed() {
    let fixture = Fixture::new();
    let (signer, prepared) = prepare("one");
    let intent = fixture.intent(&prepared);
    let open = fixture.store.open_intent(&act(), &intent).unwrap();
    let committed = prepared.commit(|_| Ok::<(), ()>(())).unwrap();
    let issued = root::sign(committed, &*signer, &mut *SystemRandomness.generator()).unwrap();
    let taken = fixture.store.take_over_intent(&act(), &open).unwrap();
    assert_eq!(taken.fencing, open.fencing + 1);
    assert!(matches!(fixture.store.take_over_intent(&act(), &open), Err(StoreError::IntentClosed)));
    let new = new_certificate(issued.certificate());
    let late = fixture.store.complete_certificate(&act(), &open, &new);
    assert!(matches!(late, Err(StoreError::IntentClosed)));
    assert!(fixture.store.certificate_by_id(new.id).unwrap().is_none());
    let stored = fixture.store.complete_certificate(&act(), &taken, &new).unwrap();
    assert_eq!(fixture.store.certificate_of_intent(open.id).unwrap().unwrap().id, stored.id);
    assert_eq!(fixture.observe().violations, Vec::<String>::new());
}

#[test]
fn other_bytes_than_the_committed_ones_are_not_stored() {
    let fixture = Fixture::new();
    let (_, prepared) = prepare("one");
    let open = fixture.store.open_intent(&act(), &fixture.intent(&prepared)).unwrap();
    let (signer, other) = prepare("two");
    let committed = other.commit(|_| Ok::<(), ()>(())).unwrap();
    let issued = root::sign(committed, &*signer, &mut *SystemRandomness.generator()).unwrap();
    let swapped = fixture.store.complete_certificate(&act(), &open, &new_certificate(issued.certificate()));
    assert!(matches!(swapped, Err(StoreError::Damaged { .. })));
    assert_eq!(fixture.store.intent(open.id).unwrap().unwrap().state, IntentState::Open);
}

#[test]
fn open_intents_are_found_again() {
    let fixture = Fixture::new();
    fixture.issue("done");
    let (_, prepared) = prepare("open");
    let open = fixture.store.open_intent(&act(), &fixture.intent(&prepared)).unwrap();
    assert!(fixture.store.open_intents(now(), 10).unwrap().is_empty());
    let found = fixture.store.open_intents(later(1), 10).unwrap();
    assert_eq!(found.iter().map(|record| record.intent.id).collect::<Vec<_>>(), [open.id]);
    assert_eq!(found[0].intent.tbs, prepared.tbs_der());
}

#[test]
fn crl_numbers_rise_even_over_failed_intents() {
    let fixture = Fixture::new();
    let store = &fixture.store;
    assert_eq!(store.next_crl_number(fixture.authority).unwrap(), 1);
    let failed = store.open_intent(&act(), &crl_intent(&fixture, 1)).unwrap();
    store.fail_intent(&act(), &failed, "given up").unwrap();
    assert_eq!(store.next_crl_number(fixture.authority).unwrap(), 2);
    assert!(matches!(store.open_intent(&act(), &crl_intent(&fixture, 1)), Err(StoreError::Conflict { .. })));
    let third = store.open_intent(&act(), &crl_intent(&fixture, 3)).unwrap();
    assert!(matches!(store.open_intent(&act(), &crl_intent(&fixture, 2)), Err(StoreError::Conflict { .. })));
    assert_eq!(store.complete_crl(&act(), &third, &crl(0)).unwrap().number, 3);
}

#[test]
fn a_crl_that_was_overtaken_is_not_stored() {
    let fixture = Fixture::new();
    let store = &fixture.store;
    let slow = store.open_intent(&act(), &crl_intent(&fixture, 1)).unwrap();
    let fast = store.open_intent(&act(), &crl_intent(&fixture, 2)).unwrap();
    store.complete_crl(&act(), &fast, &crl(10)).unwrap();
    assert!(matches!(store.complete_crl(&act(), &slow, &crl(20)), Err(StoreError::Conflict { .. })));
    let back = store.open_intent(&act(), &crl_intent(&fixture, 3)).unwrap();
    assert!(matches!(store.complete_crl(&act(), &back, &crl(5)), Err(StoreError::Conflict { .. })));
    assert_eq!(store.newest_crl(ListScope::whole(fixture.authority), false).unwrap().unwrap().number, 2);
}

#[test]
fn one_name_is_one_subject() {
    let fixture = Fixture::new();
    let [first, second, other] = ["camera", "camera", "gate"].map(|name| fixture.issue(name));
    assert_eq!(first.subject_id, second.subject_id);
    assert_ne!(first.subject_id, other.subject_id);
    assert_eq!(first.subject_id.get_version_num(), 4);
    assert_eq!(first.id.get_version_num(), 7);
    assert_eq!(fixture.observe().violations, Vec::<String>::new());
}
