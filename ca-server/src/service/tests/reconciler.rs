use ca_core::issuance::Choices;
use ca_core::ocsp::CertStatus;
use ca_core::profile::ProfileSet;
use ca_core::revocation::{Reason, Status};
use ca_core::x509::request::CertificationRequest;
use ca_core::x509::serial::SerialNumber;
use jiff::SignedDuration;
use std::sync::Arc;
use uuid::Uuid;

use super::{Instance, order, request};
use crate::port::record::{BlockedKeyRecord, IntentKind, IntentState};
use crate::port::{Act, Actor, Clock as _};
use crate::service::Services;
use crate::service::certificates::Order;

const STORING: &str = "INSERT ON certificates";

fn administrator(instance: &Instance) -> Act {
    let known = instance.ports.store.administrators().unwrap().remove(0);
    Act { actor: Actor::Administrator { id: known.id, name: known.name }, ..instance.act() }
}

/// What a crash between signing and storing leaves: an intent that is open. Gives its id and serial.
fn cut_short(instance: &Instance, act: &Act, order: Order) -> (Uuid, SerialNumber) {
    instance.place.fail_at(STORING);
    instance.services.certificates.issue(act, order).unwrap_err();
    instance.place.mend(STORING);
    instance.clock.advance(SignedDuration::from_mins(1));
    let open = instance.ports.store.open_intents(instance.clock.now(), 10).unwrap();
    assert_eq!(open.len(), 1);
    let IntentKind::Certificate(serial) = open[0].intent.kind.clone() else { panic!("{open:?}") };
    assert_eq!(instance.ocsp("issuing", &serial), CertStatus::Unknown);
    (open[0].intent.id, serial)
}

fn revoked(instance: &Instance, serial: &SerialNumber) -> Reason {
    let record = instance.ports.store.certificate(&"issuing".parse().unwrap(), serial).unwrap().unwrap();
    assert_eq!(record.version, 1, "it never was good");
    let Status::Revoked { reason, .. } = record.status else { panic!("{record:?}") };
    assert!(matches!(instance.ocsp("issuing", serial), CertStatus::Revoked { .. }));
    instance.clock.advance(SignedDuration::from_secs(10));
    instance.renew();
    assert!(instance.crl("issuing").find(serial).is_some());
    reason
}

#[test]
fn what_was_cut_short_is_finished_at_the_next_start() {
    let instance = Instance::new();
    let (intent, serial) =
        cut_short(&instance, &administrator(&instance), order("device", &request("camera")));
    let instance = instance.restart();
    assert_eq!(instance.ocsp("issuing", &serial), CertStatus::Good);
    let record = instance.ports.store.certificate_of_intent(intent).unwrap().unwrap();
    assert_eq!((record.serial, record.status), (serial, Status::Good));
    assert_eq!(instance.ports.store.intent(intent).unwrap().unwrap().fencing, 2);
    instance.observe();
}

#[test]
fn what_is_under_way_is_left_alone() {
    let instance = Instance::new();
    let (intent, _) = cut_short(&instance, &administrator(&instance), order("device", &request("camera")));
    instance.clock.advance(-SignedDuration::from_secs(50));
    assert_eq!(instance.services.reconciler.turn().unwrap(), Default::default());
    instance.clock.advance(SignedDuration::from_secs(50));
    assert_eq!(instance.services.reconciler.turn().unwrap().issued, 1);
    assert_eq!(instance.ports.store.intent(intent).unwrap().unwrap().state, IntentState::Done);
    assert_eq!(instance.services.reconciler.turn().unwrap(), Default::default());
}

#[test]
fn a_key_that_was_blocked_meanwhile_is_on_record_as_revoked() {
    let instance = Instance::new();
    let request = request("camera");
    let (_, serial) = cut_short(&instance, &administrator(&instance), order("device", &request));
    let key = CertificationRequest::from_der(&request).unwrap().verify().unwrap().public_key().normalized();
    let block = BlockedKeyRecord {
        id: Uuid::max(),
        key: *key.as_bytes(),
        reason: "found on a web page".to_owned(),
        created_at: instance.clock.now(),
        version: 1,
    };
    instance.ports.store.block_key(&instance.act(), &block).unwrap();
    assert_eq!(instance.services.reconciler.turn().unwrap().revoked, 1);
    assert_eq!(revoked(&instance, &serial), Reason::KeyCompromise);
    instance.observe();
}

#[test]
fn a_profile_that_was_changed_meanwhile_issues_nothing_good() {
    let instance = Instance::new();
    let (_, serial) = cut_short(&instance, &administrator(&instance), order("device", &request("camera")));
    let changed = schemas::profiles::DEFAULT.iter().filter(|(name, _)| *name != "device").copied();
    let changed = Arc::new(ProfileSet::load(changed).unwrap());
    Services::start(instance.ports.clone(), instance.settings().clone(), changed).unwrap();
    assert_eq!(revoked(&instance, &serial), Reason::PrivilegeWithdrawn);
    instance.observe();
}

#[test]
fn who_may_not_ask_any_more_gets_nothing_good() {
    let instance = Instance::new();
    let act = administrator(&instance);
    let Actor::Administrator { id, .. } = act.actor else { unreachable!() };
    let (_, serial) = cut_short(&instance, &act, order("device", &request("camera")));
    instance.ports.store.deactivate_administrator(&instance.act(), id).unwrap();
    assert_eq!(instance.services.reconciler.turn().unwrap().revoked, 1);
    assert_eq!(revoked(&instance, &serial), Reason::PrivilegeWithdrawn);
    instance.observe();
}

#[test]
fn what_the_service_asked_for_itself_is_asked_for_anew() {
    let instance = Instance::new();
    let (_, serial) = cut_short(&instance, &instance.act(), order("device", &request("camera")));
    assert_eq!(instance.services.reconciler.turn().unwrap().revoked, 1);
    assert_eq!(revoked(&instance, &serial), Reason::Superseded);
}

#[test]
fn what_would_be_over_already_is_not_good() {
    let instance = Instance::new();
    let choices = Choices {
        not_after: Some(instance.clock.now() + SignedDuration::from_hours(24)),
        ..Choices::default()
    };
    let short = Order { choices, ..order("device", &request("camera")) };
    let (_, serial) = cut_short(&instance, &administrator(&instance), short);
    instance.clock.advance(SignedDuration::from_hours(48));
    assert_eq!(instance.services.reconciler.turn().unwrap().revoked, 1);
    let record = instance.ports.store.certificate(&"issuing".parse().unwrap(), &serial).unwrap().unwrap();
    assert!(matches!(record.status, Status::Revoked { reason: Reason::CessationOfOperation, .. }));
}

#[test]
fn bytes_that_do_not_fit_their_intent_are_given_up() {
    let instance = Instance::new();
    let (intent, _) = cut_short(&instance, &administrator(&instance), order("device", &request("camera")));
    let mut other = instance.ports.store.intent(intent).unwrap().unwrap().intent;
    other.id = Uuid::max();
    other.kind = IntentKind::Certificate("43000000000000000000000000000000aa".parse().unwrap());
    instance.ports.store.open_intent(&instance.act(), &other).unwrap();
    instance.clock.advance(SignedDuration::from_mins(1));
    let done = instance.services.reconciler.turn().unwrap();
    assert_eq!((done.issued, done.failed), (1, 1));
    instance.observe();
}

#[test]
fn a_crl_that_was_cut_short_is_followed_by_the_next() {
    let instance = Instance::new();
    instance.place.fail_at("INSERT ON crls");
    let name = "issuing".parse().unwrap();
    instance.services.crl.publish(&instance.act(), &name, true).unwrap_err();
    instance.place.mend("INSERT ON crls");
    instance.clock.advance(SignedDuration::from_mins(1));
    assert_eq!(instance.services.reconciler.turn().unwrap().failed, 1);
    let number = instance.services.crl.publish(&instance.act(), &name, true).unwrap().number;
    assert_eq!(number, 3, "the number of the one that was cut short is not used again");
    instance.observe();
}
