//! Who may ask over TCP: mutually authenticated TLS by certificates of an authority that certifies these two sides alone.

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ca_core::keystore::file;
use rustls::crypto::aws_lc_rs::default_provider;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{ClientConfig, RootCertStore, ServerConfig};

use super::StartError;

/// Largest file of certificates or of a key.
const MAX_FILE: u64 = 1 << 20;

/// The files of one side, in PEM.
#[derive(Clone, Debug)]
pub struct TlsFiles {
    /// Its certificate chain.
    pub certificate: PathBuf,
    /// The private key of the certificate, PKCS#8.
    pub key: PathBuf,
    /// Who certifies the other side.
    pub trust: PathBuf,
}

impl TlsFiles {
    /// The settings of the side that signs: who brings no certificate that is trusted gets no further.
    pub(super) fn server(&self) -> Result<Arc<ServerConfig>, StartError> {
        let provider = Arc::new(default_provider());
        let roots = Arc::new(self.roots()?);
        let verifier = WebPkiClientVerifier::builder_with_provider(roots, Arc::clone(&provider))
            .build()
            .map_err(|error| unusable(&self.trust, error))?;
        let (chain, key) = self.own()?;
        let config = ServerConfig::builder_with_provider(provider)
            .with_protocol_versions(&[&rustls::version::TLS13])
            .map_err(|error| unusable(&self.certificate, error))?
            .with_client_cert_verifier(verifier)
            .with_single_cert(chain, key)
            .map_err(|error| unusable(&self.certificate, error))?;
        Ok(Arc::new(config))
    }

    /// The settings of the side that asks.
    pub(super) fn client(&self) -> Result<Arc<ClientConfig>, StartError> {
        let (chain, key) = self.own()?;
        let config = ClientConfig::builder_with_provider(Arc::new(default_provider()))
            .with_protocol_versions(&[&rustls::version::TLS13])
            .map_err(|error| unusable(&self.certificate, error))?
            .with_root_certificates(self.roots()?)
            .with_client_auth_cert(chain, key)
            .map_err(|error| unusable(&self.certificate, error))?;
        Ok(Arc::new(config))
    }

    fn own(&self) -> Result<(Vec<CertificateDer<'static>>, PrivateKeyDer<'static>), StartError> {
        let mode = std::fs::metadata(&self.key).map_err(|error| unusable(&self.key, error))?;
        let mode = mode.permissions().mode();
        if mode & 0o077 != 0 {
            let reason =
                format!("its mode is {:04o}: others have access to the key; set it to 0600", mode & 0o777);
            return Err(StartError::Tls { path: self.key.clone(), reason });
        }
        let key = file::read_bounded(&self.key, MAX_FILE)?;
        let key = PrivateKeyDer::from_pem_slice(&key).map_err(|error| unusable(&self.key, error))?;
        Ok((certificates(&self.certificate)?, key))
    }

    fn roots(&self) -> Result<RootCertStore, StartError> {
        let mut roots = RootCertStore::empty();
        for certificate in certificates(&self.trust)? {
            roots.add(certificate).map_err(|error| unusable(&self.trust, error))?;
        }
        Ok(roots)
    }
}

fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, StartError> {
    let text = file::read_bounded(path, MAX_FILE)?;
    let found: Vec<_> = CertificateDer::pem_slice_iter(&text)
        .collect::<Result<_, _>>()
        .map_err(|error| unusable(path, error))?;
    if found.is_empty() {
        return Err(unusable(path, "it holds no certificate"));
    }
    Ok(found)
}

fn unusable(path: &Path, error: impl std::fmt::Display) -> StartError {
    StartError::Tls { path: path.to_owned(), reason: error.to_string() }
}
