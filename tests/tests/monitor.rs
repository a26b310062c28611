//! `ca monitor` against a real server, and against documents that someone else serves wrongly.
#![allow(clippy::disallowed_methods, reason = "the files of a test are temporary")]

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::Value;
use tests::https::{Client, trust};
use tests::requester::{Access, request};
use tests::server::{DevServer, get};
use tests::tools::{Ran, ca, run};
use tests::workspace::program;

fn monitor(folder: &Path, arguments: &str) -> (i32, Value) {
    let words: Vec<&str> = ["--format", "json", "monitor"].into_iter().chain(arguments.split(' ')).collect();
    let ran = run(folder, program("ca"), &words);
    let report = serde_json::from_str(&ran.stdout).unwrap_or_else(|_| panic!("{ran:?}"));
    (ran.status, report)
}

/// The codes of what is wrong, check by check.
fn codes(report: &Value) -> Vec<Vec<String>> {
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let checks = list(&report["checks"]).into_iter();
    let of = |check: Value| {
        list(&check["problems"]).iter().map(|one| one["code"].as_str().expect("a code").to_owned()).collect()
    };
    checks.map(of).collect()
}

fn enroll(server: &DevServer, name: &str) -> String {
    let access = Access::read(server.data());
    let mut client = Client::new(server.https(), trust(&server.data().join("tls-ca.pem")));
    let certificate = access.enroll(&mut client, &request(name)).expect("an answer").expect("a certificate");
    std::fs::write(server.data().join(format!("{name}.pem")), certificate.to_pem()).expect("a file");
    certificate.serial().to_string()
}

/// What is served at a path: media type, and the body at once or without end.
#[derive(Clone)]
enum Served {
    Whole(&'static str, Vec<u8>),
    /// An octet now and then.
    Dripping(Vec<u8>),
}

/// Serves documents as they are put, whatever they are.
struct Elsewhere {
    address: SocketAddr,
    documents: Arc<Mutex<HashMap<String, Served>>>,
}

impl Elsewhere {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address");
        let documents = Arc::new(Mutex::new(HashMap::<String, Served>::new()));
        let kept = Arc::clone(&documents);
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let kept = Arc::clone(&kept);
                std::thread::spawn(move || answer(stream, &kept));
            }
        });
        Self { address, documents }
    }

    fn put(&self, path: &str, served: Served) {
        self.documents.lock().expect("no reader panics").insert(path.to_owned(), served);
    }
}

fn answer(stream: std::net::TcpStream, documents: &Mutex<HashMap<String, Served>>) {
    let mut reader = BufReader::new(stream);
    let (mut first, mut length) = (String::new(), 0);
    reader.read_line(&mut first).expect("a request");
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).expect("a header");
        if line.trim().is_empty() {
            break;
        }
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().expect("a length");
        }
    }
    reader.read_exact(&mut vec![0; length]).expect("a body");
    let path = first.split(' ').nth(1).expect("a path").to_owned();
    let served = documents.lock().expect("no writer panics").get(&path).cloned();
    let stream = reader.get_mut();
    match served {
        None => drop(
            stream.write_all(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"),
        ),
        Some(Served::Whole(kind, body)) => {
            let head = format!(
                "HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
                body.len()
            );
            drop(stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(&body)));
        }
        Some(Served::Dripping(body)) => {
            let head = "HTTP/1.1 200 OK\r\nContent-Type: application/pkix-crl\r\nConnection: close\r\n\r\n";
            let mut sent = stream.write_all(head.as_bytes());
            for octet in body {
                sent = sent.and_then(|()| stream.write_all(&[octet]));
                std::thread::sleep(Duration::from_millis(100));
            }
        }
    }
}

#[test]
fn what_is_well_is_told_in_text_json_figures_and_state() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = DevServer::start(&folder.path().join("data"));
    let (here, http) = (server.data(), server.http());
    let serial = enroll(&server, "camera");
    let targets = format!(
        "[[authority]]\nissuer = \"root.pem\"\ncrl = [\"http://{http}/crl/root.crl\"]\n\n\
         [[authority]]\nissuer = \"issuing.pem\"\ncrl = [\"http://{http}/crl/issuing.crl\"]\n\
         ocsp = [\"http://{http}/ocsp\"]\ncertificate = [\"camera.pem\"]\n"
    );
    std::fs::write(here.join("monitor.toml"), targets).expect("a file");
    let arguments = "monitor.toml --state state.json --metrics cityca.prom";
    let (status, report) = monitor(here, arguments);
    assert_eq!((status, &report["well"]), (0, &true.into()), "{report}");
    let checks = report["checks"].as_array().expect("checks");
    let kinds: Vec<&str> = checks.iter().map(|check| check["kind"].as_str().expect("a kind")).collect();
    assert_eq!(kinds, ["crl", "crl", "ocsp"]);
    assert_eq!((&checks[2]["status"], &checks[2]["serial"]), (&"good".into(), &serial.clone().into()));
    let figures = std::fs::read_to_string(here.join("cityca.prom")).expect("figures");
    assert!(
        figures.contains(&format!("cityca_monitor_ok{{kind=\"crl\",url=\"http://{http}/crl/root.crl\"}} 1")),
        "{figures}"
    );
    let text = run(here, program("ca"), &["monitor", "monitor.toml"]).ok();
    assert!(text.contains("all is well") && text.contains("OCSP http://"), "{text}");

    ca(&server, &["revoke", &serial, "--reason", "superseded", "--yes"]).ok();
    let (status, later) = monitor(here, arguments);
    let checks = later["checks"].as_array().expect("checks");
    assert_eq!(
        (status, &checks[2]["status"], &checks[1]["entries"]),
        (0, &"revoked".into(), &1.into()),
        "{later}"
    );
    let number =
        |report: &Value| report["checks"][1]["number"].as_str().and_then(|text| text.parse::<u64>().ok());
    assert!(number(&later) > number(&report), "{later}");

    let (status, soon) = monitor(here, &format!("{arguments} --warn-before 365d"));
    assert_eq!((status, &soon["warned"], &soon["failed"]), (1, &2.into(), &0.into()), "{soon}");
    assert_eq!(codes(&soon)[0], ["ends-soon"]);
}

#[test]
fn what_is_wrong_is_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = DevServer::start(&folder.path().join("data"));
    let (here, http) = (server.data(), server.http());
    let serial = enroll(&server, "camera");
    let list = || get(http, "/crl/issuing.crl").expect("a list").1;
    let before = list();
    ca(&server, &["revoke", &serial, "--reason", "keyCompromise", "--yes"]).ok();
    let after = list();
    let elsewhere = Elsewhere::start();
    let crl = |body: &[u8]| Served::Whole("application/pkix-crl", body.to_vec());
    let url = format!("http://{}/it", elsewhere.address);
    let look = |extra: &str| {
        let (status, report) = monitor(here, &format!("--issuer issuing.pem --crl {url}{extra}"));
        (status, codes(&report).concat())
    };
    let failed = |code: &str| (1, vec![code.to_owned()]);

    assert_eq!(look(""), failed("http-status"));
    elsewhere.put("/it", crl(&after));
    assert_eq!(look(" --state state.json"), (0, Vec::new()));
    elsewhere.put("/it", crl(&before));
    for _ in 0..2 {
        // What was told is told again: the state keeps what was right.
        assert_eq!(look(" --state state.json"), failed("crl-number-fell"));
    }
    elsewhere.put("/it", Served::Whole("text/html", after.clone()));
    assert_eq!(look(""), failed("media-type"));
    let mut altered = after.clone();
    *altered.last_mut().expect("octets") ^= 1;
    elsewhere.put("/it", crl(&altered));
    let (status, found) = look("");
    assert!(status == 1 && found[0].contains("signature"), "{found:?}");
    elsewhere.put("/it", crl(&after[..after.len() - 10]));
    assert_eq!(look(""), failed("crl-truncated"));
    elsewhere.put("/it", crl(b"<html>"));
    assert_eq!(look("").0, 1);
    elsewhere.put("/it", crl(&get(http, "/crl/root.crl").expect("a list").1));
    assert_eq!(look("").0, 1, "a list of another authority");
    elsewhere.put("/it", Served::Dripping(after.clone()));
    assert_eq!(look(" --timeout 1s").0, 1);
    let (_, report) = monitor(here, &format!("--issuer issuing.pem --delta http://{http}/crl/issuing.crl"));
    assert_eq!(codes(&report).concat(), ["not-a-delta"]);

    // An answer from before the revocation, which a cache might go on giving.
    let ask = format!("--issuer issuing.pem --ocsp http://{http}/ocsp");
    let (status, report) = monitor(here, &format!("{ask} --certificate camera.pem"));
    assert_eq!((status, &report["checks"][0]["status"]), (0, &"revoked".into()));
    let (status, report) = monitor(here, &format!("{ask} --serial 43000000000000000000000000000000aa"));
    assert_eq!((status, codes(&report).concat()), (1, vec!["ocsp-unknown".to_owned()]));
    let other = format!("--issuer root.pem --ocsp http://{http}/ocsp --serial {serial}");
    let (status, report) = monitor(here, &other);
    assert_eq!((status, codes(&report).concat()), (1, vec!["ocsp-unknown".to_owned()]));
    let closed = format!("--issuer issuing.pem --crl http://127.0.0.1:{}/x", tests::server::free_port());
    assert_eq!(codes(&monitor(here, &closed).1).concat(), ["fetch-failed"]);
}

#[test]
fn a_revocation_that_is_taken_back_is_noticed() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = DevServer::start(&folder.path().join("data"));
    let (here, http) = (server.data(), server.http());
    let serial = enroll(&server, "camera");
    // The same question is answered by the same octets while the answer is valid.
    let issuer = std::fs::read(here.join("issuing.pem")).expect("a certificate");
    let issuer = ca_core::encoding::pem::read_one_of(&issuer, &["CERTIFICATE"]).expect("PEM");
    let issuer = ca_core::x509::Certificate::from_der(&issuer).expect("a certificate");
    let id = ca_core::ocsp::CertId::new(
        ca_core::algorithm::digest::DigestAlgorithm::Sha1,
        &issuer,
        &serial.parse().expect("a serial"),
    )
    .expect("a CertID");
    let question = ca_core::ocsp::OcspRequest::new(vec![id], None).expect("a request");
    std::fs::write(here.join("ask.der"), question.der()).expect("a file");
    let asked = run(
        here,
        "curl",
        &[
            "-sSf",
            "-H",
            "Content-Type: application/ocsp-request",
            "--data-binary",
            "@ask.der",
            "-o",
            "good.der",
            &format!("http://{http}/ocsp"),
        ],
    );
    assert_eq!(asked.status, 0, "{asked:?}");
    let good = std::fs::read(here.join("good.der")).expect("an answer");
    ca(&server, &["revoke", &serial, "--reason", "superseded", "--yes"]).ok();

    let elsewhere = Elsewhere::start();
    elsewhere.put("/ocsp", Served::Whole("application/ocsp-response", good));
    let url = format!("http://{}/ocsp", elsewhere.address);
    let alone = format!("--issuer issuing.pem --ocsp {url} --certificate camera.pem");
    let (_, report) = monitor(here, &alone);
    assert_eq!(
        (&report["checks"][0]["status"], codes(&report).concat().len()),
        (&"good".into(), 0),
        "{report}"
    );
    // The list knows better: someone gives out what was right before.
    let (status, report) = monitor(here, &format!("{alone} --crl http://{http}/crl/issuing.crl"));
    assert_eq!(
        (status, codes(&report).concat()),
        (1, vec!["answer-before-revocation".to_owned()]),
        "{report}"
    );
    // An earlier answer knew better than one that is newer.
    let other = enroll(&server, "other");
    let url = format!("http://{http}/ocsp");
    let seen = format!(
        "{{\"lists\":{{}},\"answers\":{{\"{url} {other}\":{{\"revoked\":\"2026-01-01T00:00:00Z\"}}}}}}"
    );
    std::fs::write(here.join("state.json"), seen).expect("a file");
    let asked = format!("--issuer issuing.pem --ocsp {url} --certificate other.pem --state state.json");
    for _ in 0..2 {
        let (status, report) = monitor(here, &asked);
        assert_eq!(
            (status, codes(&report).concat()),
            (1, vec!["revocation-withdrawn".to_owned()]),
            "{report}"
        );
    }
}

#[test]
fn it_looks_again_and_again_where_it_is_told_to() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = DevServer::start(&folder.path().join("data"));
    let mut child = Command::new(program("ca"))
        .args(["--format", "json", "monitor", "--issuer", "root.pem", "--every", "1", "--crl"])
        .arg(format!("http://{}/crl/root.crl", server.http()))
        .current_dir(server.data())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .expect("ca starts");
    let mut lines = BufReader::new(child.stdout.take().expect("a pipe")).lines();
    for _ in 0..2 {
        let line = lines.next().expect("a report").expect("a line");
        let report: Value = serde_json::from_str(&line).expect("one document a line");
        assert_eq!(report["well"], true, "{line}");
    }
    drop(server);
    let failed = lines.map_while(Result::ok).take(3).any(|line| line.contains("fetch-failed"));
    assert!(failed, "a server that is gone is noticed");
    child.kill().expect("it is running");
    child.wait().expect("it ended");
}

#[test]
fn what_cannot_be_watched_is_refused_at_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = DevServer::start(&folder.path().join("data"));
    let here = server.data();
    std::fs::write(here.join("empty.toml"), "authority = []\n").expect("a file");
    std::fs::write(here.join("wrong.toml"), "[[authority]]\nissuer = \"root.pem\"\nurl = \"x\"\n")
        .expect("a file");
    std::fs::write(here.join("state.json"), "[]").expect("a file");
    let cases = [
        ("empty.toml", "[invalid-targets]"),
        ("wrong.toml", "[invalid-targets]"),
        ("absent.toml", "[invalid-targets]"),
        ("--issuer root.pem --crl ftp://a/b", "[address-invalid]"),
        ("--issuer root.pem --crl https://127.0.0.1/b", "[https-without-trust]"),
        ("--issuer root.pem --ocsp http://127.0.0.1/ocsp", "[nothing-to-ask]"),
        (
            "--issuer root.pem --ocsp http://127.0.0.1/ocsp --certificate tls-ca.pem",
            "[certificate-of-other-issuer]",
        ),
        ("--issuer root.pem --crl http://127.0.0.1:1/b --state state.json", "[malformed-state]"),
    ];
    for (arguments, code) in cases {
        let words: Vec<&str> = ["monitor"].into_iter().chain(arguments.split(' ')).collect();
        let Ran { status, stderr, .. } = run(here, program("ca"), &words);
        assert!(status == 2 && stderr.contains(code), "{arguments}: {status} {stderr}");
    }
}
