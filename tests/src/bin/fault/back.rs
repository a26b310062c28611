//! Stores that go back in time: an old file copied over, a machine that goes back as a whole, a restore of an old backup.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use tests::requester::{Access, request};
use tests::server::get;

use super::database::{Database, Kind};
use super::server::Server;
use super::witness::{Report, Witness};
use super::work::Work;

/// How a store goes back.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum How {
    /// An older copy of the file is put in its place; there is no off-host log.
    Copied,
    /// File and witness go back together; an off-host log does not.
    Machine,
    /// A backup is restored; an off-host log tells of what came after it.
    Restored,
    /// A standby that lags takes the place of PostgreSQL under a server that runs; an off-host log tells of what is missing.
    FailedOver,
}

/// Certificates before and after the state to which a store goes back.
pub(super) const EACH: usize = 3;
pub(super) const PATIENCE: Duration = Duration::from_secs(30);

/// The files of a store.
const FILES: [&str; 4] = ["cityca.sqlite", "cityca.sqlite-wal", "cityca.sqlite-shm", "cityca.sqlite-head"];

pub(super) struct Place {
    pub(super) folder: PathBuf,
    pub(super) data: PathBuf,
    pub(super) database: Database,
    pub(super) how: How,
}

impl Place {
    pub(super) fn log(&self) -> PathBuf {
        self.folder.join("off-host.log")
    }

    fn settings(&self) -> Vec<(&'static str, String)> {
        match self.how {
            How::Copied => Vec::new(),
            _ => vec![("CITYCA__OFF_HOST__FILE", self.log().display().to_string())],
        }
    }

    pub(super) fn start(&self, until: &str) -> Server {
        Server::start_until(&self.data, &self.database, None, &self.settings(), until).expect("a server")
    }

    /// A configuration for commands beside the server.
    fn configuration(&self) -> String {
        let path = self.folder.join("ca.toml");
        let mut text = match self.database.url() {
            Some(url) => format!("database = {url:?}\n"),
            None => String::new(),
        };
        text += &format!(
            "data = {:?}\n[http]\nlisten = \"127.0.0.1:0\"\n[https]\nlisten = \"127.0.0.1:0\"\n",
            self.data
        );
        if self.how != How::Copied {
            text += &format!("[off_host]\nfile = {:?}\n", self.log());
        }
        std::fs::write(&path, text).expect("a configuration");
        path.display().to_string()
    }

    fn command(&self, words: &[&str]) {
        let (command, rest) = words.split_first().expect("a command");
        let output = Command::new(tests::workspace::program("ca-server"))
            .args([command, "--config", &self.configuration()])
            .args(rest)
            .output()
            .expect("ca-server");
        assert!(output.status.success(), "{words:?}: {}", String::from_utf8_lossy(&output.stderr));
    }

    /// Keeps the state of the store.
    fn keep(&self) {
        if self.how == How::Restored {
            let _ = std::fs::remove_file(self.folder.join("old.backup"));
            let (to, file) = (self.folder.join("backup.pub"), self.folder.join("old.backup"));
            return self.command(&["backup", "--to", &text(&to), &text(&file)]);
        }
        for file in FILES {
            copy(&self.data.join(file), &self.folder.join(file));
        }
    }

    /// Puts the store back to what was kept.
    fn go_back(&self) {
        if self.how == How::Restored {
            for file in FILES {
                let _ = std::fs::remove_file(self.data.join(file));
            }
            self.database.empty();
            let (key, file) = (self.folder.join("backup.key"), self.folder.join("old.backup"));
            return self.command(&["restore", "--key", &text(&key), &text(&file)]);
        }
        for file in FILES.into_iter().filter(|file| self.how == How::Machine || !file.ends_with("-head")) {
            copy(&self.folder.join(file), &self.data.join(file));
        }
    }
}

fn text(path: &Path) -> String {
    path.display().to_string()
}

fn copy(from: &Path, to: &Path) {
    match std::fs::copy(from, to) {
        Ok(_) => {}
        // It was not there then.
        Err(_) => drop(std::fs::remove_file(to)),
    }
}

fn key(folder: &Path) {
    let (key, public) = (folder.join("backup.key"), folder.join("backup.pub"));
    let made = Command::new(tests::workspace::program("ca"))
        .args(["key", "new", "--out"])
        .arg(&key)
        .output()
        .expect("ca");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let private = ca_core::key::PrivateKey::from_pem(&std::fs::read(&key).expect("a key"), None);
    let spki = private.expect("a key").public_key().spki_der().to_vec();
    std::fs::write(public, ca_core::encoding::pem::write("PUBLIC KEY", &spki)).expect("a public key");
}

/// What a server in quarantine does, and does not do.
pub(super) fn check_quarantine(
    place: &Place,
    server: &Server,
    witness: &Witness,
    work: &Work,
    access: &Access,
) {
    match get(server.http, "/readyz") {
        Some((503, body)) if String::from_utf8_lossy(&body).contains("quarantined") => {}
        other => witness
            .violation(format!("a store that went back is ready: {:?}", other.map(|(status, _)| status))),
    }
    let mut client = server.client();
    match access.enroll(&mut client, &request("not-now")) {
        Ok(Err(answer)) if answer.status == 503 => {}
        Ok(Ok(certificate)) => {
            witness.violation(format!("{} was issued in quarantine", certificate.serial()));
        }
        Ok(Err(answer)) => witness.violation(format!("quarantine was answered {}", answer.status)),
        Err(error) => witness.violation(format!("quarantine was not answered: {error}")),
    }
    witness.settle(server.http);
    // Revocations are taken.
    let next = work.finished.lock().expect("no panic").first().cloned();
    if let Some(serial) = next {
        match access.revoke(&mut client, &serial.to_string()) {
            Ok(answer) if [200, 409].contains(&answer.status) => {
                witness.revoked(&serial, client.address());
                work.finished.lock().expect("no panic").retain(|other| *other != serial);
            }
            Ok(answer) => {
                witness.violation(format!("a revocation in quarantine was answered {}", answer.status))
            }
            Err(error) => witness.violation(format!("a revocation in quarantine was not answered: {error}")),
        }
    }
    witness.settle(server.http);
    place.command(&["recover"]);
    let begun = Instant::now();
    while get(server.http, "/readyz").is_none_or(|(status, _)| status != 200) {
        if begun.elapsed() > PATIENCE {
            witness.violation("the quarantine does not end".to_owned());
            break;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    work.enroll_many(witness, access, &mut client, 1, PATIENCE);
    witness.settle(server.http);
}

/// Lets a store go back so many times.
pub(crate) fn run(name: &str, kind: Kind, how: How, rounds: usize) -> Report {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data");
    let database = Database::new(kind, &data);
    let place = Place { folder: folder.path().to_owned(), data: data.clone(), database, how };
    std::fs::File::create(place.log()).expect("a log");
    key(&place.folder);
    drop(place.start("/readyz"));
    let (witness, work, access) = (Witness::new(&data), Work::default(), Access::read(&data));
    for _ in 0..rounds {
        let server = place.start("/readyz");
        work.enroll_many(&witness, &access, &mut server.client(), EACH, PATIENCE);
        drop(server);
        place.keep();
        let kept = work.finished.lock().expect("no panic").clone();
        let server = place.start("/readyz");
        let mut client = server.client();
        work.enroll_many(&witness, &access, &mut client, EACH, PATIENCE);
        // One of before and one of after it.
        let all = work.finished.lock().expect("no panic").clone();
        for serial in [all.last(), kept.last()].into_iter().flatten() {
            if let Ok(answer) = access.revoke(&mut client, &serial.to_string())
                && answer.status == 200
            {
                witness.revoked(serial, client.address());
            }
        }
        witness.settle(server.http);
        drop(server);
        place.go_back();
        witness.faults.fetch_add(1, Ordering::Relaxed);
        witness.forget();
        *work.finished.lock().expect("no panic") = kept[..kept.len().saturating_sub(1)].to_vec();
        check_quarantine(&place, &place.start("/healthz"), &witness, &work, &access);
    }
    let Place { database, .. } = place;
    witness.wait_for_intents(&database);
    witness.end(name, &database)
}
