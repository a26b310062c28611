//! Where things are: the workspace, the built programs, data shared beside the checkout.

use std::path::{Path, PathBuf};

/// The root of the workspace.
#[must_use]
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("tests/ has a parent").to_path_buf()
}

/// The folder of test data kept beside the checkout, where there is one.
///
/// Prints that the data is absent otherwise, so that a skipped test can be seen in the log.
#[must_use]
pub fn shared(part: &str) -> Option<PathBuf> {
    let path = root().parent()?.join("shared").join(part);
    if path.exists() {
        return Some(path);
    }
    println!("skipped: {} is not here", path.display());
    None
}

/// A program of the workspace, as `cargo build --workspace --bins` left it beside this test.
///
/// # Panics
/// Where the program has not been built.
#[must_use]
pub fn program(name: &str) -> PathBuf {
    let path = programs().join(name);
    assert!(path.exists(), "{} is not built: run `cargo build --workspace --bins` first", path.display());
    path
}

/// The folder of the built programs.
#[must_use]
pub fn programs() -> PathBuf {
    let test = std::env::current_exe().expect("a running test has a path");
    test.ancestors()
        .find(|folder| folder.file_name().is_some_and(|name| name == "deps"))
        .and_then(Path::parent)
        .or_else(|| test.parent())
        .expect("a test stands in a target folder")
        .to_path_buf()
}
