//! Commands that ask a server, from outside.

#![allow(clippy::unwrap_used, reason = "tests may panic")]

#[path = "support/server.rs"]
mod server;
mod support;

use std::path::Path;

use assert_cmd::Command;
use ca_core::keystore::load_private_key;
use schemas::rest::{CertificatePage, CertificateStatus, CertificateView, Problem, RevocationReason};
use server::{Answer, Server};
use support::{World, file, now};

const JSON: &str = "application/json";

struct Scene {
    folder: tempfile::TempDir,
    server: Server,
}

impl Scene {
    fn new(answers: Vec<Answer>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(run(folder.path(), &["key", "new", "--out", "admin.key"]).0, 0);
        let key = load_private_key(&folder.path().join("admin.key"), None).unwrap();
        let server = Server::start(key.public_key().clone(), answers);
        server.configure(folder.path(), "127.0.0.1");
        Self { folder, server }
    }

    fn run(&self, arguments: &[&str]) -> (i32, String, String) {
        run(self.folder.path(), &[arguments, &["--config", "cli.toml"]].concat())
    }
}

fn run(folder: &Path, arguments: &[&str]) -> (i32, String, String) {
    let mut command = Command::cargo_bin("ca").unwrap();
    command.current_dir(folder).env_clear().env("HOME", folder).timeout(std::time::Duration::from_secs(60));
    let output = command.args(arguments).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

fn view(world: &World) -> CertificateView {
    CertificateView {
        id: "01941f29-7c00-7000-8000-000000000001".parse().unwrap(),
        authority: "issuing".to_owned(),
        serial: world.device.serial().to_string(),
        subject: world.device.subject().to_string(),
        subject_id: "0b0e1a6e-33a1-4f9c-9b5b-7f8d3a0f1c22".parse().unwrap(),
        profile: "device".to_owned(),
        status: CertificateStatus::Good,
        not_before: world.device.validity().not_before,
        not_after: world.device.validity().not_after,
        issued_at: now(),
        revoked_at: None,
        reason: None,
        invalidity_date: None,
        key_fingerprint: world.device.public_key().unwrap().fingerprint().to_string(),
        pem: world.device.to_pem(),
    }
}

fn json(value: &impl serde::Serialize) -> Answer {
    (200, JSON, serde_json::to_string(value).unwrap())
}

fn page(items: Vec<CertificateView>, next: Option<&str>) -> Answer {
    json(&CertificatePage { items, next: next.map(str::to_owned) })
}

#[test]
fn api_sends_a_signed_request_and_prints_the_answer_as_it_is() {
    let scene = Scene::new(vec![(200, JSON, "{\"b\":2}".to_owned()), (204, JSON, String::new())]);
    let arguments = ["api", "post", "/api/v1/things?x=1", "-d", "{\"a\":1}", "--idempotency-key", "k-1"];
    assert_eq!(scene.run(&arguments), (0, "{\"b\":2}".to_owned(), String::new()));
    assert_eq!(scene.run(&["api", "DELETE", "/api/v1/things/1"]).0, 0);
    let requests = scene.server.requests();
    assert_eq!((requests[0].method.as_str(), requests[0].path.as_str()), ("POST", "/api/v1/things?x=1"));
    assert_eq!(requests[0].body, b"{\"a\":1}");
    assert_eq!(requests[0].headers["idempotency-key"], "k-1");
    assert_eq!(requests[0].signature, Ok(()));
    assert_eq!(requests[1].signature, Ok(()));
    assert_ne!(requests[0].headers["signature-input"], requests[1].headers["signature-input"]);
    let (status, _, error) = scene.run(&["api", "GET", "/api/v1/things", "-d", "{}"]);
    assert_eq!(status, 2);
    assert!(error.contains("[body-not-allowed]"), "{error}");
}

#[test]
fn a_refusal_is_shown_with_code_hint_and_request() {
    let mut problem = Problem::new(401, "request-time-skew", "Unauthorized", "created an hour ago");
    problem.request_id = Some("r-77".to_owned());
    let body = serde_json::to_string(&problem).unwrap();
    let answer = (401, "application/problem+json", body.clone());
    let scene = Scene::new(vec![answer.clone(), answer.clone(), answer]);
    let (status, output, error) = scene.run(&["list"]);
    assert_eq!((status, output.as_str()), (1, ""));
    assert!(error.starts_with("error: created an hour ago [request-time-skew]\n"), "{error}");
    assert!(error.contains("hint: set the clock of this machine"), "{error}");
    let (status, _, error) = scene.run(&["list", "--format", "json"]);
    assert_eq!(status, 1);
    let error: serde_json::Value = serde_json::from_str(&error).unwrap();
    assert_eq!(error["error"]["request_id"], "r-77");
    assert_eq!(scene.run(&["api", "GET", "/api/v1/certificates"]), (1, body, String::new()));
}

#[test]
fn list_goes_from_page_to_page() {
    let world = World::new();
    let scene = Scene::new(vec![page(vec![view(&world)], Some("c&1")), page(vec![view(&world)], None)]);
    let (status, output, error) = scene.run(&["list", "--all", "--subject", "meter 7", "--status", "good"]);
    assert_eq!((status, error.as_str()), (0, ""));
    assert_eq!(output.matches("CN=meter-7.example").count(), 2, "{output}");
    let requests = scene.server.requests();
    assert_eq!(requests[0].path, "/api/v1/certificates?status=good&subject=meter%207&limit=200");
    assert!(requests[1].path.ends_with("&limit=200&cursor=c%261"), "{}", requests[1].path);
}

#[test]
fn a_serial_is_shown_from_the_server() {
    let world = World::new();
    let scene = Scene::new(vec![page(vec![view(&world)], None), page(Vec::new(), None)]);
    let serial = world.device.serial().to_string();
    let (status, output, _) = scene.run(&["show", &serial.to_uppercase()]);
    assert_eq!(status, 0);
    assert!(output.contains("dns:meter-7.example") && output.contains("Issued by"), "{output}");
    assert_eq!(scene.server.requests()[0].path, format!("/api/v1/certificates?serial={serial}"));
    let (status, _, error) = scene.run(&["show", "43:ab"]);
    assert_eq!(status, 1);
    assert!(error.contains("[unknown-serial]"), "{error}");
}

#[test]
fn health_fails_where_it_is_as_bad_as_was_asked_for() {
    let view = |state: &str| {
        let check = serde_json::json!({"check": "disk", "about": "/data", "state": state,
            "code": "disk-nearly-full", "detail": "there is little room left", "remedy": "make room", "values": []});
        let at = "2026-03-04T05:06:07Z";
        json(&serde_json::json!({"state": state, "at": at, "checks": [check]}))
    };
    let down = (
        503,
        "application/problem+json",
        serde_json::json!({
            "type": "urn:cityca:error:store-unavailable", "title": "Service Unavailable", "status": 503,
            "detail": "the store does not answer: not even who asks could be found out",
            "code": "store-unavailable", "request_id": "r-7",
        })
        .to_string(),
    );
    let scene = Scene::new(vec![
        view("ok"),
        view("ok"),
        view("warning"),
        view("warning"),
        view("critical"),
        view("critical"),
        down,
    ]);
    let warning = ["health", "--fail-on", "warning"];
    let (status, output, error) = scene.run(&["health"]);
    assert_eq!((status, error.as_str()), (0, ""));
    assert!(output.contains("all is well") && output.contains("disk"), "{output}");
    assert_eq!(scene.run(&warning).0, 0);
    let (status, output, _) = scene.run(&["health"]);
    assert_eq!(status, 0);
    assert!(output.contains("[disk-nearly-full]") && output.contains("what to do: make room"), "{output}");
    assert_eq!(scene.run(&warning).0, 1);
    assert_eq!(scene.run(&["health"]).0, 1);
    let (status, output, _) = scene.run(&["health", "--format", "json"]);
    let told: serde_json::Value = serde_json::from_str(&output).unwrap();
    assert_eq!((status, &told["checks"][0]["code"]), (1, &"disk-nearly-full".into()));
    let (status, _, error) = scene.run(&["health"]);
    assert_eq!(status, 1);
    assert!(
        error.contains("[store-unavailable]") && error.contains("hint: its database does not answer"),
        "{error}"
    );
    let requests = scene.server.requests();
    assert!(requests.iter().all(|asked| asked.path == "/api/v1/health" && asked.signature == Ok(())));
}

#[test]
fn revoke_looks_first_and_changes_only_when_told_to() {
    let world = World::new();
    let revoked = CertificateView {
        status: CertificateStatus::Revoked,
        revoked_at: Some(now()),
        reason: Some(RevocationReason::KeyCompromise),
        ..view(&world)
    };
    let found = || page(vec![view(&world)], None);
    let scene = Scene::new(vec![found(), found(), json(&revoked)]);
    let device = file(scene.folder.path(), "device.pem", world.device.to_pem());
    let revoke =
        ["revoke", &device, "--reason", "keyCompromise", "--invalidity-date", "2026-03-01T00:00:00Z"];
    let (status, output, _) = scene.run(&[&revoke[..], &["--dry-run"]].concat());
    assert_eq!(status, 0);
    assert!(output.starts_with("Would be revoked (keyCompromise)"), "{output}");
    assert_eq!(scene.server.requests().len(), 1);
    assert_eq!(scene.run(&revoke).0, 2);
    assert_eq!(scene.server.requests().len(), 1);
    let (status, output, error) = scene.run(&[&revoke[..], &["--yes"]].concat());
    assert_eq!((status, error.as_str()), (0, ""));
    assert!(output.starts_with("Revoked\n") && output.contains("keyCompromise"), "{output}");
    let last = &scene.server.requests()[2];
    assert_eq!(last.path, format!("/api/v1/certificates/issuing/{}/revoke", world.device.serial()));
    let body: serde_json::Value = serde_json::from_slice(&last.body).unwrap();
    let expected = serde_json::json!({"reason": "keyCompromise", "invalidity_date": "2026-03-01T00:00:00Z"});
    assert_eq!((body, &last.signature), (expected, &Ok(())));
}

#[test]
fn a_file_means_the_certificate_with_its_bytes_and_no_other_of_its_serial() {
    let world = World::new();
    let other = CertificateView { pem: world.service.to_pem(), ..view(&world) };
    let scene = Scene::new(vec![page(vec![other.clone()], None), page(vec![other, view(&world)], None)]);
    let device = file(scene.folder.path(), "device.pem", world.device.to_pem());
    let (status, _, error) = scene.run(&["hold", &device, "--yes"]);
    assert_eq!(status, 1);
    assert!(error.contains("[unknown-serial]"), "{error}");
    let (status, _, error) = scene.run(&["hold", &world.device.serial().to_string(), "--yes"]);
    assert_eq!(status, 2);
    assert!(error.contains("[ambiguous-serial]") && error.contains("--authority"), "{error}");
}

#[test]
fn issue_sends_the_request_and_keeps_the_certificate() {
    let world = World::new();
    let scene = Scene::new(vec![json(&view(&world))]);
    let csr = file(scene.folder.path(), "r.der", world.request.der());
    let issue =
        ["issue", "--profile", "device", "--csr", &csr, "--out", "device.pem", "--san", "dns:a.example"];
    let (status, output, error) = scene.run(&issue);
    assert_eq!((status, error.as_str()), (0, ""));
    assert!(output.starts_with("Certificate issued"), "{output}");
    let written = std::fs::read_to_string(scene.folder.path().join("device.pem")).unwrap();
    assert_eq!(written, world.device.to_pem());
    let request = &scene.server.requests()[0];
    let body: serde_json::Value = serde_json::from_slice(&request.body).unwrap();
    let expected = serde_json::json!({
        "csr": world.request.to_pem(),
        "profile": "device",
        "alternative_names": ["dns:a.example"],
    });
    assert_eq!((body, &request.signature), (expected, &Ok(())));
    assert_eq!(request.headers["idempotency-key"].len(), 36);
    // The file is there: nothing is asked for that could not be kept.
    let (status, _, error) = scene.run(&issue);
    assert_eq!((status, scene.server.requests().len()), (2, 1));
    assert!(error.contains("[file-exists]"), "{error}");
}

#[test]
fn a_server_that_is_not_the_one_trusted_is_not_asked() {
    let scene = Scene::new(vec![page(Vec::new(), None)]);
    let other = Scene::new(vec![page(Vec::new(), None)]);
    let config = format!(
        "server = \"https://127.0.0.1:{}\"\ntrust = \"{}\"\nkey = \"admin.key\"\n",
        scene.server.port,
        other.folder.path().join("tls-ca.pem").display()
    );
    file(scene.folder.path(), "other.toml", config);
    let (status, _, error) = run(scene.folder.path(), &["list", "--config", "other.toml"]);
    assert_eq!(status, 1);
    assert!(error.contains("[server-not-trusted]") && error.contains("hint: "), "{error}");
    let config = format!(
        "server = \"https://localhost:{}\"\ntrust = \"tls-ca.pem\"\nkey = \"admin.key\"\n",
        scene.server.port
    );
    file(scene.folder.path(), "name.toml", config);
    let (status, _, error) = run(scene.folder.path(), &["list", "--config", "name.toml"]);
    assert_eq!(status, 1);
    assert!(error.contains("[server-other-name]"), "{error}");
    assert!(scene.server.requests().is_empty());
}

#[test]
fn what_is_wrong_with_the_way_to_the_server_is_named() {
    let scene =
        Scene::new(vec![(200, "text/html", "<html>".to_owned()), (502, "text/html", "<html>".to_owned())]);
    for _ in 0..2 {
        let (status, _, error) = scene.run(&["list"]);
        assert_eq!(status, 1);
        assert!(error.contains("[unexpected-answer]"), "{error}");
    }
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let config =
        format!("server = \"https://127.0.0.1:{closed}\"\ntrust = \"tls-ca.pem\"\nkey = \"admin.key\"\n");
    file(scene.folder.path(), "closed.toml", config);
    let (status, _, error) = run(scene.folder.path(), &["list", "--config", "closed.toml"]);
    assert_eq!(status, 1);
    assert!(error.contains("[server-unreachable]"), "{error}");
    for (name, config, code) in [
        (
            "a.toml",
            "server = \"http://127.0.0.1\"\ntrust = \"tls-ca.pem\"\nkey = \"admin.key\"\n",
            "server-address",
        ),
        (
            "b.toml",
            "server = \"https://127.0.0.1\"\ntrust = \"admin.key\"\nkey = \"admin.key\"\n",
            "trust-file",
        ),
        (
            "c.toml",
            "server = \"https://127.0.0.1\"\ntrust = \"tls-ca.pem\"\nkey = \"absent\"\n",
            "file-not-found",
        ),
        (
            "d.toml",
            "server = \"https://127.0.0.1\"\ntrust = \"tls-ca.pem\"\nkey = \"admin.key\"\ncertificate = \"tls-ca.pem\"\n",
            "certificate-of-other-key",
        ),
    ] {
        file(scene.folder.path(), name, config);
        let (status, _, error) = run(scene.folder.path(), &["list", "--config", name]);
        assert_eq!(status, 2, "{error}");
        assert!(error.contains(&format!("[{code}]")), "{error}");
    }
}

#[test]
fn the_environment_goes_before_the_file() {
    let scene = Scene::new(vec![page(Vec::new(), None)]);
    let mut command = Command::cargo_bin("ca").unwrap();
    let output = command
        .current_dir(scene.folder.path())
        .env_clear()
        .env("CA_SERVER", format!("https://127.0.0.1:{}", scene.server.port))
        .env("CA_TRUST", "tls-ca.pem")
        .env("CA_KEY", "admin.key")
        .args(["list", "--lang", "zh"])
        .output()
        .unwrap();
    assert_eq!(String::from_utf8(output.stdout).unwrap(), "没有证书。\n");
    assert_eq!(scene.server.requests()[0].signature, Ok(()));
}
