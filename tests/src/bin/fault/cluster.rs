//! A PostgreSQL of a fault's own: it may be killed, and a standby that lags behind may take its place.

use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;
use tests::server::free_port;

use super::database::{programs, sql};

/// Who runs PostgreSQL where this runs as root, as which PostgreSQL refuses to run: nobody.
const NOBODY: u32 = 65_534;

/// Time for a standby to have what its primary has.
const PATIENCE: Duration = Duration::from_secs(30);

pub(crate) struct Cluster {
    folder: TempDir,
    /// Where the one that takes changes listens, whichever that is.
    port: u16,
    primary: PathBuf,
    standby: Option<PathBuf>,
    standbys: u32,
}

impl Cluster {
    pub(crate) fn start() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o711)).expect("a folder");
        if folder.path().metadata().expect("a folder").uid() == 0 {
            chown(folder.path(), Some(NOBODY), Some(NOBODY)).expect("root gives a folder away");
        }
        let primary = folder.path().join("primary");
        let cluster = Self { folder, port: free_port(), primary, standby: None, standbys: 0 };
        cluster.run(
            "initdb",
            &["-U", "cityca", "-A", "trust", "--locale=C.UTF-8", "-E", "UTF8", "-D"],
            &cluster.primary,
        );
        cluster.settings(&cluster.primary);
        cluster.start_at(&cluster.primary, cluster.port);
        cluster
    }

    fn run(&self, program: &str, words: &[&str], data: &Path) {
        let mut command = if self.folder.path().metadata().expect("a folder").uid() == NOBODY {
            let mut command = Command::new("setpriv");
            command.args([
                &format!("--reuid={NOBODY}"),
                &format!("--regid={NOBODY}"),
                "--clear-groups",
                "--",
            ]);
            command.arg(programs().join(program));
            command
        } else {
            Command::new(programs().join(program))
        };
        command.args(words).arg(data).current_dir(self.folder.path());
        // What a server that goes on inherits would be waited for.
        let status = command.stdout(Stdio::null()).stderr(Stdio::null()).status().expect("PostgreSQL");
        assert!(status.success(), "{program} {words:?} fails");
    }

    fn settings(&self, data: &Path) {
        use std::io::Write as _;
        let mut file =
            std::fs::File::options().append(true).open(data.join("postgresql.conf")).expect("settings");
        writeln!(
            file,
            "listen_addresses = ''\nunix_socket_directories = '{}'\nmax_connections = 100\nlog_min_messages = warning",
            self.folder.path().display()
        )
        .expect("settings");
    }

    fn start_at(&self, data: &Path, port: u16) {
        let port = format!("-p {port}");
        let log = data.with_extension("log").display().to_string();
        self.run("pg_ctl", &["start", "-w", "-s", "-t", "60", "-l", &log, "-o", &port, "-D"], data);
    }

    /// The address of the database that is always there.
    pub(crate) fn url(&self) -> String {
        self.url_at(self.port)
    }

    fn url_at(&self, port: u16) -> String {
        format!("postgresql://cityca@/postgres?host={}&port={port}", self.folder.path().display())
    }

    /// Ends it as a power cut would, and starts it again.
    pub(crate) fn restart(&self) {
        self.run("pg_ctl", &["restart", "-m", "immediate", "-w", "-s", "-D"], &self.primary);
    }

    /// Makes a standby that has what there is now, and hears of nothing that comes after.
    pub(crate) fn leave_behind(&mut self) {
        self.standbys += 1;
        let standby = self.folder.path().join(format!("standby-{}", self.standbys));
        let (host, primary, port) =
            (self.folder.path().display().to_string(), self.port.to_string(), free_port());
        self.run(
            "pg_basebackup",
            &["-h", &host, "-p", &primary, "-U", "cityca", "-c", "fast", "-X", "stream", "-R", "-D"],
            &standby,
        );
        self.start_at(&standby, port);
        let reached = sql(&self.url(), "SELECT pg_current_wal_lsn()");
        let caught_up = format!("SELECT pg_last_wal_replay_lsn() >= '{reached}'");
        let begun = Instant::now();
        while sql(&self.url_at(port), &caught_up) != "t" {
            assert!(begun.elapsed() < PATIENCE, "a standby does not come to {reached}");
            std::thread::sleep(Duration::from_millis(50));
        }
        self.run("pg_ctl", &["stop", "-m", "fast", "-w", "-s", "-D"], &standby);
        self.standby = Some(standby);
    }

    /// The primary ends as in a power cut.
    pub(crate) fn kill(&self) {
        self.run("pg_ctl", &["stop", "-m", "immediate", "-s", "-D"], &self.primary);
    }

    /// The standby takes the place of the primary, which is gone: it is reached where that was.
    pub(crate) fn promote(&mut self) {
        self.primary = self.standby.take().expect("a standby");
        self.start_at(&self.primary, self.port);
        self.run("pg_ctl", &["promote", "-w", "-s", "-D"], &self.primary);
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        self.kill();
    }
}
