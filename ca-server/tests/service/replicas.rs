//! Several servers over one PostgreSQL, seen from outside.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use ca_core::ocsp::{CertStatus, OcspResponse};
use ca_core::x509::certificate::Certificate;
use ca_core::x509::crl::CertificateList;
use ca_server::store::{Location, PostgresqlOptions, observer};
use serde_json::json;
use tempfile::TempDir;

use crate::support::ocsp;
use crate::support::postgresql::TestDatabase;
use crate::support::request::{certificates, enroll};
use crate::support::server::Server;
use crate::support::signed::Draft;

/// Certificates that each server issues.
const EACH: usize = 25;

/// The files of one server's folder for another one.
fn copy(from: &Path, to: &Path) {
    fs::DirBuilder::new().recursive(true).mode(0o700).create(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

fn crl(server: &Server) -> CertificateList {
    let answer = server.plain().get("/crl/issuing.crl");
    assert_eq!(answer.status, 200);
    CertificateList::from_der(&answer.body).unwrap()
}

const OCSP: (&str, &str) = ("Content-Type", "application/ocsp-request");

/// What a server says of a certificate by OCSP, without a nonce, so that it may say again what it said before; an error
/// as its name.
fn status(server: &Server, certificate: &Certificate) -> String {
    let issuing = certificates(&server.file("issuing.pem")).remove(0);
    let body = ocsp::request_for(&issuing, certificate);
    let answer = OcspResponse::from_der(&server.plain().send("POST", "/ocsp", &[OCSP], &body).body).unwrap();
    match answer.basic().map(|basic| basic.answers()[0].status) {
        None => answer.status().as_str().to_owned(),
        Some(CertStatus::Good) => "good".to_owned(),
        Some(CertStatus::Revoked { reason, .. }) => reason.to_string(),
        Some(CertStatus::Unknown) => "unknown".to_owned(),
    }
}

/// Asks until the answer is this one, and says how long that took.
fn wait_for(server: &Server, certificate: &Certificate, expected: &str) -> Duration {
    let begun = Instant::now();
    loop {
        let said = status(server, certificate);
        if said == expected {
            return begun.elapsed();
        }
        assert!(begun.elapsed() < Duration::from_secs(60), "{said}, not {expected}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// Two servers over a database: the second has the first one's folder.
fn two(database: &TestDatabase, folder: &Path) -> [Server; 2] {
    let url = database.url();
    let data = ["a", "b"].map(|name| folder.join(name));
    let environment = [("CITYCA__DATABASE", url.as_str())];
    let first = Server::start_in(&data[0], &environment);
    copy(&data[0], &data[1]);
    let second = Server::start_in(&data[1], &environment);
    [first, second]
}

fn change(server: &Server, certificate: &Certificate, verb: &str, body: serde_json::Value) {
    let path = format!("/api/v1/certificates/issuing/{}/{verb}", certificate.serial());
    let answer = Draft::post(server, &path, &body).send(server);
    assert_eq!(answer.status, 200, "{}", answer.text());
}

#[test]
fn a_change_of_status_is_told_at_once_where_it_was_made_and_soon_elsewhere() {
    let (database, folder) = (TestDatabase::take(), TempDir::new().unwrap());
    let [first, second] = two(&database, folder.path());
    let devices: Vec<Certificate> =
        (0..5).map(|number| enroll(&first, &format!("device-{number}"))).collect();
    for server in [&first, &second] {
        for device in &devices {
            // Twice, so that the answer is kept.
            assert_eq!([status(server, device), status(server, device)], ["good", "good"]);
        }
    }
    let steps = [
        ("hold", json!({}), "certificateHold"),
        ("release", json!({}), "good"),
        ("revoke", json!({ "reason": "keyCompromise" }), "keyCompromise"),
    ];
    for (number, device) in devices.iter().enumerate() {
        let (here, elsewhere) = if number % 2 == 0 { (&first, &second) } else { (&second, &first) };
        for (verb, body, expected) in steps.clone() {
            change(here, device, verb, body);
            assert_eq!(status(here, device), expected, "at once");
            let taken = wait_for(elsewhere, device, expected);
            assert!(taken < Duration::from_secs(10), "{taken:?}");
        }
    }
}

#[test]
fn a_server_that_is_cut_off_says_try_later_and_never_good() {
    let (database, folder) = (TestDatabase::take(), TempDir::new().unwrap());
    let [first, second] = two(&database, folder.path());
    let [device, other] = ["device", "other"].map(|name| enroll(&first, name));
    for server in [&first, &second] {
        assert_eq!([status(server, &device), status(server, &device)], ["good", "good"]);
    }
    let connections = |allowed: bool| {
        let sql = format!("ALTER DATABASE {} ALLOW_CONNECTIONS {allowed}", database.name());
        database.administer(&sql);
    };
    connections(false);
    database.disconnect_others();
    let begun = Instant::now();
    // What was never asked about needs the store.
    assert_eq!(status(&second, &other), "tryLater");
    wait_for(&second, &device, "tryLater");
    assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());
    for _ in 0..20 {
        let asked = Instant::now();
        assert_eq!(status(&second, &device), "tryLater");
        assert!(asked.elapsed() < Duration::from_secs(1), "without waiting for the store");
    }
    let age = second.plain().get("/metrics").text();
    let age = age.lines().find_map(|line| line.strip_prefix("cityca_status_feed_age_seconds ")).unwrap();
    assert!(age.parse::<f64>().unwrap() > 8.0, "{age}");
    connections(true);
    wait_for(&second, &device, "good");
    change(&first, &device, "revoke", json!({ "reason": "superseded" }));
    assert!(wait_for(&second, &device, "superseded") < Duration::from_secs(10));
}

fn number(crl: &CertificateList) -> u64 {
    crl.number().unwrap().unwrap().to_u64().unwrap()
}

/// Issues, and revokes every other certificate.
fn work(server: &Server, name: &str, issued: &Mutex<Vec<Certificate>>, revoked: &Mutex<Vec<Certificate>>) {
    for number in 0..EACH {
        let certificate = enroll(server, &format!("{name}-{number}"));
        if number % 2 == 0 {
            let path = format!("/api/v1/certificates/issuing/{}/revoke", certificate.serial());
            let answer = Draft::post(server, &path, &json!({ "reason": "superseded" })).send(server);
            assert_eq!(answer.status, 200, "{}", answer.text());
            revoked.lock().unwrap().push(certificate.clone());
        }
        issued.lock().unwrap().push(certificate);
    }
}

#[test]
fn two_servers_over_one_database_are_one_authority() {
    let database = TestDatabase::take();
    let url = database.url();
    let folder = TempDir::new().unwrap();
    let data = ["a", "b"].map(|name| folder.path().join(name));
    let environment = [
        ("CITYCA__DATABASE", url.as_str()),
        ("CITYCA__STATUS__RENEWAL_CHECK_SECONDS", "1"),
        ("CITYCA__STATUS__CRL_DELAY_SECONDS", "1"),
    ];
    let first = Server::start_in(&data[0], &environment);
    copy(&data[0], &data[1]);
    let second = Server::start_in(&data[1], &environment);

    let (issued, revoked) = (Mutex::new(Vec::new()), Mutex::new(Vec::new()));
    let done = AtomicBool::new(false);
    let seen = Mutex::new(BTreeMap::new());
    std::thread::scope(|scope| {
        let workers = [
            scope.spawn(|| work(&first, "first", &issued, &revoked)),
            scope.spawn(|| work(&second, "second", &issued, &revoked)),
        ];
        for server in [&first, &second] {
            scope.spawn(|| {
                let mut newest = 0;
                while !done.load(Ordering::Relaxed) {
                    let crl = crl(server);
                    assert!(number(&crl) >= newest, "what a server publishes never goes back");
                    newest = number(&crl);
                    let same =
                        seen.lock().unwrap().entry(newest).or_insert_with(|| crl.der().to_vec()).clone();
                    assert_eq!(same, crl.der(), "one number is one CRL");
                    std::thread::sleep(Duration::from_millis(50));
                }
            });
        }
        let ended = workers.map(|worker| worker.join());
        // The timers of both publish what was revoked last.
        let begun = Instant::now();
        while ended.iter().all(Result::is_ok) {
            let crl = crl(&second);
            let missing =
                revoked.lock().unwrap().iter().filter(|one| crl.find(one.serial()).is_none()).count();
            if missing == 0 || begun.elapsed() > Duration::from_secs(60) {
                done.store(true, Ordering::Relaxed);
                assert_eq!(missing, 0, "revoked and not on the CRL");
                break;
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        done.store(true, Ordering::Relaxed);
        for end in ended {
            end.unwrap();
        }
    });

    let serials: BTreeSet<String> =
        issued.lock().unwrap().iter().map(|certificate| certificate.serial().to_string()).collect();
    assert_eq!(serials.len(), 2 * EACH);
    for server in [&first, &second] {
        for serial in &serials {
            let path = format!("/api/v1/certificates/issuing/{serial}");
            assert_eq!(Draft::get(server, &path).send(server).status, 200);
        }
    }
    drop((first, second));
    let location = Location::parse(&url, PostgresqlOptions::default()).unwrap();
    let report = observer::observe(&location).unwrap();
    assert_eq!(report.violations, Vec::<String>::new());
    assert!(report.certificates >= 2 * EACH && report.crls >= 3, "{report:?}");
}
