//! Files of public keys.

use std::path::Path;

use ca_core::encoding::pem;
use ca_core::key::PublicKey;
use ca_core::keystore::file;
use ca_core::x509::certificate::Certificate;

use super::Failure;
use crate::config::Config;

/// More than any public key or certificate in PEM.
const MAX_FILE: u64 = 64 * 1024;

/// The SubjectPublicKeyInfo in a file: `PUBLIC KEY`, or that of a `CERTIFICATE`, which is not asked for more.
pub(super) fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    let unusable = |reason: String| Failure::PublicKey { path: path.to_owned(), reason };
    let bytes = file::read_bounded(path, MAX_FILE)?;
    if let Ok(spki) = pem::read_one_of(&bytes, &["PUBLIC KEY"]) {
        return Ok(spki);
    }
    let der = pem::read_one_of(&bytes, &["CERTIFICATE", "PUBLIC KEY"])
        .map_err(|error| unusable(error.to_string()))?;
    let certificate = Certificate::from_der(&der).map_err(|error| unusable(error.to_string()))?;
    let key = certificate.public_key().map_err(|error| unusable(error.to_string()))?;
    Ok(key.spki_der().to_vec())
}

/// The key in such a file.
pub(super) fn key(path: &Path) -> Result<PublicKey, Failure> {
    PublicKey::from_spki_der(&read(path)?)
        .map_err(|error| Failure::PublicKey { path: path.to_owned(), reason: error.to_string() })
}

/// The keys of those who sign the answers of ceremonies.
pub(super) fn ceremony_signers(config: &Config) -> Result<Vec<PublicKey>, Failure> {
    config.ceremony.signers.iter().map(|path| key(path)).collect()
}
