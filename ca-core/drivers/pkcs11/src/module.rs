//! Libraries of PKCS #11. Each is initialised once in a process, as the standard asks, and stays so until the process ends.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use ca_core::custody::{CustodyError, Kind};
use cryptoki::context::{CInitializeArgs, CInitializeFlags, Pkcs11};
use cryptoki::error::{Error, RvError};

static LOADED: Mutex<BTreeMap<PathBuf, Pkcs11>> = Mutex::new(BTreeMap::new());

/// The library at a path, initialised for several threads.
///
/// # Errors
///
/// [`CustodyError::LibraryMissing`], [`CustodyError::LibraryUnusable`], [`CustodyError::StaticProgram`].
pub(crate) fn load(path: &Path) -> Result<Pkcs11, CustodyError> {
    let path = path.to_owned();
    if cfg!(target_feature = "crt-static") {
        return Err(CustodyError::StaticProgram { path, kind: Kind::Pkcs11 });
    }
    let mut loaded = LOADED.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(module) = loaded.get(&path) {
        // Other code of the process may have finalised it.
        if matches!(module.get_library_info(), Err(Error::Pkcs11(RvError::CryptokiNotInitialized, _))) {
            initialize(module, &path)?;
        }
        return Ok(module.clone());
    }
    let module = Pkcs11::new(&path).map_err(|error| match error {
        Error::LibraryLoading(reason) => {
            CustodyError::LibraryMissing { path: path.clone(), reason: reason.to_string() }
        }
        other => unusable(&path, &other),
    })?;
    initialize(&module, &path)?;
    loaded.insert(path, module.clone());
    Ok(module)
}

fn initialize(module: &Pkcs11, path: &Path) -> Result<(), CustodyError> {
    match module.initialize(CInitializeArgs::new(CInitializeFlags::OS_LOCKING_OK)) {
        Ok(()) | Err(Error::Pkcs11(RvError::CryptokiAlreadyInitialized, _)) => Ok(()),
        Err(error) => Err(unusable(path, &error)),
    }
}

fn unusable(path: &Path, error: &Error) -> CustodyError {
    CustodyError::LibraryUnusable { path: path.to_owned(), kind: Kind::Pkcs11, reason: error.to_string() }
}
