//! Groups that are written by one statement, decided before: what others wrote since counts.

use std::sync::Arc;
use std::thread;

use jiff::SignedDuration;

use super::{Fixture, act, block, later, now, prepare};
use crate::port::record::{Once, QUARANTINE, SUSPENDED, suspension};
use crate::port::store::{AuthorityStore as _, CertificateStore as _};
use crate::port::{Act, StoreError};
use crate::store::SqlStore;

const ENROLLER: &str = "enroller:gate";

/// A server that has written, and the store of another one.
fn two() -> (Fixture, SqlStore) {
    let fixture = Fixture::new();
    fixture.issue("first");
    fixture.issue("first");
    let other = fixture.place.open();
    (fixture, other)
}

#[test]
fn what_another_server_lets_stand_against_a_certificate_is_seen_at_once() {
    let (fixture, other) = two();
    let suspended = suspension(fixture.authority);
    for (name, stands, code) in
        [(&*suspended, SUSPENDED, "authority-suspended"), (QUARANTINE, "{}", "quarantined")]
    {
        let (open, certificate) = fixture.sign(ENROLLER);
        other.put_setting(&act(), name, stands).unwrap();
        let refused = fixture.store.complete_certificate(&act(), &open, &certificate).unwrap_err();
        assert_eq!(refused.code(), code);
        // Refused by what stood before, too.
        let refused = fixture.store.complete_certificate(&act(), &open, &certificate).unwrap_err();
        assert_eq!(refused.code(), code);
        other.put_setting(&act(), name, "no").unwrap();
        fixture.store.complete_certificate(&act(), &open, &certificate).unwrap();
    }
    let (open, certificate) = fixture.sign(ENROLLER);
    block(&other, &certificate);
    let refused = fixture.store.complete_certificate(&act(), &open, &certificate).unwrap_err();
    assert_eq!(refused.code(), "key-blocked");
    assert_eq!(fixture.observe().violations, Vec::<String>::new());
}

#[test]
fn an_intent_that_another_server_took_over_is_closed_there_alone() {
    let (fixture, other) = two();
    let (open, certificate) = fixture.sign(ENROLLER);
    let taken = other.take_over_intent(&act(), &open).unwrap();
    let refused = fixture.store.complete_certificate(&act(), &open, &certificate);
    assert!(matches!(refused, Err(StoreError::IntentClosed)), "{refused:?}");
    other.complete_certificate(&act(), &taken, &certificate).unwrap();
    let refused = fixture.store.complete_certificate(&act(), &taken, &certificate);
    assert!(matches!(refused, Err(StoreError::IntentClosed)), "{refused:?}");
    assert_eq!(fixture.observe().violations, Vec::<String>::new());
}

#[test]
fn an_order_that_another_server_took_is_known_until_it_expires() {
    let (fixture, other) = two();
    let once = Once {
        scope: [1; 32],
        request_hash: [1; 32],
        until: now() + SignedDuration::from_mins(10),
        replaces: None,
    };
    let order = |store: &SqlStore, act: &Act| {
        let intent = fixture.intent(&prepare("ordered").1);
        store.order_intent(act, &intent, &[0; 32], Some(&once)).map(|_| intent.id)
    };
    let first = order(&other, &act()).unwrap();
    match order(&fixture.store, &act()) {
        Err(StoreError::Ordered { intent, .. }) => assert_eq!(intent, first),
        answer => panic!("{answer:?}"),
    }
    order(&fixture.store, &Act { at: later(601), ..act() }).unwrap();
    assert_eq!(fixture.observe().violations, Vec::<String>::new());
}

#[test]
fn a_subject_that_another_server_met_is_the_same_one() {
    let (fixture, other) = two();
    let (open, certificate) = fixture.sign(ENROLLER);
    let there = other.complete_certificate(&act(), &open, &certificate).unwrap();
    let here = fixture.issue("camera");
    let again = fixture.issue("camera");
    assert_eq!([here.subject_id, again.subject_id], [there.subject_id; 2]);
    assert_eq!(fixture.observe().violations, Vec::<String>::new());
}

#[test]
fn intents_that_are_not_closed_leave_nothing_of_their_group() {
    let (fixture, _) = two();
    let (open, certificate) = fixture.sign(ENROLLER);
    fixture.sql(
        "CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
         CREATE TRIGGER keep BEFORE UPDATE ON intents FOR EACH ROW EXECUTE FUNCTION keep()",
    );
    let failed = fixture.store.complete_certificate(&act(), &open, &certificate).unwrap_err();
    assert!(failed.to_string().contains("intents were closed by others"), "{failed}");
    assert!(fixture.store.certificate_by_id(certificate.id).unwrap().is_none());
    fixture.sql("DROP TRIGGER keep ON intents; DROP FUNCTION keep");
    fixture.store.complete_certificate(&act(), &open, &certificate).unwrap();
    assert_eq!(fixture.observe().violations, Vec::<String>::new());
}

#[test]
fn who_finds_the_lock_taken_waits_for_it() {
    let (fixture, _) = two();
    let (open, certificate) = fixture.sign(ENROLLER);
    let held = fixture.hold_lock();
    thread::scope(|scope| {
        let stored = scope.spawn(|| fixture.store.complete_certificate(&act(), &open, &certificate));
        thread::sleep(std::time::Duration::from_millis(200));
        assert!(!stored.is_finished());
        drop(held);
        stored.join().unwrap().unwrap();
    });
    assert_eq!(fixture.observe().violations, Vec::<String>::new());
}

#[test]
fn two_servers_that_write_all_the_time_lose_nothing() {
    let (fixture, other) = two();
    let stores = [Arc::new(other), Arc::new(fixture.place.open())];
    thread::scope(|scope| {
        for number in 0..8 {
            let (fixture, stores) = (&fixture, &stores);
            scope.spawn(move || {
                for round in 0..20 {
                    let (open, certificate) = fixture.sign(&format!("enroller:{number}"));
                    let record = stores[(number + round) % 2]
                        .complete_certificate(&act(), &open, &certificate)
                        .unwrap();
                    assert_eq!(record.id, certificate.id);
                }
            });
        }
    });
    let report = fixture.observe();
    assert_eq!((report.violations, report.certificates), (Vec::<String>::new(), 162));
}
