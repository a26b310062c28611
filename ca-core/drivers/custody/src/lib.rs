//! Opens the custody that the settings name: the one place that knows every kind, for `ca ceremony` and `ca-server` alike.
#![forbid(unsafe_code)]

use std::path::Path;

use ca_core::custody::{Custody, CustodyError, FileCustody, Settings};
use ca_core::key::Password;
use ca_core::keystore;
use ca_pkcs11::{Pkcs11Custody, Wanted};
use ca_sdf::SdfCustody;

/// The password or PIN of the file that the settings name; none where they name none, and it is asked for or not needed.
///
/// # Errors
///
/// [`CustodyError::Keystore`] where the file cannot be read, can be read by others, or holds no password.
pub fn secret(settings: &Settings) -> Result<Option<Password>, CustodyError> {
    Ok(settings.secret_file().map(keystore::load_password).transpose()?)
}

/// Opens a custody. A device is not yet asked: [`Custody::check`] does that. `folder` is where files are kept whose settings name no
/// folder.
///
/// # Errors
///
/// [`CustodyError::Setting`]; [`CustodyError::Device`] where the operating system gives no threads.
pub fn open(
    settings: &Settings,
    folder: &Path,
    secret: Option<Password>,
) -> Result<Box<dyn Custody>, CustodyError> {
    settings.check()?;
    Ok(match settings {
        Settings::File { folder: own, .. } => {
            Box::new(FileCustody::new(own.as_deref().unwrap_or(folder).to_owned(), secret))
        }
        Settings::Pkcs11 { module, token, serial, sessions, timeout_seconds, .. } => {
            let wanted = Wanted { label: token.clone(), serial: serial.clone() };
            let limit = timeout_seconds.duration();
            Box::new(Pkcs11Custody::new(module.clone(), wanted, secret, *sessions, limit)?)
        }
        Settings::Sdf { library, keys, sessions, timeout_seconds, .. } => {
            let limit = timeout_seconds.duration();
            Box::new(SdfCustody::new(library.clone(), keys.clone(), secret, *sessions, limit)?)
        }
    })
}
