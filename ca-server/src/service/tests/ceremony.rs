//! Authorities whose root is offline.

use std::sync::Arc;

use ca_core::algorithm::digest::DigestAlgorithm;
use ca_core::algorithm::{KeySpec, Signer};
use ca_core::ceremony::exchange::{Answer, Content, Octets, Package, Request};
use ca_core::ceremony::{Digest, Kind, rehearsal};
use ca_core::crl::{CrlPlan, PreviousCrl, RevokedEntry};
use ca_core::encoding::time::whole_seconds;
use ca_core::issuance::{AuthorityName, Choices, Issuer, Urls, hierarchy, root};
use ca_core::key::{BlockedKeys, NormalizedKey};
use ca_core::ocsp::{CertId, CertStatus, OcspRequest, OcspResponse};
use ca_core::revocation::Reason;
use ca_core::x509::certificate::Certificate;
use ca_core::x509::name::{AttributeKind, Name};
use ca_core::x509::request::CertificationRequest;
use ca_core::x509::serial::SerialNumber;
use jiff::{SignedDuration, Timestamp};

use super::{Instance, TestClock, open, order, profiles, request, signer};
use crate::port::record::{AdministratorRecord, AuthorityRequestRecord};
use crate::port::{Act, Clock as _, Ports, Randomness as _, SystemRandomness, new_record_id};
use crate::service::authorities::Keys;
use crate::service::ceremony::{CeremonyAnswer, CeremonyError};
use crate::service::health::{Health, State, Surroundings};
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
        self.certify_as("issuing", request)
    }

    fn certify_as(&self, profile: &str, request: &[u8]) -> Vec<u8> {
        let mut rng = SystemRandomness.generator();
        let request = CertificationRequest::from_der(request).unwrap().verify().unwrap();
        let profile = Arc::clone(profiles().get(profile).unwrap());
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
}

/// What an answer says, to be changed before it is signed.
struct Draft {
    kind: Kind,
    sequence: u64,
    nonce: [u8; 16],
    certificates: Vec<Vec<u8>>,
    root: Certificate,
    crl: Option<Vec<u8>>,
    /// The request as it goes into the package; the one that left where nobody changes it.
    asked: Vec<u8>,
}

/// A server in service whose store is empty at first.
struct World {
    place: Place,
    /// Who administers, and signs requests.
    administrator: Arc<dyn Signer>,
    /// Who leads ceremonies, and signs answers.
    leader: Arc<dyn Signer>,
    clock: Arc<TestClock>,
    ports: Ports,
    services: Services,
}

impl World {
    fn new() -> Self {
        let (place, clock) = (Instance::place(), Arc::new(TestClock::new()));
        std::fs::create_dir(place.folder.path().join("keys")).unwrap();
        let ports = open(&place, &clock);
        let (administrator, leader): (Arc<dyn Signer>, Arc<dyn Signer>) =
            (Arc::new(signer(KeySpec::Sm2)), Arc::new(signer(KeySpec::P256)));
        let services = start(&place, &ports, &*leader);
        let key = administrator.public_key();
        let record = AdministratorRecord {
            id: new_record_id(clock.now(), &mut *SystemRandomness.generator()),
            name: "Li".to_owned(),
            key_fingerprint: key.fingerprint().to_string(),
            spki: key.spki_der().to_vec(),
            certificate: None,
            active: true,
            created_at: clock.now(),
            version: 1,
        };
        let act = Act::system("test", uuid::Uuid::nil(), clock.now());
        ports.store.add_administrator(&act, &record).unwrap();
        Self { place, administrator, leader, clock, ports, services }
    }

    /// What a ceremony answers to a request.
    fn draft(&self, room: &Room, request: &AuthorityRequestRecord) -> Draft {
        Draft {
            kind: Kind::Issuing,
            sequence: request.request.sequence,
            nonce: request.request.nonce,
            certificates: vec![room.certify(&request.request.request)],
            root: room.root.clone(),
            crl: Some(room.crl(1, room.at, &[])),
            asked: request.request.request.clone(),
        }
    }

    /// The request and the answer of a draft, each signed by its side.
    fn seal(&self, name: &str, draft: &Draft) -> CeremonyAnswer {
        let mut rng = SystemRandomness.generator();
        let (made, root) = (self.clock.now(), Digest::of(draft.root.der()));
        let mode = rehearsal::mode_of(draft.root.subject());
        let asked = Content::Request(Request {
            kind: draft.kind,
            mode,
            authority: authority(name),
            sequence: draft.sequence,
            nonce: draft.nonce,
            made,
            root,
            request: Some(Octets(draft.asked.clone())),
            revoked: vec![],
            previous_crl: None,
        });
        let asked = Package::seal(asked, &*self.administrator, &mut *rng).unwrap();
        let answer = Content::Answer(Answer {
            kind: draft.kind,
            mode,
            authority: authority(name),
            sequence: draft.sequence,
            nonce: draft.nonce,
            answers: asked.digest(),
            made,
            plan: Digest([6; 32]),
            transcript: Digest([7; 32]),
            certificates: draft.certificates.iter().cloned().map(Octets).collect(),
            crl: draft.crl.clone().map(Octets),
        });
        let answer = Package::seal(answer, &*self.leader, &mut *rng).unwrap();
        CeremonyAnswer {
            answer: answer.text().as_bytes().to_vec(),
            request: asked.text().as_bytes().to_vec(),
            root_certificate: draft.root.der().to_vec(),
            crl: None,
            root: authority("root"),
        }
    }

    fn answer(&self, room: &Room, name: &str, request: &AuthorityRequestRecord) -> CeremonyAnswer {
        self.seal(name, &self.draft(room, request))
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

fn start(place: &Place, ports: &Ports, leader: &dyn Signer) -> Services {
    let keys = Keys::in_folder(place.folder.path().join("keys"));
    let mut settings = Settings::new(Mode::Serve, keys, "http://ca.example".to_owned());
    settings.ceremony_signers = vec![leader.public_key().clone()];
    Services::start(ports.clone(), settings, profiles()).unwrap()
}

#[test]
fn what_a_ceremony_certified_is_at_work_at_once_and_after_a_restart() {
    let world = World::new();
    assert!(world.services.authorities.all().is_empty());
    let (room, request_record) = (world.room(), world.create("issuing"));
    world.install("issuing", &world.answer(&room, "issuing", &request_record)).unwrap();
    world.renew();
    let missing = world.services.readiness.missing();
    assert!(missing.iter().all(|missing| !missing.hinders()), "{missing:?}");

    let issued =
        world.services.certificates.issue(&world.act(), order("device", &request("camera"))).unwrap();
    assert_eq!(issued.authority.as_str(), "issuing");
    let root = world.services.authorities.get("root").unwrap();
    assert!(root.is_offline());
    assert_eq!(world.services.authorities.get("issuing").unwrap().chain()[1], room.root);
    assert_eq!(world.services.status.crl("root", None).unwrap().summary.number, 1);
    assert_eq!(world.services.status.ca_certificate("root").unwrap(), room.root.der());

    let again = start(&world.place, &world.ports, &*world.leader);
    again.certificates.issue(&world.act(), order("device", &request("gate"))).unwrap();
    let report = world.observe();
    assert_eq!(report.refusals, 0);
}

#[test]
fn what_does_not_answer_the_newest_request_is_refused_and_on_record() {
    let world = World::new();
    let room = world.room();
    let (first, other) = (world.create("issuing"), world.create("second"));
    let old = world.draft(&room, &first);
    let newer = world.services.ceremonies.request_again(&world.act(), &authority("issuing"), None).unwrap();
    assert!(newer.request.sequence > other.request.sequence);
    let draft = || world.draft(&room, &newer);
    let good = world.seal("issuing", &draft());

    assert_eq!(world.refused("issuing", &world.seal("issuing", &old)), "answer-superseded");
    let others = world.answer(&room, "issuing", &other);
    assert_eq!(world.refused("issuing", &others), "answer-of-another-authority");
    let elsewhere = world.seal("issuing", &Draft { sequence: 99, ..draft() });
    assert_eq!(world.refused("issuing", &elsewhere), "answer-without-request");
    let nonce = world.seal("issuing", &Draft { nonce: old.nonce, ..draft() });
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
    let draft = || world.draft(&room, &record);
    let refused = |draft: Draft| world.refused("issuing", &world.seal("issuing", &draft));
    let good = draft().certificates.remove(0);
    let at = world.clock.now();

    let other = world.create("second");
    let certificates = vec![room.certify(&other.request.request)];
    assert_eq!(refused(Draft { certificates, ..draft() }), "answer-for-another-key");
    assert_eq!(refused(Draft { certificates: vec![], ..draft() }), "exchange-contents");
    let impostor = Room::new(&name("City Root"), room.at);
    let code = refused(Draft { root: impostor.root.clone(), ..draft() });
    assert!(["answer-path", "answer-breaks-a-rule"].contains(&code), "{code}");
    let root = Certificate::from_der(&good).unwrap();
    assert_eq!(refused(Draft { root, ..draft() }), "answer-not-a-root");
    let mut broken = good.clone();
    *broken.last_mut().unwrap() ^= 1;
    let code = refused(Draft { certificates: vec![broken], ..draft() });
    assert!(["answer-path", "answer-malformed"].contains(&code), "{code}");
    let late = Room::new(&name("City Root"), at + SignedDuration::from_hours(24));
    assert_eq!(refused(world.draft(&late, &record)), "answer-path");
    let rehearsed = Room::new(&rehearsal::mark(&name("City Root")).unwrap(), room.at);
    assert_eq!(refused(world.draft(&rehearsed, &record)), "answer-of-a-rehearsal");

    let with_crl = |crl| refused(Draft { crl: Some(crl), ..draft() });
    assert_eq!(with_crl(impostor.crl(1, room.at, &[])), "crl-issuer");
    let own = Certificate::from_der(&good).unwrap().serial().clone();
    assert_eq!(
        refused(Draft {
            certificates: vec![good.clone()],
            crl: Some(room.crl(1, room.at, &[own])),
            ..draft()
        }),
        "crl-lists-the-authority"
    );
    let future = at + SignedDuration::from_hours(1);
    assert_eq!(with_crl(room.crl(1, future, &[])), "crl-not-in-force");
    assert_eq!(refused(Draft { crl: None, ..draft() }), "crl-required");
    assert!(world.services.authorities.all().is_empty());
    // The list may come beside the answer.
    let beside = CeremonyAnswer {
        crl: Some(room.crl(1, room.at, &[])),
        ..world.seal("issuing", &Draft { crl: None, ..draft() })
    };
    world.install("issuing", &beside).unwrap();
    world.observe();
}

#[test]
fn an_answer_is_taken_from_those_who_lead_ceremonies_and_to_what_an_administrator_asked() {
    let world = World::new();
    let (room, record) = (world.room(), world.create("issuing"));
    let good = world.answer(&room, "issuing", &record);
    let flip = |bytes: &[u8], at: usize| {
        let mut bytes = bytes.to_vec();
        bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
        bytes
    };
    // By somebody else: each side in the other's place.
    let swapped = World { leader: world.administrator.clone(), ..World::new() };
    let by_another =
        CeremonyAnswer { request: good.request.clone(), ..swapped.answer(&room, "issuing", &record) };
    assert_eq!(world.refused("issuing", &by_another), "exchange-sender-unknown");
    let stranger = World::new().answer(&room, "issuing", &record);
    let by_a_stranger = CeremonyAnswer { request: stranger.request, ..good.clone() };
    assert_eq!(world.refused("issuing", &by_a_stranger), "exchange-sender-unknown");
    // One octet, in the words and in what is signed.
    for (at, codes) in [
        (3, ["exchange-text-differs"].as_slice()),
        (
            good.answer.len() / 2,
            &["exchange-malformed", "exchange-signature-invalid", "exchange-text-differs"],
        ),
    ] {
        let altered = CeremonyAnswer { answer: flip(&good.answer, at), ..good.clone() };
        let code = world.refused("issuing", &altered);
        assert!(codes.contains(&code), "{at}: {code}");
    }
    let turned = CeremonyAnswer { answer: good.request.clone(), ..good.clone() };
    assert_eq!(world.refused("issuing", &turned), "exchange-sender-unknown");
    // The request that left had another key in it.
    let asked = world.draft(&room, &world.create("second")).asked;
    let altered = world.seal("issuing", &Draft { asked, ..world.draft(&room, &record) });
    assert_eq!(world.refused("issuing", &altered), "answer-request-altered");
    // An answer to another request of the same number, which its sender signed too.
    let turned = world.seal(
        "issuing",
        &Draft { root: Room::new(&name("City Root"), room.at).root, ..world.draft(&room, &record) },
    );
    let turned = CeremonyAnswer { request: turned.request, ..good.clone() };
    assert_eq!(world.refused("issuing", &turned), "exchange-other-request");
    assert!(world.services.authorities.all().is_empty());
    world.install("issuing", &good).unwrap();

    let nobody = World::new();
    let (room, record) = (nobody.room(), nobody.create("issuing"));
    let answer = nobody.answer(&room, "issuing", &record);
    let keys = Keys::in_folder(nobody.place.folder.path().join("keys"));
    let settings = Settings::new(Mode::Serve, keys, "http://ca.example".to_owned());
    let services = Services::start(nobody.ports.clone(), settings, profiles()).unwrap();
    let refused = services.ceremonies.install(&nobody.act(), &authority("issuing"), &answer).unwrap_err();
    assert_eq!(refused.code(), "ceremony-signers-missing");
}

/// What the responder of the root says of a serial number, verified as a relying party would.
fn ocsp(world: &World, services: &Services, root: &Certificate, serial: &SerialNumber) -> CertStatus {
    let id = CertId::new(DigestAlgorithm::Sm3, root, serial).unwrap();
    services.status.feed().follow().unwrap();
    let answer = services.status.ocsp(&OcspRequest::new(vec![id], None).unwrap());
    assert_eq!(answer.code, None);
    let response = OcspResponse::from_der(&answer.der).unwrap();
    let basic = response.basic().unwrap();
    basic.verify(root, world.clock.now()).unwrap();
    basic.answers()[0].status
}

#[test]
fn a_responder_certified_in_a_ceremony_answers_for_an_offline_root() {
    let world = World::new();
    let (room, record) = (world.room(), world.create("issuing"));
    let (root, issuing) = (authority("root"), world.draft(&room, &record));
    world.install("issuing", &world.seal("issuing", &issuing)).unwrap();
    let serial = world.services.authorities.get("issuing").unwrap().certificate().serial().clone();
    let asked = OcspRequest::new(vec![CertId::new(DigestAlgorithm::Sm3, &room.root, &serial).unwrap()], None);
    let asked = asked.unwrap();
    assert_eq!(world.services.status.ocsp(&asked).code, Some("ocsp-authority-offline"));

    // The newer request counts, and leaves one key.
    let keys = || std::fs::read_dir(world.place.folder.path().join("keys")).unwrap().count();
    let again = || world.services.ceremonies.request_again(&world.act(), &root, None).unwrap();
    let (before, old, record) = (keys(), again(), again());
    assert_eq!(keys(), before + 1);
    let draft = |record: &AuthorityRequestRecord| Draft {
        kind: Kind::OcspSigner,
        certificates: vec![room.certify_as("ocsp-signing", &record.request.request)],
        crl: None,
        ..world.draft(&room, record)
    };
    let refused = |draft: Draft| world.refused("root", &world.seal("root", &draft));
    assert_eq!(refused(draft(&old)), "answer-superseded");
    assert_eq!(refused(Draft { kind: Kind::Issuing, ..draft(&record) }), "answer-request-altered");
    let certificates = vec![room.certify(&record.request.request)];
    assert_eq!(refused(Draft { certificates, ..draft(&record) }), "answer-not-a-responder");
    let certificates = vec![room.certify_as("ocsp-signing", &old.request.request)];
    assert_eq!(refused(Draft { certificates, ..draft(&record) }), "answer-for-another-key");
    let impostor = Room::new(&name("City Root"), room.at);
    let certificates = vec![impostor.certify_as("ocsp-signing", &record.request.request)];
    let code = refused(Draft { certificates, ..draft(&record) });
    assert!(["answer-breaks-a-rule", "path-signature-invalid"].contains(&code), "{code}");
    assert_eq!(refused(Draft { root: impostor.root.clone(), ..draft(&record) }), "answer-of-another-root");

    world.install("root", &world.seal("root", &draft(&record))).unwrap();
    assert_eq!(keys(), before + 1);
    let other = SerialNumber::generate(&mut *SystemRandomness.generator());
    let restarted = start(&world.place, &world.ports, &*world.leader);
    for services in [&world.services, &restarted] {
        assert_eq!(ocsp(&world, services, &room.root, &serial), CertStatus::Good);
        assert_eq!(ocsp(&world, services, &room.root, &other), CertStatus::Unknown);
    }
    // What the list says, the responder says, also of what is not known here.
    let later = room.at + SignedDuration::from_mins(10);
    let list = room.crl(2, later, &[serial.clone(), other.clone()]);
    world.services.ceremonies.publish_crl(&world.act(), &root, &list).unwrap();
    for serial in [&serial, &other] {
        let said = ocsp(&world, &world.services, &room.root, serial);
        assert_eq!(
            said,
            CertStatus::Revoked { at: whole_seconds(later), reason: Reason::CessationOfOperation }
        );
    }
    // Another responder after this one; its key takes the place of the old one's.
    let next = again();
    world.install("root", &world.seal("root", &draft(&next))).unwrap();
    assert_eq!(keys(), before + 1);
    world.observe();
    // Without a list in force nothing is answered, not even by a responder in force.
    world.clock.advance(SignedDuration::from_hours(24 * 181));
    world.services.status.feed().follow().unwrap();
    assert!(["crl-ended", "ocsp-signer-expired"].contains(&world.services.status.ocsp(&asked).code.unwrap()));
}

#[test]
fn a_later_list_of_the_root_takes_an_authority_out_of_service() {
    let world = World::new();
    let (room, record) = (world.room(), world.create("issuing"));
    world.install("issuing", &world.answer(&room, "issuing", &record)).unwrap();
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
    assert_eq!(world.services.status.crl("root", None).unwrap().summary.number, 5);
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
        let answer = world.answer(&room, "issuing", &record);
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
    let draft = world.draft(&room, &first);
    world.install("issuing", &world.seal("issuing", &draft)).unwrap();
    let second = world.create("second");
    let again = Draft { crl: draft.crl.clone(), ..world.draft(&room, &second) };
    world.install("second", &world.seal("second", &again)).unwrap();
    let third = world.create("third");
    let impostor = Room::new(&name("Other Root"), room.at);
    assert_eq!(world.refused("third", &world.answer(&impostor, "third", &third)), "answer-of-another-root");
    assert_eq!(world.services.authorities.all().len(), 3);
    world.observe();
}

#[test]
fn an_authority_that_a_successor_took_the_place_of_may_end() {
    let world = World::new();
    let (mut room, first) = (world.room(), world.create("issuing"));
    world.install("issuing", &world.answer(&room, "issuing", &first)).unwrap();
    let end = world.services.authorities.get("issuing").unwrap().certificate().validity().not_after;
    world.clock.advance(SignedDuration::from_hours(24 * 365 * 3));
    room.at = world.clock.now();
    let second = world.create("second");
    let draft = Draft { crl: Some(room.crl(2, room.at, &[])), ..world.draft(&room, &second) };
    world.install("second", &world.seal("second", &draft)).unwrap();
    world.clock.advance(end.duration_since(world.clock.now()) + SignedDuration::from_hours(1));
    let health = Health::new(&world.services, Surroundings::default());
    let wrong = || {
        let found = health.look(&world.act()).unwrap().findings;
        let told = found.into_iter().filter(|finding| finding.state > State::Ok);
        told.map(|finding| (finding.about.unwrap_or_default(), finding.code)).collect::<Vec<_>>()
    };
    let told = ("authority issuing".to_owned(), "authority-ended");
    assert!(wrong().contains(&told), "it is the one that issues");
    world.services.default_issuing.set(&world.act(), &authority("second")).unwrap();
    let wrong = wrong();
    assert!(!wrong.iter().any(|(about, _)| about.contains("issuing")), "{wrong:?}");
    assert!(wrong.contains(&("second".to_owned(), "crl-missing")), "that of the other counts: {wrong:?}");
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
