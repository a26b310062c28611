//! Long lists, deltas, alarms, and disks that are full.

use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use ca_core::crl::list::Scratch;
use ca_core::issuance::Shard;
use ca_core::revocation::Reason;
use ca_core::x509::certificate::Certificate;
use ca_core::x509::crl::CertificateList;
use ca_core::x509::extension::{
    DeltaCrlIndicator, DistributionPointName, FreshestCrl, GeneralName, IssuingDistributionPoint,
};
use ca_core::x509::serial::SerialNumber;
use jiff::SignedDuration;

use super::Instance;
use crate::port::record::CertificateRecord;
use crate::port::{Clock, Document, Ports, Publisher, Staged, Write};
use crate::service::Services;
use crate::service::settings::Lists;

fn revoke(instance: &Instance, record: &CertificateRecord) {
    let certificates = &instance.services.certificates;
    certificates
        .revoke(&instance.act(), &record.authority, &record.serial, Reason::Superseded, None)
        .unwrap();
}

fn hold(instance: &Instance, record: &CertificateRecord) {
    instance.services.certificates.hold(&instance.act(), &record.authority, &record.serial).unwrap();
}

fn release(instance: &Instance, record: &CertificateRecord) {
    instance.services.certificates.release(&instance.act(), &record.authority, &record.serial).unwrap();
}

fn publish(instance: &Instance, scheduled: bool) -> Result<u64, &'static str> {
    let published = instance.services.crl.publish(&instance.act(), &"issuing".parse().unwrap(), scheduled);
    published.map(|summary| summary.number).map_err(|error| error.code())
}

fn publish_change(instance: &Instance) {
    instance.services.crl.publish_change(&instance.act(), &"issuing".parse().unwrap()).unwrap().unwrap();
}

fn number(crl: &CertificateList) -> u64 {
    crl.number().unwrap().unwrap().to_u64().unwrap()
}

fn base(crl: &CertificateList) -> u64 {
    crl.extensions().find::<DeltaCrlIndicator>().unwrap().unwrap().0.to_u64().unwrap()
}

/// What a relying party knows by a full list and a delta to it.
fn together(full: &CertificateList, delta: &CertificateList) -> BTreeMap<SerialNumber, Option<Reason>> {
    assert!(base(delta) <= number(full) && number(full) <= number(delta));
    let mut known: BTreeMap<_, _> =
        full.revoked().iter().map(|entry| (entry.serial.clone(), entry.reason)).collect();
    for entry in delta.revoked() {
        if entry.reason == Some(Reason::RemoveFromCrl) {
            known.remove(&entry.serial);
        } else {
            known.insert(entry.serial.clone(), entry.reason);
        }
    }
    known
}

fn alone(full: &CertificateList) -> BTreeMap<SerialNumber, Option<Reason>> {
    full.revoked().iter().map(|entry| (entry.serial.clone(), entry.reason)).collect()
}

#[test]
fn an_entry_that_is_gone_without_a_record_stops_the_publication() {
    let instance = Instance::new();
    let [kept, lost] = ["kept", "lost"].map(|name| instance.issue(name));
    revoke(&instance, &kept);
    hold(&instance, &lost);
    assert_eq!(publish(&instance, false), Ok(2));
    for (column, code) in
        [("status_since IS NOT NULL AND reason IS NULL", "hold"), ("reason IS NOT NULL", "revocation")]
    {
        instance.place.sql(&format!(
            "UPDATE certificates SET status = 'good', status_since = NULL, reason = NULL WHERE {column}"
        ));
        assert_eq!(publish(&instance, true), Err("crl-entry-vanished"), "{code}");
        assert_eq!(instance.crl("issuing").revoked().len(), 2, "the one before is served on");
        let missing = instance.services.readiness.missing();
        let told: Vec<_> = missing.iter().map(ToString::to_string).collect();
        assert!(
            told.iter().any(|told| told.contains("ALARM") && told.contains("[crl-entry-vanished]")),
            "{told:?}"
        );
        assert!(missing.iter().all(|missing| !missing.hinders()));
    }
    // The root goes on.
    instance.services.crl.publish(&instance.act(), &"root".parse().unwrap(), true).unwrap();
}

#[test]
fn an_entry_that_was_released_or_expired_may_go() {
    let instance = Instance::new();
    let [held, revoked] = ["held", "revoked"].map(|name| instance.issue(name));
    hold(&instance, &held);
    revoke(&instance, &revoked);
    assert_eq!(publish(&instance, false), Ok(2));
    release(&instance, &held);
    assert_eq!(publish(&instance, false), Ok(3));
    assert!(alone(&instance.crl("issuing")).into_keys().eq([revoked.serial.clone()]));
    // Held again and released again, between two lists.
    hold(&instance, &held);
    release(&instance, &held);
    assert_eq!(publish(&instance, false), Ok(4));
    let left = revoked.not_after.duration_since(instance.clock.now());
    instance.clock.advance(left + SignedDuration::from_secs(1));
    assert_eq!(publish(&instance, true), Ok(5));
    instance.clock.advance(SignedDuration::from_secs(1));
    assert_eq!(publish(&instance, true), Ok(6));
    assert!(instance.crl("issuing").revoked().is_empty());
    let missing = instance.services.readiness.missing();
    assert!(missing.iter().all(|missing| !missing.to_string().contains("ALARM")), "{missing:?}");
    instance.observe();
}

#[test]
fn what_expired_stays_where_it_is_to_stay() {
    let instance = Instance::new().with_settings(|settings| {
        let lists = settings.lists.entry("issuing".parse().unwrap()).or_default();
        lists.keep_expired = true;
    });
    let record = instance.issue("signer");
    revoke(&instance, &record);
    let left = record.not_after.duration_since(instance.clock.now());
    instance.clock.advance(left + SignedDuration::from_secs(1));
    for _ in 0..3 {
        publish(&instance, true).unwrap();
        instance.clock.advance(SignedDuration::from_secs(1));
    }
    let crl = instance.crl("issuing");
    assert!(crl.find(&record.serial).is_some());
    assert!(crl.extensions().iter().any(|extension| extension.oid.to_string() == "2.5.29.60"));
}

#[test]
fn a_delta_says_what_changed_since_the_full_list_that_it_names() {
    let instance = Instance::new().with_deltas();
    let [first, second, third] = ["first", "second", "third"].map(|name| instance.issue(name));
    revoke(&instance, &first);
    hold(&instance, &second);
    assert_eq!(publish(&instance, true), Ok(2));
    let full = instance.crl("issuing");
    assert!(full.extensions().find::<FreshestCrl>().unwrap().is_some());
    let delta = instance.delta("issuing", None).unwrap();
    assert_eq!((number(&full), number(&delta), base(&delta)), (2, 2, 1), "issued together, one number");
    assert_eq!(full.this_update(), delta.this_update());

    release(&instance, &second);
    hold(&instance, &third);
    publish_change(&instance);
    let delta = instance.delta("issuing", None).unwrap();
    assert_eq!((number(&delta), base(&delta)), (3, 2));
    assert_eq!(number(&instance.crl("issuing")), 2, "the full list is as it was");
    assert_eq!(delta.find(&second.serial).unwrap().reason, Some(Reason::RemoveFromCrl));
    // A hold that only a delta told of is removed by the next one.
    release(&instance, &third);
    publish_change(&instance);
    let delta = instance.delta("issuing", None).unwrap();
    assert_eq!(delta.find(&third.serial).unwrap().reason, Some(Reason::RemoveFromCrl));
    assert_eq!(
        together(&full, &delta),
        alone(&full).into_iter().filter(|(serial, _)| *serial == first.serial).collect()
    );

    revoke(&instance, &third);
    assert_eq!(publish(&instance, true), Ok(5));
    let (newer, delta) = (instance.crl("issuing"), instance.delta("issuing", None).unwrap());
    assert_eq!((number(&newer), number(&delta), base(&delta)), (5, 5, 2));
    assert_eq!(together(&full, &delta), alone(&newer));
    instance.observe();
}

#[test]
fn changes_are_published_by_deltas_when_they_are_due_and_deltas_end_as_lists_do() {
    let instance = Instance::new().with_deltas();
    let record = instance.issue("camera");
    revoke(&instance, &record);
    instance.clock.advance(instance.settings().crl_delay);
    instance.renew();
    assert_eq!(number(&instance.crl("issuing")), 1);
    assert_eq!(instance.delta("issuing", None).unwrap().revoked().len(), 1);
    instance.clock.advance(instance.settings().crl_validity);
    instance.renew();
    let (full, delta) = (instance.crl("issuing"), instance.delta("issuing", None).unwrap());
    assert_eq!(number(&full), number(&delta));
    assert!(delta.next_update().unwrap() > instance.clock.now());
}

#[test]
fn a_change_is_left_to_the_timer_where_the_list_is_long() {
    let instance = Instance::new().with_settings(|settings| settings.crl_prompt_entries = 1);
    let change =
        || instance.services.crl.publish_change(&instance.act(), &"issuing".parse().unwrap()).unwrap();
    for (name, published) in [("one", true), ("two", true), ("three", false)] {
        revoke(&instance, &instance.issue(name));
        assert_eq!(change().is_some(), published, "{name}");
    }
    assert_eq!(instance.crl("issuing").revoked().len(), 2);
    instance.clock.advance(instance.settings().crl_delay);
    instance.renew();
    assert_eq!(instance.crl("issuing").revoked().len(), 3);
}

#[test]
fn a_change_that_another_publication_told_of_is_not_published_again() {
    let instance = Instance::new();
    revoke(&instance, &instance.issue("camera"));
    publish_change(&instance);
    publish_change(&instance);
    assert_eq!(number(&instance.crl("issuing")), 2);
}

#[test]
fn two_lists_of_one_second_are_not_told_apart_by_their_date() {
    let instance = Instance::new();
    assert!(instance.services.status.crl("issuing", None).unwrap().dated);
    publish(&instance, false).unwrap();
    assert!(!instance.services.status.crl("issuing", None).unwrap().dated);
    instance.clock.advance(SignedDuration::from_secs(1));
    publish(&instance, false).unwrap();
    assert!(instance.services.status.crl("issuing", None).unwrap().dated);
}

#[test]
fn a_restart_publishes_what_the_store_has() {
    let instance = Instance::new().with_deltas();
    revoke(&instance, &instance.issue("camera"));
    publish(&instance, true).unwrap();
    let (full, delta) = (instance.crl("issuing"), instance.delta("issuing", None).unwrap());
    let instance = instance.restart();
    assert_eq!((instance.crl("issuing"), instance.delta("issuing", None).unwrap()), (full, delta));
}

/// A folder on a disk that may be full.
struct Disk {
    inner: Arc<dyn Publisher>,
    full: Arc<AtomicBool>,
}

impl Publisher for Disk {
    fn scratch(&self) -> io::Result<Box<dyn Scratch>> {
        self.inner.scratch()
    }

    fn published(&self) -> io::Result<Vec<(String, Arc<dyn Document>)>> {
        self.inner.published()
    }

    fn stage(&self, name: &str, write: Write<'_>) -> io::Result<Box<dyn Staged>> {
        if self.full.load(Ordering::SeqCst) {
            // Some octets find room.
            return self.inner.stage(name, &mut |sink| {
                write(sink)?;
                Err(io::ErrorKind::StorageFull.into())
            });
        }
        self.inner.stage(name, write)
    }
}

#[test]
fn a_full_disk_leaves_the_old_list_and_an_alarm_until_there_is_room() {
    let mut instance = Instance::new();
    let full = Arc::new(AtomicBool::new(false));
    let disk = Disk { inner: instance.ports.publisher.clone(), full: full.clone() };
    instance.ports = Ports { publisher: Arc::new(disk), ..instance.ports.clone() };
    let settings = instance.settings().clone();
    instance.services = Services::start(instance.ports.clone(), settings, super::profiles()).unwrap();
    assert_eq!(number(&instance.crl("issuing")), 1);
    let record = instance.issue("camera");
    revoke(&instance, &record);
    full.store(true, Ordering::SeqCst);
    assert_eq!(publish(&instance, false), Err("crl-not-written"));
    assert_eq!(number(&instance.crl("issuing")), 1);
    let missing: Vec<_> = instance.services.readiness.missing().iter().map(ToString::to_string).collect();
    assert!(missing.iter().any(|missing| missing.contains("[crl-not-written]")), "{missing:?}");
    full.store(false, Ordering::SeqCst);
    instance.clock.advance(instance.settings().crl_delay);
    instance.renew();
    assert!(instance.crl("issuing").find(&record.serial).is_some());
    assert!(instance.services.readiness.missing().is_empty());
    instance.observe();
}

#[test]
fn certificates_stay_in_the_shard_that_they_name_however_many_there_are() {
    let shards = |instance: Instance, shards| {
        let lists = Lists { shards, deltas: true, ..Lists::default() };
        instance.with_settings(|settings| {
            settings.lists.insert("issuing".parse().unwrap(), lists);
        })
    };
    let before = Instance::new();
    let whole = before.issue("before");
    let instance = shards(before, 2);
    instance.renew();
    let records: Vec<_> = (0..8).map(|number| instance.issue(&format!("camera {number}"))).collect();
    let instance = shards(instance, 1);
    instance.renew();
    let named = |record: &CertificateRecord| {
        Shard::in_certificate(&Certificate::from_der(&record.der).unwrap()).map(Shard::number)
    };
    assert_eq!(named(&whole), None);
    revoke(&instance, &whole);
    records.iter().for_each(|record| revoke(&instance, record));
    instance.clock.advance(SignedDuration::from_secs(1));
    publish(&instance, false).unwrap();

    assert_eq!(instance.crl("issuing").revoked().len(), 9);
    let mut numbers = vec![number(&instance.crl("issuing"))];
    for shard in [1, 2] {
        let list = instance.crl_of("issuing", Some(Shard::new(shard).unwrap()));
        let of_shard = records.iter().filter(|record| named(record) == Some(shard));
        assert!(of_shard.clone().all(|record| list.find(&record.serial).is_some()));
        assert_eq!(list.revoked().len(), of_shard.count());
        numbers.push(number(&list));

        let scope = list.extensions().find::<IssuingDistributionPoint>().unwrap().unwrap();
        let url = format!("http://127.0.0.1:8080/crl/issuing/{shard}.crl");
        let Some(DistributionPointName::Full(names)) = scope.name else { panic!("no address") };
        assert_eq!(names, [GeneralName::Uri(url)]);
        let delta = instance.delta("issuing", Some(Shard::new(shard).unwrap())).unwrap();
        assert!(base(&delta) < number(&list));
        assert_eq!(number(&delta), number(&list));
        assert_eq!(together(&list, &delta).len(), list.revoked().len());
        assert_eq!(
            delta.extensions().find::<IssuingDistributionPoint>().unwrap().unwrap().name,
            list.extensions().find::<IssuingDistributionPoint>().unwrap().unwrap().name
        );
    }
    assert!(instance.crl("issuing").extensions().find::<IssuingDistributionPoint>().unwrap().is_none());
    assert!(numbers.is_sorted());
    let nobody = instance.services.status.crl("issuing", Some(Shard::new(3).unwrap()));
    assert_eq!(nobody.unwrap_err().code(), "no-crl");
    instance.observe();
}

#[test]
fn a_change_is_published_in_the_whole_and_in_its_shard_alone() {
    let instance = Instance::new().with_settings(|settings| {
        settings.lists.insert("issuing".parse().unwrap(), Lists { shards: 2, ..Lists::default() });
    });
    instance.renew();
    let record = instance.issue("camera");
    let own = Shard::in_certificate(&Certificate::from_der(&record.der).unwrap()).unwrap();
    let other = Shard::new(3 - own.number()).unwrap();
    let of_other = number(&instance.crl_of("issuing", Some(other)));
    instance.clock.advance(SignedDuration::from_secs(1));
    revoke(&instance, &record);
    publish_change(&instance);
    assert!(instance.crl("issuing").find(&record.serial).is_some());
    assert!(instance.crl_of("issuing", Some(own)).find(&record.serial).is_some());
    assert_eq!(number(&instance.crl_of("issuing", Some(other))), of_other);
}
