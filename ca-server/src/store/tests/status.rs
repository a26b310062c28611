use ca_core::revocation::{Reason, Status};
use uuid::Uuid;

use super::{Fixture, act, later, now};
use crate::port::StoreError;
use crate::port::record::{
    CertificateFilter, CertificateRecord, ListScope, RevokedRecord, StatusChange, StatusFilter,
};
use crate::port::store::CertificateStore;

fn revoke(fixture: &Fixture, certificate: &CertificateRecord) -> CertificateRecord {
    let status = certificate.status.revoke(Reason::KeyCompromise, now(), Some(later(-60))).unwrap();
    fixture
        .store
        .change_status(&act(), certificate.id, certificate.version, &status, StatusChange::Revoke)
        .unwrap()
}

fn listed(fixture: &Fixture, ended_before: Option<jiff::Timestamp>) -> Vec<RevokedRecord> {
    let mut listed = Vec::new();
    fixture.store.visit_revoked(fixture.authority, ended_before, &mut |entry| listed.push(entry)).unwrap();
    listed
}

#[test]
fn a_change_of_status_is_seen_at_once_everywhere() {
    let fixture = Fixture::new();
    let certificate = fixture.issue("one");
    let status = |serial| fixture.store.certificate_status(fixture.authority, serial).unwrap();
    assert_eq!(status(&certificate.serial), Some(Status::Good));
    let revoked = revoke(&fixture, &certificate);
    assert_eq!(revoked.version, 2);
    assert_eq!(status(&certificate.serial), Some(revoked.status));
    assert_eq!(fixture.store.certificate_by_id(certificate.id).unwrap().unwrap().status, revoked.status);
    assert_eq!(
        listed(&fixture, None),
        [RevokedRecord {
            serial: certificate.serial.clone(),
            at: now(),
            reason: Reason::KeyCompromise,
            invalidity_date: Some(later(-60)),
        }]
    );
    assert_eq!(fixture.store.certificate_status(Uuid::nil(), &certificate.serial).unwrap(), None);
}

#[test]
fn a_status_decided_on_an_old_version_is_refused() {
    let fixture = Fixture::new();
    let certificate = fixture.issue("one");
    revoke(&fixture, &certificate);
    let stale = fixture.store.change_status(&act(), certificate.id, 1, &Status::Good, StatusChange::Release);
    assert!(matches!(stale, Err(StoreError::Conflict { .. })));
    let nobody = fixture.store.change_status(&act(), Uuid::nil(), 1, &Status::Good, StatusChange::Release);
    assert!(matches!(nobody, Err(StoreError::NotFound { .. })));
}

#[test]
fn held_ones_are_listed_until_they_are_released() {
    let fixture = Fixture::new();
    let certificate = fixture.issue("one");
    let before = fixture.store.status_position(ListScope::whole(fixture.authority)).unwrap();
    let held = certificate.status.hold(now()).unwrap();
    let held = fixture.store.change_status(&act(), certificate.id, 1, &held, StatusChange::Hold).unwrap();
    assert_eq!(listed(&fixture, None)[0].reason, Reason::CertificateHold);
    let while_held = fixture.store.status_position(ListScope::whole(fixture.authority)).unwrap();
    let good = held.status.release().unwrap();
    fixture.store.change_status(&act(), certificate.id, 2, &good, StatusChange::Release).unwrap();
    assert_eq!(listed(&fixture, None), []);
    let after = fixture.store.status_position(ListScope::whole(fixture.authority)).unwrap();
    assert!(before < while_held && while_held < after, "{before} {while_held} {after}");
}

#[test]
fn the_list_is_ordered_and_lets_go_of_what_ended_long_ago() {
    let fixture = Fixture::new();
    let certificates: Vec<_> = (0..5).map(|number| fixture.issue(&format!("device {number}"))).collect();
    for certificate in &certificates {
        revoke(&fixture, certificate);
    }
    let serials: Vec<_> = listed(&fixture, None).into_iter().map(|entry| entry.serial).collect();
    let mut sorted: Vec<_> = certificates.iter().map(|certificate| certificate.serial.clone()).collect();
    sorted.sort();
    assert_eq!(serials, sorted);
    let end = certificates.iter().map(|certificate| certificate.not_after).max().unwrap();
    assert_eq!(listed(&fixture, Some(end)).len(), 5);
    let after_end = end + jiff::SignedDuration::from_secs(1);
    assert_eq!(listed(&fixture, Some(after_end)), []);
    // What is revoked after its end still gets into one list.
    let last = fixture.issue("late");
    let mut late = act();
    late.at = after_end;
    let status = last.status.revoke(Reason::Superseded, after_end, None).unwrap();
    fixture.store.change_status(&late, last.id, 1, &status, StatusChange::Revoke).unwrap();
    assert_eq!(listed(&fixture, Some(after_end)).len(), 1);
}

#[test]
fn certificates_are_found_by_every_condition() {
    let fixture = Fixture::new();
    let gate = fixture.issue("Gate 100% _north");
    let camera = fixture.issue("摄像头 7");
    let camera = revoke(&fixture, &camera);
    let find = |filter: CertificateFilter| -> Vec<Uuid> {
        let page = fixture.store.find_certificates(&filter, None, 50).unwrap();
        page.items.into_iter().map(|certificate| certificate.id).collect()
    };
    let all = CertificateFilter::default;
    assert_eq!(find(all()).len(), 2);
    let subject = |text: &str| CertificateFilter { subject: Some(text.to_owned()), ..all() };
    assert_eq!(find(subject("gate 100")), [gate.id]);
    assert_eq!(find(subject("100% _")), [gate.id]);
    assert_eq!(find(subject("%_")), Vec::<Uuid>::new());
    assert_eq!(find(subject("摄像头")), [camera.id]);
    assert_eq!(find(subject("\0")), Vec::<Uuid>::new());
    assert_eq!(find(CertificateFilter { status: Some(StatusFilter::Good), ..all() }), [gate.id]);
    assert_eq!(find(CertificateFilter { status: Some(StatusFilter::Revoked), ..all() }), [camera.id]);
    assert_eq!(find(CertificateFilter { status: Some(StatusFilter::Held), ..all() }), Vec::<Uuid>::new());
    assert_eq!(find(CertificateFilter { serial: Some(camera.serial.clone()), ..all() }), [camera.id]);
    let key = |text: String| CertificateFilter { key_fingerprint: Some(text), ..all() };
    assert_eq!(find(key(gate.key_fingerprint.clone())), [gate.id]);
    assert_eq!(find(key("no hex".to_owned())), Vec::<Uuid>::new());
    assert_eq!(find(CertificateFilter { profile: Some("root".to_owned()), ..all() }).len(), 2);
    assert_eq!(find(CertificateFilter { profile: Some("device".to_owned()), ..all() }), Vec::<Uuid>::new());
    assert_eq!(find(CertificateFilter { authority: Some("root".parse().unwrap()), ..all() }).len(), 2);
    assert_eq!(
        find(CertificateFilter { authority: Some("other".parse().unwrap()), ..all() }),
        Vec::<Uuid>::new()
    );
    assert_eq!(find(CertificateFilter { expires_before: Some(now()), ..all() }), Vec::<Uuid>::new());
    assert_eq!(find(CertificateFilter { expires_after: Some(now()), ..all() }).len(), 2);
    assert_eq!(find(CertificateFilter { issued_after: Some(later(-1)), ..all() }).len(), 2);
    assert_eq!(find(CertificateFilter { issued_after: Some(now()), ..all() }).len(), 2);
    assert_eq!(find(CertificateFilter { issued_after: Some(later(1)), ..all() }), Vec::<Uuid>::new());
    assert_eq!(find(CertificateFilter { issued_before: Some(later(1)), ..all() }).len(), 2);
    assert_eq!(find(CertificateFilter { issued_before: Some(now()), ..all() }), Vec::<Uuid>::new());
}

#[test]
fn pages_hold_each_certificate_once_newest_first() {
    let fixture = Fixture::new();
    let mut issued: Vec<Uuid> = (0..5).map(|number| fixture.issue(&format!("device {number}")).id).collect();
    issued.sort();
    issued.reverse();
    let mut seen = Vec::new();
    let mut after = None;
    loop {
        let page = fixture.store.find_certificates(&CertificateFilter::default(), after, 2).unwrap();
        seen.extend(page.items.iter().map(|certificate| certificate.id));
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    assert_eq!(seen, issued);
}
