//! Each role in a process of its own, over one PostgreSQL, with keys divided as the documentation says.

use std::fs;
use std::time::{Duration, Instant};

use ca_core::algorithm::{KeySpec, Signer as _, Sm2Parameters};
use ca_core::encoding::pem;
use ca_core::key::PrivateKey;
use ca_core::ocsp::{CertStatus, OcspResponse};
use ca_core::x509::certificate::Certificate;
use ca_core::x509::crl::CertificateList;
use ca_core::x509::serial::SerialNumber;
use ca_server::store::{Location, PostgresqlOptions, observer};
use serde_json::json;
use tempfile::TempDir;

use super::{PATIENCE, Place, World, write};
use crate::serving::{Running, provision_into};
use crate::support::client::Peer;
use crate::support::ocsp;
use crate::support::postgresql::TestDatabase;
use crate::support::request::{certificates, csr, rng};
use crate::support::server::{Server, command, run};
use crate::support::signed::{Draft, now};

/// Where requests are signed for: the listener as the configuration has it.
const AUTHORITY: &str = "127.0.0.1:0";

/// How authorities publish lists: the same for whoever makes them and whoever signs them.
const LISTS: &str = "[status.lists.issuing]\ndeltas = true\nshards = 2\n";

struct City {
    world: World,
    database: TestDatabase,
}

impl City {
    /// The configuration of a process with these roles.
    fn config(&self, name: &str, roles: &str) -> String {
        let signer = if roles.contains("sign\"") {
            String::new()
        } else {
            format!("[signer]\naddress = {:?}\n", self.world.address)
        };
        format!(
            "data = {:?}\nroles = {roles}\npublic_url = \"http://ca.example\"\ndatabase = {:?}\n\
             [http]\nlisten = \"127.0.0.1:0\"\n[https]\nlisten = {AUTHORITY:?}\n[log]\nformat = \"json\"\n\
             [store]\ntake_over_seconds = 1\n[status]\nrenewal_check_seconds = 1\ncrl_delay_seconds = 1\n{LISTS}{signer}",
            self.world.path(name),
            self.database.url(),
        )
    }

    fn start(&self, name: &str, roles: &str) -> (Running, Place) {
        let (running, ready) = self.world.start(name, &self.config(name, roles), None);
        let address = |listener: &str| ready[listener].as_str().unwrap().parse().unwrap();
        let place = Place {
            http: address("http"),
            https: address("https"),
            trust: fs::read(self.world.path(name).join("tls-ca.pem")).unwrap(),
            credentials: fs::read_to_string(self.world.path("credentials"))
                .unwrap_or_default()
                .trim_end()
                .to_owned(),
        };
        (running, place)
    }

    fn signer(&self) -> Running {
        let config = format!("{}\n{LISTS}", self.world.signer_config());
        self.world.start("signer", &config, None).0
    }

    /// Runs a command beside the processes.
    fn command(&self, config: &str, words: &[&str]) {
        let config = self.world.path(&format!("{config}.toml"));
        let (output, errors) = run(command().args(words).arg("--config").arg(config));
        assert!(output.status.success(), "{errors}");
    }
}

fn status(place: &Place, issuing: &Certificate, serial: &SerialNumber) -> Option<CertStatus> {
    let body = ocsp::request(issuing, serial.as_bytes(), None);
    let headers = [("Content-Type", "application/ocsp-request")];
    let answer = Peer::plain(place.http).send("POST", "/ocsp", &headers, &body);
    let response = OcspResponse::from_der(&answer.body).ok()?;
    let basic = response.basic()?;
    basic.verify(issuing, now()).unwrap();
    basic.answers().first().map(|answer| answer.status)
}

fn wait(what: &str, mut is_so: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < PATIENCE, "in vain: {what}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

fn lists(place: &Place, path: &str, serial: &SerialNumber) -> bool {
    let answer = Peer::plain(place.http).get(path);
    answer.status == 200 && CertificateList::from_der(&answer.body).unwrap().find(serial).is_some()
}

#[test]
fn keys_are_divided_and_each_role_is_a_process_of_its_own() {
    let database = TestDatabase::take();
    let folder = TempDir::new().unwrap();
    let (made, sign) = (folder.path().join("made"), folder.path().join("sign"));
    drop(Server::start_in(&made, &[]));
    let address = format!("unix:{}", sign.join("s.sock").display());
    let city = City { world: World { folder, address, more: String::new() }, database };
    let location = || Location::parse(&city.database.url(), PostgresqlOptions::default()).unwrap();
    provision_into(&made, &city.world.path("whole"), location());

    // At first one process has all roles and keys, as after a ceremony.
    let all = "[\"issue\", \"sign\", \"status\", \"enroll\", \"admin\"]";
    let (whole, place) = city.start("whole", all);
    place.wait_until_ready();
    let credentials = city.world.path("credentials");
    city.command("whole", &["credential", "add", "--user", "device", "--out", credentials.to_str().unwrap()]);
    let administrator =
        PrivateKey::generate(KeySpec::Sm2, &mut rng()).unwrap().into_signer(Sm2Parameters::Absent);
    let public = city.world.path("li.pub");
    write(&public, &pem::write("PUBLIC KEY", administrator.public_key().spki_der()));
    city.command(
        "whole",
        &["administrator", "add", "--name", "li", "--public-key", public.to_str().unwrap()],
    );
    let place =
        Place { credentials: fs::read_to_string(&credentials).unwrap().trim_end().to_owned(), ..place };
    let before = place.enroll(&csr(KeySpec::Sm2, "before"));
    assert_eq!(before.status, 200, "{}", before.text());
    drop(whole);

    // Then its folder of keys is the signer's.
    fs::create_dir(&sign).unwrap();
    fs::rename(city.world.path("whole").join("keys"), sign.join("keys")).unwrap();
    for file in ["root.pem", "issuing.pem"] {
        fs::copy(made.join(file), sign.join(file)).unwrap();
    }
    let mut signer = city.signer();
    let (_issue, issue) = city.start("issue", "[\"issue\"]");
    let (_status, at_status) = city.start("status", "[\"status\"]");
    let (_enroll, enroll) = city.start("enroll", "[\"enroll\"]");
    let (_admin, admin) = city.start("admin", "[\"admin\"]");
    for place in [&issue, &at_status, &enroll, &admin] {
        place.wait_until_ready();
    }
    for name in ["issue", "status", "enroll", "admin"] {
        let keys = fs::read_dir(city.world.path(name).join("keys")).unwrap().flatten();
        let names: Vec<String> = keys.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
        assert_eq!(names.iter().any(|key| key.starts_with("ocsp-")), name == "status", "{name}: {names:?}");
        assert!(!names.iter().any(|key| key.starts_with("root") || key.starts_with("issuing")), "{names:?}");
    }

    // Each does its own, and nothing else.
    let paths = ["/crl/issuing.crl", "/.well-known/est/cacerts", "/api/openapi.json"];
    for (place, own) in [(&issue, None), (&at_status, Some(0)), (&enroll, Some(1)), (&admin, Some(2))] {
        for (number, path) in paths.iter().enumerate() {
            let wanted = if own == Some(number) { 200 } else { 404 };
            assert_eq!(place.secure().get(path).status, wanted, "{path}");
        }
    }

    // What one does the others say.
    let issuing = certificates(&fs::read(sign.join("issuing.pem")).unwrap()).remove(0);
    let before = certificates(&before.body).remove(0);
    assert_eq!(status(&at_status, &issuing, before.serial()), Some(CertStatus::Good), "by a key made anew");
    let answer = enroll.enroll(&csr(KeySpec::Sm2, "camera"));
    assert_eq!(answer.status, 200, "{}", answer.text());
    let camera = certificates(&answer.body).remove(0);
    wait("it is good", || status(&at_status, &issuing, camera.serial()) == Some(CertStatus::Good));
    let path = format!("/api/v1/certificates/issuing/{}/revoke", camera.serial());
    let draft = Draft {
        method: "POST",
        path: path.clone(),
        body: json!({"reason": "superseded"}).to_string().into_bytes(),
        content_type: Some("application/json"),
        idempotency_key: None,
        created: now(),
        nonce: "nonce-of-the-divided-city".to_owned(),
        algorithm: None,
        authority: AUTHORITY.to_owned(),
    };
    let headers = draft.headers(&administrator);
    let mut headers: Vec<(&str, &str)> =
        headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
    headers.push(("Host", AUTHORITY));
    let answer = admin.secure().send("POST", &path, &headers, &draft.body);
    assert_eq!(answer.status, 200, "{}", answer.text());
    wait("it is revoked", || {
        matches!(status(&at_status, &issuing, camera.serial()), Some(CertStatus::Revoked { .. }))
    });
    wait("the delta says so", || lists(&at_status, "/crl/issuing/delta.crl", camera.serial()));
    wait("the delta of its shard says so", || {
        (1..=2).any(|shard| lists(&at_status, &format!("/crl/issuing/{shard}/delta.crl"), camera.serial()))
    });

    // Without the signer nothing is issued, and all else goes on.
    drop(signer);
    let waiting = csr(KeySpec::Sm2, "waiting");
    assert_eq!(enroll.enroll(&waiting).status, 503);
    assert_eq!(status(&at_status, &issuing, before.serial()), Some(CertStatus::Good));
    assert!(lists(&at_status, "/crl/issuing/delta.crl", camera.serial()));
    signer = city.signer();
    wait("it issues again", || enroll.enroll(&waiting).status == 200);
    drop((signer, _issue, _status, _enroll, _admin));
    assert_eq!(observer::observe(&location()).unwrap().violations, Vec::<String>::new());
}
