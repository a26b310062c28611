//! What the services decide, over a real store, real keys and a clock that the test sets.

// Each file of tests is one module for each database.
#![allow(clippy::duplicate_mod, reason = "a file of tests is compiled for each database")]

#[path = "."]
mod on_sqlite {
    pub(super) use super::*;

    type Instance = super::InstanceOn<crate::store::testing::Sqlite>;

    mod agreement;
    mod authentication;
    mod authorities;
    mod bootstrap;
    mod ceremony;
    mod certificates;
    mod crl;
    mod enrollment;
    mod health;
    mod history;
    mod lists;
    mod meanwhile;
    mod orders;
    mod plans;
    mod possession;
    mod quarantine;
    mod reconciler;
    mod status;
}

#[path = "."]
mod on_postgresql {
    pub(super) use super::*;

    type Instance = super::InstanceOn<crate::store::testing::Postgresql>;

    mod agreement;
    mod authentication;
    mod authorities;
    mod bootstrap;
    mod ceremony;
    mod certificates;
    mod crl;
    mod enrollment;
    mod health;
    mod history;
    mod lists;
    mod meanwhile;
    mod orders;
    mod plans;
    mod possession;
    mod quarantine;
    mod reconciler;
    mod status;
}

use std::marker::PhantomData;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use ca_core::algorithm::digest::DigestAlgorithm;
use ca_core::algorithm::{KeySpec, Signer, Sm2Parameters};
use ca_core::issuance::Choices;
use ca_core::issuance::Shard;
use ca_core::key::PrivateKey;
use ca_core::ocsp::{CertId, CertStatus, OcspRequest, OcspResponse};
use ca_core::profile::ProfileSet;
use ca_core::x509::Extensions;
use ca_core::x509::crl::CertificateList;
use ca_core::x509::name::{AttributeKind, Name};
use ca_core::x509::request::CertificationRequest;
use ca_core::x509::serial::SerialNumber;
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use super::bootstrap::{DevPlan, DevState, dev};
use super::certificates::Order;
use super::publication::PublishedCrl;
use super::settings::Lists;
use super::{Services, Settings};
use crate::folder::Folder;
use crate::port::record::CertificateRecord;
use crate::port::{Act, Clock, Ports, Randomness, SystemRandomness};
use crate::store::observer::Report;
use crate::store::testing::{Kind, Place};

/// What a service asks of the world.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Asked {
    Time,
    Randomness,
}

/// What another does meanwhile; true once it was done.
type Meanwhile = (Asked, Box<dyn FnMut() -> bool + Send>);

/// A clock that stands until it is moved.
pub(super) struct TestClock {
    now: Mutex<Timestamp>,
    meanwhile: Mutex<Option<Meanwhile>>,
}

impl TestClock {
    pub(super) fn new() -> Self {
        let now = "2026-11-22T09:00:00.25Z".parse().unwrap();
        Self { now: Mutex::new(now), meanwhile: Mutex::default() }
    }

    pub(super) fn advance(&self, by: SignedDuration) {
        *self.now.lock().unwrap() += by;
    }

    /// Does something when a service asks, until it says that it was done: in the middle of what the service does.
    pub(super) fn meanwhile(&self, asked: Asked, what: impl FnMut() -> bool + Send + 'static) {
        *self.meanwhile.lock().unwrap() = Some((asked, Box::new(what)));
    }

    pub(super) fn was_meanwhile(&self) -> bool {
        self.meanwhile.lock().unwrap().is_none()
    }

    fn asked(&self, asked: Asked) {
        let mut place = self.meanwhile.lock().unwrap();
        let Some((at, mut what)) = place.take_if(|(at, _)| *at == asked) else { return };
        drop(place);
        if !what() {
            *self.meanwhile.lock().unwrap() = Some((at, what));
        }
    }
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        self.asked(Asked::Time);
        *self.now.lock().unwrap()
    }
}

/// The system's randomness.
struct TestRandomness(Arc<TestClock>);

impl Randomness for TestRandomness {
    fn generator(&self) -> Box<dyn rand_core::CryptoRng + Send> {
        self.0.asked(Asked::Randomness);
        SystemRandomness.generator()
    }
}

/// An instance as `dev` makes it, in a place of its own.
pub(super) struct InstanceOn<K> {
    pub(super) place: Place,
    pub(super) clock: Arc<TestClock>,
    pub(super) ports: Ports,
    pub(super) state: DevState,
    pub(super) services: Services,
    _kind: PhantomData<K>,
}

impl<K: Kind> InstanceOn<K> {
    /// A place for an instance.
    pub(super) fn place() -> Place {
        K::place()
    }

    pub(super) fn new() -> Self {
        Self::start(Self::place(), Arc::new(TestClock::new()))
    }

    /// The same place, opened by another run.
    pub(super) fn restart(self) -> Self {
        let Self { place, clock, ports, services, .. } = self;
        drop((ports, services));
        Self::start(place, clock)
    }

    pub(super) fn start(place: Place, clock: Arc<TestClock>) -> Self {
        let ports = open(&place, &clock);
        let state = dev(&ports, &plan(place.folder.path().to_owned()), &profiles()).unwrap();
        let services = Services::start(ports.clone(), state.settings.clone(), profiles()).unwrap();
        let instance = Self { place, clock, ports, state, services, _kind: PhantomData };
        instance.renew();
        instance
    }

    /// What the timers do.
    pub(super) fn renew(&self) {
        self.services.status.feed().follow().unwrap();
        let failed = self.services.ocsp_signer.renew_due();
        assert!(failed.is_empty(), "{failed:?}");
        let failed = self.services.crl.publish_due();
        assert!(failed.is_empty(), "{failed:?}");
    }

    pub(super) fn settings(&self) -> &Settings {
        &self.state.settings
    }

    pub(super) fn path(&self, file: &str) -> PathBuf {
        self.place.folder.path().join(file)
    }

    pub(super) fn act(&self) -> Act {
        Act::system("test", Uuid::nil(), self.clock.now())
    }

    pub(super) fn issue(&self, common_name: &str) -> CertificateRecord {
        self.services.certificates.issue(&self.act(), order("device", &request(common_name))).unwrap()
    }

    /// The status of a certificate as OCSP tells it, verified as a relying party would.
    pub(super) fn ocsp(&self, authority: &str, serial: &SerialNumber) -> CertStatus {
        let authority = self.services.authorities.get(authority).unwrap();
        let issuer = authority.certificate();
        let id = CertId::new(DigestAlgorithm::Sha1, issuer, serial).unwrap();
        let request = OcspRequest::new(vec![id], Some(b"0123456789abcdef")).unwrap();
        self.services.status.feed().follow().unwrap();
        let answer = self.services.status.ocsp(&request);
        assert_eq!(answer.code, None);
        let response = OcspResponse::from_der(&answer.der).unwrap();
        let basic = response.basic().unwrap();
        basic.verify(issuer, self.clock.now()).unwrap();
        assert_eq!(basic.nonce(), request.nonce());
        assert_eq!(basic.answers().len(), 1);
        basic.answers()[0].status
    }

    /// The newest CRL of an authority, verified as a relying party would.
    pub(super) fn crl(&self, authority: &str) -> CertificateList {
        self.crl_of(authority, None)
    }

    /// That of a shard.
    pub(super) fn crl_of(&self, authority: &str, shard: Option<Shard>) -> CertificateList {
        self.verified(authority, &self.services.status.crl(authority, shard).unwrap())
    }

    /// The newest delta of an authority or a shard, verified as a relying party would; none where there is none.
    pub(super) fn delta(&self, authority: &str, shard: Option<Shard>) -> Option<CertificateList> {
        let published = self.services.status.delta(authority, shard).ok()?;
        Some(self.verified(authority, &published))
    }

    fn verified(&self, authority: &str, published: &PublishedCrl) -> CertificateList {
        let crl = CertificateList::from_der(&published.der().unwrap()).unwrap();
        let authority = self.services.authorities.get(authority).unwrap();
        crl.verify_signed_by(&authority.certificate().public_key().unwrap()).unwrap();
        crl
    }

    /// The same place under other settings, with what is published before anything is served.
    pub(super) fn with_settings(mut self, change: impl FnOnce(&mut Settings)) -> Self {
        let mut settings = self.state.settings.clone();
        change(&mut settings);
        self.services = Services::start(self.ports.clone(), settings, profiles()).unwrap();
        self.renew();
        self
    }

    /// The same place, where the issuing authority publishes deltas.
    pub(super) fn with_deltas(self) -> Self {
        self.with_settings(|settings| {
            let lists = Lists { deltas: true, ..Lists::default() };
            settings.lists.insert("issuing".parse().unwrap(), lists);
        })
    }

    /// What an observer of the store says, who must have found nothing wrong.
    pub(super) fn observe(&self) -> Report {
        let report = self.place.observe();
        assert_eq!(report.violations, Vec::<String>::new());
        report
    }
}

/// A folder to publish into: one for each server, since they go on by themselves.
fn publication(place: &Place) -> PathBuf {
    static SERVERS: AtomicU32 = AtomicU32::new(0);
    place.folder.path().join(format!("publication-{}", SERVERS.fetch_add(1, Ordering::Relaxed)))
}

/// The ports over the store in a place.
pub(super) fn open(place: &Place, clock: &Arc<TestClock>) -> Ports {
    Ports {
        store: Arc::new(place.open()),
        clock: clock.clone(),
        randomness: Arc::new(TestRandomness(Arc::clone(clock))),
        publisher: Arc::new(Folder::open(publication(place)).unwrap()),
        off_host: None,
        peers: None,
    }
}

pub(super) fn plan(data: PathBuf) -> DevPlan {
    DevPlan { data, public_url: None, default_public_url: "http://127.0.0.1:8080".to_owned() }
}

pub(super) fn profiles() -> Arc<ProfileSet> {
    Arc::new(ProfileSet::load(schemas::profiles::DEFAULT.iter().copied()).unwrap())
}

pub(super) fn signer(spec: KeySpec) -> impl Signer {
    let key = PrivateKey::generate(spec, &mut *SystemRandomness.generator()).unwrap();
    key.into_signer(Sm2Parameters::Absent)
}

/// A request of a new SM2 key, DER.
pub(super) fn request(common_name: &str) -> Vec<u8> {
    request_by(common_name, &signer(KeySpec::Sm2))
}

pub(super) fn request_by(common_name: &str, signer: &dyn Signer) -> Vec<u8> {
    let subject = Name::from_parts(&[(AttributeKind::CommonName, common_name.to_owned())]).unwrap();
    let mut rng = SystemRandomness.generator();
    CertificationRequest::create(&subject, &Extensions::default(), signer, &mut *rng).unwrap().der().to_vec()
}

pub(super) fn order(profile: &str, request: &[u8]) -> Order {
    Order {
        authority: None,
        profile: profile.to_owned(),
        request: request.to_vec(),
        choices: Choices::default(),
        idempotency_key: None,
    }
}
