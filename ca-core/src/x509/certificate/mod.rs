//! Certificates.

mod tbs;

pub use tbs::{TbsCertificate, Version};

use super::asn1::{self, Malformed, tag};
use super::extension::{
    AuthorityKeyIdentifier, BasicConstraints, ExtendedKeyUsage, ExtensionError, Extensions, GeneralName,
    KeyUsages, SubjectAlternativeName, SubjectKeyIdentifier,
};
use super::{KeyIdentifier, Name, SerialNumber, Validity};
use crate::algorithm::digest::{sha256, sm3};
use crate::algorithm::{self, PreparedKey, VerifyError};
use crate::encoding::{der as wire, pem};
use crate::key::{KeyError, PublicKey};
use core::fmt;
use der::Decode;
use spki::AlgorithmIdentifierOwned;

/// The largest certificate read, in octets. Those with post-quantum keys or hundreds of names stay below a tenth of it.
pub const MAX_OCTETS: usize = 1 << 20;

/// Label of a certificate in PEM, RFC 7468 §5.
pub const PEM_LABEL: &str = "CERTIFICATE";

/// `Certificate`, RFC 5280 §4.1, with its bytes as received. Compares by them.
#[derive(Clone)]
pub struct Certificate {
    der: Vec<u8>,
    /// Where in `der` tbsCertificate stands.
    tbs_range: core::ops::Range<usize>,
    tbs: TbsCertificate,
    version: Version,
    unique_identifiers: bool,
    algorithm: AlgorithmIdentifierOwned,
    signature: Vec<u8>,
}

/// Why a certificate cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum CertificateError {
    /// Larger than [`MAX_OCTETS`].
    #[error("the certificate has {octets} octets, at most {MAX_OCTETS} are read")]
    TooLarge {
        /// Its size.
        octets: usize,
    },
    /// Not one DER element.
    #[error("the certificate is not DER: {0}")]
    Der(#[from] wire::DerError),
    /// DER that is not that of a certificate.
    #[error("not a certificate: {0}")]
    Malformed(#[from] Malformed),
}

impl CertificateError {
    /// Stable code of this refusal.
    pub fn code(&self) -> &'static str {
        match self {
            Self::TooLarge { .. } => "certificate-too-large",
            Self::Der(_) => "certificate-not-der",
            Self::Malformed(_) => "certificate-malformed",
        }
    }
}

impl Certificate {
    /// Reads a certificate: one complete DER element.
    ///
    /// # Errors
    /// See [`CertificateError`].
    pub fn from_der(bytes: &[u8]) -> Result<Self, CertificateError> {
        if bytes.len() > MAX_OCTETS {
            return Err(CertificateError::TooLarge { octets: bytes.len() });
        }
        wire::check_structure(bytes)?;
        let mut members = asn1::only("Certificate", bytes, tag::SEQUENCE)?.members("Certificate");
        let tbs_element = members.required(tag::SEQUENCE)?;
        let algorithm = read_algorithm("signatureAlgorithm", members.required(tag::SEQUENCE)?)?;
        let signature =
            asn1::read_octet_bits("signatureValue", members.required(tag::BIT_STRING)?.content)?.to_vec();
        members.finish()?;
        let start = tbs_element.full.as_ptr().addr() - bytes.as_ptr().addr();
        let read = tbs::read(tbs_element)?;
        Ok(Self {
            der: bytes.to_vec(),
            tbs_range: start..start + tbs_element.full.len(),
            tbs: read.tbs,
            version: read.version,
            unique_identifiers: read.unique_identifiers,
            algorithm,
            signature,
        })
    }

    /// The certificate as received.
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// The certificate in PEM.
    pub fn to_pem(&self) -> String {
        pem::write(PEM_LABEL, &self.der)
    }

    /// The signed part as received.
    pub fn tbs_der(&self) -> &[u8] {
        &self.der[self.tbs_range.clone()]
    }

    /// The signed part as it was read.
    pub fn tbs(&self) -> &TbsCertificate {
        &self.tbs
    }

    /// The version.
    pub fn version(&self) -> Version {
        self.version
    }

    /// Whether it carries unique identifiers of issuer or subject, which RFC 5280 §4.1.2.8 forbids to write.
    pub fn has_unique_identifiers(&self) -> bool {
        self.unique_identifiers
    }

    /// The algorithm outside of what is signed.
    pub fn signature_algorithm(&self) -> &AlgorithmIdentifierOwned {
        &self.algorithm
    }

    /// The algorithm inside of what is signed.
    pub fn tbs_signature_algorithm(&self) -> &AlgorithmIdentifierOwned {
        &self.tbs.signature_algorithm
    }

    /// The octets of the signature.
    pub fn signature(&self) -> &[u8] {
        &self.signature
    }

    /// The serial number.
    pub fn serial(&self) -> &SerialNumber {
        &self.tbs.serial
    }

    /// The issuer's name.
    pub fn issuer(&self) -> &Name {
        &self.tbs.issuer
    }

    /// The subject's name.
    pub fn subject(&self) -> &Name {
        &self.tbs.subject
    }

    /// From when to when it is valid.
    pub fn validity(&self) -> &Validity {
        &self.tbs.validity
    }

    /// The subject's SubjectPublicKeyInfo in DER.
    pub fn spki_der(&self) -> &[u8] {
        &self.tbs.spki
    }

    /// The subject's public key.
    ///
    /// # Errors
    /// A kind of key that is not known, or a key that is not valid.
    pub fn public_key(&self) -> Result<PublicKey, KeyError> {
        PublicKey::from_spki_der(&self.tbs.spki)
    }

    /// The extensions; none before version 3.
    pub fn extensions(&self) -> &Extensions {
        &self.tbs.extensions
    }

    /// Basic constraints.
    ///
    /// # Errors
    /// The extension stands twice or cannot be read; so for all that follow.
    pub fn basic_constraints(&self) -> Result<Option<BasicConstraints>, ExtensionError> {
        self.extensions().find()
    }

    /// Key usage.
    ///
    /// # Errors
    /// The extension stands twice or cannot be read.
    pub fn key_usage(&self) -> Result<Option<KeyUsages>, ExtensionError> {
        self.extensions().find()
    }

    /// Extended key usages.
    ///
    /// # Errors
    /// The extension stands twice or cannot be read.
    pub fn extended_key_usages(&self) -> Result<Option<ExtendedKeyUsage>, ExtensionError> {
        self.extensions().find()
    }

    /// The identifier of the subject's key.
    ///
    /// # Errors
    /// The extension stands twice or cannot be read.
    pub fn subject_key_identifier(&self) -> Result<Option<KeyIdentifier>, ExtensionError> {
        Ok(self.extensions().find::<SubjectKeyIdentifier>()?.map(|extension| extension.0))
    }

    /// The identifier of the issuer's key.
    ///
    /// # Errors
    /// The extension stands twice or cannot be read.
    pub fn authority_key_identifier(&self) -> Result<Option<AuthorityKeyIdentifier>, ExtensionError> {
        self.extensions().find()
    }

    /// Alternative names of the subject; none where the extension is not there.
    ///
    /// # Errors
    /// The extension stands twice or cannot be read.
    pub fn alternative_names(&self) -> Result<Vec<GeneralName>, ExtensionError> {
        Ok(self
            .extensions()
            .find::<SubjectAlternativeName>()?
            .map(|extension| extension.0)
            .unwrap_or_default())
    }

    /// Whether subject and issuer have the same name.
    pub fn is_self_issued(&self) -> bool {
        self.subject() == self.issuer()
    }

    /// SHA-256 of the whole certificate.
    pub fn sha256_fingerprint(&self) -> [u8; 32] {
        sha256(&self.der)
    }

    /// SM3 of the whole certificate.
    pub fn sm3_fingerprint(&self) -> [u8; 32] {
        sm3(&self.der)
    }

    /// Checks that `issuer` signed this certificate and that both algorithm identifiers agree. Names, validity and what
    /// `issuer` may do are not looked at.
    ///
    /// # Errors
    /// [`VerifyError`]; the identifiers may differ in their parameters alone.
    pub fn verify_signed_by(&self, issuer: &PublicKey) -> Result<(), VerifyError> {
        algorithm::require_same(&self.tbs.signature_algorithm, &self.algorithm)?;
        algorithm::verify(&self.algorithm, issuer, self.tbs_der(), &self.signature)
    }

    /// As [`Self::verify_signed_by`], by a key that verifies often.
    ///
    /// # Errors
    /// [`VerifyError`].
    pub fn verify_with(&self, issuer: &PreparedKey) -> Result<(), VerifyError> {
        algorithm::require_same(&self.tbs.signature_algorithm, &self.algorithm)?;
        issuer.verify(&self.algorithm, self.tbs_der(), &self.signature)
    }
}

impl PartialEq for Certificate {
    fn eq(&self, other: &Self) -> bool {
        self.der == other.der
    }
}

impl Eq for Certificate {}

impl fmt::Debug for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (serial, subject, issuer) = (self.serial(), self.subject(), self.issuer());
        f.debug_struct("Certificate")
            .field("serial", serial)
            .field("subject", subject)
            .field("issuer", issuer)
            .finish()
    }
}

/// Puts a signature to the bytes that were signed.
///
/// # Errors
/// `tbs_der` that is not that of a to-be-signed certificate.
pub fn assemble(
    tbs_der: &[u8],
    algorithm: &AlgorithmIdentifierOwned,
    signature: &[u8],
) -> Result<Certificate, CertificateError> {
    Certificate::from_der(&join_signed(tbs_der, algorithm, signature)?)
}

/// Joins a to-be-signed structure, its algorithm and its signature: the shape of certificates, requests and CRLs.
pub(crate) fn join_signed(
    tbs_der: &[u8],
    algorithm: &AlgorithmIdentifierOwned,
    signature: &[u8],
) -> Result<Vec<u8>, wire::DerError> {
    let bits = asn1::element(tag::BIT_STRING, &[&[0], signature].concat());
    Ok(asn1::sequence(&[tbs_der, &wire::encode(algorithm)?, &bits]))
}

pub(crate) fn read_algorithm(
    part: &'static str,
    element: asn1::Element<'_>,
) -> Result<AlgorithmIdentifierOwned, Malformed> {
    AlgorithmIdentifierOwned::from_der(element.full)
        .map_err(|_| Malformed::value(part, "not an AlgorithmIdentifier"))
}

#[cfg(test)]
mod tests;
