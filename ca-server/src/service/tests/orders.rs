use ca_core::revocation::Reason;
use jiff::SignedDuration;
use uuid::Uuid;

use super::enrollment::password;
use super::{Instance, order, request};
use crate::port::record::CertificateRecord;
use crate::port::{Act, Actor, Clock as _};
use crate::service::certificates::{CertificatesError, Order};
use crate::service::{Fault, IdempotencyKey};

fn named(key: &str, request: &[u8]) -> Order {
    Order { idempotency_key: IdempotencyKey::new(key, request), ..order("device", request) }
}

fn give(instance: &Instance, order: Order) -> Result<CertificateRecord, CertificatesError> {
    instance.services.certificates.issue(&instance.act(), order)
}

fn revoke(instance: &Instance, record: &CertificateRecord) {
    let certificates = &instance.services.certificates;
    certificates
        .revoke(&instance.act(), &record.authority, &record.serial, Reason::Superseded, None)
        .unwrap();
}

#[test]
fn an_order_that_is_sent_again_gives_the_same_certificate() {
    let instance = Instance::new();
    let request = request("meter");
    let first = give(&instance, named("order-1", &request)).unwrap();
    instance.clock.advance(SignedDuration::from_hours(24 * 29));
    assert_eq!(give(&instance, named("order-1", &request)).unwrap().der, first.der);
    assert_ne!(give(&instance, named("order-2", &request)).unwrap().der, first.der);
    assert_ne!(give(&instance, order("device", &request)).unwrap().der, first.der, "without a name");
    instance.observe();
}

#[test]
fn another_request_under_the_same_key_is_refused() {
    let instance = Instance::new();
    give(&instance, named("order-1", &request("one"))).unwrap();
    let error = give(&instance, named("order-1", &request("two"))).unwrap_err();
    assert_eq!((error.code(), error.fault()), ("idempotency-key-reused", Fault::Unacceptable));
}

#[test]
fn keys_are_apart_by_who_asks_and_by_profile() {
    let instance = Instance::new();
    let request = request("meter");
    let first = give(&instance, named("order-1", &request)).unwrap();
    let other = Act { actor: Actor::Host { user: Some(1) }, ..instance.act() };
    let second = instance.services.certificates.issue(&other, named("order-1", &request)).unwrap();
    let profile = Order { profile: "tls-client".to_owned(), ..named("order-1", &request) };
    let third = give(&instance, profile).unwrap();
    assert!(first.der != second.der && first.der != third.der && second.der != third.der);
}

#[test]
fn an_order_is_never_answered_with_a_revoked_certificate() {
    let instance = Instance::new();
    let request = request("meter");
    let first = give(&instance, named("order-1", &request)).unwrap();
    revoke(&instance, &first);
    let error = give(&instance, named("order-1", &request)).unwrap_err();
    assert_eq!((error.code(), error.fault()), ("idempotency-key-spent", Fault::Conflict));
}

#[test]
fn an_enrolment_within_ten_minutes_is_a_retry() {
    let instance = Instance::new();
    let enrollment = &instance.services.enrollment;
    let enroller = enrollment.authenticate("device", password(&instance).as_bytes(), Uuid::nil()).unwrap();
    let request = request("camera");
    let enroll = |label| enrollment.enroll(&enroller, label, &request, Uuid::nil()).unwrap();
    let first = enroll(None);
    instance.clock.advance(SignedDuration::from_secs(599));
    assert_eq!(enroll(None).certificate.der(), first.certificate.der());
    assert_ne!(enroll(Some("tls-client")).certificate.der(), first.certificate.der());
    instance.clock.advance(SignedDuration::from_secs(2));
    let second = enroll(None);
    assert_ne!(second.certificate.der(), first.certificate.der());
    // What was taken back is not given again: the device gets another one.
    revoke(&instance, &second.record);
    let third = enroll(None);
    assert_ne!(third.certificate.der(), second.certificate.der());
    assert_eq!(enroll(None).certificate.der(), third.certificate.der());
    instance.observe();
}

#[test]
fn an_order_whose_server_stopped_is_under_way_until_it_is_finished() {
    let instance = Instance::new();
    let known = instance.ports.store.administrators().unwrap().remove(0);
    let act = Act { actor: Actor::Administrator { id: known.id, name: known.name }, ..instance.act() };
    let request = request("meter");
    let again = || instance.services.certificates.issue(&act, named("order-1", &request));
    instance.place.fail_at("INSERT ON certificates");
    again().unwrap_err();
    instance.place.mend("INSERT ON certificates");
    let error = again().unwrap_err();
    assert_eq!((error.code(), error.fault()), ("order-under-way", Fault::Conflict));
    instance.clock.advance(SignedDuration::from_mins(1));
    assert_eq!(instance.services.reconciler.turn().unwrap().issued, 1);
    let certificate = again().unwrap();
    assert_eq!(certificate.issued_at, instance.clock.now());
    instance.observe();
}
