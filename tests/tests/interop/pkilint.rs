//! Everything that we issue, judged by pkilint (PyPI): each profile by each kind of key, CRLs and OCSP answers.
//!
//! What it finds is none, or argued below. It is installed into the build folder where it is not on the PATH; without
//! Python or a package index the test says that it skipped.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Mutex};

use ca_core::algorithm::{KeySpec, Sm2Parameters};
use ca_core::crl::RevokedEntry;
use ca_core::encoding::pem;
use ca_core::issuance::{AuthorizedRequest, Choices};
use ca_core::ocsp::{CertStatus, OcspRequest, SingleAnswer};
use ca_core::profile::{Kind, Profile, ProfileSet};
use ca_core::revocation::{Reason, Status};
use ca_core::x509::extension::{
    Extension, ExtensionValue, Extensions, GeneralName, IdentityForm, IdentityKind, IdentityNumber,
    SubjectAlternativeName,
};
use ca_core::x509::{Certificate, CertificationRequest};
use jiff::SignedDuration;
use tests::tools::run;
use tests::workspace::programs;

use crate::KINDS;
use crate::city::{City, NoneBlocked, issue, name, now, rng, signer};

/// The version whose findings are argued below.
const VERSION: &str = "0.13.3";

/// Findings that stand: the code, what the place and message hold, and the reason. The test fails when one is not found any
/// more.
const ARGUED: [(&str, &str, &str); 4] = [
    (
        "pkix.unsupported_algorithm",
        "lint_pkix_signer_signee_cert_chain",
        "pkilint verifies signatures by a library without SM2; BouncyCastle verifies them in the other tests",
    ),
    (
        "pkix.certificate_policies_policy_has_qualifier",
        "everything.pem",
        "RFC 5280 section 4.2.1.4 advises against qualifiers; they are written where a profile asks for them only",
    ),
    (
        "pkix.invalid_uri_syntax",
        "urn:city:1",
        "pkilint takes addresses of the web for the only URIs; names by RFC 8141 are URIs of RFC 3986 too",
    ),
    (
        "pkix.ldap_uri_not_validated",
        "ldap://ldap.example.cn/",
        "pkilint says that it does not look at ldap URIs; profiles check them when they are loaded",
    ),
];

/// A profile that writes every extension that a profile can ask for.
const EVERYTHING: &str = r#"
title = "Everything that a profile can ask for"
kind = "end-entity"

[subject]
unlisted = "drop"
parts = { CN = "required", C = "optional", O = "optional" }

[key]
algorithms = ["sm2", "p256", "p384", "ed25519", "rsa"]
rsa_bits = { min = 2048, max = 8192 }

[validity]
default_days = 365
max_days = 365
backdate_minutes = 60
beyond_issuer = "shorten"

[usage]
key_usage = ["digitalSignature"]
extended_key_usage = ["serverAuth"]

[alternative_names]
kinds = ["dns", "email", "uri", "ip", "directory", "registered-id", "other"]
required_one_of = ["dns"]
from_request = true
other_names = ["1.3.6.1.4.1.311.20.2.3"]

[extensions]
crl_distribution_point = true
crl_mirrors = ["ldap://ldap.example.cn/CN=City?certificateRevocationList"]
crl_directory_name = true
ocsp = true
ca_issuers = true
must_staple = true
private_key_days = 200
policies = ["1.2.3.4"]
practice_statement = "http://pki.example.cn/cps"
notice = "仅供示范"

[identity]
kinds = ["organization-code", "taxation-number"]
form = "gmt2023"
"#;

/// The folder of pkilint's programs, installed where needed.
fn pkilint() -> Option<PathBuf> {
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    let _installing = ONE_AT_A_TIME.lock();
    let folder = programs().parent()?.join(format!("pkilint-{VERSION}"));
    let bin = folder.join("bin");
    let succeeds = |program: &Path, arguments: &[&str]| {
        let output = Command::new(program).args(arguments).stdin(std::process::Stdio::null()).output();
        output.is_ok_and(|output| output.status.success())
    };
    if succeeds(&bin.join("lint_pkix_cert"), &["-h"]) {
        return Some(bin);
    }
    let path = folder.display().to_string();
    if !succeeds(Path::new("python3"), &["-m", "venv", &path]) {
        println!("skipped: python3 with venv is not here, which pkilint needs");
        return None;
    }
    let package = format!("pkilint=={VERSION}");
    let install = ["-m", "pip", "install", "--quiet", "--retries", "1", "--timeout", "20", &package];
    if !succeeds(&bin.join("python3"), &install) {
        println!("skipped: {package} cannot be installed, there is no package index");
        return None;
    }
    Some(bin)
}

/// What was found, as `code` and where.
#[derive(Default)]
struct Found(Mutex<BTreeSet<(String, String)>>);

impl Found {
    /// Runs one of pkilint's programs over files of the city.
    fn judge(&self, bin: &Path, city: &City, program: &str, arguments: &[&str]) {
        let what = format!("{} {} {program}", city.spec, arguments.join(" "));
        let all: Vec<_> = ["lint", "-s", "NOTICE", "-f", "JSON"].iter().chain(arguments).collect();
        let said = run(city.folder(), bin.join(program), &all);
        let report: serde_json::Value =
            serde_json::from_str(&said.stdout).unwrap_or_else(|error| panic!("{what}: {error}: {said:?}"));
        for result in report["results"].as_array().expect("results") {
            for finding in result["finding_descriptions"].as_array().expect("findings") {
                let code = finding["code"].as_str().expect("a code").to_owned();
                let place = format!("{what}: {} {finding}", result["node_path"]);
                self.0.lock().expect("no panic before").insert((code, place));
            }
        }
    }
}

fn alternative_names(profile: &str) -> Vec<GeneralName> {
    let mail = || GeneralName::email("zhang@example.cn").expect("a mailbox");
    let host = || GeneralName::dns("service.example.cn").expect("a domain");
    match profile {
        "everything" => vec![
            host(),
            mail(),
            GeneralName::uri("urn:city:1").expect("a URI"),
            GeneralName::Ip("192.0.2.1".parse().expect("an address")),
            GeneralName::Directory(name("目录")),
            GeneralName::RegisteredId("1.2.3.4".parse().expect("an identifier")),
            GeneralName::Other {
                oid: "1.3.6.1.4.1.311.20.2.3".parse().expect("an identifier"),
                value: b"\x0c\x01a".to_vec(),
            },
        ],
        "service" => vec![host(), GeneralName::Ip("192.0.2.1".parse().expect("an address"))],
        "person-signing" | "organization-signing" => vec![mail()],
        _ => Vec::new(),
    }
}

fn requested(profile: &str) -> Extensions {
    let mut extensions: Vec<Extension> = Vec::new();
    let names = alternative_names(profile);
    if !names.is_empty() {
        extensions.push(SubjectAlternativeName(names).to_extension(false));
    }
    if profile == "everything" {
        for kind in [IdentityKind::OrganizationCode, IdentityKind::TaxationNumber] {
            let number = IdentityNumber::new(kind, "91350100M000100Y43", IdentityForm::Gmt2012);
            extensions.push(number.expect("a code with its check character").to_extension());
        }
    }
    Extensions::new(extensions).expect("each once")
}

/// A certificate under a profile, where it takes keys of this kind.
fn under(city: &City, profile: &Arc<Profile>, parameters: Sm2Parameters) -> Option<Certificate> {
    let key = signer(city.spec, parameters);
    profile.key().check(key.public_key()).ok()?;
    let extensions = requested(profile.name());
    let request = CertificationRequest::create(&name("设备 7"), &extensions, key.as_ref(), &mut rng())
        .and_then(|request| Ok(request.verify()?))
        .expect("a request");
    let request = AuthorizedRequest::new(Arc::clone(profile), request, Choices::default(), &NoneBlocked);
    Some(issue(&city.issuing, request.expect("the profile agrees")))
}

fn judge_everything(bin: &Path, found: &Found, spec: KeySpec, parameters: Sm2Parameters) -> usize {
    let city = City::new(spec, parameters);
    city.write("responder.pem", city.responder.certificate().to_pem());
    let mut files = vec!["root.pem".to_owned(), "issuing.pem".to_owned(), "responder.pem".to_owned()];
    let everything = [("everything", EVERYTHING)];
    let profiles = ProfileSet::load(schemas::profiles::DEFAULT.iter().copied().chain(everything));
    for profile in profiles.expect("the profiles load").iter().filter(|one| one.kind() == Kind::EndEntity) {
        if let Some(certificate) = under(&city, profile, parameters) {
            let file = format!("{}.pem", profile.name());
            city.write(&file, certificate.to_pem());
            found.judge(bin, &city, "lint_pkix_signer_signee_cert_chain", &["issuing.pem", &file]);
            files.push(file);
        }
    }
    for file in &files {
        found.judge(bin, &city, "lint_pkix_cert", &[file]);
    }
    crls(bin, found, &city);
    answer(bin, found, &city);
    files.len()
}

fn crls(bin: &Path, found: &Found, city: &City) {
    let entry = RevokedEntry {
        serial: city.leaf.serial().clone(),
        at: now() - SignedDuration::from_hours(2),
        reason: Some(Reason::KeyCompromise),
        invalidity_date: Some(now() - SignedDuration::from_hours(3)),
    };
    let made = [
        (city.crl(&city.root, 1, Vec::new()), "ARL"),
        (city.crl(&city.issuing, 1, Vec::new()), "CRL"),
        (city.crl(&city.issuing, 2, vec![entry]), "CRL"),
    ];
    for ((file, list), kind) in made {
        let file = file.with_extension("pem");
        let file = file.file_name().expect("a name").to_string_lossy();
        city.write(&file, pem::write("X509 CRL", list.der()));
        found.judge(bin, city, "lint_crl", &["-t", kind, "-p", "PKIX", &file]);
    }
}

fn answer(bin: &Path, found: &Found, city: &City) {
    let hash = ca_core::algorithm::digest::DigestAlgorithm::Sha256;
    let id = ca_core::ocsp::CertId::new(hash, city.issuing.certificate(), city.leaf.serial());
    let request = OcspRequest::new(vec![id.expect("a CertID")], Some(&[7; 32])).expect("a request");
    let status = CertStatus::from(Status::Good);
    let answer = SingleAnswer {
        status,
        this_update: now(),
        next_update: now() + SignedDuration::from_hours(1),
        archive_cutoff: None,
    };
    let response = city.responder.respond(&request, vec![answer], now(), &mut rng()).expect("an answer");
    city.write("good.der", &response);
    found.judge(bin, city, "lint_ocsp_response", &["good.der"]);
}

#[test]
fn pkilint_finds_nothing_that_is_not_argued() {
    let Some(bin) = pkilint() else { return };
    let found = Found::default();
    let judged: usize = std::thread::scope(|scope| {
        let threads: Vec<_> = KINDS
            .iter()
            .map(|&(spec, parameters, ..)| {
                let (bin, found) = (&bin, &found);
                scope.spawn(move || judge_everything(bin, found, spec, parameters))
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().expect("all is judged")).sum()
    });
    // Nine certificates for each kind of key, but that Ed25519 has no place in two profiles.
    assert_eq!(judged, 9 * KINDS.len() - 2);
    let found = found.0.into_inner().expect("no panic before");
    let is = |(code, place): &(String, String), (argued, within, _): &(&str, &str, &str)| {
        code == argued && place.contains(within)
    };
    let new: Vec<_> = found.iter().filter(|one| !ARGUED.iter().any(|argued| is(one, argued))).collect();
    assert!(new.is_empty(), "{new:#?}");
    for argued in &ARGUED {
        assert!(found.iter().any(|one| is(one, argued)), "not found any more: {argued:?}");
    }
}
