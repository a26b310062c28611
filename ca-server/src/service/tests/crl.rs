use std::sync::{Arc, Mutex};

use ca_core::algorithm::KeySpec;
use ca_core::revocation::Reason;
use jiff::{SignedDuration, Timestamp};

use super::{Instance, TestClock, open, order, request_by, signer};
use crate::port::{Clock, Ports};
use crate::service::crl::{CrlPublisher, DueCrl};
use crate::service::publication::Publications;

fn due(instance: &Instance) -> Vec<DueCrl> {
    instance.services.crl.due(instance.clock.now()).unwrap()
}

fn issuing(scheduled: bool) -> DueCrl {
    DueCrl { authority: "issuing".parse().unwrap(), shard: None, scheduled }
}

fn number(instance: &Instance) -> u64 {
    instance.services.status.crl("issuing", None).unwrap().summary.number
}

#[test]
fn a_revocation_makes_the_next_crl_due_after_the_delay() {
    let instance = Instance::new();
    let record = instance.issue("camera");
    assert_eq!(due(&instance), []);
    instance.clock.advance(SignedDuration::from_secs(1));
    let (certificates, act) = (&instance.services.certificates, instance.act());
    certificates.revoke(&act, &record.authority, &record.serial, Reason::Superseded, None).unwrap();
    assert_eq!(due(&instance), []);
    instance.clock.advance(instance.settings().crl_delay);
    assert_eq!(due(&instance), [issuing(false)]);
    instance.renew();
    assert_eq!(due(&instance), []);
    let crl = instance.crl("issuing");
    assert_eq!(crl.find(&record.serial).unwrap().reason, Some(Reason::Superseded));
    assert_eq!(number(&instance), 2);
}

#[test]
fn the_regular_series_goes_on_well_before_the_end() {
    let instance = Instance::new();
    let validity = instance.settings().crl_validity;
    instance.clock.advance(validity / 2);
    assert_eq!(due(&instance), []);
    instance.clock.advance(validity / 4);
    assert_eq!(due(&instance), [issuing(true)]);
    instance.renew();
    assert_eq!(number(&instance), 2);
    assert!(instance.crl("issuing").next_update().unwrap() > instance.clock.now() + validity / 2);
}

#[test]
fn an_expired_certificate_stays_for_one_scheduled_crl() {
    let instance = Instance::new();
    let record = instance.issue("camera");
    let (certificates, act) = (&instance.services.certificates, instance.act());
    certificates.revoke(&act, &record.authority, &record.serial, Reason::Superseded, None).unwrap();
    let publish = |scheduled| {
        instance.services.crl.publish(&instance.act(), &record.authority, scheduled).unwrap();
        instance.crl("issuing").find(&record.serial).is_some()
    };
    assert!(publish(true));
    instance
        .clock
        .advance(record.not_after.duration_since(instance.clock.now()) + SignedDuration::from_secs(1));
    assert!(publish(false));
    assert!(publish(false));
    assert!(publish(true));
    instance.clock.advance(SignedDuration::from_secs(1));
    assert!(!publish(false));
    assert!(!publish(true));
}

#[test]
fn a_clock_that_was_set_back_publishes_nothing() {
    let instance = Instance::new();
    instance.clock.advance(SignedDuration::from_secs(-60));
    let error =
        instance.services.crl.publish(&instance.act(), &"issuing".parse().unwrap(), false).unwrap_err();
    assert_eq!(error.code(), "crl-this-update-falls");
    assert_eq!(number(&instance), 1);
    instance.observe();
}

#[test]
fn threads_that_publish_at_once_make_rising_numbers() {
    let instance = Instance::new();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                instance.services.crl.publish(&instance.act(), &"issuing".parse().unwrap(), false).unwrap();
            });
        }
    });
    assert_eq!(number(&instance), 5);
    instance.observe();
}

#[test]
fn servers_over_one_store_publish_in_turns() {
    let instance = Instance::new();
    let now = instance.clock.now();
    let others: Vec<_> = (0..3).map(|_| open(&instance.place, &instance.clock)).collect();
    std::thread::scope(|scope| {
        for ports in others {
            let publications = Arc::new(Publications::new(ports.clone()));
            let publisher = CrlPublisher::new(
                ports,
                instance.services.authorities.clone(),
                Arc::new(instance.settings().clone()),
                publications,
                instance.services.safeguards.clone(),
            );
            scope.spawn(move || {
                for _ in 0..4 {
                    let act = crate::port::Act::system("test", uuid::Uuid::nil(), now);
                    publisher.publish(&act, &"issuing".parse().unwrap(), false).unwrap();
                }
            });
        }
    });
    assert_eq!(number(&instance), 1 + 3 * 4);
    instance.observe();
}

/// A clock after whose first answer something happens.
struct EventfulClock {
    clock: Arc<TestClock>,
    event: Mutex<Option<Box<dyn FnOnce() + Send>>>,
}

impl Clock for EventfulClock {
    fn now(&self) -> Timestamp {
        let now = self.clock.now();
        if let Some(event) = self.event.lock().unwrap().take() {
            event();
        }
        now
    }
}

#[test]
fn a_revocation_between_the_time_and_the_snapshot_does_not_stop_the_crl() {
    let instance = Instance::new();
    let record = instance.issue("camera");
    let (certificates, clock) = (instance.services.certificates.clone(), instance.clock.clone());
    let (before, revoked) = (instance.act(), record.clone());
    let event = move || {
        clock.advance(SignedDuration::from_secs(1));
        let act = before.continued(clock.now());
        certificates.revoke(&act, &revoked.authority, &revoked.serial, Reason::Superseded, None).unwrap();
    };
    let clock = EventfulClock { clock: instance.clock.clone(), event: Mutex::new(Some(Box::new(event))) };
    let ports = Ports { clock: Arc::new(clock), ..instance.ports.clone() };
    let (authorities, settings) =
        (instance.services.authorities.clone(), Arc::new(instance.settings().clone()));
    let publications = instance.services.publications.clone();
    let publisher =
        CrlPublisher::new(ports, authorities, settings, publications, instance.services.safeguards.clone());
    publisher.publish(&instance.act(), &record.authority, false).unwrap();
    let crl = instance.crl("issuing");
    let entry = crl.find(&record.serial).unwrap();
    assert!(entry.revocation_date <= crl.this_update());
    instance.observe();
}

#[test]
fn the_root_has_a_crl_of_its_own() {
    let instance = Instance::new();
    assert_eq!(instance.crl("root").revoked(), []);
    let issuing = instance.services.authorities.get("issuing").unwrap().certificate().serial().clone();
    let (root, act) = ("root".parse().unwrap(), instance.act());
    instance.services.certificates.revoke(&act, &root, &issuing, Reason::CaCompromise, None).unwrap();
    instance.services.crl.publish(&act, &root, false).unwrap();
    assert_eq!(instance.crl("root").find(&issuing).unwrap().reason, Some(Reason::CaCompromise));
}

#[test]
fn a_compromised_key_is_published_by_every_authority_that_certified_it() {
    let instance = Instance::new();
    let key = signer(KeySpec::Sm2);
    let issue = |name: &str| {
        let order = order("device", &request_by(name, &key));
        instance.services.certificates.issue(&instance.act(), order).unwrap()
    };
    let [own, others] = ["own", "of another authority"].map(issue);
    instance.place.sql(&format!(
        "UPDATE certificates SET authority_id = (SELECT id FROM authorities WHERE name = 'root') WHERE serial = x'{}'",
        others.serial
    ));
    let (act, reason) = (instance.act(), Reason::KeyCompromise);
    instance.services.certificates.revoke(&act, &own.authority, &own.serial, reason, None).unwrap();
    let failed = instance.services.crl.publish_changes(&act, &own.authority, Some(reason));
    assert!(failed.is_empty(), "{failed:?}");
    assert!(instance.crl("issuing").find(&own.serial).is_some());
    assert!(instance.crl("root").find(&others.serial).is_some());
}
