//! Subscribers who revoke their certificates with nothing but their keys.

use ca_core::algorithm::{KeySpec, Signer, Sm2Parameters};
use ca_core::key::PrivateKey;
use ca_core::x509::certificate::Certificate;
use ca_core::x509::extension::Extensions;
use ca_core::x509::name::{AttributeKind, Name};
use ca_core::x509::request::CertificationRequest;
use serde_json::json;

use crate::support::request::{certificates, enroll_body, rng};
use crate::support::server::Server;
use crate::support::signed::Draft;

const PATH: &str = "/api/v1/revocations";

/// A new key and a certificate of it.
fn subscriber(server: &Server, name: &str) -> (impl Signer + use<>, Certificate) {
    subscriber_with(server, name, KeySpec::Sm2)
}

fn subscriber_with(server: &Server, name: &str, spec: KeySpec) -> (impl Signer + use<>, Certificate) {
    let key = PrivateKey::generate(spec, &mut rng()).unwrap().into_signer(Sm2Parameters::Absent);
    let subject = Name::from_parts(&[(AttributeKind::CommonName, name.to_owned())]).unwrap();
    let request = CertificationRequest::create(&subject, &Extensions::default(), &key, &mut rng()).unwrap();
    let answer =
        enroll_body(server, "", &[("Accept", "application/x-pem-file")], request.to_pem().as_bytes());
    assert_eq!(answer.status, 200, "{}", answer.text());
    (key, certificates(&answer.body).remove(0))
}

#[test]
fn a_subscriber_needs_no_registration() {
    let server = Server::start();
    let (key, certificate) = subscriber(&server, "camera");
    let draft = Draft::post(
        &server,
        PATH,
        &json!({ "certificate": certificate.to_pem(), "reason": "keyCompromise" }),
    );
    let done = draft.send_with(&server, &draft.headers(&key));
    assert_eq!(done.status, 200, "{}", done.text());
    let view = done.json();
    assert_eq!((&view["status"], &view["reason"]), (&json!("revoked"), &json!("keyCompromise")));
    assert_eq!(view["serial"], certificate.serial().to_string());
    // The list that says so is there already.
    let list = server.plain().get("/crl/issuing.crl");
    let list = ca_core::x509::CertificateList::from_der(&list.body).unwrap();
    assert!(list.find(certificate.serial()).is_some());
    let again = draft.send_with(&server, &draft.headers(&key));
    assert_eq!((again.status, again.problem().as_str()), (401, "nonce-replayed"));
}

#[test]
fn a_key_of_any_kind_revokes_its_certificate() {
    let server = Server::start();
    let kinds = [KeySpec::P256, KeySpec::P384, KeySpec::Ed25519, KeySpec::Rsa { bits: 2048 }];
    for spec in kinds {
        let (key, certificate) = subscriber_with(&server, &format!("{spec} camera"), spec);
        let body = json!({ "certificate": certificate.to_pem(), "reason": "superseded" });
        let draft = Draft::post(&server, PATH, &body);
        let done = draft.send_with(&server, &draft.headers(&key));
        assert_eq!(done.status, 200, "{spec}: {}", done.text());
        assert_eq!(done.json()["status"], "revoked");
    }
}

#[test]
fn a_request_for_anything_else_is_none_for_this() {
    let server = Server::start();
    let (key, certificate) = subscriber(&server, "camera");
    let (other, _) = subscriber(&server, "other");
    let body = json!({ "certificate": certificate.to_pem(), "reason": "superseded" });
    let draft = || Draft::post(&server, PATH, &body);
    let refused = |draft: &Draft, headers: &[(&'static str, String)], status: u16, code: &str| {
        let answer = draft.send_with(&server, headers);
        let problem = answer.problem();
        assert_eq!((answer.status, problem.as_str()), (status, code), "{}", answer.text());
    };
    refused(&draft(), &[("Content-Type", "application/json".to_owned())], 401, "request-unsigned");
    refused(&draft(), &draft().headers(&other), 401, "request-key-mismatch");
    // Signed for another path, another server, another method.
    let elsewhere = Draft { path: "/api/v1/certificates".to_owned(), ..draft() };
    refused(&draft(), &elsewhere.headers(&key), 401, "invalid-request-signature");
    let abroad = Draft { authority: "ca.example".to_owned(), ..draft() };
    refused(&draft(), &abroad.headers(&key), 401, "invalid-request-signature");
    let put = Draft { method: "PUT", ..draft() };
    refused(&draft(), &put.headers(&key), 401, "invalid-request-signature");
    // The key of a subscriber opens nothing that is an administrator's.
    let list = Draft::get(&server, "/api/v1/certificates");
    refused(&list, &list.headers(&key), 401, "administrator-unknown");
    let revoke = format!("/api/v1/certificates/issuing/{}/revoke", certificate.serial());
    let revoke = Draft::post(&server, &revoke, &json!({ "reason": "superseded" }));
    refused(&revoke, &revoke.headers(&key), 401, "administrator-unknown");
    for (body, status, code) in [
        (json!({ "reason": "superseded" }), 400, "malformed-json"),
        (json!({ "certificate": "none", "reason": "superseded" }), 400, "malformed-certificate"),
        (
            json!({ "certificate": certificate.to_pem(), "reason": "superseded", "serial": "43" }),
            400,
            "malformed-json",
        ),
    ] {
        let draft = Draft::post(&server, PATH, &body);
        refused(&draft, &draft.headers(&key), status, code);
    }
    assert_eq!(server.secure().get(PATH).status, 405);
    assert_eq!(server.plain().send("POST", PATH, &[], b"").status, 404);
    let list = server.plain().get("/crl/issuing.crl");
    assert!(
        ca_core::x509::CertificateList::from_der(&list.body).unwrap().find(certificate.serial()).is_none()
    );
}
