//! A store that goes back in time, an off-host log that does not answer, a clock that is wrong.

use std::collections::BTreeSet;
use std::io;
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use ca_core::algorithm::digest::DigestAlgorithm;
use ca_core::ocsp::{CertId, CertStatus, OcspRequest, OcspResponse};
use ca_core::revocation::{Reason, Status};
use ca_core::x509::crl::CertificateList;
use ca_core::x509::serial::SerialNumber;
use jiff::{SignedDuration, Timestamp};

use super::{Instance, TestClock, open, order, profiles, request};
use crate::port::record::CertificateRecord;
use crate::port::store::Part;
use crate::port::{Act, Actor, Clock as _, OffHost, PeerClocks, Ports};
use crate::service::Services;
use crate::service::off_host::{Told, identity};
use crate::service::recovery::{Found, Plan, recover};
use crate::service::safeguards::{Quarantine, Sign};
use crate::store::SqlStore;
use crate::store::testing::Place;

/// A log that answers unless it is told not to.
#[derive(Default)]
pub(super) struct Log {
    octets: Mutex<Vec<u8>>,
    silent: AtomicBool,
    /// Takes what it is given, and does not say so.
    mute: AtomicBool,
    unsaid: Mutex<Option<Vec<u8>>>,
}

impl Log {
    pub(super) fn silence(&self, silent: bool) {
        self.silent.store(silent, Ordering::SeqCst);
    }
}

impl OffHost for Log {
    fn place(&self) -> String {
        "elsewhere".to_owned()
    }

    fn append(&self, octets: &[u8]) -> io::Result<()> {
        if self.silent.load(Ordering::SeqCst) {
            return Err(io::ErrorKind::TimedOut.into());
        }
        let mut unsaid = self.unsaid.lock().unwrap();
        match &*unsaid {
            Some(before) => assert!(before == octets, "what it may have is given again first"),
            None => self.octets.lock().unwrap().extend_from_slice(octets),
        }
        if self.mute.load(Ordering::SeqCst) {
            *unsaid = Some(octets.to_vec());
            return Err(io::ErrorKind::ConnectionReset.into());
        }
        *unsaid = None;
        Ok(())
    }

    fn read(&self, sink: &mut dyn FnMut(&[u8]) -> io::Result<()>) -> io::Result<()> {
        sink(&self.octets.lock().unwrap())
    }
}

/// An instance that tells a log.
pub(super) fn with_log() -> (Instance, Arc<Log>) {
    let (mut instance, log) = (Instance::new(), Arc::new(Log::default()));
    instance.ports = Ports { off_host: Some(log.clone()), ..instance.ports.clone() };
    let instance = instance.with_settings(|_| {});
    instance.renew();
    (instance, log)
}

fn somebody(instance: &Instance) -> Act {
    Act { actor: Actor::Enroller("gate".to_owned()), ..instance.act() }
}

fn told(ports: &Ports) -> Told {
    let log = ports.off_host.clone().unwrap();
    Told::read(&*log, identity(ports).unwrap().as_deref()).unwrap()
}

/// What another place is filled with: a store as it was.
type Backup = (Vec<String>, Vec<(String, String)>);

fn backup(instance: &Instance) -> Backup {
    let (mut schema, mut rows) = (Vec::new(), Vec::new());
    instance
        .ports
        .store
        .dump(&mut |part| {
            match part {
                Part::State { schema: of, .. } => schema = of,
                Part::Row { table, json } => rows.push((table.to_owned(), json)),
            }
            ControlFlow::Continue(())
        })
        .unwrap();
    (schema, rows)
}

fn restore((schema, rows): Backup) -> Place {
    let place = Instance::place();
    let mut rows = rows.into_iter();
    SqlStore::restore(&place.location(), &schema, &mut || Ok(rows.next())).unwrap();
    place
}

/// Servers over another store with the keys of this one.
struct Restored {
    place: Place,
    ports: Ports,
    services: Services,
}

impl Restored {
    fn start(instance: &Instance, place: Place, log: Option<Arc<Log>>) -> Self {
        let off_host = log.map(|log| log as Arc<dyn OffHost>);
        let ports = Ports { off_host, ..open(&place, &instance.clock) };
        let services = Services::start(ports.clone(), instance.settings().clone(), profiles()).unwrap();
        services.status.feed().follow().unwrap();
        Self { place, ports, services }
    }

    fn again(self, instance: &Instance) -> Self {
        let Self { place, ports, services } = self;
        let log = ports.off_host.clone();
        drop((ports, services));
        let ports = Ports { off_host: log, ..open(&place, &instance.clock) };
        let services = Services::start(ports.clone(), instance.settings().clone(), profiles()).unwrap();
        services.status.feed().follow().unwrap();
        Self { place, ports, services }
    }

    /// What OCSP says, or the code of why it says nothing.
    fn ocsp(&self, serial: &SerialNumber) -> Result<CertStatus, &'static str> {
        ocsp(&self.services, serial)
    }

    fn issue(&self, instance: &Instance, name: &str) -> Result<CertificateRecord, &'static str> {
        let act = somebody(instance);
        self.services.certificates.issue(&act, order("device", &request(name))).map_err(|error| error.code())
    }

    fn publish(&self, instance: &Instance) -> Result<CertificateList, &'static str> {
        let name = "issuing".parse().unwrap();
        self.services.crl.publish(&instance.act(), &name, false).map_err(|error| error.code())?;
        let der = self.services.status.crl("issuing", None).unwrap().der().unwrap();
        Ok(CertificateList::from_der(&der).unwrap())
    }
}

fn ocsp(services: &Services, serial: &SerialNumber) -> Result<CertStatus, &'static str> {
    let authority = services.authorities.get("issuing").unwrap();
    let id = CertId::new(DigestAlgorithm::Sha1, authority.certificate(), serial).unwrap();
    let answer = services.status.ocsp(&OcspRequest::new(vec![id], None).unwrap());
    match answer.code {
        Some(code) => Err(code),
        None => {
            let response = OcspResponse::from_der(&answer.der).unwrap();
            Ok(response.basic().unwrap().answers()[0].status)
        }
    }
}

fn revoke(instance: &Instance, record: &CertificateRecord) {
    let services = &instance.services;
    let (authority, serial) = (&record.authority, &record.serial);
    services.certificates.revoke(&somebody(instance), authority, serial, Reason::Superseded, None).unwrap();
}

fn number(list: &CertificateList) -> u64 {
    list.number().unwrap().unwrap().to_u64().unwrap()
}

fn is_revoked(status: Result<CertStatus, &'static str>) -> bool {
    matches!(status, Ok(CertStatus::Revoked { .. }))
}

#[test]
fn a_store_that_went_back_issues_nothing_forgets_nothing_and_recovers_from_the_log() {
    let (instance, log) = with_log();
    let (one, two) = (instance.issue("one"), instance.issue("two"));
    let old = backup(&instance);
    let three = instance.issue("three");
    revoke(&instance, &one);
    revoke(&instance, &three);
    for _ in 0..3 {
        instance.services.crl.publish(&instance.act(), &"issuing".parse().unwrap(), false).unwrap();
    }
    let last = number(&instance.crl("issuing"));

    let restored = Restored::start(&instance, restore(old), Some(log.clone()));
    let quarantine = restored.services.safeguards.quarantine().unwrap();
    assert_eq!(quarantine.sign, Sign::LogAhead);
    assert!(quarantine.had.unwrap() > quarantine.has);
    assert!(restored.services.readiness.missing().iter().any(|missing| missing.hinders()));
    assert_eq!(restored.issue(&instance, "four").unwrap_err(), "quarantined");
    // Both that it knows and that it does not know any more.
    assert!(is_revoked(restored.ocsp(&one.serial)) && is_revoked(restored.ocsp(&three.serial)));
    assert_eq!(restored.ocsp(&two.serial), Err("quarantined"));
    assert_eq!(restored.ocsp(&"43ff".parse().unwrap()), Err("quarantined"));
    // The list of the store is older than what is out there: the next one is due.
    assert_eq!(restored.services.status.crl("issuing", None).unwrap_err().code(), "quarantined");
    assert!(restored.services.crl.publish_due().is_empty());
    let list = restored.services.status.crl("issuing", None).unwrap().der().unwrap();
    let list = CertificateList::from_der(&list).unwrap();
    assert!(number(&list) > last, "{} after {last}", number(&list));
    assert!(list.find(&one.serial).is_some() && list.find(&three.serial).is_some());
    // What is revoked meanwhile is recorded, and told.
    let act = somebody(&instance);
    let certificates = &restored.services.certificates;
    certificates.revoke(&act, &two.authority, &two.serial, Reason::Superseded, None).unwrap();
    assert!(is_revoked(restored.ocsp(&two.serial)));
    assert!(told(&restored.ports).statuses.contains_key(&(two.authority.clone(), two.serial.clone())));

    // Another start does not forget that it is in quarantine.
    let restored = restored.again(&instance);
    assert_eq!(restored.issue(&instance, "four").unwrap_err(), "quarantined");
    let found = Found::gather(&restored.ports, Some(told(&restored.ports))).unwrap();
    let dry = Plan { dry_run: true, ..Plan::default() };
    let said = recover(&restored.ports, &instance.act(), &found, dry).unwrap();
    assert!(said.lifted.is_some() && said.lost.is_some());
    assert!(Quarantine::of(&restored.ports).unwrap().is_some());
    let said = recover(&restored.ports, &instance.act(), &found, Plan::default()).unwrap();
    assert_eq!((said.by_serial, said.replayed), (1, Default::default()));
    restored.services.safeguards.look().unwrap();
    let five = restored.issue(&instance, "five").unwrap();
    assert_eq!(restored.ocsp(&five.serial), Ok(CertStatus::Good));
    let restored = restored.again(&instance);
    assert!(restored.services.safeguards.quarantine().is_none());
    for gone in [&one, &two, &three] {
        assert!(is_revoked(restored.ocsp(&gone.serial)));
    }
    let later = restored.publish(&instance).unwrap();
    assert!(number(&later) > number(&list) && later.find(&three.serial).is_some());
    assert_eq!(restored.place.observe().violations, Vec::<String>::new());
}

#[test]
fn what_was_recovered_while_no_server_ran_is_told_by_the_next_one() {
    let (instance, log) = with_log();
    let one = instance.issue("one");
    let old = backup(&instance);
    revoke(&instance, &one);
    let place = restore(old);
    {
        let off_host = Some(log.clone() as Arc<dyn OffHost>);
        let ports = Ports { off_host, ..open(&place, &instance.clock) };
        let found = Found::gather(&ports, Some(told(&ports))).unwrap();
        let said = recover(&ports, &instance.act(), &found, Plan::default()).unwrap();
        assert_eq!((said.replayed.revoked, said.lifted), (1, None));
        assert!(said.lost.is_some());
    }
    let restored = Restored::start(&instance, place, Some(log));
    assert!(restored.services.safeguards.quarantine().is_none());
    assert!(restored.services.safeguards.untold().is_none());
    assert!(restored.ports.store.holds(told(&restored.ports).head()).unwrap());
    restored.issue(&instance, "two").unwrap();
}

#[test]
fn a_store_that_goes_back_under_a_running_server_is_noticed_at_the_next_look() {
    let (instance, _) = with_log();
    let record = instance.issue("one");
    let before = instance.ports.store.audit_head().unwrap().sequence;
    revoke(&instance, &record);
    // As a standby would that did not get the newest entries.
    instance.place.sql(&format!("DELETE FROM audit_entries WHERE sequence > {before}"));
    instance.services.safeguards.look().unwrap();
    let quarantine = instance.services.safeguards.quarantine().unwrap();
    assert_eq!((quarantine.sign, quarantine.has), (Sign::LogAhead, before));
    let order = order("device", &request("two"));
    let refused = instance.services.certificates.issue(&somebody(&instance), order).unwrap_err();
    assert_eq!(refused.code(), "quarantined");
    // What it tells from here on follows the entry to which it went back.
    assert!(instance.services.safeguards.untold().is_none());
    assert!(instance.ports.store.holds(told(&instance.ports).head()).unwrap());
}

#[test]
fn a_revocation_that_is_not_told_off_the_host_is_recorded_and_not_acknowledged() {
    let (instance, log) = with_log();
    let record = instance.issue("one");
    log.silent.store(true, Ordering::SeqCst);
    let certificates = &instance.services.certificates;
    let revoke = || {
        let (act, serial) = (somebody(&instance), &record.serial);
        certificates.revoke(&act, &record.authority, serial, Reason::Superseded, None).unwrap_err()
    };
    assert_eq!(revoke().code(), "off-host-unanswered");
    assert_eq!(revoke().code(), "off-host-unanswered", "also where it was done before");
    assert!(is_revoked(ocsp(&instance.services, &record.serial)));
    let alarms: Vec<_> = instance.services.readiness.missing().iter().map(ToString::to_string).collect();
    assert!(alarms.iter().any(|alarm| alarm.contains("[off-host-unanswered]")), "{alarms:?}");
    log.silent.store(false, Ordering::SeqCst);
    assert_eq!(revoke().code(), "already-revoked");
    let told = told(&instance.ports);
    let status = told.statuses[&(record.authority.clone(), record.serial.clone())];
    assert!(matches!(status, Status::Revoked { .. }));
    assert!(instance.services.safeguards.untold().is_none());
}

#[test]
fn what_a_log_took_without_saying_so_is_in_it_once() {
    let (instance, log) = with_log();
    let (one, two) = (instance.issue("one"), instance.issue("two"));
    log.mute.store(true, Ordering::SeqCst);
    let revoke = |record: &CertificateRecord| {
        let (act, serial) = (somebody(&instance), &record.serial);
        let certificates = &instance.services.certificates;
        certificates.revoke(&act, &record.authority, serial, Reason::Superseded, None).unwrap_err().code()
    };
    assert_eq!(revoke(&one), "off-host-unanswered");
    assert_eq!(revoke(&two), "off-host-unanswered");
    log.mute.store(false, Ordering::SeqCst);
    assert_eq!(revoke(&two), "already-revoked");
    let statuses = told(&instance.ports).statuses;
    for record in [&one, &two] {
        let status = statuses[&(record.authority.clone(), record.serial.clone())];
        assert!(matches!(status, Status::Revoked { .. }));
        let text = String::from_utf8(log.octets.lock().unwrap().clone()).unwrap();
        assert_eq!(text.matches(&record.serial.to_string()).count(), 1);
    }
}

#[test]
fn a_log_of_another_store_is_refused() {
    let (instance, log) = with_log();
    let clock = Arc::new(TestClock::new());
    clock.advance(SignedDuration::from_secs(1));
    let other = Instance::start(Instance::place(), clock);
    let ports = Ports { off_host: Some(log.clone()), ..other.ports.clone() };
    let refused = Services::start(ports, other.settings().clone(), profiles()).err().unwrap();
    assert_eq!(refused.code(), "off-host-of-another");
    let octets = log.octets.lock().unwrap().len();
    log.octets.lock().unwrap()[octets / 2] ^= 1;
    let refused =
        Services::start(instance.ports.clone(), instance.settings().clone(), profiles()).err().unwrap();
    assert!(["off-host-altered", "off-host-malformed"].contains(&refused.code()), "{refused}");
}

#[test]
fn without_a_log_a_restored_store_publishes_nothing_until_it_is_given_the_newest_list() {
    let instance = Instance::new();
    let (one, two) = (instance.issue("one"), instance.issue("two"));
    let old = backup(&instance);
    let three = instance.issue("three");
    revoke(&instance, &one);
    revoke(&instance, &three);
    let crl = |name: &str| {
        instance.services.crl.publish(&instance.act(), &name.parse().unwrap(), false).unwrap();
        instance.services.status.crl(name, None).unwrap().der().unwrap()
    };
    let (issuing, root) = (crl("issuing"), crl("root"));
    let place = restore(old);
    {
        let ports = open(&place, &instance.clock);
        let has = ports.store.audit_head().unwrap().sequence;
        let (since, floors) = (instance.act().at, BTreeSet::new());
        let quarantine = Quarantine { since, sign: Sign::Restored, has, had: None, floors };
        quarantine.put(&ports, &instance.act()).unwrap();
    }
    let restored = Restored::start(&instance, place, None);
    assert_eq!(restored.publish(&instance).unwrap_err(), "quarantined");
    assert_eq!(restored.services.status.crl("issuing", None).unwrap_err().code(), "quarantined");
    assert_eq!(restored.issue(&instance, "four").unwrap_err(), "quarantined");
    let mut found = Found::gather(&restored.ports, None).unwrap();
    let attempt = |found: &Found| recover(&restored.ports, &instance.act(), found, Plan::default());
    found.add_list(&restored.ports, &issuing).unwrap();
    let refused = attempt(&found).unwrap_err();
    assert_eq!(refused.code(), "recovery-incomplete");
    assert!(refused.to_string().contains("root"), "{refused}");
    found.add_list(&restored.ports, &root).unwrap();
    let other = Instance::new();
    let foreign = other.services.status.crl("issuing", None).unwrap().der().unwrap();
    assert!(found.add_list(&restored.ports, &foreign).is_err());
    let said = attempt(&found).unwrap();
    assert_eq!((said.replayed.revoked, said.replayed.by_serial), (1, 1));
    restored.services.safeguards.look().unwrap();
    let list = restored.publish(&instance).unwrap();
    assert!(number(&list) > number(&CertificateList::from_der(&issuing).unwrap()));
    assert!(list.find(&one.serial).is_some() && list.find(&three.serial).is_some());
    assert!(list.find(&two.serial).is_none());
    restored.issue(&instance, "four").unwrap();
    assert_eq!(restored.place.observe().violations, Vec::<String>::new());
}

#[test]
fn whoever_accepts_the_loss_gets_numbers_that_nobody_used() {
    let instance = Instance::new();
    let place = restore(backup(&instance));
    let restored = Restored::start(&instance, place, None);
    let (since, floors) = (instance.act().at, BTreeSet::new());
    let quarantine = Quarantine { since, sign: Sign::Restored, has: 1, had: None, floors };
    quarantine.put(&restored.ports, &instance.act()).unwrap();
    let plan = Plan { accept_loss: true, ..Plan::default() };
    let said = recover(&restored.ports, &instance.act(), &Found::default(), plan).unwrap();
    assert_eq!(said.leapt.len(), 2);
    restored.services.safeguards.look().unwrap();
    assert!(number(&restored.publish(&instance).unwrap()) > 1_000_000);
}

#[test]
fn a_clock_that_is_behind_signs_nothing_and_revokes_all_the_same() {
    let instance = Instance::new();
    let record = instance.issue("one");
    let newest = instance.clock.now();
    for back in [SignedDuration::from_hours(1), SignedDuration::from_hours(365 * 24)] {
        instance.clock.advance(-back);
        instance.services.safeguards.look().unwrap();
        let refused =
            instance.services.certificates.issue(&somebody(&instance), order("device", &request("two")));
        assert_eq!(refused.unwrap_err().code(), "clock-behind");
        let refused = instance.services.crl.publish(&instance.act(), &"issuing".parse().unwrap(), false);
        assert_eq!(refused.unwrap_err().code(), "clock-behind");
        assert!(ocsp(&instance.services, &record.serial).is_err());
        assert!(instance.services.readiness.missing().iter().any(|missing| missing.hinders()));
        instance.clock.advance(back);
    }
    instance.clock.advance(SignedDuration::from_hours(-1));
    let certificates = &instance.services.certificates;
    let revoked = certificates
        .revoke(&somebody(&instance), &record.authority, &record.serial, Reason::Superseded, None)
        .unwrap();
    let Status::Revoked { at, .. } = revoked.status else { panic!("{:?}", revoked.status) };
    assert!(newest.duration_since(at) <= SignedDuration::from_secs(1), "{at}");
    instance.clock.advance(SignedDuration::from_hours(1));
    instance.services.safeguards.look().unwrap();
    instance.issue("two");
    instance.observe();
}

#[test]
fn a_start_with_a_clock_behind_the_record_signs_nothing() {
    let instance = Instance::new();
    instance.issue("one");
    instance.clock.advance(SignedDuration::from_hours(-1));
    let (ports, settings) = (instance.ports.clone(), instance.settings().clone());
    let services = Services::start(ports, settings, profiles()).unwrap();
    assert_eq!(services.safeguards.clock().unwrap().code(), "clock-behind");
    let refused = services.certificates.issue(&somebody(&instance), order("device", &request("two")));
    assert_eq!(refused.unwrap_err().code(), "clock-behind");
}

/// Peers that say so.
struct Peers(Mutex<Option<Timestamp>>);

impl PeerClocks for Peers {
    fn ask(&self) {}

    fn time(&self) -> Option<Timestamp> {
        *self.0.lock().unwrap()
    }

    fn agreeing(&self) -> usize {
        self.time().map_or(0, |_| 1)
    }
}

#[test]
fn a_clock_that_differs_from_those_of_peers_signs_nothing_and_revokes_at_their_time() {
    let instance = Instance::new();
    let record = instance.issue("one");
    let told = Arc::new(Peers(Mutex::default()));
    let ports = Ports { peers: Some(told.clone()), ..instance.ports.clone() };
    let services = Services::start(ports, instance.settings().clone(), profiles()).unwrap();
    let bound = instance.settings().clock_bound;
    let now = instance.clock.now();
    let issue =
        |name: &str| services.certificates.issue(&somebody(&instance), order("device", &request(name)));
    for (time, code) in [
        (None, None),
        (Some(now - bound), None),
        (Some(now + bound), None),
        (Some(now - bound * 2), Some("clock-ahead")),
        (Some(now + bound * 2), Some("clock-behind")),
    ] {
        *told.0.lock().unwrap() = time;
        services.safeguards.look().unwrap();
        assert_eq!(services.safeguards.clock().map(|fault| fault.code()), code, "{time:?}");
        assert_eq!(issue("two").err().map(|error| error.code()), code, "{time:?}");
    }
    let revoked = services
        .certificates
        .revoke(&somebody(&instance), &record.authority, &record.serial, Reason::Superseded, None)
        .unwrap();
    let Status::Revoked { at, .. } = revoked.status else { panic!("{:?}", revoked.status) };
    assert!(at.duration_since(now + bound * 2).abs() < SignedDuration::from_secs(5), "{at}");
}
