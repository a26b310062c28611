//! Programs that a user has: `openssl`, `curl`, `ca`.

use std::ffi::OsStr;
use std::path::Path;
use std::process::Command;

use crate::server::DevServer;

/// What a program printed and how it ended.
#[derive(Debug)]
pub struct Ran {
    /// The exit status, -1 where a signal ended the program.
    pub status: i32,
    /// Standard output, bytes that are not UTF-8 replaced.
    pub stdout: String,
    /// Standard error, likewise.
    pub stderr: String,
}

impl Ran {
    /// The standard output of a program that succeeded.
    ///
    /// # Panics
    /// Where it did not, with all it printed.
    pub fn ok(self) -> String {
        assert_eq!(self.status, 0, "{self:?}");
        self.stdout
    }
}

/// Runs a program in a folder.
///
/// # Panics
/// Where the program cannot be started.
pub fn run<A: AsRef<OsStr>>(folder: &Path, program: impl AsRef<OsStr>, arguments: &[A]) -> Ran {
    let output = Command::new(&program)
        .args(arguments)
        .current_dir(folder)
        .env("NO_COLOR", "1")
        .env("LANG", "C.UTF-8")
        .stdin(std::process::Stdio::null())
        .output()
        .unwrap_or_else(|error| panic!("{} does not start: {error}", program.as_ref().display()));
    Ran {
        status: output.status.code().unwrap_or(-1),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

/// Runs `openssl` with arguments separated by blanks.
pub fn openssl(folder: &Path, arguments: &str) -> Ran {
    run(folder, "openssl", &arguments.split_whitespace().collect::<Vec<_>>())
}

/// Runs `ca` as the administrator of a development server.
pub fn ca(server: &DevServer, arguments: &[&str]) -> Ran {
    let config = server.data().join("cli.toml");
    let mut all = vec!["--config".as_ref(), config.as_os_str()];
    all.extend(arguments.iter().map(OsStr::new));
    run(server.data(), crate::workspace::program("ca"), &all)
}

/// Sends a certification request by `curl` to an EST label and gives what came back; `-f` is left out, so that errors show.
pub fn enroll(server: &DevServer, folder: &Path, label: &str, request: &str) -> Ran {
    let credentials =
        std::fs::read_to_string(server.data().join("est.credentials")).expect("est.credentials");
    let url = format!("https://{}/.well-known/est/{label}simpleenroll", server.https());
    let trust = server.data().join("tls-ca.pem");
    run(
        folder,
        "curl",
        &[
            "-sS",
            "--cacert",
            &trust.display().to_string(),
            "-u",
            credentials.trim(),
            "-H",
            "Content-Type: application/pkcs10",
            "-H",
            "Accept: application/x-pem-file",
            "--data-binary",
            &format!("@{request}"),
            "-D",
            "headers.txt",
            &url,
        ],
    )
}
