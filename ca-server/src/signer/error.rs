//! Why a signer cannot be run or asked.

use std::io;
use std::path::PathBuf;

use ca_core::keystore::file::FileError;

use super::JournalError;

/// Why a signer cannot be run or asked.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The address is none.
    #[error("{address:?} is no address of a signer: use unix:/PATH or tls:HOST:PORT")]
    Address {
        /// What was given.
        address: String,
    },
    /// Another process answers there.
    #[error("{address} is in use by another process")]
    InUse {
        /// The address.
        address: String,
    },
    /// It cannot be listened on.
    #[error("cannot listen on {address}: {source}")]
    Listen {
        /// The address.
        address: String,
        /// What the system says.
        source: io::Error,
    },
    /// TLS needs to know whom to trust, and by what to be known.
    #[error("a signer at tls:HOST:PORT needs signer.certificate, signer.key and signer.trust")]
    NoTls,
    /// A file of TLS cannot be used.
    #[error("cannot use {} for the connection with the signer: {reason}", path.display())]
    Tls {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// A file cannot be read.
    #[error(transparent)]
    File(#[from] FileError),
    /// The record of what was signed.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// An authority cannot be used.
    #[error("the signer cannot use authority {name}: {reason}")]
    Authority {
        /// Its name.
        name: String,
        /// What is wrong.
        reason: String,
    },
}

impl StartError {
    /// The stable code of this refusal.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Address { .. } => "signer-address",
            Self::InUse { .. } => "signer-address-in-use",
            Self::Listen { .. } => "signer-listen",
            Self::NoTls => "signer-tls-missing",
            Self::Tls { .. } => "signer-tls-unusable",
            Self::File(error) => error.code(),
            Self::Journal(error) => error.code(),
            Self::Authority { .. } => "signer-authority-unusable",
        }
    }
}
