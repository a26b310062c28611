use jiff::SignedDuration;
use uuid::Uuid;

use super::{Fixture, act};
use crate::port::store::{AuthorityStore, Lease, LeaseStore};
use crate::port::{Act, StoreError};

const LONG: SignedDuration = SignedDuration::from_hours(1);
const SHORT: SignedDuration = SignedDuration::from_millis(30);

fn take(fixture: &Fixture, holder: u128, duration: SignedDuration) -> Option<Lease> {
    fixture.store.take_lease("crl", Uuid::from_u128(holder), duration).unwrap()
}

fn fenced(lease: &Lease) -> Act {
    Act { lease: Some(lease.clone()), ..act() }
}

#[test]
fn a_lease_has_one_holder_at_a_time() {
    let fixture = Fixture::new();
    let first = take(&fixture, 1, LONG).unwrap();
    assert_eq!((first.name.as_str(), first.fencing), ("crl", 1));
    assert_eq!(take(&fixture, 2, LONG), None);
    assert_eq!(take(&fixture, 1, LONG), None, "not even the same holder twice");
    assert!(fixture.store.take_lease("another", Uuid::from_u128(2), LONG).unwrap().is_some());
    fixture.store.give_back_lease(&first).unwrap();
    assert_eq!(take(&fixture, 2, LONG).unwrap().fencing, 2);
}

#[test]
fn who_was_overtaken_writes_nothing_any_more() {
    let fixture = Fixture::new();
    let slow = take(&fixture, 1, SHORT).unwrap();
    fixture.store.put_setting(&fenced(&slow), "a", "by the slow one").unwrap();
    std::thread::sleep(std::time::Duration::from_millis(60));
    // It ran out, but nobody took it.
    fixture.store.put_setting(&fenced(&slow), "a", "still").unwrap();
    let quick = take(&fixture, 2, LONG).unwrap();
    let late = fixture.store.put_setting(&fenced(&slow), "a", "too late");
    assert!(matches!(late, Err(StoreError::LeaseLost { .. })), "{late:?}");
    assert!(matches!(fixture.store.keep_lease(&slow, LONG), Err(StoreError::LeaseLost { .. })));
    // Giving back what is another's changes nothing.
    fixture.store.give_back_lease(&slow).unwrap();
    fixture.store.put_setting(&fenced(&quick), "b", "by the quick one").unwrap();
    assert_eq!(fixture.store.setting("a").unwrap().as_deref(), Some("still"));
    assert_eq!(fixture.observe().violations, Vec::<String>::new());
}

#[test]
fn a_lease_that_is_kept_does_not_run_out() {
    let fixture = Fixture::new();
    let lease = take(&fixture, 1, SHORT).unwrap();
    fixture.store.keep_lease(&lease, LONG).unwrap();
    std::thread::sleep(std::time::Duration::from_millis(60));
    assert_eq!(take(&fixture, 2, LONG), None);
}

#[test]
fn a_counter_that_went_back_does_not_let_the_old_holder_in() {
    let fixture = Fixture::new();
    let old = take(&fixture, 1, LONG).unwrap();
    fixture.sql("DELETE FROM leases");
    let new = take(&fixture, 2, LONG).unwrap();
    assert_eq!(old.fencing, new.fencing);
    let refused = fixture.store.put_setting(&fenced(&old), "a", "b");
    assert!(matches!(refused, Err(StoreError::LeaseLost { .. })), "{refused:?}");
}

#[test]
fn of_many_that_want_a_lease_at_once_one_gets_it() {
    let fixture = Fixture::new();
    let stores: Vec<_> = (0..4).map(|_| fixture.open()).collect();
    let taken = std::thread::scope(|scope| {
        let takers: Vec<_> = stores
            .iter()
            .zip(1..)
            .map(|(store, holder)| scope.spawn(move || store.take_lease("x", Uuid::from_u128(holder), LONG)))
            .collect();
        takers.into_iter().filter_map(|taker| taker.join().unwrap().unwrap()).count()
    });
    assert_eq!(taken, 1);
}
