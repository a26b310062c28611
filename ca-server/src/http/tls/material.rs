//! TLS 1.2 and 1.3 by rustls.

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ca_core::keystore::file;
use ca_core::x509::certificate::Certificate;
use jiff::Timestamp;
use rustls::ServerConfig;
use rustls::crypto::aws_lc_rs::default_provider;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

/// Largest file of a certificate chain or key.
const MAX_FILE: u64 = 1 << 20;

/// Why HTTPS cannot be served.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file cannot be read.
    #[error("cannot read {}: {reason}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// Others than its owner can read or change the key.
    #[error("{} has mode {mode:04o}: others than its owner have access to the key of HTTPS; set it to 0600", path.display())]
    TooOpen {
        /// The key's file.
        path: PathBuf,
        /// Its permissions.
        mode: u32,
    },
    /// Certificate and key do not go together, or are of a kind that TLS does not know.
    #[error("HTTPS cannot use {} with its key: {reason}", certificate.display())]
    Unusable {
        /// The certificate's file.
        certificate: PathBuf,
        /// What is wrong.
        reason: String,
    },
}

impl TlsError {
    /// The stable code of this refusal.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unreadable { .. } => "tls-unreadable",
            Self::TooOpen { .. } => "tls-key-too-open",
            Self::Unusable { .. } => "tls-unusable",
        }
    }
}

/// From when until when the certificate at the head of a chain is valid; none where it cannot be read.
pub fn validity(certificate: &Path) -> Option<(Timestamp, Timestamp)> {
    let chain = file::read_bounded(certificate, MAX_FILE).ok()?;
    let first = CertificateDer::pem_slice_iter(&chain).next()?.ok()?;
    let certificate = Certificate::from_der(&first).ok()?;
    Some((certificate.validity().not_before, certificate.validity().not_after))
}

/// The settings of the HTTPS listener for a chain and a key in PEM files.
///
/// # Errors
/// [`TlsError`].
pub fn server_config(certificate: &Path, key: &Path) -> Result<ServerConfig, TlsError> {
    let unreadable = |path: &Path, reason: String| TlsError::Unreadable { path: path.to_owned(), reason };
    let unusable = |reason: String| TlsError::Unusable { certificate: certificate.to_owned(), reason };
    let chain = file::read_bounded(certificate, MAX_FILE)
        .map_err(|error| unreadable(certificate, error.to_string()))?;
    let chain = CertificateDer::pem_slice_iter(&chain)
        .collect::<Result<Vec<_>, _>>()
        .map_err(|error| unreadable(certificate, error.to_string()))?;
    let mode =
        std::fs::metadata(key).map_err(|error| unreadable(key, error.to_string()))?.permissions().mode();
    if mode & 0o077 != 0 {
        return Err(TlsError::TooOpen { path: key.to_owned(), mode: mode & 0o777 });
    }
    let secret = file::read_bounded(key, MAX_FILE).map_err(|error| unreadable(key, error.to_string()))?;
    let secret =
        PrivateKeyDer::from_pem_slice(&secret).map_err(|error| unreadable(key, error.to_string()))?;
    ServerConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| unusable(error.to_string()))?
        .with_no_client_auth()
        .with_single_cert(chain, secret)
        .map_err(|error| unusable(error.to_string()))
}
