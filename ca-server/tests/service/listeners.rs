//! Which listener answers what.

use crate::support::request::{basic, enroll};
use crate::support::server::Server;

#[test]
fn plain_http_has_status_and_health_and_nothing_else() {
    let server = Server::start();
    for path in ["/healthz", "/readyz", "/metrics", "/crl/issuing.crl", "/ca/root.cer"] {
        assert_eq!(server.plain().get(path).status, 200, "{path}");
        assert_eq!(server.secure().get(path).status, 200, "{path}");
    }
    for path in ["/.well-known/est/cacerts", "/api/openapi.json", "/api/v1/certificates", "/"] {
        let response = server.plain().get(path);
        assert_eq!((response.status, response.problem().as_str()), (404, "no-such-resource"), "{path}");
    }
}

#[test]
fn metrics_count_what_was_done() {
    let server = Server::start();
    enroll(&server, "counted");
    let text = server.plain().get("/metrics").text();
    assert!(text.contains("cityca_certificates_issued_total{profile=\"device\"} 1"), "{text}");
    assert!(text.contains("route=\"/.well-known/est/simpleenroll\""), "{text}");
}

#[test]
fn only_modern_tls_is_spoken() {
    let server = Server::start();
    // A ClientHello of TLS 1.0 is answered with an alert, and the server serves on.
    let hello = [0x16, 0x03, 0x01, 0x00, 0x05, 0x01, 0x00, 0x00, 0x01, 0x03];
    let mut peer = crate::support::client::Peer::plain(server.https).connect();
    peer.write(&hello);
    peer.finish();
    let mut peer = crate::support::client::Peer::plain(server.https).connect();
    peer.write(b"GET / HTTP/1.1\r\n\r\n");
    drop(peer);
    assert_eq!(server.secure().get("/healthz").status, 200);
}

#[test]
fn the_log_says_who_did_what_and_no_secret() {
    let server = Server::start_with(&[("CITYCA__LOG__FORMAT", "json"), ("CITYCA__LOG__FILTER", "trace")]);
    let device = enroll(&server, "logged");
    let credentials = server.credentials();
    let (user, password) = credentials.split_once(':').unwrap();
    let log = server.log();
    let request = log
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap())
        .find(|event| event["message"] == "request" && event["actor"] == format!("enroller:{user}"))
        .unwrap();
    assert_eq!(request["authority"], "issuing");
    assert_eq!(request["serial"], device.serial().to_string());
    assert_eq!(request["outcome"], "done");
    assert!(request["request_id"].is_string());
    for secret in [password, basic(&credentials).trim_start_matches("Basic ")] {
        assert!(!log.contains(secret), "the log holds the password");
    }
}
