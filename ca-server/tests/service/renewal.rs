//! What the timer does, under a clock that the test sets.

use std::sync::{Arc, Mutex};

use ca_core::profile::ProfileSet;
use ca_core::x509::certificate::Certificate;
use ca_server::folder::Folder;
use ca_server::job::renew;
use ca_server::port::record::ListScope;
use ca_server::port::{Clock, Ports, SystemRandomness};
use ca_server::service::Services;
use ca_server::service::bootstrap::{self, DevPlan};
use ca_server::store::{Location, SqlStore};
use jiff::{SignedDuration, Timestamp};
use tempfile::TempDir;

use crate::support::signed::now;

struct SetClock(Mutex<Timestamp>);

impl Clock for SetClock {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap()
    }
}

impl SetClock {
    fn advance(&self, by: SignedDuration) {
        *self.0.lock().unwrap() += by;
    }
}

struct World {
    clock: Arc<SetClock>,
    ports: Ports,
    services: Services,
    _folder: TempDir,
}

fn world() -> World {
    let folder = TempDir::new().unwrap();
    let clock = Arc::new(SetClock(Mutex::new(now())));
    let ports = Ports {
        store: Arc::new(SqlStore::open(Location::file(folder.path().join("cityca.sqlite"))).unwrap()),
        clock: clock.clone(),
        randomness: Arc::new(SystemRandomness),
        publisher: Arc::new(Folder::open(folder.path().join("publication")).unwrap()),
        off_host: None,
        peers: None,
    };
    let profiles = Arc::new(ProfileSet::load(schemas::profiles::DEFAULT.iter().copied()).unwrap());
    let plan = DevPlan {
        data: folder.path().to_owned(),
        public_url: None,
        default_public_url: "http://127.0.0.1:8080".to_owned(),
    };
    let state = bootstrap::dev(&ports, &plan, &profiles).unwrap();
    let services = Services::start(ports.clone(), state.settings, profiles).unwrap();
    World { clock, ports, services, _folder: folder }
}

impl World {
    /// CRL numbers and the ends of the OCSP signers, for the root and the issuing authority.
    fn state(&self) -> Vec<(u64, Timestamp)> {
        ["root", "issuing"]
            .map(|name| {
                let authority = self.services.authorities.get(name).unwrap();
                let id = authority.record().id;
                let crl = self.ports.store.newest_crl(ListScope::whole(id), false).unwrap().unwrap();
                let signer = self.ports.store.ocsp_signer(id).unwrap().unwrap();
                assert!(crl.next_update > self.clock.now(), "the CRL is in force");
                assert!(signer.not_after > self.clock.now(), "the OCSP signer is in force");
                let certificate = Certificate::from_der(&signer.certificate).unwrap();
                certificate.verify_signed_by(&authority.certificate().public_key().unwrap()).unwrap();
                (crl.number, signer.not_after)
            })
            .to_vec()
    }
}

#[test]
fn the_first_turn_makes_all_and_the_next_has_nothing_to_do() {
    let world = world();
    assert_eq!(renew(&world.services), 0);
    let first = world.state();
    assert_eq!(first.len(), 2);
    assert!(first.iter().all(|(number, _)| *number == 1));
    world.clock.advance(SignedDuration::from_hours(1));
    assert_eq!(renew(&world.services), 0);
    assert_eq!(world.state(), first);
}

#[test]
fn what_is_near_its_end_is_renewed_in_time() {
    let world = world();
    assert_eq!(renew(&world.services), 0);
    let mut before = world.state();
    let mut renewals = 0;
    // Day by day nothing ends, though CRLs are for a week and OCSP signers for two.
    for _ in 0..30 {
        world.clock.advance(SignedDuration::from_hours(24));
        assert_eq!(renew(&world.services), 0);
        let after = world.state();
        for (old, new) in before.iter().zip(&after) {
            assert!(new.0 >= old.0 && new.1 >= old.1, "numbers and ends never fall");
        }
        renewals += u32::from(after != before);
        before = after;
    }
    assert!(renewals >= 5, "{renewals}");
    assert!(before[1].0 >= 5, "the issuing authority published {before:?}");
}

#[test]
fn after_a_long_sleep_the_first_turn_renews_all_that_ended() {
    let world = world();
    assert_eq!(renew(&world.services), 0);
    let before = world.state();
    world.clock.advance(SignedDuration::from_hours(24 * 100));
    assert_eq!(renew(&world.services), 0);
    let after = world.state();
    assert!(before.iter().zip(&after).all(|(old, new)| new.0 > old.0 && new.1 > old.1), "{after:?}");
}
