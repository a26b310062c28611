//! The main job, from outside: a device that knows only `curl` and `openssl` gets a certificate, an administrator takes it
//! back, and judges that are not ours see both.
#![allow(clippy::disallowed_methods, reason = "the files of a test are temporary")]

use std::fs;
use std::path::Path;

use tests::judge::Judge;
use tests::server::{DevServer, get};
use tests::tools::{ca, enroll, openssl};

const STANDARD_ID: &str = "distid:1234567812345678";

fn write(folder: &Path, name: &str, content: impl AsRef<[u8]>) {
    fs::write(folder.join(name), content).expect("a temporary file is written");
}

/// Splits the PEM answer of an enrolment into `leaf.pem` and `chain.pem`.
fn keep_answer(folder: &Path, answer: &str) {
    let end = "-----END CERTIFICATE-----\n";
    let (leaf, chain) = answer.split_once(end).unwrap_or_else(|| panic!("not a certificate: {answer}"));
    write(folder, "leaf.pem", format!("{leaf}{end}"));
    write(folder, "chain.pem", chain);
    assert!(chain.contains("BEGIN CERTIFICATE"), "the chain comes with the leaf");
}

fn serial_of(folder: &Path, certificate: &str) -> String {
    let printed = openssl(folder, &format!("x509 -in {certificate} -noout -serial")).ok();
    printed.trim().trim_start_matches("serial=").to_lowercase()
}

fn sm2_request(folder: &Path, subject: &str) {
    openssl(folder, "ecparam -name SM2 -genkey -noout -out device.key").ok();
    let made = openssl(
        folder,
        &format!("req -new -key device.key -sm3 -sigopt {STANDARD_ID} -subj {subject} -out device.csr"),
    );
    assert_eq!(made.status, 0, "{made:?}");
}

#[test]
fn a_device_enrols_is_revoked_and_the_judges_agree() {
    let folder = tempfile::tempdir().expect("a folder");
    let here = folder.path();
    let server = DevServer::start(&here.join("data"));
    let data = server.data();

    sm2_request(here, "/CN=camera-0001");
    keep_answer(here, &enroll(&server, here, "", "device.csr").ok());
    let serial = serial_of(here, "leaf.pem");
    assert!(serial.starts_with("43") && serial.len() == 34, "{serial}");

    // OpenSSL judges link by link, with the standard identifier.
    for (trust, certificate) in [("data/root.pem", "data/issuing.pem"), ("data/issuing.pem", "leaf.pem")] {
        openssl(here, &format!("verify -partial_chain -vfyopt {STANDARD_ID} -trusted {trust} {certificate}"))
            .ok();
    }
    let judge = Judge::get();
    if let Some(judge) = &judge {
        judge
            .path(&data.join("root.pem"), &here.join("chain.pem"), &here.join("leaf.pem"), &[])
            .expect("a valid path");
    }

    let listed = ca(&server, &["list", "--format", "json"]).ok();
    assert!(listed.contains(&serial) && listed.contains("camera-0001"), "{listed}");

    openssl(here, "ocsp -issuer data/issuing.pem -sm3 -cert leaf.pem -reqout ask.der").ok();
    assert_eq!(ocsp(&server, here, judge.as_ref()), "good");

    ca(&server, &["revoke", &serial, "--reason", "keyCompromise", "--yes"]).ok();
    let url = format!("http://{}/ocsp", server.http());
    let said = openssl(
        here,
        &format!("ocsp -issuer data/issuing.pem -cert leaf.pem -url {url} -noverify -resp_text"),
    );
    assert!(said.stdout.contains("revoked") && said.stdout.contains("keyCompromise"), "{said:?}");
    assert_eq!(ocsp(&server, here, judge.as_ref()), "revoked");

    let (status, crl) = get(server.http(), "/crl/issuing.crl").expect("a CRL");
    assert_eq!(status, 200);
    write(here, "issuing.crl", &crl);
    let (status, root_crl) = get(server.http(), "/crl/root.crl").expect("the root's CRL");
    assert_eq!(status, 200);
    write(here, "root.crl", &root_crl);
    let shown = openssl(here, "crl -inform DER -in issuing.crl -noout -text").ok();
    assert!(shown.to_lowercase().contains(&serial), "{shown}");
    if let Some(judge) = &judge {
        judge
            .crl(&data.join("issuing.pem"), &here.join("issuing.crl"))
            .expect("a CRL of the issuing authority");
        judge.crl(&data.join("root.pem"), &here.join("root.crl")).expect("a CRL of the root");
        let refused = judge
            .path(
                &data.join("root.pem"),
                &here.join("chain.pem"),
                &here.join("leaf.pem"),
                &[here.join("issuing.crl"), here.join("root.crl")],
            )
            .expect_err("a revoked certificate");
        assert!(refused.to_string().to_lowercase().contains("revo"), "{refused}");
    }
}

/// Posts `ask.der`, has BouncyCastle verify the answer, and gives the status of its only certificate.
fn ocsp(server: &DevServer, folder: &Path, judge: Option<&Judge>) -> String {
    let asked = tests::tools::run(
        folder,
        "curl",
        &[
            "-sSf",
            "-H",
            "Content-Type: application/ocsp-request",
            "--data-binary",
            "@ask.der",
            "-o",
            "answer.der",
            &format!("http://{}/ocsp", server.http()),
        ],
    );
    assert_eq!(asked.status, 0, "{asked:?}");
    let shown = openssl(folder, "ocsp -respin answer.der -noverify -resp_text").ok();
    let status = shown
        .lines()
        .find_map(|line| line.trim().strip_prefix("Cert Status: "))
        .unwrap_or_else(|| panic!("no status: {shown}"))
        .to_owned();
    if let Some(judge) = judge {
        let said = judge
            .ocsp(&server.data().join("issuing.pem"), &folder.join("answer.der"))
            .expect("a valid answer");
        assert!(said.contains(&status), "BouncyCastle says {said}, OpenSSL {status}");
    }
    status
}

#[test]
fn a_device_may_bring_any_of_five_kinds_of_key() {
    let folder = tempfile::tempdir().expect("a folder");
    let here = folder.path();
    let server = DevServer::start(&here.join("data"));
    let kinds = [
        (
            "genpkey -algorithm EC -pkeyopt ec_paramgen_curve:SM2 -out k.pem",
            format!("-sm3 -sigopt {STANDARD_ID}"),
        ),
        ("genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out k.pem", "-sha256".to_owned()),
        ("genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-384 -out k.pem", "-sha384".to_owned()),
        ("genpkey -algorithm ED25519 -out k.pem", String::new()),
        ("genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out k.pem", "-sha256".to_owned()),
    ];
    for (number, (generate, sign)) in kinds.iter().enumerate() {
        openssl(here, generate).ok();
        openssl(here, &format!("req -new -key k.pem {sign} -subj /CN=device-{number} -out k.csr")).ok();
        keep_answer(here, &enroll(&server, here, "device/", "k.csr").ok());
        let verify =
            format!("verify -partial_chain -vfyopt {STANDARD_ID} -trusted data/issuing.pem leaf.pem");
        openssl(here, &verify).ok();
        assert_eq!(
            openssl(here, "x509 -in leaf.pem -noout -pubkey").ok(),
            openssl(here, "pkey -in k.pem -pubout").ok(),
            "the certificate holds the key that was brought"
        );
    }
}

#[test]
fn an_sm2_request_with_the_empty_identifier_is_told_how_to_mend_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let here = folder.path();
    let server = DevServer::start(&here.join("data"));
    openssl(here, "ecparam -name SM2 -genkey -noout -out device.key").ok();
    openssl(here, "req -new -key device.key -sm3 -subj /CN=camera -out device.csr").ok();
    let said = enroll(&server, here, "", "device.csr");
    let headers = fs::read_to_string(here.join("headers.txt")).expect("headers").to_lowercase();
    assert!(headers.starts_with("http/1.1 400"), "{headers}");
    assert!(headers.contains("ca-error: request-sm2-identifier-empty"), "{headers}");
    assert!(said.stdout.contains("-sigopt distid:1234567812345678"), "{said:?}");
    assert!(!ca(&server, &["list", "--format", "json"]).ok().contains("camera"), "nothing was stored");
}

#[test]
fn a_restart_keeps_the_root_the_certificates_and_their_status() {
    let folder = tempfile::tempdir().expect("a folder");
    let here = folder.path();
    let server = DevServer::start(&here.join("data"));
    let root = fs::read(server.data().join("root.pem")).expect("root.pem");
    sm2_request(here, "/CN=camera-0002");
    keep_answer(here, &enroll(&server, here, "", "device.csr").ok());
    let held = serial_of(here, "leaf.pem");
    ca(&server, &["hold", &held, "--yes"]).ok();
    sm2_request(here, "/CN=camera-0003");
    keep_answer(here, &enroll(&server, here, "", "device.csr").ok());
    let revoked = serial_of(here, "leaf.pem");
    ca(&server, &["revoke", &revoked, "--reason", "superseded", "--yes"]).ok();
    // As by a power failure: what was acknowledged must still be there.
    server.kill();

    let server = DevServer::start(&here.join("data"));
    assert_eq!(fs::read(server.data().join("root.pem")).expect("root.pem"), root);
    let listed = ca(&server, &["list", "--format", "json"]).ok();
    assert!(listed.contains(&held) && listed.contains(&revoked), "{listed}");
    openssl(here, "ocsp -issuer data/issuing.pem -cert leaf.pem -reqout ask.der").ok();
    assert_eq!(ocsp(&server, here, None), "revoked");

    ca(&server, &["release", &held, "--yes"]).ok();
    let refused = ca(&server, &["release", &revoked, "--yes"]);
    assert_eq!(refused.status, 1, "only holds are released: {refused:?}");
    assert!(server.terminate().success(), "SIGTERM ends the server in order");
}
