//! The first start of `dev`: a root, an issuing authority, an administrator and enrolment credentials.

use std::path::PathBuf;

use ca_core::profile::ProfileSet;

use crate::port::{Ports, StoreError};

/// What the first start needs to know.
#[derive(Clone, Debug)]
pub struct DevPlan {
    /// The folder that gets `root.pem`, `issuing.pem`, `admin.pem`, `admin.key`, `est.credentials` and `keys/`.
    pub data: PathBuf,
    /// The base of the URLs inside certificates, where the caller wants another one than what is stored.
    pub public_url: Option<String>,
    /// The base where nothing is stored and nothing is wanted.
    pub default_public_url: String,
}

/// What stands after the first start, and after each later one.
#[derive(Clone, Debug)]
pub struct DevState {
    /// Whether this start made it all.
    pub created: bool,
    /// The base of the URLs inside certificates.
    pub public_url: String,
    /// SHA-256 of the root's certificate, lowercase hex.
    pub root_sha256: String,
    /// SM3 of the root's certificate, lowercase hex.
    pub root_sm3: String,
}

/// Why the first start failed.
#[derive(Debug, thiserror::Error)]
pub enum BootstrapError {
    /// A file or folder cannot be used.
    #[error("{0}")]
    File(String),
    /// The store and the folder do not belong together.
    #[error("{0}")]
    Inconsistent(String),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Makes what `dev` needs where it is not there yet, by the same code as a ceremony; leaves what is there alone.
/// A start that was cut short is taken up where it stopped.
///
/// # Errors
/// [`BootstrapError`].
pub fn dev(ports: &Ports, plan: &DevPlan, profiles: &ProfileSet) -> Result<DevState, BootstrapError> {
    let _ = (ports, plan, profiles);
    todo!()
}

impl BootstrapError {
    /// The stable code of this refusal.
    pub fn code(&self) -> &'static str {
        match self {
            Self::File(_) => "file",
            Self::Inconsistent(_) => "dev-folder-inconsistent",
            Self::Store(error) => error.code(),
        }
    }
}
