//! Enrolment over EST.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ca_core::algorithm::KeySpec;
use ca_core::x509::certificate::Certificate;

use crate::support::request::{basic, certificates, csr, enroll, enroll_body};
use crate::support::server::Server;

fn only(certificates: Vec<Certificate>) -> Certificate {
    assert_eq!(certificates.len(), 1);
    certificates.into_iter().next().unwrap()
}

#[test]
fn a_device_gets_leaf_and_chain_as_pem() {
    let server = Server::start();
    let request = csr(KeySpec::Sm2, "device-1");
    let pem = request.to_pem();
    let response = enroll_body(&server, "", &[("Accept", "application/x-pem-file")], pem.as_bytes());
    assert_eq!(response.status, 200, "{}", response.text());
    assert_eq!(response.header("content-type"), Some("application/x-pem-file"));
    let chain = certificates(&response.body);
    assert_eq!(chain.len(), 2, "leaf and issuing authority");
    let root = only(certificates(&server.file("root.pem")));
    let issuing = only(certificates(&server.file("issuing.pem")));
    assert_eq!(chain[1], issuing);
    assert_eq!(chain[0].subject().to_string(), "CN=device-1");
    assert_eq!(chain[0].spki_der(), request.spki_der());
    chain[0].verify_signed_by(&issuing.public_key().unwrap()).unwrap();
    issuing.verify_signed_by(&root.public_key().unwrap()).unwrap();
    root.verify_signed_by(&root.public_key().unwrap()).unwrap();
}

#[test]
fn requests_come_in_base64_pem_or_der_and_answers_go_out_as_pkcs7() {
    let server = Server::start();
    let request = csr(KeySpec::Sm2, "device-2");
    let base64 = STANDARD.encode(request.der());
    for body in [base64.as_bytes(), request.to_pem().as_bytes(), request.der()] {
        let response = enroll_body(&server, "", &[], body);
        assert_eq!(response.status, 200, "{}", response.text());
        assert_eq!(response.header("content-type"), Some("application/pkcs7-mime; smime-type=certs-only"));
        let text = response.text();
        assert!(text.lines().all(|line| line.len() <= 76));
        let der = STANDARD.decode(text.replace('\n', "")).unwrap();
        let issued = enclosed(&der);
        assert_eq!(only(issued).subject().to_string(), "CN=device-2");
    }
}

/// The certificates of a certs-only message: its only elements that begin like one and parse.
fn enclosed(der: &[u8]) -> Vec<Certificate> {
    // ContentInfo, [0], SignedData, version, digestAlgorithms, encapContentInfo, [0].
    let marker = der.windows(2).position(|window| window == [0xa0, 0x82]).unwrap();
    let inner = &der[marker + 4..];
    let set = inner.windows(2).position(|window| window == [0xa0, 0x82]).unwrap();
    let length = usize::from(inner[set + 2]) << 8 | usize::from(inner[set + 3]);
    let mut rest = &inner[set + 4..set + 4 + length];
    let mut found = Vec::new();
    while !rest.is_empty() {
        let length = 4 + (usize::from(rest[2]) << 8 | usize::from(rest[3]));
        found.push(Certificate::from_der(&rest[..length]).unwrap());
        rest = &rest[length..];
    }
    found
}

#[test]
fn devices_may_have_keys_of_every_kind() {
    let server = Server::start();
    let specs = [KeySpec::Sm2, KeySpec::P256, KeySpec::P384, KeySpec::Ed25519, KeySpec::Rsa { bits: 2048 }];
    for spec in specs {
        let response = enroll_body(&server, "", &[], csr(spec, "device-3").der());
        assert_eq!(response.status, 200, "{spec}: {}", response.text());
        let response = enroll_body(&server, "/device", &[], csr(spec, "device-3").der());
        assert_eq!(response.status, 200, "{spec}: {}", response.text());
    }
}

#[test]
fn authorities_and_attributes_are_given_to_anyone() {
    let server = Server::start();
    for label in ["", "/device", "/service"] {
        let response = server.secure().get(&format!("/.well-known/est{label}/cacerts"));
        assert_eq!(response.status, 200, "{}", response.text());
        assert_eq!(response.header("content-type"), Some("application/pkcs7-mime"));
        let der = STANDARD.decode(response.text().replace('\n', "")).unwrap();
        let given = enclosed(&der);
        let root = only(certificates(&server.file("root.pem")));
        let issuing = only(certificates(&server.file("issuing.pem")));
        assert_eq!(given.len(), 2);
        assert!(given.contains(&root) && given.contains(&issuing));
    }
    let response = server.secure().get("/.well-known/est/csrattrs");
    assert_eq!((response.status, response.header("content-type")), (200, Some("application/csrattrs")));
    let der = STANDARD.decode(response.text().replace('\n', "")).unwrap();
    assert_eq!(der[0], 0x30, "CsrAttrs is a SEQUENCE");
}

#[test]
fn without_the_right_password_nobody_enrols() {
    let server = Server::start();
    let body = csr(KeySpec::Sm2, "device-4").to_pem();
    let user = server.credentials().split(':').next().unwrap().to_owned();
    let wrong = [
        (None, "credentials-missing"),
        (Some("Bearer abc".to_owned()), "credentials-malformed"),
        (Some("Basic !".to_owned()), "credentials-malformed"),
        (Some(basic(&format!("{user}:wrong"))), "wrong-credentials"),
        (Some(basic("nobody:wrong")), "wrong-credentials"),
        (Some(basic(&format!("{user}:"))), "wrong-credentials"),
    ];
    for (authorization, code) in wrong {
        let mut headers = vec![("Content-Type", "application/pkcs10")];
        if let Some(value) = &authorization {
            headers.push(("Authorization", value));
        }
        let path = "/.well-known/est/simpleenroll";
        let response = server.secure().send("POST", path, &headers, body.as_bytes());
        assert_eq!(response.status, 401, "{authorization:?}");
        assert_eq!(response.est_error(), code);
        assert!(response.header("www-authenticate").unwrap().starts_with("Basic realm="));
    }
}

#[test]
fn bad_requests_are_refused_in_one_line_that_names_the_fault() {
    let server = Server::start();
    let good = csr(KeySpec::Sm2, "device-5");
    let mut trailing = good.der().to_vec();
    trailing.push(0);
    let mut forged = good.der().to_vec();
    *forged.last_mut().unwrap() ^= 1;
    let truncated = &good.der()[..good.der().len() - 10];
    let nested = [0x30, 0x80].repeat(2000);
    let deep = deeply_nested(200);
    let bodies: [(&str, &[u8]); 8] = [
        ("empty", b""),
        ("text", b"hello"),
        ("truncated", truncated),
        ("trailing", &trailing),
        ("forged", &forged),
        ("indefinite", &nested),
        ("deep", &deep),
        ("another object", &server.file("root.pem")),
    ];
    for (what, body) in bodies {
        let response = enroll_body(&server, "", &[], body);
        assert!((400..500).contains(&response.status), "{what}: {}", response.status);
        assert!(!response.est_error().is_empty());
        assert!(response.text().len() > 20, "{what}: {}", response.text());
    }
    let unknown = enroll_body(&server, "/no-such-profile", &[], good.der());
    assert_eq!((unknown.status, unknown.est_error().as_str()), (404, "unknown-label"));
    let html = enroll_body(&server, "", &[("Content-Type", "text/html")], good.der());
    assert_eq!((html.status, html.est_error().as_str()), (415, "unsupported-media-type"));
    let later = server.secure().send("POST", "/.well-known/est/serverkeygen", &[], b"");
    assert_eq!((later.status, later.est_error().as_str()), (501, "not-implemented"));
    let get = server.secure().get("/.well-known/est/simpleenroll");
    assert_eq!((get.status, get.header("allow")), (405, Some("POST")));
    let nothing = server.secure().get("/.well-known/est/device/nothing");
    assert_eq!((nothing.status, nothing.est_error().as_str()), (404, "no-such-operation"));
    enroll(&server, "device-5");
}

/// SEQUENCEs in one another, with definite lengths.
fn deeply_nested(depth: usize) -> Vec<u8> {
    let mut inner = vec![0x05, 0x00];
    for _ in 0..depth {
        let length = inner.len();
        let mut outer = vec![0x30, 0x82, (length >> 8) as u8, length as u8];
        outer.extend(inner);
        inner = outer;
    }
    inner
}
