//! The first start of `dev`: a root, an issuing authority, an administrator and enrolment credentials.
//!
//! Each step looks at what is there and makes what is missing, so that a start that was cut short is taken up where
//! it stopped: keys are written before the rows that name them, rows before the certificates.

mod start;

use std::path::PathBuf;

use ca_core::ceremony::act::ActError;
use ca_core::key::KeyError;
use ca_core::keystore::KeystoreError;
use ca_core::keystore::file::FileError;
use ca_core::profile::ProfileSet;
use ca_core::x509::name::NameError;
use uuid::Uuid;

use super::authorities::{Authorities, AuthoritiesError, Keys};
use super::credentials::CredentialsError;
use super::issuing::IssuingError;
use super::settings::{Mode, Settings};
use crate::port::{Act, Ports, StoreError};
use start::Start;

/// The setting that holds the base of the URLs inside certificates.
pub const PUBLIC_URL: &str = "public_url";

/// What the first start needs to know.
#[derive(Clone, Debug)]
pub struct DevPlan {
    /// The folder that gets `root.pem`, `issuing.pem`, `admin.pem`, `admin.key`, `est.credentials` and `keys/`. It
    /// exists.
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
    /// What the services are started with.
    pub settings: Settings,
    /// SHA-256 of the root's certificate, lowercase hex.
    pub root_sha256: String,
    /// SM3 of the root's certificate, lowercase hex.
    pub root_sm3: String,
}

/// Why the first start failed.
#[derive(Debug, thiserror::Error)]
pub enum BootstrapError {
    /// A file cannot be read or written.
    #[error(transparent)]
    File(#[from] FileError),
    /// A key file cannot be read or written.
    #[error(transparent)]
    Keystore(#[from] KeystoreError),
    /// The folder of keys cannot be made.
    #[error("cannot make the folder {path}: {error}")]
    Folder {
        /// Which.
        path: PathBuf,
        /// Why.
        error: std::io::Error,
    },
    /// The store and the folder do not belong together.
    #[error(
        "{what}: the store and the folder do not belong together; start with an empty folder, or restore both"
    )]
    Inconsistent {
        /// What does not fit.
        what: String,
    },
    /// A key cannot be made.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// A name cannot be made.
    #[error(transparent)]
    Name(#[from] NameError),
    /// The root cannot be made.
    #[error(transparent)]
    Root(#[from] ActError),
    /// A certificate cannot be issued.
    #[error(transparent)]
    Issuing(#[from] IssuingError),
    /// The authorities cannot be loaded.
    #[error(transparent)]
    Authorities(#[from] AuthoritiesError),
    /// The enrolment credentials cannot be made.
    #[error(transparent)]
    Credentials(#[from] CredentialsError),
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
    let mut start = Start {
        ports,
        profiles,
        data: &plan.data,
        keys: plan.data.join("keys"),
        act: Act::system("dev", Uuid::nil(), ports.clock.now()),
        rng: ports.randomness.generator(),
    };
    start.make_key_folder()?;
    let created = ports.store.authorities()?.is_empty();
    let public_url = start.public_url(plan)?;
    let settings = Settings::new(Mode::Dev, Keys::in_folder(start.keys.clone()), public_url);

    start.root()?;
    start.issuing(&settings)?;
    let authorities = Authorities::load(ports, &settings)?;
    start.administrator(&authorities)?;
    start.credentials()?;

    let (Some(root), Some(issuing)) = (authorities.get("root"), authorities.get("issuing")) else {
        return Err(BootstrapError::Inconsistent { what: "root or issuing is missing".to_owned() });
    };
    start.write_certificate("root.pem", root.certificate())?;
    start.write_certificate("issuing.pem", issuing.certificate())?;
    Ok(DevState {
        created,
        settings,
        root_sha256: hex::encode(root.certificate().sha256_fingerprint()),
        root_sm3: hex::encode(root.certificate().sm3_fingerprint()),
    })
}

impl BootstrapError {
    /// The stable code of this refusal.
    pub fn code(&self) -> &'static str {
        match self {
            Self::File(error) => error.code(),
            Self::Keystore(error) => error.code(),
            Self::Folder { .. } => "folder-not-writable",
            Self::Inconsistent { .. } => "dev-folder-inconsistent",
            Self::Key(error) => error.code(),
            Self::Name(error) => error.code(),
            Self::Root(error) => error.code(),
            Self::Issuing(error) => error.code(),
            Self::Authorities(error) => error.code(),
            Self::Credentials(error) => error.code(),
            Self::Store(error) => error.code(),
        }
    }
}
