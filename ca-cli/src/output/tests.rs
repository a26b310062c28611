//! What people and programs read.

#[path = "../../tests/support/mod.rs"]
mod support;

mod kinds;
mod operations;

use jiff::Timestamp;
use schemas::rest::{CertificateStatus, CertificateView, RevocationReason};
use support::{World, at, now, revoked};
use zeroize::Zeroizing;

use super::*;
use crate::command::Person;
use crate::failure::Failure;
use crate::input::{Passwords, objects_in};
use crate::report::{Change, Changed, Listed, Notice, Question, Verdict};
use crate::view::{
    self, AttemptDetails, ConstraintDetails, Depth, Details, Findings, Fingerprints, Record, StatusDetails,
};

const ENGLISH: Style = style(Format::Text, Language::English);
const CHINESE: Style = style(Format::Text, Language::Chinese);
const JSON: Style = style(Format::Json, Language::English);

const fn style(format: Format, language: Language) -> Style {
    // 2026-04-01T00:00:00Z
    let now = Timestamp::constant(1_775_001_600, 0);
    Style { format, language, colour: false, now }
}

struct Silent;

impl Person for Silent {
    fn is_present(&self) -> bool {
        false
    }

    fn confirm(&self, _: &Question) -> std::io::Result<bool> {
        Ok(false)
    }

    fn password(&self, _: bool) -> std::io::Result<Zeroizing<String>> {
        Err(std::io::ErrorKind::Unsupported.into())
    }
}

/// The report on a file with this content. Fingerprints depend on signatures, which snapshots should not.
fn shown(content: &[u8]) -> Report {
    shown_with(content, Depth::default())
}

fn shown_with(content: &[u8], depth: Depth<'_>) -> Report {
    let found = objects_in(content, "file.pem", &mut Passwords::new(None, &Silent));
    let mut report = view::show(&found, depth);
    for shown in &mut report.objects {
        steady(&mut shown.details);
    }
    Report::Shown(report)
}

fn steady(details: &mut Details) {
    let set = |fingerprints: &mut Fingerprints| {
        assert_eq!((fingerprints.sha256.len(), fingerprints.sm3.len()), (64, 64));
        *fingerprints = Fingerprints { sha256: "<SHA-256>".to_owned(), sm3: "<SM3>".to_owned() };
    };
    match details {
        Details::Certificate(details) => set(&mut details.fingerprints),
        Details::Request(details) => set(&mut details.fingerprints),
        Details::Crl(details) => set(&mut details.fingerprints),
        Details::OcspRequest(details) => set(&mut details.fingerprints),
        _ => {}
    }
}

fn text(report: &Report, style: &Style) -> String {
    String::from_utf8(render(report, style)).unwrap()
}

fn view(world: &World, status: CertificateStatus) -> CertificateView {
    let certificate = &world.device;
    CertificateView {
        id: "01941f29-7c00-7000-8000-000000000001".parse().unwrap(),
        authority: "issuing".to_owned(),
        serial: certificate.serial().to_string(),
        subject: certificate.subject().to_string(),
        subject_id: "0b0e1a6e-33a1-4f9c-9b5b-7f8d3a0f1c22".parse().unwrap(),
        profile: "device".to_owned(),
        status,
        not_before: certificate.validity().not_before,
        not_after: certificate.validity().not_after,
        issued_at: now(),
        revoked_at: (status != CertificateStatus::Good).then(|| at("2026-03-30T00:00:00Z")),
        reason: (status == CertificateStatus::Revoked).then_some(RevocationReason::KeyCompromise),
        invalidity_date: None,
        key_fingerprint: certificate.public_key().unwrap().fingerprint().to_string(),
        pem: "-----BEGIN CERTIFICATE-----\n".to_owned(),
    }
}

#[test]
fn certificates_are_shown() {
    let world = World::new();
    let bundle =
        [world.device.to_pem(), world.issuing.certificate().to_pem(), world.root.certificate().to_pem()];
    let report = shown(bundle.concat().as_bytes());
    insta::assert_snapshot!("certificates", text(&report, &ENGLISH));
    insta::assert_snapshot!("certificates-zh", text(&report, &CHINESE));
    insta::assert_snapshot!("certificate-json", text(&shown(world.device.der()), &JSON));
}

#[test]
fn requests_are_shown_with_whether_they_prove_possession() {
    let world = World::new();
    let mut broken = world.request.der().to_vec();
    let name = broken.windows(7).position(|part| part == b"meter-7").unwrap();
    broken[name] = b'n';
    let both = format!(
        "{}{}",
        world.request.to_pem(),
        ca_core::encoding::pem::write("CERTIFICATE REQUEST", &broken)
    );
    let report = shown(both.as_bytes());
    insta::assert_snapshot!("requests", text(&report, &ENGLISH));
    insta::assert_snapshot!("request-json", text(&shown(world.request.der()), &JSON));
}

#[test]
fn revocation_lists_are_shown() {
    let mut world = World::new();
    let entry = revoked(&world.device);
    let lists = format!("{}{}", world.crl(vec![entry]).to_pem(), world.root_crl().to_pem());
    let report = shown(lists.as_bytes());
    insta::assert_snapshot!("revocation-lists", text(&report, &ENGLISH));
    insta::assert_snapshot!("revocation-lists-json", text(&report, &JSON));
}

#[test]
fn long_revocation_lists_are_cut_for_people_only() {
    let mut world = World::new();
    let template = revoked(&world.device);
    let entry = |number: u32| {
        let mut entry = template.clone();
        entry.serial = format!("43{number:04x}").parse().unwrap();
        entry
    };
    let crl = world.crl((0..25).map(entry).collect());
    let report = shown(crl.der());
    assert!(text(&report, &ENGLISH).contains("and 5 more (--format json lists all)"));
    assert_eq!(text(&report, &JSON).matches("\"revocation_date\"").count(), 25);
}

#[test]
fn keys_are_shown_without_their_secret() {
    let mut world = World::new();
    let pem = world.key.to_pem(None, &mut world.rng).unwrap();
    let public = ca_core::encoding::pem::write("PUBLIC KEY", world.key.public_key().spki_der());
    let report = shown(format!("{}{public}", *pem).as_bytes());
    insta::assert_snapshot!("keys", text(&report, &ENGLISH));
    insta::assert_snapshot!("keys-json", text(&report, &JSON));
}

#[test]
fn ocsp_responses_are_shown() {
    let mut world = World::new();
    let report = shown(&world.ocsp_response());
    insta::assert_snapshot!("ocsp-response", text(&report, &ENGLISH));
    insta::assert_snapshot!("ocsp-response-json", text(&report, &JSON));
}

#[test]
fn what_cannot_be_read_is_told_beside_what_can() {
    let world = World::new();
    let nonsense = "-----BEGIN PKCS7-----\nAAAA\n-----END PKCS7-----\n-----BEGIN CERTIFICATE-----\nMAMCAQE=\n-----END CERTIFICATE-----\n";
    let report = shown(format!("{nonsense}{}", world.request.to_pem()).as_bytes());
    insta::assert_snapshot!("unreadable", text(&report, &ENGLISH));
}

#[test]
fn a_certificate_from_the_server_comes_with_its_record() {
    let world = World::new();
    let Report::Shown(mut report) = shown(world.device.der()) else { panic!("objects are shown") };
    report.objects[0].record = Some(Record { view: view(&world, CertificateStatus::Revoked) });
    let report = Report::Shown(report);
    insta::assert_snapshot!("record", text(&report, &ENGLISH));
    insta::assert_snapshot!("record-json", text(&report, &JSON));
}

#[test]
fn lists_are_tables_for_people() {
    let world = World::new();
    let statuses = [CertificateStatus::Good, CertificateStatus::Held, CertificateStatus::Revoked];
    let items = statuses.map(|status| view(&world, status)).to_vec();
    let report = Report::Listed(Listed { items, next: Some("opaque".to_owned()) });
    insta::assert_snapshot!("list", text(&report, &ENGLISH));
    insta::assert_snapshot!("list-zh", text(&report, &CHINESE));
    let none = Report::Listed(Listed { items: Vec::new(), next: None });
    assert_eq!(text(&none, &ENGLISH), "No certificates.\n");
    assert_eq!(text(&none, &JSON), "{\n  \"items\": []\n}\n");
}

#[test]
fn changes_are_told_and_asked_about() {
    let world = World::new();
    let change = Change::Revoke { reason: RevocationReason::KeyCompromise, invalidity_date: None };
    let certificate = view(&world, CertificateStatus::Good);
    let question = Question::Certificate { change, certificate: certificate.clone() };
    insta::assert_snapshot!("question", terminal::text(&question, &ENGLISH));
    let tried = Report::Changed(Changed { change, done: false, certificate });
    insta::assert_snapshot!("change-tried", text(&tried, &ENGLISH));
    let certificate = view(&world, CertificateStatus::Revoked);
    let done = Report::Changed(Changed { change, done: true, certificate });
    insta::assert_snapshot!("change-done", text(&done, &ENGLISH));
    insta::assert_snapshot!("change-done-json", text(&done, &JSON));
}

#[test]
fn verdicts_say_why() {
    let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    let reason = Notice { code: "expired".to_owned(), detail: "it is not valid after then".to_owned() };
    let attempt = |above: &str| AttemptDetails {
        path: names(&["CN=meter-7", above]),
        code: "expired",
        detail: format!("{above}: it is not valid after then"),
        rule: "RFC 5280 §6.1.3 (a)(2)",
    };
    let status = |subject: &str, source, this_update| StatusDetails {
        subject: subject.to_owned(),
        serial: "01".to_owned(),
        source,
        this_update,
        next_update: this_update,
    };
    let mut refused = Verdict {
        rule: Some("RFC 5280 §6.1.3 (a)(2)".to_owned()),
        ..Verdict::refused(Some("CN=meter-7".to_owned()), now(), reason)
    };
    let accepted = Verdict {
        accepted: true,
        reason: None,
        path: names(&["CN=meter-7", "CN=签发", "CN=根"]),
        findings: Findings {
            policies: names(&["1.2.156.1"]),
            statuses: vec![
                status("CN=签发", "crl", Some(now())),
                status("CN=meter-7", "ocsp", Some(now())),
                status("CN=old", "none", None),
            ],
            name_constraints: vec![ConstraintDetails {
                authority: "CN=根".to_owned(),
                permitted: names(&["dns:example"]),
                excluded: names(&["email:example", "ip:192.0.2.0/24"]),
            }],
            attempts: vec![attempt("CN=other")],
            attempts_omitted: 0,
        },
        drawings: names(&["path.svg"]),
        ..Verdict::refused(
            Some("CN=meter-7".to_owned()),
            now(),
            Notice { code: String::new(), detail: String::new() },
        )
    };
    let accepted = Report::Verdict(accepted);
    insta::assert_snapshot!("accepted", text(&accepted, &ENGLISH));
    insta::assert_snapshot!("accepted-zh", text(&accepted, &CHINESE));
    insta::assert_snapshot!("accepted-json", text(&accepted, &JSON));
    refused.findings.attempts.push(attempt("CN=one"));
    insta::assert_snapshot!("rejected-once", text(&Report::Verdict(refused), &ENGLISH));
    let mut refused =
        Verdict::refused(None, now(), Notice { code: "expired".to_owned(), detail: "late".to_owned() });
    refused.findings.attempts = (0..10).map(|number| attempt(&format!("CN={number}"))).collect();
    refused.findings.attempts_omitted = 3;
    insta::assert_snapshot!("rejected", text(&Report::Verdict(refused), &ENGLISH));
}

#[test]
fn errors_name_their_code_and_what_to_do_next() {
    let mut refused = Failure::refused("request-time-skew", "the signature was created too long ago");
    refused.request_id = Some("r-1".to_owned());
    refused.items.push(("a-code".to_owned(), "a fault".to_owned()));
    insta::assert_snapshot!("error", failure(&refused, &ENGLISH));
    insta::assert_snapshot!("error-zh", failure(&refused, &CHINESE));
    insta::assert_snapshot!("error-json", failure(&refused, &JSON));
}

#[test]
fn what_strangers_wrote_cannot_command_the_terminal() {
    let hostile = Failure::refused("x", "a\u{1b}[2Jb\u{202e}c\n[d]");
    assert_eq!(failure(&hostile, &ENGLISH), "error: a\\u{1b}[2Jb\\u{202e}c\\u{a}[d] [x]\n");
}

#[test]
fn colours_come_only_where_they_are_asked_for() {
    let world = World::new();
    let report = shown(world.device.der());
    assert!(!text(&report, &ENGLISH).contains('\u{1b}'));
    assert!(text(&report, &Style { colour: true, ..ENGLISH }).contains("\u{1b}[1mCertificate"));
}

#[test]
fn hints_exist_in_all_languages_for_the_same_codes() {
    let source = include_str!("text/hint.rs");
    let codes = source.split('"').filter(|part| part.contains('-') && !part.contains(' '));
    let hinted: Vec<&str> = codes.filter(|code| Language::English.words().hint(code).is_some()).collect();
    assert!(hinted.len() > 20);
    for code in hinted {
        assert!(Language::Chinese.words().hint(code).is_some(), "{code}");
    }
}
