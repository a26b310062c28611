//! Clients that send too much, too little or too slowly.

use std::time::{Duration, Instant};

use crate::support::client::head;
use crate::support::request::basic;
use crate::support::server::Server;
use crate::support::signed::Draft;

/// An answer must come well before this.
const SOON: Duration = Duration::from_secs(5);

const IMPATIENT: &[(&str, &str)] =
    &[("CITYCA__LIMITS__BODY_TIMEOUT_SECONDS", "1"), ("CITYCA__LIMITS__HEADER_TIMEOUT_SECONDS", "1")];

fn enroll_head(server: &Server, length: &str) -> String {
    let authorization = basic(&server.credentials());
    let headers = [
        ("Authorization", authorization.as_str()),
        ("Content-Type", "application/pkcs10"),
        ("Content-Length", length),
    ];
    head(server.https, "POST", "/.well-known/est/simpleenroll", &headers, None)
}

#[test]
fn bodies_that_are_too_large_are_refused_before_they_are_read() {
    let server = Server::start();
    for length in [65 * 1024, 1024 * 1024, 100 * 1024 * 1024] {
        let begun = Instant::now();
        let mut connection = server.secure().connect();
        connection.write(enroll_head(&server, &length.to_string()).as_bytes());
        let response = connection.response();
        assert_eq!((response.status, response.est_error().as_str()), (413, "body-too-large"));
        assert!(begun.elapsed() < SOON);
    }
    let mut draft = Draft::post(&server, "/api/v1/certificates", &serde_json::json!({}));
    draft.body = vec![b' '; 1024 * 1024 + 1];
    let response = draft.send(&server);
    assert_eq!((response.status, response.problem().as_str()), (413, "body-too-large"));
    assert_eq!(server.plain().get("/readyz").status, 200);
}

#[test]
fn a_body_in_chunks_is_bounded_too() {
    let server = Server::start();
    let mut connection = server.plain().connect();
    let headers = [("Content-Type", "application/ocsp-request"), ("Transfer-Encoding", "chunked")];
    connection.write(head(server.http, "POST", "/ocsp", &headers, None).as_bytes());
    let chunk = format!("4000\r\n{}\r\n", "0".repeat(0x4000));
    for _ in 0..8 {
        connection.write(chunk.as_bytes());
    }
    let response = connection.response();
    assert_eq!((response.status, response.header("connection")), (413, Some("close")));
}

#[test]
fn half_a_body_and_silence_ends_with_a_timeout() {
    let server = Server::start_with(IMPATIENT);
    let begun = Instant::now();
    let mut connection = server.secure().connect();
    connection.write(enroll_head(&server, "1000").as_bytes());
    connection.write(&[b'A'; 500]);
    let response = connection.response();
    assert_eq!((response.status, response.est_error().as_str()), (408, "body-too-slow"));
    assert!(begun.elapsed() < SOON);
    assert!(connection.is_closed());
    assert_eq!(server.plain().get("/readyz").status, 200);
}

#[test]
fn a_body_in_chunks_that_nobody_reads_ends_with_the_connection() {
    let server = Server::start_with(IMPATIENT);
    for (target, status) in [("/ocsp", 408), ("/nowhere", 404), ("/healthz", 404)] {
        let begun = Instant::now();
        let mut connection = server.plain().connect();
        let headers = [("Content-Type", "application/ocsp-request"), ("Transfer-Encoding", "chunked")];
        connection.write(head(server.http, "POST", target, &headers, None).as_bytes());
        connection.write(b"5\r\nab");
        let response = connection.response();
        assert_eq!((response.status, response.header("connection")), (status, Some("close")), "{target}");
        assert!(connection.is_closed(), "{target}");
        assert!(begun.elapsed() < SOON, "{target}");
    }
}

#[test]
fn a_body_in_chunks_that_is_read_leaves_the_connection_open() {
    let server = Server::start();
    let mut connection = server.plain().connect();
    let headers = [("Content-Type", "application/ocsp-request"), ("Transfer-Encoding", "chunked")];
    for _ in 0..2 {
        connection.write(head(server.http, "POST", "/ocsp", &headers, None).as_bytes());
        connection.write(b"2\r\n\x30\x00\r\n0\r\n\r\n");
        let response = connection.response();
        assert_eq!((response.status, response.header("connection")), (400, None));
    }
}

#[test]
fn half_a_head_and_silence_ends_with_a_timeout() {
    let server = Server::start_with(IMPATIENT);
    let mut connection = server.plain().connect();
    connection.write(b"GET /healthz HTTP/1.1\r\nHost: ");
    assert_eq!(connection.response().status, 408);
}

#[test]
fn half_a_body_and_the_end_is_no_request() {
    let server = Server::start();
    let mut connection = server.plain().connect();
    let headers = [("Content-Type", "application/ocsp-request")];
    connection.write(head(server.http, "POST", "/ocsp", &headers, Some(100)).as_bytes());
    connection.write(&[0x30; 50]);
    connection.finish();
    drop(connection);
    assert_eq!(server.plain().get("/readyz").status, 200);
}

#[test]
fn what_is_no_http_is_refused_and_the_server_serves_on() {
    let server = Server::start();
    for garbage in [&b"\x00\x01\x02\r\n\r\n"[..], b"GET\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n"] {
        let mut connection = server.plain().connect();
        connection.write(garbage);
        assert_eq!(connection.response().status, 400, "{garbage:?}");
    }
    let mut connection = server.plain().connect();
    connection.write(b"GET / HTTP/1.1\r\n");
    connection.write(format!("X: {}\r\n\r\n", "a".repeat(1024 * 1024)).as_bytes());
    let status = connection.response().status;
    assert!((400..500).contains(&status), "{status}");
    assert_eq!(server.plain().get("/readyz").status, 200);
}
