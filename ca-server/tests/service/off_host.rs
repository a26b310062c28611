//! A server and the witness that keeps its off-host log, over HTTPS.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};

use ca_core::keystore::file::{Access, write_new};
use ca_core::x509::Certificate;
use serde_json::json;
use tempfile::TempDir;

use crate::support::client::Response;
use crate::support::request::enroll;
use crate::support::server::{Server, command, run};
use crate::support::signed::Draft;

/// A witness that is stopped when dropped.
struct Keeper {
    child: Child,
    url: String,
}

impl Keeper {
    fn start(world: &World, listen: &str) -> Self {
        let mut child = command()
            .args(["witness", "--listen", listen])
            .arg("--file")
            .arg(&world.log)
            .arg("--token-file")
            .arg(&world.token)
            .arg("--certificate")
            .arg(world.tls.data().join("tls.pem"))
            .arg("--key")
            .arg(world.tls.data().join("keys/tls.key"))
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let url = line.trim_end().split(" is kept at ").nth(1).unwrap().to_owned();
        Self { child, url }
    }

    fn address(&self) -> &str {
        self.url.trim_start_matches("https://").trim_end_matches('/')
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

struct World {
    folder: TempDir,
    log: PathBuf,
    token: PathBuf,
    /// Whose certificate for HTTPS on this machine the witness has too.
    tls: Server,
}

impl World {
    fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let (log, token) = (folder.path().join("log"), folder.path().join("token"));
        write_new(&log, b"", Access::Private).unwrap();
        write_new(&token, b"a-token-of-a-test\n", Access::Private).unwrap();
        Self { folder, log, token, tls: Server::start() }
    }

    fn environment(&self, url: &str) -> Vec<(&'static str, String)> {
        let path = |path: &Path| path.to_str().unwrap().to_owned();
        vec![
            ("CITYCA__OFF_HOST__URL", url.to_owned()),
            ("CITYCA__OFF_HOST__TRUST", path(&self.tls.data().join("tls-ca.pem"))),
            ("CITYCA__OFF_HOST__TOKEN_FILE", path(&self.token)),
        ]
    }

    fn server(&self, url: &str) -> Server {
        let environment = self.environment(url);
        let environment: Vec<(&str, &str)> =
            environment.iter().map(|(name, it)| (*name, it.as_str())).collect();
        Server::start_in(&self.folder.path().join("data"), &environment)
    }

    /// How often the log tells that a certificate was revoked.
    fn told(&self, certificate: &Certificate) -> usize {
        let log = std::fs::read_to_string(&self.log).unwrap();
        let serial = certificate.serial().to_string();
        log.lines().filter(|line| line.contains(&serial) && line.contains("\"revoked\"")).count()
    }

    /// The code of why a server does not start over the data folder.
    fn refused(&self, environment: &[(&str, String)]) -> String {
        let data = self.folder.path().join("data");
        let listen = ["--listen", "127.0.0.1:0", "--listen-tls", "127.0.0.1:0"];
        let mut command = command();
        command.arg("dev").args(listen).arg("--data").arg(data);
        let (output, errors) =
            run(command.envs(environment.iter().cloned()).env("CITYCA__LOG__FILTER", "off"));
        assert_eq!(output.status.code(), Some(2), "{errors}");
        errors.trim_end().to_owned()
    }
}

fn revoke(server: &Server, certificate: &Certificate) -> Response {
    let path = format!("/api/v1/certificates/issuing/{}/revoke", certificate.serial());
    Draft::post(server, &path, &json!({ "reason": "superseded" })).send(server)
}

#[test]
fn a_revocation_is_acknowledged_when_the_witness_has_it() {
    let world = World::new();
    let keeper = Keeper::start(&world, "127.0.0.1:0");
    let (url, address) = (keeper.url.clone(), keeper.address().to_owned());
    let server = world.server(&url);
    let (first, second) = (enroll(&server, "first"), enroll(&server, "second"));
    assert_eq!(revoke(&server, &first).status, 200);
    assert_eq!(world.told(&first), 1);

    drop(keeper);
    for _ in 0..2 {
        let refused = revoke(&server, &second);
        assert_eq!((refused.status, &refused.json()["code"]), (503, &json!("off-host-unanswered")));
    }
    let ready = String::from_utf8(server.plain().get("/readyz").body).unwrap();
    assert!(ready.contains("off-host-unanswered"), "{ready}");
    assert_eq!(world.told(&second), 0);
    enroll(&server, "third");

    let keeper = Keeper::start(&world, &address);
    let again = revoke(&server, &second);
    assert_eq!((again.status, &again.json()["code"]), (409, &json!("already-revoked")));
    assert_eq!((world.told(&first), world.told(&second)), (1, 1));
    assert_eq!(server.plain().get("/readyz").status, 200);

    // Beside the server, and after it.
    let recovered = world.recover(&url);
    assert!(recovered.contains("0 certificates would be revoked again"), "{recovered}");
    drop(server);
    let server = world.server(&url);
    assert_eq!(revoke(&server, &enroll(&server, "fourth")).status, 200);

    drop(server);
    let with = |name: &'static str, value: &Path| {
        let mut environment = world.environment(&url);
        environment.retain(|(setting, _)| *setting != name);
        environment.push((name, value.to_str().unwrap().to_owned()));
        environment
    };
    let other = Server::start();
    let errors = world.refused(&with("CITYCA__OFF_HOST__TRUST", &other.data().join("tls-ca.pem")));
    assert!(
        errors.ends_with("[off-host-not-accessible]") && errors.contains("invalid peer certificate"),
        "{errors}"
    );
    let wrong = world.folder.path().join("wrong");
    write_new(&wrong, b"another", Access::Private).unwrap();
    let errors = world.refused(&with("CITYCA__OFF_HOST__TOKEN_FILE", &wrong));
    assert!(errors.contains("status 401;"), "{errors}");
    drop(keeper);
    let errors = world.refused(&world.environment(&url));
    assert!(errors.ends_with("[off-host-not-accessible]"), "{errors}");
}

impl World {
    /// What `recover --dry-run` says of the log at a URL.
    fn recover(&self, url: &str) -> String {
        let data = self.folder.path().join("data");
        let file = self.folder.path().join("ca.toml");
        let text = format!(
            "data = {data:?}\npublic_url = \"http://ca.example\"\n[http]\nlisten = \"127.0.0.1:0\"\n[https]\nlisten = \"127.0.0.1:0\"\n"
        );
        write_new(&file, text.as_bytes(), Access::Public).unwrap();
        let mut command = command();
        command.args(["recover", "--dry-run", "--log", url, "--config"]).arg(file);
        if let Some(database) = crate::support::server::database_of(&data) {
            command.env("CITYCA__DATABASE", database);
        }
        let (output, errors) = run(command.envs(self.environment("http://127.0.0.1:1/")));
        assert!(output.status.success(), "{errors}");
        String::from_utf8(output.stdout).unwrap()
    }
}

#[test]
fn a_witness_serves_others_over_tls_only_and_one_log_once() {
    let world = World::new();
    let log = world.log.to_str().unwrap();
    let refused = |arguments: &[&str], code: &str| {
        let (output, errors) = run(command().args(["witness", "--file"]).args(arguments));
        assert_eq!(output.status.code(), Some(2), "{errors}");
        assert!(errors.trim_end().ends_with(&format!("[{code}]")), "{errors}");
    };
    refused(&[log, "--listen", "0.0.0.0:0"], "not-loopback");
    refused(&["/nowhere/log", "--listen", "127.0.0.1:0"], "off-host-not-accessible");
    let open = world.folder.path().join("open");
    write_new(&open, b"token", Access::Public).unwrap();
    refused(&[log, "--listen", "127.0.0.1:0", "--token-file", open.to_str().unwrap()], "key-file-too-open");
    let _keeper = Keeper::start(&world, "127.0.0.1:0");
    refused(&[log, "--listen", "127.0.0.1:0"], "off-host-in-use");
}
