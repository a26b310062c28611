//! What others do while a certificate is issued: between the check of the request and the intent, and between the intent and the
//! certificate.

use std::sync::Arc;

use ca_core::key::NormalizedKey;
use ca_core::revocation::{Reason, Status};
use ca_core::x509::request::CertificationRequest;
use jiff::SignedDuration;
use uuid::Uuid;

use super::{Asked, Instance, order, profiles, request};
use crate::port::record::{BlockedKeyRecord, IntentRecord, OpenIntent, SUSPENDED, suspension};
use crate::port::{Act, Actor, Ports};
use crate::service::certificates::{CertificatesError, Order};
use crate::service::{Fault, IdempotencyKey, Services};

fn administrator(instance: &Instance) -> Act {
    let known = instance.ports.store.administrators().unwrap().remove(0);
    Act { actor: Actor::Administrator { id: known.id, name: known.name }, ..instance.act() }
}

/// The only intent that is open; none before it is stored.
fn open(ports: &Ports, act: &Act) -> Option<IntentRecord> {
    let later = act.at + SignedDuration::from_hours(1);
    ports.store.open_intents(later, 10).unwrap().pop()
}

fn system(act: &Act) -> Act {
    Act::system("test", Uuid::nil(), act.at)
}

fn block(ports: &Ports, act: &Act, key: &NormalizedKey) {
    let blocked = BlockedKeyRecord {
        id: Uuid::max(),
        key: *key.as_bytes(),
        reason: "stolen".to_owned(),
        created_at: act.at,
        version: 1,
    };
    ports.store.block_key(&system(act), &blocked).unwrap();
}

/// What is done at which of the two moments.
fn meanwhile(instance: &Instance, asked: Asked, what: impl Fn(&Ports, &Act) + Send + 'static) {
    let (ports, act) = (instance.ports.clone(), administrator(instance));
    instance.clock.meanwhile(asked, move || {
        let due = asked == Asked::Randomness || open(&ports, &act).is_some();
        if due {
            what(&ports, &act);
        }
        due
    });
}

/// The only certificate that an administrator asked for: never good, and on the next CRL.
fn only_revoked(instance: &Instance) -> Reason {
    let page = instance.services.certificates.list(&instance.act(), &Default::default(), None, None).unwrap();
    let of_device: Vec<_> = page.items.into_iter().filter(|record| record.profile == "device").collect();
    assert_eq!(of_device.len(), 1);
    let record = &of_device[0];
    assert_eq!(record.version, 1, "it never was good");
    let Status::Revoked { reason, .. } = record.status else { panic!("{record:?}") };
    instance.clock.advance(SignedDuration::from_secs(10));
    instance.renew();
    assert!(instance.crl("issuing").find(&record.serial).is_some());
    reason
}

/// Before the intent was stored nothing is signed; after that what was signed is on record as revoked.
fn check_what_is_left(instance: &Instance, asked: Asked, reason: Reason) {
    if asked == Asked::Time {
        return assert_eq!(only_revoked(instance), reason);
    }
    let page = instance.services.certificates.list(&instance.act(), &Default::default(), None, None).unwrap();
    assert!(page.items.iter().all(|record| record.profile != "device"));
}

const MOMENTS: [Asked; 2] = [Asked::Randomness, Asked::Time];

#[test]
fn a_key_that_is_blocked_after_its_request_was_granted_gets_no_good_certificate() {
    for asked in MOMENTS {
        let instance = Instance::new();
        let request = request("camera");
        let key = CertificationRequest::from_der(&request).unwrap().verify().unwrap();
        let key = key.public_key().normalized();
        meanwhile(&instance, asked, move |ports, act| block(ports, act, &key));
        let act = administrator(&instance);
        let error = instance.services.certificates.issue(&act, order("device", &request)).unwrap_err();
        assert!(instance.clock.was_meanwhile());
        assert_eq!((error.code(), error.fault()), ("key-blocked", Fault::Unacceptable));
        check_what_is_left(&instance, asked, Reason::KeyCompromise);
        assert!(open(&instance.ports, &act).is_none());
        instance.observe();
    }
}

#[test]
fn an_authority_that_is_suspended_after_a_request_was_granted_gives_no_good_certificate() {
    for asked in MOMENTS {
        let instance = Instance::new();
        let authority = instance.services.authorities.get("issuing").unwrap().record().id;
        meanwhile(&instance, asked, move |ports, act| {
            ports.store.put_setting(&system(act), &suspension(authority), SUSPENDED).unwrap();
        });
        let act = administrator(&instance);
        let error =
            instance.services.certificates.issue(&act, order("device", &request("camera"))).unwrap_err();
        assert!(instance.clock.was_meanwhile());
        assert_eq!((error.code(), error.fault()), ("authority-suspended", Fault::Conflict));
        check_what_is_left(&instance, asked, Reason::PrivilegeWithdrawn);
        assert!(open(&instance.ports, &act).is_none());
        instance.observe();
    }
}

fn take_over(ports: &Ports, act: &Act) -> OpenIntent {
    let record = open(ports, act).unwrap();
    let held = OpenIntent { id: record.intent.id, fencing: record.fencing };
    ports.store.take_over_intent(&system(act), &held).unwrap()
}

fn named(instance: &Instance, request: &[u8]) -> Result<Vec<u8>, CertificatesError> {
    let idempotency_key = IdempotencyKey::new("order-1", request);
    let order = Order { idempotency_key, ..order("device", request) };
    Ok(instance.services.certificates.issue(&administrator(instance), order)?.der)
}

#[test]
fn an_order_that_another_takes_over_and_finishes_is_answered_with_what_that_one_stored() {
    let instance = Instance::new();
    let other = Services::start(instance.ports.clone(), instance.settings().clone(), profiles()).unwrap();
    let (ports, act) = (instance.ports.clone(), administrator(&instance));
    let clock = Arc::clone(&instance.clock);
    instance.clock.meanwhile(Asked::Time, move || {
        let due = open(&ports, &act).is_some();
        if due {
            clock.advance(SignedDuration::from_mins(1));
            assert_eq!(other.reconciler.turn().unwrap().issued, 1);
        }
        due
    });
    let request = request("camera");
    let der = named(&instance, &request).unwrap();
    assert!(instance.clock.was_meanwhile());
    assert_eq!(named(&instance, &request).unwrap(), der, "the order has one certificate");
    instance.observe();
}

#[test]
fn an_order_that_another_takes_over_and_does_not_finish_is_to_be_given_again() {
    let instance = Instance::new();
    meanwhile(&instance, Asked::Time, |ports, act| _ = take_over(ports, act));
    let request = request("camera");
    let error = named(&instance, &request).unwrap_err();
    assert_eq!((error.code(), error.fault()), ("order-taken-over", Fault::Unavailable));
    let record = open(&instance.ports, &instance.act()).unwrap();
    assert_eq!(record.fencing, 2, "what was signed here was thrown away, and closed nothing");
    instance.clock.advance(SignedDuration::from_mins(1));
    assert_eq!(instance.services.reconciler.turn().unwrap().issued, 1);
    let stored = instance.ports.store.certificate_of_intent(record.intent.id).unwrap().unwrap();
    assert_eq!(named(&instance, &request).unwrap(), stored.der);
    instance.observe();
}

#[test]
fn an_order_that_another_takes_over_and_gives_up_is_to_be_given_again() {
    let instance = Instance::new();
    meanwhile(&instance, Asked::Time, |ports, act| {
        let taken = take_over(ports, act);
        ports.store.fail_intent(&system(act), &taken, "given up").unwrap();
    });
    let request = request("camera");
    let error = named(&instance, &request).unwrap_err();
    assert_eq!((error.code(), error.fault()), ("order-taken-over", Fault::Unavailable));
    named(&instance, &request).unwrap();
    instance.observe();
}
