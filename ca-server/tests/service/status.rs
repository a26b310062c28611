//! What relying parties see: OCSP and CRLs, before and after a revocation.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ca_core::ocsp::{CertStatus, OcspResponse, ResponseStatus};
use ca_core::x509::certificate::Certificate;
use ca_core::x509::crl::CertificateList;

use crate::support::client::Response;
use crate::support::ocsp;
use crate::support::request::{certificates, enroll};
use crate::support::server::Server;
use crate::support::signed::Draft;

const OCSP: (&str, &str) = ("Content-Type", "application/ocsp-request");

fn issuing(server: &Server) -> Certificate {
    certificates(&server.file("issuing.pem")).remove(0)
}

fn answer(response: &Response) -> OcspResponse {
    assert_eq!(response.header("content-type"), Some("application/ocsp-response"), "{response:?}");
    OcspResponse::from_der(&response.body).unwrap()
}

fn first(response: &OcspResponse) -> CertStatus {
    response.basic().unwrap().answers()[0].status
}

fn status(server: &Server, certificate: &Certificate) -> CertStatus {
    let body = ocsp::request_for(&issuing(server), certificate);
    let response = server.plain().send("POST", "/ocsp", &[OCSP], &body);
    assert_eq!(response.status, 200);
    first(&answer(&response))
}

fn crl(server: &Server, authority: &str) -> (Response, CertificateList) {
    let response = server.plain().get(&format!("/crl/{authority}.crl"));
    assert_eq!((response.status, response.header("content-type")), (200, Some("application/pkix-crl")));
    let list = CertificateList::from_der(&response.body).unwrap();
    (response, list)
}

fn change(server: &Server, certificate: &Certificate, verb: &str, body: serde_json::Value) -> Response {
    let path = format!("/api/v1/certificates/issuing/{}/{verb}", certificate.serial());
    Draft::post(server, &path, &body).send(server)
}

#[test]
fn a_revocation_is_in_the_next_ocsp_answer_and_the_next_crl() {
    let server = Server::start();
    let device = enroll(&server, "device-1");
    assert!(matches!(status(&server, &device), CertStatus::Good));
    let (_, before) = crl(&server, "issuing");
    assert!(before.revoked().is_empty());

    let response = change(&server, &device, "revoke", serde_json::json!({ "reason": "keyCompromise" }));
    assert_eq!(response.status, 200, "{}", response.text());
    assert_eq!(response.json()["status"], "revoked");
    assert_eq!(response.json()["reason"], "keyCompromise");

    assert!(matches!(status(&server, &device), CertStatus::Revoked { .. }));
    let (_, after) = crl(&server, "issuing");
    after.verify_signed_by(&issuing(&server).public_key().unwrap()).unwrap();
    assert!(after.number().unwrap() > before.number().unwrap());
    assert_eq!(after.revoked().len(), 1);
    assert_eq!(after.revoked()[0].serial, *device.serial());
}

#[test]
fn a_held_certificate_is_revoked_until_it_is_released() {
    let server = Server::start();
    let device = enroll(&server, "device-2");
    assert_eq!(change(&server, &device, "hold", serde_json::json!({})).json()["status"], "held");
    assert!(matches!(status(&server, &device), CertStatus::Revoked { .. }));
    assert_eq!(crl(&server, "issuing").1.revoked().len(), 1);
    assert_eq!(change(&server, &device, "release", serde_json::json!({})).json()["status"], "good");
    assert!(matches!(status(&server, &device), CertStatus::Good));
    let again = change(&server, &device, "release", serde_json::json!({}));
    assert_eq!(again.status, 409, "{}", again.text());
    again.problem();
}

#[test]
fn ocsp_is_answered_by_get_too_and_may_then_be_kept() {
    let server = Server::start();
    let device = enroll(&server, "device-3");
    let request = STANDARD.encode(ocsp::request_for(&issuing(&server), &device));
    let escaped = request.replace('+', "%2B").replace('/', "%2F").replace('=', "%3D");
    for target in [format!("/ocsp/{request}"), format!("/ocsp//{request}"), format!("/ocsp/{escaped}")] {
        let response = server.plain().get(&target);
        assert_eq!(response.status, 200, "{target}");
        assert!(matches!(first(&answer(&response)), CertStatus::Good));
        assert!(response.header("cache-control").unwrap().contains("max-age="));
        for header in ["etag", "expires", "last-modified"] {
            assert!(response.header(header).is_some(), "{header}");
        }
    }
}

#[test]
fn a_kept_answer_is_the_same_until_the_status_changes() {
    let server = Server::start();
    let (device, other) = (enroll(&server, "device-5"), enroll(&server, "device-6"));
    let body = ocsp::request_for(&issuing(&server), &device);
    let target = format!("/ocsp/{}", STANDARD.encode(&body));
    let post = || server.plain().send("POST", "/ocsp", &[OCSP], &body);
    let first_answer = post();
    assert_eq!(first_answer.header("cache-control"), Some("no-store"));
    for answer in [post(), server.plain().get(&target), server.secure().send("POST", "/ocsp", &[OCSP], &body)]
    {
        assert_eq!((answer.status, &answer.body), (200, &first_answer.body));
        assert_eq!(answer.header("content-type"), Some("application/ocsp-response"));
    }
    let tag = server.plain().get(&target).header("etag").unwrap().to_owned();
    let weak = format!("\"other\", W/{tag}");
    for known in [tag.as_str(), "*", weak.as_str()] {
        let answer = server.plain().send("GET", &target, &[("If-None-Match", known)], b"");
        assert_eq!((answer.status, answer.body.len()), (304, 0), "{known}");
        assert_eq!(answer.header("etag"), Some(tag.as_str()));
        assert!(answer.header("cache-control").unwrap().contains("max-age=60"));
    }
    let text = server.plain().get("/metrics").text();
    assert!(text.contains("\ncityca_ocsp_kept_answers 1\n"), "{text}");
    assert!(text.contains("cityca_ocsp_kept_answers_total{listener=\"http\",method=\"GET\"} 5"), "{text}");

    change(&server, &other, "hold", serde_json::json!({}));
    assert_eq!(post().body, first_answer.body, "another certificate's matter");
    change(&server, &device, "revoke", serde_json::json!({ "reason": "keyCompromise" }));
    let answer = server.plain().send("GET", &target, &[("If-None-Match", &tag)], b"");
    assert_eq!(answer.status, 200);
    for body in [answer.body, post().body] {
        assert!(matches!(first(&OcspResponse::from_der(&body).unwrap()), CertStatus::Revoked { .. }));
    }
}

#[test]
fn a_nonce_comes_back_and_the_answer_is_not_kept() {
    let server = Server::start();
    let device = enroll(&server, "device-4");
    let body = ocsp::request(&issuing(&server), device.serial().as_bytes(), Some(b"0123456789abcdef"));
    let response = server.plain().send("POST", "/ocsp", &[OCSP], &body);
    assert_eq!(response.header("cache-control"), Some("no-store"));
    let nonce = [b"\x04\x10".as_slice(), b"0123456789abcdef"].concat();
    assert!(response.body.windows(nonce.len()).any(|window| window == nonce));
}

#[test]
fn serials_that_were_never_given_are_unknown() {
    let server = Server::start();
    let body = ocsp::request(&issuing(&server), &[0x43, 1, 2, 3], None);
    let response = server.plain().send("POST", "/ocsp", &[OCSP], &body);
    assert!(matches!(first(&answer(&response)), CertStatus::Unknown));
    assert_eq!(response.header("cache-control"), Some("no-store"));
    let response = server.plain().get(&format!("/ocsp/{}", STANDARD.encode(&body)));
    assert!(matches!(first(&answer(&response)), CertStatus::Unknown));
    assert_eq!((response.header("cache-control"), response.header("etag")), (Some("no-store"), None));
}

#[test]
fn requests_made_to_hurt_are_malformed() {
    let server = Server::start();
    let (issuer, peer) = (issuing(&server), server.plain());
    let nonce = |length: usize| ocsp::request(&issuer, &[0x43], Some(&vec![7; length]));
    let many = |count: usize| ocsp::request_for_many(&issuer, &vec![vec![0x43, 1]; count]);
    let nested = [0x30, 0x82, 0x10, 0x00].repeat(4000);
    let indefinite = [0x30, 0x80].repeat(8000);
    let cases = [
        ("no nonce at all", 400, nonce(0)),
        ("too long a nonce", 400, nonce(129)),
        ("too many certificates", 400, many(101)),
        ("far too many certificates", 413, many(10_000)),
        ("elements in elements", 400, nested),
        ("elements without an end", 400, indefinite),
        ("nothing but lengths", 400, vec![0xff; 16 * 1024]),
        ("octets behind", 400, [many(1), vec![0]].concat()),
    ];
    for (what, expected, body) in cases {
        let response = peer.send("POST", "/ocsp", &[OCSP], &body);
        assert_eq!(response.status, expected, "{what}");
        assert_eq!(answer(&response).status(), ResponseStatus::MalformedRequest, "{what}");
        if body.len() < 2000 {
            let response = peer.get(&format!("/ocsp/{}", STANDARD.encode(&body)));
            assert_eq!(
                (response.status, answer(&response).status()),
                (400, ResponseStatus::MalformedRequest)
            );
        }
    }
    for body in [nonce(1), nonce(128), many(100)] {
        let response = peer.send("POST", "/ocsp", &[OCSP], &body);
        assert_eq!((response.status, answer(&response).status()), (200, ResponseStatus::Successful));
    }
    let good = STANDARD.encode(many(1));
    for path in ["/ocsp/====", "/ocsp/%", "/ocsp/%zz", "/ocsp/a//b//c", "/ocsp//", "/ocsp///"] {
        let response = peer.get(path);
        assert_eq!(
            (response.status, answer(&response).status()),
            (400, ResponseStatus::MalformedRequest),
            "{path}"
        );
    }
    for path in [format!("/ocsp/{good}%00"), format!("/ocsp/{}", "A".repeat(5000)), format!("/ocsp/{good}/x")]
    {
        assert_eq!(peer.get(&path).status, 400, "{path}");
    }
}

#[test]
fn what_is_no_ocsp_request_gets_an_ocsp_error() {
    let server = Server::start();
    let peer = server.plain();
    let cases = [
        (400, peer.send("POST", "/ocsp", &[OCSP], b"")),
        (400, peer.send("POST", "/ocsp", &[OCSP], b"hello")),
        (400, peer.send("POST", "/ocsp", &[OCSP], &[0x30, 0x80, 0, 0])),
        (415, peer.send("POST", "/ocsp", &[("Content-Type", "text/plain")], b"hello")),
        (400, peer.get("/ocsp/$$$$")),
        (400, peer.get("/ocsp/")),
        (413, peer.send("POST", "/ocsp", &[OCSP], &vec![0x30; 65 * 1024])),
    ];
    for (expected, response) in cases {
        assert_eq!(response.status, expected);
        assert_eq!(answer(&response).status(), ResponseStatus::MalformedRequest);
        assert_eq!(response.header("cache-control"), Some("no-store"));
    }
    let other = peer.send("PUT", "/ocsp", &[], b"");
    assert_eq!((other.status, other.header("allow")), (405, Some("GET, HEAD, POST")));
    // A HEAD is answered as a GET, without the body.
    assert_eq!(peer.send("HEAD", "/ocsp/$$$$", &[], b"").status, 400);
}

#[test]
fn the_roots_crl_is_published_too_and_crls_can_be_asked_for_conditionally() {
    let server = Server::start();
    let root = certificates(&server.file("root.pem")).remove(0);
    let (response, list) = crl(&server, "root");
    list.verify_signed_by(&root.public_key().unwrap()).unwrap();
    let (tag, date) = (response.header("etag").unwrap(), response.header("last-modified").unwrap());
    for header in [("If-None-Match", tag), ("If-Modified-Since", date)] {
        let known = server.plain().send("GET", "/crl/root.crl", &[header], b"");
        assert_eq!((known.status, known.body.len()), (304, 0), "{header:?}");
    }
    let other = server.plain().send("GET", "/crl/root.crl", &[("If-None-Match", "\"x\"")], b"");
    assert_eq!(other.status, 200);
}

#[test]
fn ca_certificates_are_where_certificates_say() {
    let server = Server::start();
    for authority in ["root", "issuing"] {
        let response = server.plain().get(&format!("/ca/{authority}.cer"));
        assert_eq!(response.header("content-type"), Some("application/pkix-cert"));
        let expected = certificates(&server.file(&format!("{authority}.pem"))).remove(0);
        assert_eq!(Certificate::from_der(&response.body).unwrap(), expected);
    }
    for path in ["/ca/nobody.cer", "/crl/nobody.crl"] {
        let response = server.plain().get(path);
        assert_eq!((response.status, response.problem().as_str()), (404, "unknown-authority"));
    }
}
