//! `ca show` and `ca lint` from outside: everything that others have made, and what programs read.

#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "tests say what they skip, and may panic")]

#[path = "support/program.rs"]
mod program;
#[path = "support/schema.rs"]
mod schema;
mod support;

use std::path::Path;
use std::time::{Duration, Instant};

use ca_core::key::{EncryptionForm, PrivateKey};
use program::{ca, json, run, shared};
use schema::Schema;
use serde_json::Value;
use support::{World, file, revoked};

/// One object of each kind that this project makes.
fn objects(folder: &Path) -> Vec<String> {
    let mut world = World::new();
    let entry = revoked(&world.device);
    let chain =
        [world.device.to_pem(), world.issuing.certificate().to_pem(), world.root.certificate().to_pem()];
    let crl = world.crl(vec![entry]).to_pem();
    let key = world.key.to_pem(None, &mut world.rng).unwrap();
    let password = ca_core::key::Password::new("secret".to_owned().into()).unwrap();
    let encrypted = world.key.to_pem(Some(&password), &mut world.rng).unwrap();
    let public = ca_core::encoding::pem::write("PUBLIC KEY", world.key.public_key().spki_der());
    let response = world.ocsp_response();
    let question = world.ocsp_request();
    let bundle = ca_core::cms::write_certificates(std::slice::from_ref(&world.device), &[]);
    let contents = ca_core::pkcs12::Contents {
        keys: vec![PrivateKey::from_pem(key.as_bytes(), None).unwrap().into()],
        certificates: vec![world.device.clone().into()],
        ..Default::default()
    };
    let container = contents.write(&password, EncryptionForm::Sm4, &mut world.rng).unwrap();
    vec![
        file(folder, "password", "secret"),
        file(folder, "bundle.der", bundle),
        file(folder, "container.p12", container),
        file(folder, "chain.pem", chain.concat()),
        file(folder, "request.der", world.request.der()),
        file(folder, "list.pem", crl),
        file(folder, "key.pem", key.as_bytes()),
        file(folder, "encrypted.pem", encrypted.as_bytes()),
        file(folder, "public.pem", public),
        file(folder, "response.der", response),
        file(folder, "question.der", question),
        file(folder, "other.der", [0x30, 3, 2, 1, 7]),
        file(folder, "cut.der", &world.device.der()[..100]),
        file(folder, "wrong.pem", "-----BEGIN CERTIFICATE-----\nMAMCAQE=\n-----END CERTIFICATE-----\n"),
    ]
}

fn check(schema: &Schema, value: &Value, what: &str) {
    if let Err(error) = schema.check(value) {
        panic!("{what}: {error}");
    }
}

#[test]
fn what_programs_read_is_what_the_schemas_say() {
    let folder = tempfile::tempdir().unwrap();
    let (show, lint) = (Schema::read("show.schema.json"), Schema::read("lint.schema.json"));
    let files = objects(folder.path());
    let all: Vec<&str> = files[1..].iter().map(String::as_str).collect();
    let all = [&["--password-file", "password"], &all[..]].concat();
    let report = json(folder.path(), &[&["show", "--lint", "--asn1", "--serial", "43ab"], &all[..]].concat());
    check(&show, &report, "show");
    let types: Vec<&str> =
        report["objects"].as_array().unwrap().iter().map(|object| object["type"].as_str().unwrap()).collect();
    let kinds = [
        "cms",
        "pkcs12",
        "certificate",
        "certificate",
        "certificate",
        "request",
        "crl",
        "private_key",
        "private_key",
        "public_key",
        "ocsp_response",
        "ocsp_request",
        "asn1",
    ];
    assert_eq!(types, kinds);
    assert_eq!(report["unreadable"].as_array().unwrap().len(), 2);
    check(&show, &json(folder.path(), &["show", "chain.pem"]), "plain");
    check(&lint, &json(folder.path(), &["lint", "chain.pem", "list.pem", "wrong.pem"]), "lint");
    check(&lint, &json(folder.path(), &["lint", "--list"]), "rules");
    // The check itself sees what is not documented, and what is missing.
    let mut more = report.clone();
    more["objects"][0]["surprise"] = true.into();
    assert!(show.check(&more).is_err());
    let mut less = report;
    less["objects"][0].as_object_mut().unwrap().remove("content_type");
    assert!(show.check(&less).is_err());
}

#[test]
fn one_line_says_what_an_object_is() {
    let folder = tempfile::tempdir().unwrap();
    objects(folder.path());
    let names =
        ["chain.pem", "request.der", "list.pem", "encrypted.pem", "question.der", "other.der", "cut.der"];
    let (status, output, error) = run(folder.path(), &[&["show", "--short"][..], &names].concat());
    assert_eq!((status, error.as_str()), (1, ""));
    let lines: Vec<&str> = output.lines().collect();
    assert_eq!(lines.len(), 10, "{output}");
    assert!(lines[0].starts_with("chain.pem: Certificate: CN=meter-7.example,C=CN; CN=测试签发,C=CN; "));
    assert!(lines[2].contains("CN=测试根,C=CN; itself; "), "{output}");
    assert!(lines[3].starts_with("request.der: Certification request: CN=meter-7.example"), "{output}");
    assert!(lines[4].contains("CN=测试签发,C=CN; 1 certificate revoked"), "{output}");
    assert_eq!(lines[5], "encrypted.pem: Private key: encrypted with a password");
    assert!(lines[7].starts_with("other.der: ASN.1: "), "{output}");
    assert!(lines[8].contains("[der-truncated]"), "{output}");
}

#[test]
fn elements_are_listed_without_secrets() {
    let folder = tempfile::tempdir().unwrap();
    objects(folder.path());
    let (status, output, _) = run(folder.path(), &["show", "--asn1", "key.pem"]);
    assert_eq!(status, 0);
    insta::assert_snapshot!("show-asn1-key", output);
    let (status, output, _) = run(folder.path(), &["show", "--asn1", "cut.der"]);
    assert_eq!(status, 1);
    assert!(output.contains("SEQUENCE") && output.contains("[der-truncated]"), "{output}");
    let (_, output, _) = run(folder.path(), &["show", "--asn1", "chain.pem"]);
    for expected in ["SEQUENCE tbsCertificate", "(SM2-SM3)", "OBJECT IDENTIFIER extnID 2.5.29.15 (keyUsage)"]
    {
        assert!(output.contains(expected), "{expected}: {output}");
    }
}

#[test]
fn a_serial_is_looked_up_in_a_list() {
    let folder = tempfile::tempdir().unwrap();
    objects(folder.path());
    let serial = World::new().device.serial().to_string();
    let (_, output, _) = run(folder.path(), &["show", "--serial", &serial, "list.pem"]);
    assert!(
        output.contains(&format!("Looked up     {serial}, 2026-03-04 06:00:00 UTC, keyCompromise")),
        "{output}"
    );
    let (_, output, _) = run(folder.path(), &["show", "--serial", "43AB", "list.pem"]);
    assert!(output.contains("43ab: not on the list"), "{output}");
    let (status, _, error) = run(folder.path(), &["show", "--serial", "xyz", "list.pem"]);
    assert_eq!(status, 2);
    assert!(error.contains("[malformed-serial]"), "{error}");
}

#[test]
fn a_large_list_is_read_as_it_comes() {
    let (folder, mut world) = (tempfile::tempdir().unwrap(), World::new());
    let template = revoked(&world.device);
    let entries = (0..60_000_u32).map(|number| {
        let mut entry = template.clone();
        entry.serial = format!("43{number:08x}").parse().unwrap();
        entry
    });
    let crl = world.crl(entries.collect());
    assert!(crl.der().len() > 2 << 20);
    file(folder.path(), "large.crl", crl.der());
    file(folder.path(), "large.pem", crl.to_pem());
    file(folder.path(), "issuing.pem", world.issuing.certificate().to_pem());
    file(folder.path(), "cut.crl", &crl.der()[..2 << 20]);
    let mut forged = crl.der().to_vec();
    let last = forged.len() - 1;
    forged[last] ^= 1;
    file(folder.path(), "forged.crl", forged);
    let schema = Schema::read("show.schema.json");
    let hash = ca_core::encoding::hex::encode(ca_core::algorithm::digest::sha256(crl.der()));
    for name in ["large.crl", "large.pem"] {
        let report = json(folder.path(), &["show", name, "issuing.pem", "--serial", "430000ea5f"]);
        check(&schema, &report, name);
        let list = &report["objects"][0];
        assert_eq!(list["revoked_count"], 60_000, "{name}");
        assert_eq!(list["revoked"].as_array().unwrap().len(), 20, "{name}");
        assert_eq!(list["lookup"]["entry"]["serial"], "430000ea5f", "{name}");
        assert_eq!(list["signature"]["state"], "valid", "{name}");
        assert_eq!(list["fingerprints"]["sha256"], hash, "{name}");
        assert_eq!(list["number"], crl.number().unwrap().unwrap().to_string(), "{name}");
    }
    let (_, page, _) = run(folder.path(), &["show", "large.crl"]);
    assert!(
        page.contains("and 59980 more (--serial looks one up)") && page.contains("not checked"),
        "{page}"
    );
    let state =
        &json(folder.path(), &["show", "forged.crl", "issuing.pem"])["objects"][0]["signature"]["state"];
    assert_eq!(state, "invalid");
    let (status, page, _) = run(folder.path(), &["show", "cut.crl"]);
    assert_eq!(status, 1);
    assert!(page.contains("[crl-truncated]"), "{page}");
}

#[test]
fn an_issuer_that_is_shown_too_proves_the_signature() {
    let folder = tempfile::tempdir().unwrap();
    objects(folder.path());
    let state = |arguments: &[&str], at: usize| {
        json(folder.path(), arguments)["objects"][at]["signature"]["state"].as_str().unwrap().to_owned()
    };
    assert_eq!(state(&["show", "chain.pem"], 0), "valid");
    assert_eq!(state(&["show", "list.pem"], 0), "unchecked");
    assert_eq!(state(&["show", "list.pem", "chain.pem"], 0), "valid");
    let mut forged = World::new().device.der().to_vec();
    let at = forged.windows(7).position(|part| part == b"meter-7").unwrap();
    forged[at] = b'n';
    file(folder.path(), "forged.der", forged);
    assert_eq!(state(&["show", "forged.der", "chain.pem"], 0), "invalid");
}

#[test]
fn lint_tells_breaches_and_fails_as_asked() {
    let folder = tempfile::tempdir().unwrap();
    objects(folder.path());
    let (status, output, error) = run(folder.path(), &["lint", "chain.pem", "list.pem"]);
    assert_eq!((status, error.as_str()), (0, ""), "{output}");
    assert!(output.ends_with("0 errors, 0 warnings, 0 notices\n"), "{output}");
    // The certificate of another authority, with serial and key usage that the rules of this one refuse.
    let mut params = rcgen::CertificateParams::new(vec!["device.example".to_owned()]).unwrap();
    params.not_before = rcgen::date_time_ymd(2026, 1, 1);
    params.not_after = rcgen::date_time_ymd(2036, 1, 1);
    let key = rcgen::KeyPair::generate().unwrap();
    file(folder.path(), "foreign.der", params.self_signed(&key).unwrap().der());
    let found = json(folder.path(), &["lint", "foreign.der"]);
    assert!(found["errors"].as_u64().unwrap() > 0, "{found}");
    assert_eq!(run(folder.path(), &["lint", "foreign.der"]).0, 1);
    assert_eq!(run(folder.path(), &["lint", "--fail-on", "never", "foreign.der"]).0, 0);
    assert_eq!(run(folder.path(), &["lint", "--fail-on", "never", "wrong.pem"]).0, 1);
    let (status, output, _) = run(folder.path(), &["lint", "list.pem"]);
    assert_eq!(status, 0);
    assert!(output.contains("give --issuer"), "{output}");
    let (status, output, _) = run(folder.path(), &["lint", "--issuer", "chain.pem", "list.pem"]);
    assert_eq!(status, 0);
    assert!(!output.contains("give --issuer"), "{output}");
    let (status, _, error) = run(folder.path(), &["lint", "key.pem"]);
    assert_eq!(status, 1);
    assert!(error.contains("[nothing-to-lint]"), "{error}");
    let (status, output, _) = run(folder.path(), &["lint", "--list"]);
    assert_eq!(status, 0);
    assert!(output.lines().count() > 40 && output.contains("RFC 5280"), "{output}");
}

/// A wide margin for a machine that has other things to do: what takes a second here takes below one alone, and work that
/// grew with the square of the input would take minutes.
const PATIENCE: Duration = Duration::from_secs(20);

#[test]
fn a_megabyte_is_shown_at_once() {
    let (folder, world) = (tempfile::tempdir().unwrap(), World::new());
    let one = world.device.to_pem();
    file(folder.path(), "many.pem", one.repeat((1 << 20) / one.len()));
    let octets = [0x30, 0x02, 0x05, 0x00].repeat(1 << 18);
    let nested = [&[0x30, 0x83, 0x10, 0x00, 0x00][..], &octets].concat();
    file(folder.path(), "elements.der", nested);
    for arguments in
        [&["many.pem"][..], &["--lint", "many.pem"], &["elements.der"], &["--asn1", "elements.der"]]
    {
        let start = Instant::now();
        let output = ca(folder.path()).arg("show").args(arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{arguments:?}");
        println!("{arguments:?}: {:?}", start.elapsed());
        assert!(start.elapsed() < PATIENCE, "{arguments:?}: {:?}", start.elapsed());
    }
}

/// What INDEX.md says of each vector, as far as showing it can tell: the type, and a word that the page must have.
const VECTORS: &[(&str, &str, &str)] = &[
    ("UserV1.esl", "asn1", "GM/T 0031"),
    ("UserV4.esl", "asn1", "GB/T 38540"),
    ("ca-bjca.pem", "certificate", "NULL parameters"),
    ("ca-cfca-cs.pem", "certificate", "NULL parameters"),
    ("ca-cfca-sm2-oca1.cer", "certificate", "CFCA SM2 OCA1"),
    ("ca-gbca-civil.pem", "certificate", "Civil Servant ROOT"),
    ("ca-hainan-email-utf8.pem", "certificate", "emailAddress=CA@HaiNanCA.cn"),
    ("ca-motca-device.pem", "certificate", "交通运输部"),
    ("ca-sheca.pem", "certificate", "UniTrust"),
    ("ca-tjca-civil-absent-params.pem", "certificate", "天津市"),
    ("ca-xjca-utf8dn.pem", "certificate", "新疆数字证书认证中心"),
    ("cfca-doc-dual-csr.der", "request", "temporary key"),
    ("cfca-sadk-dual-csr.der", "request", "temporary key"),
    ("cfca-test.sm2", "cfca_container", "not opened"),
    ("gmssl-tlcp-client.pem", "certificate", "NULL parameters"),
    ("gmssl-tlcp-root.pem", "certificate", "valid"),
    ("gmssl-tlcp-server-double.pem", "certificate", "#3"),
    ("gmssl-tlcp-server-enckey-enc.pem", "private_key", "65536 iterations, HMAC-SM3, SM4-CBC"),
    ("gmssl-tlcp-server-signkey-enc.pem", "private_key", "65536 iterations, HMAC-SM3, SM4-CBC"),
    ("gmssl-tlcp-subca.pem", "certificate", "Sub CA"),
    ("gmt0010-signedAndEnveloped.der", "cms", "(GM/T 0010)"),
    ("gmt0010-signedData-gmssl.der", "cms", "CN=RootCA for Test"),
    ("gmt0010-signedData-ofdrw.der", "cms", "the signature is valid"),
    ("hitls-emptyid-ca.der", "certificate", "[sm2-identifier-empty]"),
    ("hitls-emptyid-enc.der", "certificate", "not checked"),
    ("hitls-emptyid-inter.der", "certificate", "not checked"),
    ("hitls-emptyid.csr.der", "request", "[request-sm2-identifier-empty]"),
    ("hitls-spki-alg-301.der", "certificate", "SM2, 256 bits"),
    ("nrcac-civil-servant-root.crl", "crl", "Civil Servant ROOT"),
    ("nrcac-civil-servant-root.pem", "certificate", "not critical"),
    ("nrcac-device-root.crl", "crl", "Device ROOT"),
    ("nrcac-device-root.pem", "certificate", "not critical"),
    ("nrcac-rootca.crl", "crl", "cessationOfOperation"),
    ("nrcac-rootca.pem", "certificate", "not critical"),
    ("pkcs7_sign_enveloped_test_L42_CERTIFICATE.der", "certificate", "杭州"),
    ("pkcs7_sign_enveloped_test_L59_CERTIFICATE.der", "certificate", "杭州"),
    ("pkcs7_sign_enveloped_test_L76_PRIVATE_KEY.der", "private_key", "SM2, 256 bits"),
    ("pkcs7_sign_enveloped_test_L84_PRIVATE_KEY.der", "private_key", "SM2, 256 bits"),
    ("ses-signature-v4.der", "asn1", "GB/T 38540"),
    ("tongsuo-sm2-csr.pem", "request", "proven"),
    ("tongsuo-sm2-noza-csr.pem", "request", "[request-sm2-without-identity]"),
    ("tongsuo-sm2_chain-ca.crt", "certificate", "valid"),
    ("tongsuo-sm2_server_enc.crt", "certificate", "server enc"),
    ("tongsuo-sm2_server_enc.key", "private_key", "SM2, 256 bits"),
    ("tongsuo-sm2_server_sign.crt", "certificate", "server sign"),
    ("tongsuo-sm2_server_sign.key", "private_key", "SM2, 256 bits"),
    ("trustasia-dual-csr.der", "request", "temporary key"),
];

/// Those that are no objects.
const NO_OBJECTS: &[&str] = &["INDEX.md", "gmt0130-annexA.txt"];

#[test]
fn every_vector_reads_as_its_index_says() {
    let Some(folder) = shared("vectors") else { return };
    let schema = Schema::read("show.schema.json");
    for entry in std::fs::read_dir(&folder).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name().into_string().unwrap();
        if entry.path().is_dir() {
            continue;
        }
        let report = json(&folder, &["show", "--lint", "--asn1", &name]);
        check(&schema, &report, &name);
        if NO_OBJECTS.contains(&name.as_str()) {
            assert_eq!(report["unreadable"][0]["code"], "pem-none", "{name}");
            continue;
        }
        let known = VECTORS.iter().find(|(vector, ..)| *vector == name);
        let (_, kind, mark) = known.unwrap_or_else(|| panic!("{name} is not in the list of this test"));
        let (status, page, error) = run(&folder, &["show", &name]);
        assert_eq!((status, error.as_str()), (0, ""), "{name}: {page}");
        assert!(page.contains(mark), "{name}: {mark} is expected: {page}");
        for object in report["objects"].as_array().unwrap() {
            assert_eq!(object["type"], *kind, "{name}");
            assert!(object["asn1"]["fault"].is_null(), "{name}: {}", object["asn1"]["fault"]);
        }
    }
}

#[test]
fn chains_and_lists_of_others_are_seen_to_be_signed_or_not() {
    let Some(folder) = shared("vectors") else { return };
    let states = |files: &[&str]| -> Vec<String> {
        let report = json(&folder, &[&["show"], files].concat());
        let state = |object: &Value| object["signature"]["state"].as_str().unwrap().to_owned();
        report["objects"].as_array().unwrap().iter().map(state).collect()
    };
    for name in ["rootca", "civil-servant-root", "device-root"] {
        let (root, list) = (format!("nrcac-{name}.pem"), format!("nrcac-{name}.crl"));
        assert_eq!(states(&[&root, &list]), ["valid", "valid"], "{name}");
    }
    assert_eq!(
        states(&["ca-cfca-sm2-oca1.cer", "ca-cfca-cs.pem", "nrcac-rootca.pem"]),
        ["valid", "valid", "valid"]
    );
    let empty = ["hitls-emptyid-ca.der", "hitls-emptyid-inter.der", "hitls-emptyid-enc.der"];
    assert_eq!(states(&empty), ["invalid", "invalid", "invalid"]);
}

#[test]
fn containers_open_with_their_password() {
    let folder = tempfile::tempdir().unwrap();
    objects(folder.path());
    let (status, output, _) = run(folder.path(), &["show", "container.p12"]);
    assert_eq!(status, 0);
    assert!(output.contains("not opened") && !output.contains("meter-7"), "{output}");
    let (status, output, _) = run(folder.path(), &["show", "--password-file", "password", "container.p12"]);
    assert_eq!(status, 0);
    assert!(output.contains("CN=meter-7.example,C=CN; ") && output.contains("SM2, 256 bits"), "{output}");
    let wrong = file(folder.path(), "wrong", "password");
    let (status, output, _) = run(folder.path(), &["show", "--password-file", &wrong, "container.p12"]);
    assert_eq!(status, 1);
    assert!(output.contains("[pkcs12-password-wrong]"), "{output}");
}

#[test]
fn encrypted_keys_of_gmssl_open_with_their_password() {
    let (folder, Some(vectors)) = (tempfile::tempdir().unwrap(), shared("vectors")) else { return };
    let right = file(folder.path(), "right", "1234\n");
    let wrong = file(folder.path(), "wrong", "4321\n");
    let key = "gmssl-tlcp-server-signkey-enc.pem";
    let (status, output, _) = run(&vectors, &["show", key, "--password-file", &right]);
    assert_eq!(status, 0);
    assert!(output.contains("SM2, 256 bits"), "{output}");
    let (status, output, _) = run(&vectors, &["show", key, "--password-file", &wrong]);
    assert_eq!(status, 1);
    assert!(output.contains("password"), "{output}");
}
