use std::os::unix::fs::PermissionsExt as _;
use std::sync::Arc;

use ca_core::x509::certificate::Certificate;
use jiff::SignedDuration;

use crate::port::record::{CertificateFilter, StatusFilter};

use super::{Instance, TestClock, open, plan, profiles};
use crate::service::bootstrap::dev;

fn certificate(instance: &Instance, file: &str) -> Certificate {
    let pem = std::fs::read(instance.path(file)).unwrap();
    Certificate::from_der(&ca_core::encoding::pem::read_one_of(&pem, &["CERTIFICATE"]).unwrap()).unwrap()
}

#[test]
fn the_first_start_makes_a_hierarchy_and_says_so() {
    let instance = Instance::new();
    assert!(instance.state.created);
    let [root, issuing, admin] =
        ["root.pem", "issuing.pem", "admin.pem"].map(|file| certificate(&instance, file));
    root.verify_signed_by(&root.public_key().unwrap()).unwrap();
    issuing.verify_signed_by(&root.public_key().unwrap()).unwrap();
    admin.verify_signed_by(&issuing.public_key().unwrap()).unwrap();
    assert_eq!(instance.state.root_sha256, hex::encode(root.sha256_fingerprint()));
    assert_eq!(instance.state.root_sm3, hex::encode(root.sm3_fingerprint()));
    for file in ["admin.key", "est.credentials", "keys/root.key", "keys/issuing.key"] {
        let mode = std::fs::metadata(instance.path(file)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{file}");
    }
    let report = instance.observe();
    // root, issuing, administrator, two OCSP signers; a CRL of each authority
    assert_eq!((report.certificates, report.crls), (5, 2));
}

#[test]
fn a_later_start_changes_nothing() {
    let instance = Instance::new();
    let files = ["root.pem", "issuing.pem", "admin.pem", "admin.key", "est.credentials", "keys/root.key"];
    let read = |instance: &Instance| files.map(|file| std::fs::read(instance.path(file)).unwrap());
    let (before, changes) = (read(&instance), instance.observe().changes);
    let instance = instance.restart();
    assert!(!instance.state.created);
    assert_eq!(read(&instance), before);
    assert_eq!(instance.observe().changes, changes);
}

#[test]
fn the_public_url_is_fixed_at_the_first_start_until_another_is_asked_for() {
    let instance = Instance::new();
    assert_eq!(instance.settings().public_url, "http://127.0.0.1:8080");
    let mut other = plan(instance.place.folder.path().to_owned());
    other.default_public_url = "http://127.0.0.1:9999".to_owned();
    assert_eq!(
        dev(&instance.ports, &other, &profiles()).unwrap().settings.public_url,
        "http://127.0.0.1:8080"
    );
    other.public_url = Some("http://ca.example".to_owned());
    assert_eq!(dev(&instance.ports, &other, &profiles()).unwrap().settings.public_url, "http://ca.example");
}

#[test]
fn a_missing_key_of_a_known_authority_is_never_replaced() {
    let instance = Instance::new();
    std::fs::remove_file(instance.path("keys/root.key")).unwrap();
    let error =
        dev(&instance.ports, &plan(instance.place.folder.path().to_owned()), &profiles()).unwrap_err();
    assert_eq!(error.code(), "dev-folder-inconsistent");
    assert!(error.to_string().contains("root.key"), "{error}");
    assert!(!instance.path("keys/root.key").exists());
}

#[test]
fn a_start_that_was_cut_short_is_taken_up_where_it_stopped() {
    for (number, stop) in [
        "INSERT ON authorities",
        "INSERT ON intents",
        "INSERT ON certificates",
        "UPDATE OF certificate ON authorities",
        "INSERT ON certificates WHEN NEW.profile = 'issuing'",
        "UPDATE OF certificate ON authorities WHEN NEW.name = 'issuing'",
        "INSERT ON certificates WHEN NEW.profile = 'person-signing'",
        "INSERT ON administrators",
        "INSERT ON enrollment_credentials",
    ]
    .into_iter()
    .enumerate()
    {
        let place = Instance::place();
        let clock = Arc::new(TestClock::new());
        let stopped = open(&place, &clock);
        place.fail_at(stop);
        let error = dev(&stopped, &plan(place.folder.path().to_owned()), &profiles()).unwrap_err();
        assert_eq!(error.code(), "store-unavailable", "{number} {stop}: {error}");
        place.mend(stop);
        clock.advance(SignedDuration::from_secs(1));
        let instance = Instance::start(place, clock);
        let report = instance.observe();
        // What was left unfinished may be on record as well, revoked.
        let good = CertificateFilter { status: Some(StatusFilter::Good), ..CertificateFilter::default() };
        let good = instance.ports.store.find_certificates(&good, None, 100).unwrap().items.len();
        assert_eq!((good, report.crls), (5, 2), "{stop}");
    }
}

#[test]
fn a_lost_certificate_file_is_written_again() {
    let instance = Instance::new();
    let before = std::fs::read(instance.path("root.pem")).unwrap();
    std::fs::remove_file(instance.path("root.pem")).unwrap();
    let instance = instance.restart();
    assert_eq!(std::fs::read(instance.path("root.pem")).unwrap(), before);
}
