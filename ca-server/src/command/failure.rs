//! Why a command could not be carried out.

use std::net::SocketAddr;
use std::path::PathBuf;

use ca_core::custody::CustodyError;
use ca_core::keystore::KeystoreError;
use ca_core::keystore::file::FileError;
use ca_core::profile::ProfileError;

use crate::config::ConfigError;
use crate::http::server::ListenError;
use crate::http::tls::{TlsAuthorityError, TlsError};
use crate::port::StoreError;
use crate::service::administrators::AdministratorsError;
use crate::service::authorities::AuthoritiesError;
use crate::service::backup::BackupsError;
use crate::service::bootstrap::BootstrapError;
use crate::service::credentials::CredentialsError;
use crate::service::off_host::LogError;
use crate::service::recovery::{ListError, RecoveryError};
use crate::signer::StartError;

/// Why a command could not be carried out: each text says which thing, and what to do.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The configuration.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// A port.
    #[error(transparent)]
    Listen(#[from] ListenError),
    /// `dev` and an address that others can reach.
    #[error(
        "dev serves on loopback only, not on {address}: its keys lie in plain files; choose 127.0.0.1 or [::1]"
    )]
    NotLoopback {
        /// The address.
        address: SocketAddr,
    },
    /// The data folder cannot be used.
    #[error("cannot use the folder {}: {reason}; choose another with --data", path.display())]
    Folder {
        /// The folder.
        path: PathBuf,
        /// What the system said.
        reason: String,
    },
    /// A folder cannot be written into.
    #[error("cannot write into {}: {reason}; choose another with --out", path.display())]
    OutFolder {
        /// The folder.
        path: PathBuf,
        /// What stands against it.
        reason: String,
    },
    /// Another server works in the data folder.
    #[error("{} is in use by another ca-server; stop it or choose another folder with --data", path.display())]
    FolderInUse {
        /// The folder.
        path: PathBuf,
    },
    /// The data folder belongs to the user of a server, and this is root.
    #[error(
        "{} belongs to the user with number {owner}: files of root there would be in that server's way; run this as that user, by runuser or sudo -u", path.display()
    )]
    FolderOfAnother {
        /// The folder.
        path: PathBuf,
        /// Whose it is.
        owner: u32,
    },
    /// There is no store where one should be.
    #[error(
        "there is no store at {place}: begin with ca-server administrator add, or see the configuration's data and database"
    )]
    NoStore {
        /// Where it was looked for.
        place: String,
    },
    /// A file.
    #[error(transparent)]
    File(#[from] FileError),
    /// The own TLS certificate.
    #[error(transparent)]
    TlsAuthority(#[from] TlsAuthorityError),
    /// The TLS certificate and key.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// A public key.
    #[error("{} holds no public key in PEM: {reason}", path.display())]
    PublicKey {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// An administrator's registration.
    #[error(transparent)]
    Administrators(#[from] AdministratorsError),
    /// Credentials for enrolment.
    #[error(transparent)]
    Credentials(#[from] CredentialsError),
    /// The custody of keys.
    #[error(transparent)]
    Custody(#[from] CustodyError),
    /// A profile.
    #[error(transparent)]
    Profile(#[from] ProfileError),
    /// The off-host log cannot be used.
    #[error(
        "cannot use the off-host log {}: {source}; it has to be there, for one server alone (a new one is an empty file)",
        path.display()
    )]
    OffHost {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The off-host log does not answer.
    #[error(
        "cannot use the off-host log {url}: {source}; see that what keeps it runs, and trust and token_file under [off_host]"
    )]
    OffHostUrl {
        /// Where it is.
        url: String,
        /// What the system or the other side said.
        source: std::io::Error,
    },
    /// A log would be kept for others without TLS.
    #[error(
        "a log is kept on {address} with TLS only: give --certificate and --key, or listen on 127.0.0.1 or [::1]"
    )]
    WitnessInPlain {
        /// The address.
        address: SocketAddr,
    },
    /// What the off-host log tells is not gone by.
    #[error(transparent)]
    Log(#[from] LogError),
    /// A list from which is to be recovered.
    #[error("{}: {source}", path.display())]
    List {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: ListError,
    },
    /// What was forgotten cannot be recovered.
    #[error(transparent)]
    Recovery(#[from] RecoveryError),
    /// A backup.
    #[error(transparent)]
    Backups(#[from] BackupsError),
    /// A private key or its password.
    #[error(transparent)]
    Keystore(#[from] KeystoreError),
    /// The isolated signer, or the way to it.
    #[error(transparent)]
    Signer(#[from] StartError),
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The first start.
    #[error(transparent)]
    Bootstrap(#[from] BootstrapError),
    /// An authority or its key.
    #[error(transparent)]
    Authorities(#[from] AuthoritiesError),
    /// The system gives no thread, socket or signal handler.
    #[error("the system refuses what a server needs: {0}")]
    System(#[from] std::io::Error),
}

impl Failure {
    /// The stable code of this refusal.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Config(error) => error.code(),
            Self::Listen(error) => error.code(),
            Self::NotLoopback { .. } => "not-loopback",
            Self::Folder { .. } => "folder-unusable",
            Self::OutFolder { .. } => "out-folder-unusable",
            Self::FolderInUse { .. } => "folder-in-use",
            Self::FolderOfAnother { .. } => "folder-of-another",
            Self::NoStore { .. } => "no-store",
            Self::File(error) => error.code(),
            Self::TlsAuthority(error) => error.code(),
            Self::Tls(error) => error.code(),
            Self::PublicKey { .. } => "public-key-unreadable",
            Self::Administrators(error) => error.code(),
            Self::Credentials(error) => error.code(),
            Self::Custody(error) => error.code(),
            Self::Profile(error) => error.code(),
            Self::OffHost { source, .. } if source.kind() == std::io::ErrorKind::WouldBlock => {
                "off-host-in-use"
            }
            Self::OffHost { .. } | Self::OffHostUrl { .. } => "off-host-not-accessible",
            Self::WitnessInPlain { .. } => "not-loopback",
            Self::Log(error) => error.code(),
            Self::List { source, .. } => source.code(),
            Self::Recovery(error) => error.code(),
            Self::Backups(error) => error.code(),
            Self::Keystore(error) => error.code(),
            Self::Signer(error) => error.code(),
            Self::Store(error) => error.code(),
            Self::Bootstrap(error) => error.code(),
            Self::Authorities(error) => error.code(),
            Self::System(_) => "system",
        }
    }

    /// The text in one line, whatever a library put into it.
    pub(super) fn line(&self) -> String {
        self.to_string().split_whitespace().collect::<Vec<_>>().join(" ")
    }
}
