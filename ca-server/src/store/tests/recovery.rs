//! What is told off the host, and what came back.

use ca_core::audit::Head;
use ca_core::revocation::{Reason, Status};
use ca_core::x509::serial::SerialNumber;

use super::{Fixture, act, later, now};
use crate::port::record::{ListScope, RecoveredRecord, RevokedRecord, StatusAsk, StatusChange, crl_floor};
use crate::port::store::{
    AuthorityStore as _, CertificateStore as _, CrlStore as _, LeaseStore as _, RecoveryStore as _,
};
use crate::port::{Randomness as _, SystemRandomness, new_record_id};

fn revoked(seconds: i64) -> Status {
    Status::Revoked { at: later(seconds), reason: Reason::Superseded, invalidity_date: None }
}

fn recovered(fixture: &Fixture, serial: &str, status: Status) -> RecoveredRecord {
    RecoveredRecord {
        id: new_record_id(now(), &mut *SystemRandomness.generator()),
        authority: fixture.authority,
        serial: serial.parse().unwrap(),
        status,
    }
}

fn listed(fixture: &Fixture) -> Vec<(SerialNumber, Reason)> {
    let ask =
        StatusAsk { scope: ListScope::whole(fixture.authority), all: Some(None), changed: Some((0, 100)) };
    let mut listed = Vec::new();
    let snapshot = fixture
        .store
        .read_status(&ask, &mut |RevokedRecord { serial, reason, .. }| listed.push((serial, reason)))
        .unwrap();
    let changed = snapshot.changed.unwrap();
    let serials: Vec<_> = changed.iter().map(|changed| changed.serial.clone()).collect();
    assert_eq!(serials, listed.iter().map(|(serial, _)| serial.clone()).collect::<Vec<_>>());
    listed
}

#[test]
fn what_is_known_by_its_serial_alone_is_listed_in_its_place_and_answered() {
    let fixture = Fixture::new();
    let own = fixture.issue("camera");
    fixture.store.change_status(&act(), own.id, 1, &revoked(1), StatusChange::Revoke).unwrap();
    let both = recovered(&fixture, &own.serial.to_string(), revoked(2));
    let statuses = [
        recovered(&fixture, "01", revoked(1)),
        recovered(&fixture, "7fffffffffffffffffffffffffffffffff", Status::Held { since: later(1) }),
        both,
    ];
    assert_eq!(fixture.store.add_recovered(&act(), &statuses).unwrap(), 3);
    assert_eq!(fixture.store.add_recovered(&act(), &statuses).unwrap(), 0);
    assert_eq!(fixture.store.count_recovered().unwrap(), 3);
    let serial = |text: &str| -> SerialNumber { text.parse().unwrap() };
    assert_eq!(
        listed(&fixture),
        [
            (serial("01"), Reason::Superseded),
            (own.serial, Reason::Superseded),
            (serial("7fffffffffffffffffffffffffffffffff"), Reason::CertificateHold),
        ]
    );
    let status = |text: &str| fixture.store.certificate_status(fixture.authority, &serial(text)).unwrap();
    assert_eq!(status("01"), Some(revoked(1)));
    assert_eq!(status("02"), None);
    // What was held may be revoked, and what was revoked stays so.
    let again = recovered(&fixture, "7fffffffffffffffffffffffffffffffff", revoked(9));
    assert_eq!(fixture.store.add_recovered(&act(), &[again]).unwrap(), 1);
    let again = recovered(&fixture, "01", Status::Held { since: later(9) });
    assert_eq!(fixture.store.add_recovered(&act(), &[again]).unwrap(), 0);
    assert_eq!(status("01"), Some(revoked(1)));
    assert_eq!(fixture.observe().violations, Vec::<String>::new());
}

#[test]
fn a_floor_raises_the_next_crl_number() {
    let fixture = Fixture::new();
    assert_eq!(fixture.store.next_crl_number(fixture.authority).unwrap(), 1);
    fixture.store.put_setting(&act(), &crl_floor(fixture.authority), "41").unwrap();
    assert_eq!(fixture.store.next_crl_number(fixture.authority).unwrap(), 42);
}

#[test]
fn progress_tells_each_change_once_in_order_and_in_parts() {
    let fixture = Fixture::new();
    let start = fixture.store.audit_head().unwrap();
    let records: Vec<_> = (0..5).map(|number| fixture.issue(&number.to_string())).collect();
    for record in &records {
        fixture.store.change_status(&act(), record.id, 1, &revoked(1), StatusChange::Revoke).unwrap();
    }
    let head = fixture.store.audit_head().unwrap();
    let (mut after, mut told) = (start, Vec::new());
    loop {
        let progress = fixture.store.progress(after.sequence, 2).unwrap();
        assert!(progress.changes.len() <= 2);
        assert!(fixture.store.holds(progress.head).unwrap());
        told.extend(progress.changes.into_iter().map(|change| change.serial));
        after = progress.head;
        if after == head {
            break;
        }
    }
    assert_eq!(told, records.iter().map(|record| record.serial.clone()).collect::<Vec<_>>());
    let nothing = fixture.store.progress(head.sequence, 2).unwrap();
    assert!(nothing.changes.is_empty() && nothing.head == head);
    assert_eq!(fixture.store.newest_time().unwrap(), Some(now()));
}

#[test]
fn an_entry_that_the_audit_does_not_have_is_not_held() {
    let fixture = Fixture::new();
    let head = fixture.store.audit_head().unwrap();
    assert!(fixture.store.holds(head).unwrap() && fixture.store.holds(Head::START).unwrap());
    assert!(!fixture.store.holds(Head { sequence: head.sequence + 1, ..head }).unwrap());
    assert!(!fixture.store.holds(Head { hash: [7; 32], ..head }).unwrap());
}

#[test]
fn leases_that_are_void_are_taken_at_once() {
    let fixture = Fixture::new();
    let holder = |number| uuid::Uuid::from_u128(number);
    let long = jiff::SignedDuration::from_hours(1);
    let held = fixture.store.take_lease("crl", holder(1), long).unwrap().unwrap();
    assert!(fixture.store.take_lease("crl", holder(2), long).unwrap().is_none());
    fixture.store.void_leases().unwrap();
    let next = fixture.store.take_lease("crl", holder(2), long).unwrap().unwrap();
    assert!(next.fencing > held.fencing);
}
