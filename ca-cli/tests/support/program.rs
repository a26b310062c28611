//! Running the program from outside.

#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    unreachable_pub,
    reason = "tests share it, say what they skip, and may panic"
)]
#![allow(dead_code, reason = "each test takes what it needs")]

use std::path::{Path, PathBuf};

use assert_cmd::Command;

/// The program in an environment of its own: a folder without configuration, English, no colours.
pub fn ca(folder: &Path) -> Command {
    let mut command = Command::cargo_bin("ca").unwrap();
    command
        .current_dir(folder)
        .env_clear()
        .env("HOME", folder)
        .env("LANG", "C.UTF-8")
        .timeout(std::time::Duration::from_secs(60));
    command
}

/// Exit status, standard output, standard error.
pub fn run(folder: &Path, arguments: &[&str]) -> (i32, String, String) {
    let output = ca(folder).args(arguments).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

/// A folder of `shared`, which stands beside the workspace in some checkouts only.
pub fn shared(path: &str) -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared").join(path);
    if !folder.is_dir() {
        println!("skipped: {} is not there", folder.display());
        return None;
    }
    Some(folder)
}

/// The JSON that the program prints, whatever its exit status.
pub fn json(folder: &Path, arguments: &[&str]) -> serde_json::Value {
    let arguments = [&["--format", "json"][..], arguments].concat();
    let (_, output, error) = run(folder, &arguments);
    serde_json::from_str(&output).unwrap_or_else(|_| panic!("{arguments:?}: {output}{error}"))
}
