//! Bundles: several certificates in a file.

use super::{CmsError, ContentInfo};
use crate::encoding::pem::{self, PemError};
use crate::x509::certificate::{self, Certificate, CertificateError};

/// PEM labels of certificates: RFC 7468 §5, and an older one that OpenSSL knows.
const CERTIFICATE_LABELS: [&str; 2] = [certificate::PEM_LABEL, "X509 CERTIFICATE"];

/// Why a bundle cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum BundleError {
    /// The text is not PEM.
    #[error("{0}")]
    Pem(#[from] PemError),
    /// A certificate cannot be read.
    #[error("certificate {position} of the bundle: {source}")]
    Certificate {
        /// Which, from 1.
        position: usize,
        /// Why.
        source: CertificateError,
    },
    /// A message in it cannot be read.
    #[error("{0}")]
    Message(#[from] CmsError),
}

impl BundleError {
    /// Stable code of this refusal.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Pem(error) => error.code(),
            Self::Certificate { source, .. } => source.code(),
            Self::Message(error) => error.code(),
        }
    }
}

/// The certificates of a file in their order: PEM with any number of certificates and messages, where other objects are skipped, or
/// DER of one certificate or of a message. Messages are SignedData, and what they sign is not looked at.
///
/// # Errors
/// [`BundleError`]; a file without certificates has none, which is not an error here.
pub fn read_bundle(bytes: &[u8]) -> Result<Vec<Certificate>, BundleError> {
    let mut certificates = Vec::new();
    let mut read = |der: &[u8]| {
        let position = certificates.len() + 1;
        let one = Certificate::from_der(der);
        certificates.push(one.map_err(|source| BundleError::Certificate { position, source })?);
        Ok::<_, BundleError>(())
    };
    if bytes.first() == Some(&0x30) {
        match ContentInfo::parse(bytes) {
            Ok(message) => return Ok(message.signed_data()?.certificates().to_vec()),
            Err(_) => read(bytes)?,
        }
        return Ok(certificates);
    }
    for object in pem::read_all(bytes)? {
        let label = object.label.as_str();
        if CERTIFICATE_LABELS.contains(&label) {
            read(&object.der)?;
        } else if super::PEM_LABELS.contains(&label) {
            let message = ContentInfo::parse(&object.der)?;
            for certificate in message.signed_data()?.certificates() {
                read(certificate.der())?;
            }
        }
    }
    Ok(certificates)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cms::write_certificates;
    use crate::x509::testing::Draft;

    #[test]
    fn certificates_are_found_wherever_they_stand() {
        let certificates: Vec<_> =
            (0..3).map(|_| Draft::authority("anchor").self_signed().certificate).collect();
        let message = write_certificates(&certificates, &[]);
        let mut sorted = certificates.clone();
        sorted.sort_by(|one, other| one.der().cmp(other.der()));
        let text: String = certificates.iter().map(Certificate::to_pem).collect();
        let with_more = format!("{}{text}{}", pem::write("X509 CRL", b"0"), pem::write("PKCS7", &message));
        assert_eq!(read_bundle(text.as_bytes()).unwrap(), certificates);
        assert_eq!(read_bundle(&message).unwrap(), sorted);
        assert_eq!(read_bundle(certificates[1].der()).unwrap(), certificates[1..2]);
        assert_eq!(read_bundle(with_more.as_bytes()).unwrap(), [certificates, sorted].concat());
        assert!(read_bundle(b"").unwrap().is_empty());
        let broken = text.clone() + &pem::write("CERTIFICATE", b"0");
        let error = read_bundle(broken.as_bytes()).unwrap_err();
        assert!(error.to_string().starts_with("certificate 4 of the bundle"), "{error}");
    }
}
