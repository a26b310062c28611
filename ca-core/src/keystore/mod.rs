//! Private keys and passwords in files. This is the one module of the crate that touches files.

mod error;
pub mod file;

use std::path::Path;

use rand_core::CryptoRng;
use zeroize::Zeroizing;

use crate::key::{Password, PrivateKey};

pub use error::KeystoreError;

/// Longest key file read: the PEM of an encrypted RSA key of 8192 bits takes below 8 KiB, and text may stand around it.
pub const MAX_KEY_FILE: u64 = 64 << 10;

/// Longest password file read.
pub const MAX_PASSWORD_FILE: u64 = 4 << 10;

/// Writes a key to a new file as PEM, encrypted where a password is given, that only its owner can read.
///
/// # Errors
///
/// [`KeystoreError::File`], also where the file exists, which is left as it is; [`KeystoreError::Key`] where the key cannot be
/// encoded.
pub fn save_private_key(
    path: &Path,
    key: &PrivateKey,
    password: Option<&Password>,
    rng: &mut dyn CryptoRng,
) -> Result<(), KeystoreError> {
    let text = key.to_pem(password, rng).map_err(|error| KeystoreError::key(path, error))?;
    Ok(file::write_new(path, text.as_bytes(), file::Access::Private)?)
}

/// Reads a key that [`PrivateKey::from_pem`] or [`PrivateKey::from_der`] can read, from a file that nobody but its owner can read
/// or change.
///
/// # Errors
///
/// [`KeystoreError::TooOpen`] where others have access to the file, [`KeystoreError::File`] where it cannot be read,
/// [`KeystoreError::Key`] where it holds no usable key or the password is missing or wrong.
pub fn load_private_key(path: &Path, password: Option<&Password>) -> Result<PrivateKey, KeystoreError> {
    let (bytes, mode): (Zeroizing<Vec<u8>>, u32) = file::read_with_mode(path, MAX_KEY_FILE)?;
    if mode & 0o077 != 0 {
        return Err(KeystoreError::TooOpen { path: path.to_owned(), mode: mode & 0o777 });
    }
    let key = match bytes.first() {
        Some(0x30) => PrivateKey::from_der(&bytes, password),
        _ => PrivateKey::from_pem(&bytes, password),
    };
    key.map_err(|error| KeystoreError::key(path, error))
}

/// Checks that a folder is there and that nobody but its owner can look into or change it.
///
/// # Errors
///
/// [`KeystoreError::File`] where it cannot be read or is no folder, [`KeystoreError::FolderTooOpen`] where others have access.
pub fn check_folder(path: &Path) -> Result<(), KeystoreError> {
    let mode = file::folder_mode(path)?;
    if mode & 0o077 != 0 {
        return Err(KeystoreError::FolderTooOpen { path: path.to_owned(), mode: mode & 0o777 });
    }
    Ok(())
}

/// Reads a password or a PIN, the first line of a file that nobody but its owner can read or change.
///
/// # Errors
///
/// [`KeystoreError::TooOpen`] where others have access to the file, [`KeystoreError::File`] where it cannot be read,
/// [`KeystoreError::Password`] where its first line is empty or not UTF-8.
pub fn load_password(path: &Path) -> Result<Password, KeystoreError> {
    let (bytes, mode) = file::read_with_mode(path, MAX_PASSWORD_FILE)?;
    if mode & 0o077 != 0 {
        return Err(KeystoreError::TooOpen { path: path.to_owned(), mode: mode & 0o777 });
    }
    let line = bytes.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    let refused = || KeystoreError::Password { path: path.to_owned() };
    let text = std::str::from_utf8(line).map_err(|_| refused())?;
    Password::new(Zeroizing::new(text.to_owned())).map_err(|_| refused())
}

#[cfg(test)]
mod tests;
