//! What tests share: randomness, data beside the workspace, the OpenSSL command.

use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use getrandom::SysRng;
use rand_core::UnwrapErr;

pub(crate) fn rng() -> UnwrapErr<SysRng> {
    UnwrapErr(SysRng)
}

/// A file of `shared`, which stands beside the workspace in some checkouts only. Where it is absent, the test says that it skipped.
pub(crate) fn shared(path: &str) -> Option<Vec<u8>> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared").join(path);
    match std::fs::read(&path) {
        Ok(bytes) => Some(bytes),
        Err(error) => {
            println!("skipped: {}: {error}", path.display());
            None
        }
    }
}

/// Standard output of the OpenSSL command, or what it printed as error. Where it is not installed, the test says that it skipped.
pub(crate) fn openssl(arguments: &[&str], input: &[u8]) -> Option<Result<Vec<u8>, String>> {
    let spawned = Command::new("openssl")
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let Ok(mut child) = spawned else {
        println!("skipped: the openssl command is not installed");
        return None;
    };
    // A command that needs no input may be gone before it is written.
    let _ = child.stdin.take().unwrap().write_all(input);
    let output = child.wait_with_output().unwrap();
    Some(if output.status.success() {
        Ok(output.stdout)
    } else {
        Err(String::from_utf8_lossy(&output.stderr).into_owned())
    })
}
