//! A device behind SDF (GM/T 0018) in software, for tests of the driver: a library that checks what it is given as a device does, and
//! that can be told to fail.
//!
//! It is configured by files beside the library: `device` has a line `INDEX PASSWORD SCALAR` for each key; `fault` names the fault
//! that it makes at the moment. [`install`] puts a library with its files into a folder, so that each test has a device of its own.
//! Structures are read and written by their offsets, apart from the driver's declarations of them.

#![allow(clippy::disallowed_methods, reason = "the files are of tests and hold no secret that matters")]

mod device;
mod exported;

use std::fs;
use std::path::{Path, PathBuf};

pub use exported::*;

/// A key in the device.
pub struct Key<'a> {
    /// Its index, from 1.
    pub index: u32,
    /// The password of its access right: at least 8 characters without blanks.
    pub password: &'a str,
    /// The private scalar.
    pub scalar: [u8; 32],
}

/// Puts a device with keys into a folder and returns its library.
///
/// # Panics
///
/// Where the library has not been built beside the running program, or the folder cannot be written.
pub fn install(folder: &Path, keys: &[Key<'_>]) -> PathBuf {
    let program = std::env::current_exe().expect("the program has a path");
    let built = program
        .ancestors()
        .skip(1)
        .take(3)
        .flat_map(|folder| [folder.join("libsdf_software.so"), folder.join("deps/libsdf_software.so")])
        .find(|path| path.exists())
        .expect("libsdf_software.so is built beside the tests that depend on it");
    let library = folder.join("libsdf_software.so");
    fs::copy(built, &library).expect("the library is copied");
    let lines: Vec<String> = keys
        .iter()
        .map(|key| format!("{} {} {}\n", key.index, key.password, hex::encode(key.scalar)))
        .collect();
    fs::write(folder.join("device"), lines.concat()).expect("the device is described");
    set_fault(folder, "");
    library
}

/// Tells the device of a folder which fault to make from now on; an empty name makes none.
///
/// # Panics
///
/// Where the folder cannot be written.
pub fn set_fault(folder: &Path, name: &str) {
    // Renamed into place, so that the device reads the old name or the new one.
    fs::write(folder.join("fault.new"), name).expect("the fault is named");
    fs::rename(folder.join("fault.new"), folder.join("fault")).expect("the fault is named");
}

/// How often the device of a folder was shown a password.
pub fn passwords_shown(folder: &Path) -> usize {
    fs::read(folder.join("passwords")).map_or(0, |bytes| bytes.len())
}
