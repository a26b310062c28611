//! A server that may end at any moment.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use rustls::ClientConfig;
use tests::https::{self, Client};
use tests::server::{free_port, get};

use super::database::Database;

/// Time for a server to be ready on a busy machine.
const READY_WITHIN: Duration = Duration::from_secs(60);

pub(crate) struct Server {
    child: Child,
    data: PathBuf,
    pub(crate) http: SocketAddr,
    pub(crate) https: SocketAddr,
}

impl Server {
    /// Starts one, with a fault where one is named. None where it ended before it was ready.
    pub(crate) fn start(data: &Path, database: &Database, fault: Option<&str>) -> Option<Self> {
        Self::start_until(data, database, fault, &[], "/readyz")
    }

    /// Starts one with these settings, and waits until this address is answered 200. `FAULT_FILE_KIB` bounds its files.
    pub(crate) fn start_until(
        data: &Path,
        database: &Database,
        fault: Option<&str>,
        settings: &[(&str, String)],
        until: &str,
    ) -> Option<Self> {
        let [http, https] = [free_port(), free_port()].map(|port| SocketAddr::from(([127, 0, 0, 1], port)));
        let log = std::fs::File::options()
            .create(true)
            .append(true)
            .open(data.with_extension("log"))
            .expect("a log");
        let program = tests::workspace::program("ca-server");
        let mut command = match settings.iter().find(|(name, _)| *name == "FAULT_FILE_KIB") {
            None => Command::new(program),
            Some((_, bound)) => {
                // A write beyond the bound is refused as one on a full disk is, and ends nobody.
                let mut command = Command::new("bash");
                command.args(["-c", &format!("trap '' XFSZ; ulimit -f {bound}; exec \"$0\" \"$@\"")]);
                command.arg(program);
                command
            }
        };
        command
            .envs(settings.iter().map(|(name, value)| (name, value)))
            .args(["dev", "--listen", &http.to_string(), "--listen-tls", &https.to_string(), "--data"])
            .arg(data)
            .env("CITYCA__LOG__FILTER", "warn")
            .env("CITYCA__STATUS__RENEWAL_CHECK_SECONDS", "1")
            .env("CITYCA__STATUS__CRL_DELAY_SECONDS", "1")
            .env("CITYCA__STORE__TAKE_OVER_SECONDS", "1")
            // What was killed while it wrote a CRL is not waited for as long as in production.
            .env("CITYCA_LEASE", "5")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log);
        if let Some(url) = database.url() {
            command.env("CITYCA__DATABASE", url);
        }
        if let Some(fault) = fault {
            command.env("CITYCA_FAULT", fault);
        }
        let child = command.spawn().expect("ca-server starts");
        let mut server = Self { child, data: data.to_owned(), http, https };
        let begun = Instant::now();
        while get(http, until).is_none_or(|(status, _)| status != 200) {
            if server.has_ended() {
                let said = || std::fs::read_to_string(data.with_extension("log")).unwrap_or_default();
                assert!(fault.is_some(), "a server ended: {}", said());
                return None;
            }
            assert!(begun.elapsed() < READY_WITHIN, "a server is not ready");
            std::thread::sleep(Duration::from_millis(10));
        }
        Some(server)
    }

    /// What its clients trust.
    pub(crate) fn trust(&self) -> Arc<ClientConfig> {
        https::trust(&self.data.join("tls-ca.pem"))
    }

    pub(crate) fn client(&self) -> Client {
        Client::new(self.https, self.trust())
    }

    pub(crate) fn has_ended(&mut self) -> bool {
        self.child.try_wait().expect("a child has a state").is_some()
    }

    /// Lets a stopped one go on.
    pub(crate) fn go_on(&self) {
        let _ = Command::new("kill").args(["-CONT", &self.child.id().to_string()]).status();
    }

    /// Whether it was stopped by a signal.
    pub(crate) fn is_stopped(&self) -> bool {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id())).unwrap_or_default();
        stat.rsplit(") ").next().is_some_and(|rest| rest.starts_with('T'))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
