//! The folder of a ceremony: what it holds under which name.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::failure::Failure;

/// The copy of the plan.
pub(super) const PLAN: &str = "plan.toml";
/// The transcript.
pub(super) const TRANSCRIPT: &str = "transcript.jsonl";
/// Files that the plan names.
pub(super) const MATERIAL: &str = "material";
/// Shares that went to no medium of their own.
pub(super) const SHARES: &str = "shares";
/// Most entries of a folder that are looked at.
pub(super) const MAX_ENTRIES: usize = 10_000;

/// Makes a folder, or takes one that is empty.
pub(super) fn new_folder(path: &Path) -> Result<(), Failure> {
    match fs::read_dir(path) {
        Ok(mut entries) => {
            if entries.next().is_some() {
                return Err(Failure::refused(
                    "folder-not-empty",
                    format!("{} is not empty: nothing is mixed with what is there", path.display()),
                ));
            }
            Ok(())
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            fs::create_dir_all(path).map_err(|error| failed(path, &error))
        }
        Err(error) => Err(failed(path, &error)),
    }
}

/// The last part of a path, as text.
pub(super) fn file_name(path: &Path) -> Result<String, Failure> {
    let name = path.file_name().and_then(|name| name.to_str());
    let nameless = || Failure::usage("file-no-name", format!("{} does not name a file", path.display()));
    name.map(str::to_owned).ok_or_else(nameless)
}

/// The files of a folder, in the order of their names; folders in it are left out.
pub(super) fn files_of(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let mut files: Vec<PathBuf> = fs::read_dir(folder)
        .map_err(|error| failed(folder, &error))?
        .take(MAX_ENTRIES)
        .filter_map(Result::ok)
        .map(|entry| entry.path())
        .filter(|path| path.is_file())
        .collect();
    files.sort();
    Ok(files)
}

/// An error of the operating system about a path.
pub(super) fn failed(path: &Path, error: &io::Error) -> Failure {
    let code = if error.kind() == io::ErrorKind::NotFound { "file-not-found" } else { "file-io" };
    Failure::usage(code, format!("{}: {error}", path.display()))
}
