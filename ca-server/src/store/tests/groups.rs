use std::sync::{Arc, Barrier};

use ca_core::issuance::root;
use jiff::SignedDuration;
use uuid::Uuid;

use super::{Fixture, act, later, new_certificate, now, prepare, signed_act};
use crate::port::record::{NewIntent, Once, OpenIntent};
use crate::port::store::CertificateStore;
use crate::port::{Act, Randomness, StoreError, SystemRandomness, new_record_id};

/// Writers at once: more than go into one transaction.
const MANY: usize = 160;

fn once(scope: u8, request: u8) -> Once {
    Once {
        scope: [scope; 32],
        request_hash: [request; 32],
        until: now() + SignedDuration::from_mins(10),
        replaces: None,
    }
}

fn open(fixture: &Fixture, act: &Act, once: &Once) -> (NewIntent, Result<OpenIntent, StoreError>) {
    let intent = fixture.intent(&prepare("ordered").1);
    let opened = fixture.store.order_intent(act, &intent, &[0; 32], Some(once));
    (intent, opened)
}

fn ordered(result: Result<OpenIntent, StoreError>) -> (Uuid, [u8; 32]) {
    match result {
        Err(StoreError::Ordered { intent, request_hash }) => (intent, request_hash),
        other => panic!("{other:?}"),
    }
}

#[test]
fn many_at_once_are_each_stored_whole() {
    let fixture = Fixture::new();
    let start = Arc::new(Barrier::new(MANY));
    std::thread::scope(|scope| {
        for number in 0..MANY {
            let (start, fixture) = (Arc::clone(&start), &fixture);
            scope.spawn(move || {
                start.wait();
                // Every other one is of a subject that others make at the same time.
                let name = if number % 2 == 0 { "shared".to_owned() } else { format!("own-{number}") };
                let record = fixture.issue(&name);
                assert_eq!(fixture.store.certificate_by_id(record.id).unwrap().unwrap().der, record.der);
            });
        }
    });
    let report = fixture.observe();
    assert_eq!((report.violations, report.certificates), (Vec::<String>::new(), MANY));
}

#[test]
fn one_that_fails_in_a_group_fails_alone() {
    let fixture = Fixture::new();
    let start = Arc::new(Barrier::new(MANY));
    // All intents have the serial of the first, so that one can be stored.
    let (_, prepared) = prepare("same");
    let kept = std::thread::scope(|scope| {
        let writers: Vec<_> = (0..MANY)
            .map(|number| {
                let (start, fixture, prepared) = (Arc::clone(&start), &fixture, &prepared);
                scope.spawn(move || {
                    let other = prepare("other").1;
                    let same = number % 4 == 0;
                    let mut intent = fixture.intent(if same { prepared } else { &other });
                    intent.id = new_record_id(now(), &mut *SystemRandomness.generator());
                    start.wait();
                    let opened = fixture.store.open_intent(&act(), &intent);
                    assert!(same || opened.is_ok(), "{opened:?}");
                    match opened {
                        Ok(_) => same,
                        Err(StoreError::Conflict { .. }) => false,
                        Err(error) => panic!("{error}"),
                    }
                })
            })
            .collect();
        writers.into_iter().filter_map(|writer| writer.join().unwrap().then_some(())).count()
    });
    assert_eq!(kept, 1);
    assert_eq!(fixture.store.open_intents(later(1), 1000).unwrap().len(), MANY * 3 / 4 + 1);
    assert_eq!(fixture.observe().violations, Vec::<String>::new());
}

#[test]
fn a_nonce_is_used_once_among_many_at_once() {
    let fixture = Fixture::new();
    let start = Arc::new(Barrier::new(16));
    let kept = std::thread::scope(|scope| {
        let writers: Vec<_> = (0..16)
            .map(|_| {
                let (start, fixture) = (Arc::clone(&start), &fixture);
                scope.spawn(move || {
                    let intent = fixture.intent(&prepare("signed").1);
                    start.wait();
                    match fixture.store.open_intent(&signed_act("once"), &intent) {
                        Ok(_) => true,
                        Err(StoreError::NonceReplayed) => false,
                        Err(error) => panic!("{error}"),
                    }
                })
            })
            .collect();
        writers.into_iter().filter_map(|writer| writer.join().unwrap().then_some(())).count()
    });
    assert_eq!(kept, 1);
    assert_eq!(fixture.store.open_intents(later(1), 100).unwrap().len(), 1);
}

#[test]
fn who_was_overtaken_does_not_hold_up_the_group() {
    let fixture = Fixture::new();
    let start = Arc::new(Barrier::new(32));
    std::thread::scope(|scope| {
        for number in 0..32 {
            let (start, fixture) = (Arc::clone(&start), &fixture);
            scope.spawn(move || {
                let (signer, prepared) = prepare("one");
                let open = fixture.store.open_intent(&act(), &fixture.intent(&prepared)).unwrap();
                let committed = prepared.commit(|_| Ok::<(), ()>(())).unwrap();
                let issued = root::sign(committed, &*signer, &mut *SystemRandomness.generator()).unwrap();
                let overtaken = number % 3 == 0;
                if overtaken {
                    fixture.store.take_over_intent(&act(), &open).unwrap();
                }
                start.wait();
                let new = new_certificate(issued.certificate());
                let stored = fixture.store.complete_certificate(&act(), &open, &new);
                assert_eq!(stored.is_ok(), !overtaken, "{stored:?}");
                assert_eq!(fixture.store.certificate_by_id(new.id).unwrap().is_some(), !overtaken);
            });
        }
    });
    assert_eq!(fixture.observe().violations, Vec::<String>::new());
}

#[test]
fn an_order_is_opened_once_until_it_is_forgotten() {
    let fixture = Fixture::new();
    let (first, opened) = open(&fixture, &act(), &once(1, 1));
    opened.unwrap();
    assert_eq!(ordered(open(&fixture, &act(), &once(1, 1)).1), (first.id, [1; 32]));
    assert_eq!(ordered(open(&fixture, &act(), &once(1, 2)).1), (first.id, [1; 32]));
    open(&fixture, &act(), &once(2, 1)).1.unwrap();

    let replacing = Once { replaces: Some(first.id), ..once(1, 1) };
    let (second, opened) = open(&fixture, &act(), &replacing);
    opened.unwrap();
    // It was replaced already.
    assert_eq!(ordered(open(&fixture, &act(), &replacing).1).0, second.id);

    let late = Act { at: later(601), ..act() };
    open(&fixture, &late, &once(1, 3)).1.unwrap();
    assert_eq!(fixture.observe().violations, Vec::<String>::new());
}

#[test]
fn the_nonce_of_a_repeated_order_is_used_up() {
    let fixture = Fixture::new();
    open(&fixture, &signed_act("first"), &once(1, 1)).1.unwrap();
    ordered(open(&fixture, &signed_act("second"), &once(1, 1)).1);
    let replayed = open(&fixture, &signed_act("second"), &once(1, 1)).1;
    assert!(matches!(replayed, Err(StoreError::NonceReplayed)), "{replayed:?}");
}

#[test]
fn of_one_order_given_many_times_at_once_one_is_opened() {
    let fixture = Fixture::new();
    let start = Arc::new(Barrier::new(16));
    let results: Vec<_> = std::thread::scope(|scope| {
        let writers: Vec<_> = (0..16)
            .map(|_| {
                let (start, fixture) = (Arc::clone(&start), &fixture);
                scope.spawn(move || {
                    start.wait();
                    open(fixture, &act(), &once(1, 1)).1
                })
            })
            .collect();
        writers.into_iter().map(|writer| writer.join().unwrap()).collect()
    });
    let opened: Vec<Uuid> = results.iter().flatten().map(|open| open.id).collect();
    assert_eq!(opened.len(), 1);
    for result in results.into_iter().filter(Result::is_err) {
        assert_eq!(ordered(result).0, opened[0]);
    }
}
