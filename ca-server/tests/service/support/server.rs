//! A running `ca-server dev`.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead as _, BufReader, Read as _};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, RootCertStore};
use tempfile::TempDir;

use super::client::Peer;
use super::postgresql::TestDatabase;

/// What the server may take to say that it is ready, on a machine that does other things too.
const PATIENCE: Duration = Duration::from_secs(60);

/// A server that is stopped when dropped.
pub(crate) struct Server {
    child: Child,
    /// What it printed when it was ready.
    pub(crate) banner: String,
    pub(crate) http: SocketAddr,
    pub(crate) https: SocketAddr,
    data: PathBuf,
    _own: Option<TempDir>,
}

/// The command with nothing of the environment that would configure it.
pub(crate) fn command() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ca-server"));
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("CITYCA__") {
            command.env_remove(name);
        }
    }
    command
}

impl Server {
    /// Over a new folder.
    pub(crate) fn start() -> Self {
        Self::start_with(&[])
    }

    /// Over a new folder, with settings by environment.
    pub(crate) fn start_with(environment: &[(&str, &str)]) -> Self {
        let folder = TempDir::new().unwrap();
        let data = folder.path().join("data");
        let mut server = Self::start_in(&data, environment);
        server._own = Some(folder);
        server
    }

    /// Over this folder; where `CITYCA_TEST_DATABASE` says so, over a database of PostgreSQL that belongs to it.
    pub(crate) fn start_in(data: &Path, environment: &[(&str, &str)]) -> Self {
        let database = database_of(data);
        let mut child = command()
            .args(["dev", "--listen", "127.0.0.1:0", "--listen-tls", "127.0.0.1:0", "--data"])
            .arg(data)
            .env("CITYCA__LOG__FILTER", "warn")
            .envs(database.map(|url| ("CITYCA__DATABASE", url)))
            .envs(environment.iter().copied())
            .stdout(Stdio::piped())
            .stderr(log_file(data))
            .spawn()
            .unwrap();
        let begun = Instant::now();
        let mut banner = String::new();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        while !banner.contains("Ctrl-C stops") {
            assert!(begun.elapsed() < PATIENCE, "not ready: {banner}");
            if out.read_line(&mut banner).unwrap() == 0 {
                panic!(
                    "the server ended: {:?}\n{banner}\n{}",
                    child.wait(),
                    std::fs::read_to_string(log_path(data)).unwrap()
                );
            }
        }
        // Whatever it prints later must not fill the pipe.
        std::thread::spawn(move || out.read_to_end(&mut Vec::new()));
        let address = |scheme: &str| {
            let rest = banner.split(&format!("  {scheme}://")).nth(1).unwrap();
            rest.split_whitespace().next().unwrap().parse().unwrap()
        };
        let (http, https) = (address("http"), address("https"));
        Self { child, banner, http, https, data: data.to_owned(), _own: None }
    }

    /// A file of the data folder.
    pub(crate) fn file(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.data.join(name)).unwrap()
    }

    /// What it logged so far.
    pub(crate) fn log(&self) -> String {
        std::fs::read_to_string(log_path(&self.data)).unwrap()
    }

    /// Its process.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    pub(crate) fn data(&self) -> &Path {
        &self.data
    }

    /// Where plain HTTP is.
    pub(crate) fn http(&self) -> std::net::SocketAddr {
        self.http
    }

    /// The plain HTTP listener.
    pub(crate) fn plain(&self) -> Peer {
        Peer::plain(self.http)
    }

    /// The HTTPS listener, trusted by `tls-ca.pem` alone.
    pub(crate) fn secure(&self) -> Peer {
        let mut roots = RootCertStore::empty();
        for certificate in CertificateDer::pem_slice_iter(&self.file("tls-ca.pem")) {
            roots.add(certificate.unwrap()).unwrap();
        }
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
        Peer::secure(self.https, Arc::new(config))
    }

    /// `user:password` for enrolment.
    pub(crate) fn credentials(&self) -> String {
        String::from_utf8(self.file("est.credentials")).unwrap().trim_end().to_owned()
    }

    /// Sends a signal and waits for the end.
    pub(crate) fn signal(mut self, signal: &str) -> std::process::ExitStatus {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args([signal, &pid]).status().unwrap().success());
        self.child.wait().unwrap()
    }
}

/// The database of a data folder, the same at every start over it; none where the store is a file in it.
pub(crate) fn database_of(data: &Path) -> Option<String> {
    static TAKEN: Mutex<BTreeMap<PathBuf, TestDatabase>> = Mutex::new(BTreeMap::new());
    if std::env::var("CITYCA_TEST_DATABASE").ok()? != "postgresql" {
        return None;
    }
    let mut taken = TAKEN.lock().unwrap();
    Some(taken.entry(data.to_owned()).or_insert_with(TestDatabase::take).url())
}

/// Beside the data folder, which is the server's to make.
fn log_path(data: &Path) -> PathBuf {
    data.with_extension("log")
}

fn log_file(data: &Path) -> File {
    File::options().create(true).append(true).open(log_path(data)).unwrap()
}

impl Drop for Server {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("{}", self.log());
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Runs a command to its end.
pub(crate) fn run(command: &mut Command) -> (Output, String) {
    let output = command.stdin(Stdio::null()).output().unwrap();
    let errors = String::from_utf8(output.stderr.clone()).unwrap();
    (output, errors)
}
