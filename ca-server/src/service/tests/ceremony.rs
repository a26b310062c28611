//! Authorities whose root is offline.

use std::sync::Arc;

use ca_core::algorithm::{KeySpec, Signer};
use ca_core::ceremony::rehearsal;
use ca_core::crl::{CrlPlan, PreviousCrl, RevokedEntry};
use ca_core::issuance::{AuthorityName, Choices, Issuer, Urls, hierarchy, root};
use ca_core::key::{BlockedKeys, NormalizedKey};
use ca_core::revocation::Reason;
use ca_core::x509::certificate::Certificate;
use ca_core::x509::name::{AttributeKind, Name};
use ca_core::x509::request::CertificationRequest;
use ca_core::x509::serial::SerialNumber;
use jiff::{SignedDuration, Timestamp};

use super::{Instance, TestClock, open, order, profiles, request, signer};
use crate::port::record::AuthorityRequestRecord;
use crate::port::{Act, Clock as _, Ports, Randomness as _, SystemRandomness};
use crate::service::authorities::Keys;
use crate::service::ceremony::{CeremonyAnswer, CeremonyError};
use crate::service::settings::Mode;
use crate::service::{Services, Settings};
use crate::store::observer::Report;
use crate::store::testing::Place;

/// A machine without a network, and the root on it.
struct Room {
    root: Certificate,
    issuer: Issuer,
    at: Timestamp,
}

struct NothingBlocked;

impl BlockedKeys for NothingBlocked {
    fn is_blocked(&self, _: &NormalizedKey) -> bool {
        false
    }
}

fn name(common_name: &str) -> Name {
    let parts = [(AttributeKind::Country, "CN"), (AttributeKind::CommonName, common_name)];
    Name::from_parts(&parts.map(|(kind, value)| (kind, value.to_owned()))).unwrap()
}

fn authority(text: &str) -> AuthorityName {
    text.parse().unwrap()
}

impl Room {
    fn new(subject: &Name, at: Timestamp) -> Self {
        let mut rng = SystemRandomness.generator();
        let key: Arc<dyn Signer> = Arc::new(signer(KeySpec::Sm2));
        let set = profiles();
        let (profile, serial) = (set.get("root").unwrap(), SerialNumber::generate(&mut *rng));
        let prepared =
            root::prepare(profile, subject, Arc::clone(&key), None, serial, at, &mut *rng).unwrap();
        let committed = prepared.commit(|_| Ok::<_, ()>(())).unwrap();
        let root = root::sign(committed, &*key, &mut *rng).unwrap().into_document();
        let urls = Urls::under("http://ca.example", &authority("root")).unwrap();
        let issuer = Issuer::new(authority("root"), root.clone(), key, urls, &mut *rng).unwrap();
        Self { root, issuer, at }
    }

    fn certify(&self, request: &[u8]) -> Vec<u8> {
        let mut rng = SystemRandomness.generator();
        let request = CertificationRequest::from_der(request).unwrap().verify().unwrap();
        let profile = Arc::clone(profiles().get("issuing").unwrap());
        let request = hierarchy::authorize(profile, request, Choices::default(), &NothingBlocked).unwrap();
        let serial = SerialNumber::generate(&mut *rng);
        let prepared = self.issuer.prepare(request, serial, self.at, &mut *rng).unwrap();
        let committed = prepared.commit(|_| Ok::<_, ()>(())).unwrap();
        self.issuer.sign(committed, &mut *rng).unwrap().der().to_vec()
    }

    fn crl(&self, number: u64, at: Timestamp, revoked: &[SerialNumber]) -> Vec<u8> {
        let mut rng = SystemRandomness.generator();
        let entry = |serial: &SerialNumber| RevokedEntry {
            serial: serial.clone(),
            at,
            reason: Some(Reason::CessationOfOperation),
            invalidity_date: None,
        };
        let until = at + SignedDuration::from_hours(24 * 180);
        let entries = revoked.iter().map(entry).collect();
        let plan = CrlPlan::after(None::<PreviousCrl>, number, at, until, entries).unwrap();
        let prepared = self.issuer.prepare_crl(plan, &mut *rng).unwrap();
        let committed = prepared.commit(|_| Ok::<_, ()>(())).unwrap();
        self.issuer.sign_crl(committed, &mut *rng).unwrap().der().to_vec()
    }

    fn answer(&self, request: &AuthorityRequestRecord) -> CeremonyAnswer {
        CeremonyAnswer {
            sequence: request.request.sequence,
            nonce: request.request.nonce.to_vec(),
            chain: vec![self.certify(&request.request.request), self.root.der().to_vec()],
            crl: self.crl(1, self.at, &[]),
            transcript: [7; 32],
            answer: [8; 32],
            root: authority("root"),
        }
    }
}

/// A server in service whose store is empty at first.
struct World {
    place: Place,
    clock: Arc<TestClock>,
    ports: Ports,
    services: Services,
}

impl World {
    fn new() -> Self {
        let (place, clock) = (Instance::place(), Arc::new(TestClock::new()));
        std::fs::create_dir(place.folder.path().join("keys")).unwrap();
        let ports = open(&place, &clock);
        let services = start(&place, &ports);
        Self { place, clock, ports, services }
    }

    fn act(&self) -> Act {
        Act::system("test", uuid::Uuid::nil(), self.clock.now())
    }

    fn room(&self) -> Room {
        Room::new(&name("City Root"), self.clock.now() - SignedDuration::from_hours(1))
    }

    fn create(&self, authority_name: &str) -> AuthorityRequestRecord {
        let subject = name(&format!("City {authority_name}"));
        let ceremonies = &self.services.ceremonies;
        ceremonies.create(&self.act(), &authority(authority_name), &subject, KeySpec::Sm2).unwrap()
    }

    fn install(&self, name: &str, answer: &CeremonyAnswer) -> Result<(), CeremonyError> {
        self.services.ceremonies.install(&self.act(), &authority(name), answer).map(|_| ())
    }

    fn refused(&self, name: &str, answer: &CeremonyAnswer) -> &'static str {
        self.install(name, answer).unwrap_err().code()
    }

    fn renew(&self) {
        assert_eq!(self.services.refresh().unwrap(), 0);
        assert!(self.services.ocsp_signer.renew_due().is_empty());
        let failed = self.services.crl.publish_due();
        assert!(failed.is_empty(), "{failed:?}");
    }

    fn observe(&self) -> Report {
        let report = self.place.observe();
        assert_eq!(report.violations, Vec::<String>::new());
        report
    }
}

fn start(place: &Place, ports: &Ports) -> Services {
    let keys = Keys::in_folder(place.folder.path().join("keys"));
    let settings = Settings::new(Mode::Serve, keys, "http://ca.example".to_owned());
    Services::start(ports.clone(), settings, profiles()).unwrap()
}

#[test]
fn what_a_ceremony_certified_is_at_work_at_once_and_after_a_restart() {
    let world = World::new();
    assert!(world.services.authorities.all().is_empty());
    let (room, request_record) = (world.room(), world.create("issuing"));
    world.install("issuing", &room.answer(&request_record)).unwrap();
    world.renew();
    let missing = world.services.readiness.missing();
    assert!(missing.iter().all(|missing| !missing.hinders()), "{missing:?}");

    let issued =
        world.services.certificates.issue(&world.act(), order("device", &request("camera"))).unwrap();
    assert_eq!(issued.authority.as_str(), "issuing");
    let root = world.services.authorities.get("root").unwrap();
    assert!(root.is_offline());
    assert_eq!(world.services.authorities.get("issuing").unwrap().chain()[1], room.root);
    assert_eq!(world.services.status.crl("root").unwrap().summary.number, 1);
    assert_eq!(world.services.status.ca_certificate("root").unwrap(), room.root.der());

    let again = start(&world.place, &world.ports);
    again.certificates.issue(&world.act(), order("device", &request("gate"))).unwrap();
    let report = world.observe();
    assert_eq!(report.refusals, 0);
}

#[test]
fn what_does_not_answer_the_newest_request_is_refused_and_on_record() {
    let world = World::new();
    let room = world.room();
    let (first, other) = (world.create("issuing"), world.create("second"));
    let old = room.answer(&first);
    let newer = world.services.ceremonies.request_again(&world.act(), &authority("issuing"), None).unwrap();
    assert!(newer.request.sequence > other.request.sequence);
    let good = room.answer(&newer);

    assert_eq!(world.refused("issuing", &old), "answer-superseded");
    assert_eq!(world.refused("issuing", &room.answer(&other)), "answer-of-another-authority");
    let elsewhere = CeremonyAnswer { sequence: 99, ..good.clone() };
    assert_eq!(world.refused("issuing", &elsewhere), "answer-without-request");
    let nonce = CeremonyAnswer { nonce: old.nonce.clone(), ..good.clone() };
    assert_eq!(world.refused("issuing", &nonce), "answer-nonce");
    assert_eq!(world.refused("third", &good), "unknown-authority");
    world.install("issuing", &good).unwrap();
    assert_eq!(world.refused("issuing", &good), "answer-replayed");
    let again = world.services.ceremonies.request_again(&world.act(), &authority("issuing"), None);
    assert_eq!(again.unwrap_err().code(), "authority-certified");
    assert_eq!(world.observe().refusals, 7);
}

#[test]
fn a_chain_or_list_that_does_not_hold_installs_nothing() {
    let world = World::new();
    let (room, record) = (world.room(), world.create("issuing"));
    let good = room.answer(&record);
    let at = world.clock.now();

    let other = world.create("second");
    let chain = vec![room.certify(&other.request.request), room.root.der().to_vec()];
    let with_chain = |chain| CeremonyAnswer { chain, ..good.clone() };
    assert_eq!(world.refused("issuing", &with_chain(chain)), "answer-for-another-key");
    assert_eq!(world.refused("issuing", &with_chain(vec![good.chain[0].clone()])), "answer-chain-length");
    let impostor = Room::new(&name("City Root"), room.at);
    let chain = vec![good.chain[0].clone(), impostor.root.der().to_vec()];
    let code = world.refused("issuing", &with_chain(chain));
    assert!(["answer-path", "answer-breaks-a-rule"].contains(&code), "{code}");
    let chain = vec![good.chain[0].clone(), good.chain[0].clone()];
    assert_eq!(world.refused("issuing", &with_chain(chain)), "answer-not-a-root");
    let mut broken = good.chain[0].clone();
    *broken.last_mut().unwrap() ^= 1;
    let code = world.refused("issuing", &with_chain(vec![broken, room.root.der().to_vec()]));
    assert!(["answer-path", "answer-malformed"].contains(&code), "{code}");
    let late = Room::new(&name("City Root"), at + SignedDuration::from_hours(24));
    assert_eq!(world.refused("issuing", &late.answer(&record)), "answer-path");
    let rehearsed = Room::new(&rehearsal::mark(&name("City Root")).unwrap(), room.at);
    assert_eq!(world.refused("issuing", &rehearsed.answer(&record)), "answer-of-a-rehearsal");

    let with_crl = |crl| CeremonyAnswer { crl, ..good.clone() };
    assert_eq!(world.refused("issuing", &with_crl(impostor.crl(1, room.at, &[]))), "crl-issuer");
    let own = Certificate::from_der(&good.chain[0]).unwrap().serial().clone();
    assert_eq!(world.refused("issuing", &with_crl(room.crl(1, room.at, &[own]))), "crl-lists-the-authority");
    let future = at + SignedDuration::from_hours(1);
    assert_eq!(world.refused("issuing", &with_crl(room.crl(1, future, &[]))), "crl-not-in-force");
    assert!(world.services.authorities.all().is_empty());
    world.install("issuing", &good).unwrap();
    world.observe();
}

#[test]
fn a_later_list_of_the_root_takes_an_authority_out_of_service() {
    let world = World::new();
    let (room, record) = (world.room(), world.create("issuing"));
    world.install("issuing", &room.answer(&record)).unwrap();
    world.renew();
    let (ceremonies, root) = (&world.services.ceremonies, authority("root"));
    let publish = |der: &[u8]| ceremonies.publish_crl(&world.act(), &root, der);

    let later = room.at + SignedDuration::from_mins(10);
    assert_eq!(publish(&room.crl(1, later, &[])).unwrap_err().code(), "crl-not-rising");
    let earlier = room.at - SignedDuration::from_mins(10);
    assert_eq!(publish(&room.crl(2, earlier, &[])).unwrap_err().code(), "crl-not-rising");
    let own = ceremonies.publish_crl(&world.act(), &authority("issuing"), &room.crl(9, later, &[]));
    assert_eq!(own.unwrap_err().code(), "authority-not-offline");
    publish(&room.crl(2, later, &[])).unwrap();
    world.services.certificates.issue(&world.act(), order("device", &request("camera"))).unwrap();

    let issuing = world.services.authorities.get("issuing").unwrap().certificate().serial().clone();
    publish(&room.crl(5, later, &[issuing])).unwrap();
    let refused = world.services.certificates.issue(&world.act(), order("device", &request("gate")));
    assert_eq!(refused.unwrap_err().code(), "authority-not-in-force");
    assert_eq!(world.services.status.crl("root").unwrap().summary.number, 5);
    world.observe();
}

#[test]
fn an_answer_that_was_cut_short_is_taken_up_where_it_stopped() {
    for stop in [
        "INSERT ON authorities",
        "INSERT ON crls",
        "UPDATE OF certificate ON authorities",
        "UPDATE OF state ON authority_requests",
    ] {
        let world = World::new();
        let (room, record) = (world.room(), world.create("issuing"));
        let answer = room.answer(&record);
        world.place.fail_at(stop);
        assert_eq!(world.refused("issuing", &answer), "store-unavailable", "{stop}");
        world.place.mend(stop);
        world.install("issuing", &answer).unwrap();
        world.renew();
        world.services.certificates.issue(&world.act(), order("device", &request("camera"))).unwrap();
        world.observe();
    }
}

#[test]
fn a_second_authority_joins_under_the_same_root_and_list() {
    let world = World::new();
    let (room, first) = (world.room(), world.create("issuing"));
    let answer = room.answer(&first);
    world.install("issuing", &answer).unwrap();
    let second = world.create("second");
    let again = CeremonyAnswer { crl: answer.crl.clone(), ..room.answer(&second) };
    world.install("second", &again).unwrap();
    let third = world.create("third");
    let impostor = Room::new(&name("Other Root"), room.at);
    assert_eq!(world.refused("third", &impostor.answer(&third)), "answer-of-another-root");
    assert_eq!(world.services.authorities.all().len(), 3);
    world.observe();
}

#[test]
fn names_and_keys_that_do_not_fit_are_refused() {
    let world = World::new();
    let create = |text: &str, spec| {
        let made = world.services.ceremonies.create(&world.act(), &authority(text), &name("City"), spec);
        made.map(|_| ()).map_err(|error| error.code())
    };
    assert_eq!(create("root", KeySpec::Sm2), Err("authority-name-of-root"));
    assert_eq!(create("issuing", KeySpec::Ed25519), Err("authority-key-kind"));
    assert_eq!(create("issuing", KeySpec::Rsa { bits: 2048 }), Err("authority-key-kind"));
    assert_eq!(create("issuing", KeySpec::P384), Ok(()));
    assert_eq!(create("issuing", KeySpec::Sm2), Err("authority-exists"));
    world.observe();
}
