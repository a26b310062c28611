//! Certificate revocation lists.

mod entry;
mod index;
mod issuers;
pub mod stream;
mod tbs;

pub use entry::RevokedCertificate;
pub use tbs::TbsCertList;

use super::asn1::{self, Malformed, tag};
use super::certificate::{join_signed, read_algorithm};
use super::extension::{AuthorityKeyIdentifier, CrlNumber, ExtensionError, Extensions};
use super::{Name, Oid, SerialNumber};
use crate::algorithm::{self, PreparedKey, VerifyError};
use crate::encoding::{der as wire, pem};
use crate::key::PublicKey;
use index::Index;
use jiff::Timestamp;
use spki::AlgorithmIdentifierOwned;
use std::sync::OnceLock;

/// The largest CRL read, in octets: ten million entries of 45 octets.
pub const MAX_OCTETS: usize = 450_000_000;

/// Label of a CRL in PEM, RFC 7468 §6.
pub const PEM_LABEL: &str = "X509 CRL";

/// `CertificateList`, RFC 5280 §5.1, with its bytes as received. Compares by them.
#[derive(Clone)]
pub struct CertificateList {
    der: Vec<u8>,
    /// Where in `der` tbsCertList stands.
    tbs_range: core::ops::Range<usize>,
    tbs: tbs::Read,
    algorithm: AlgorithmIdentifierOwned,
    signature: Vec<u8>,
    /// Where each serial stands, made when one is first looked up.
    index: OnceLock<Index>,
}

/// Why a CRL cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum CrlError {
    /// Larger than [`MAX_OCTETS`].
    #[error("the CRL has {octets} octets, at most {MAX_OCTETS} are read")]
    TooLarge {
        /// Its size.
        octets: usize,
    },
    /// Not one DER element.
    #[error("the CRL is not DER: {0}")]
    Der(#[from] wire::DerError),
    /// DER that is not that of a CRL.
    #[error("not a CRL: {0}")]
    Malformed(#[from] Malformed),
}

impl CrlError {
    /// Stable code of this refusal.
    pub fn code(&self) -> &'static str {
        match self {
            Self::TooLarge { .. } => "crl-too-large",
            Self::Der(_) => "crl-not-der",
            Self::Malformed(_) => "crl-malformed",
        }
    }
}

impl CertificateList {
    /// Reads a CRL: one complete DER element.
    ///
    /// # Errors
    /// See [`CrlError`]. The extensions of entries that have a meaning here (reason, invalidity date) must be readable.
    pub fn from_der(bytes: &[u8]) -> Result<Self, CrlError> {
        if bytes.len() > MAX_OCTETS {
            return Err(CrlError::TooLarge { octets: bytes.len() });
        }
        wire::check_structure(bytes)?;
        let mut members = asn1::only("CertificateList", bytes, tag::SEQUENCE)?.members("CertificateList");
        let tbs_element = members.required(tag::SEQUENCE)?;
        let algorithm = read_algorithm("signatureAlgorithm", members.required(tag::SEQUENCE)?)?;
        let signature =
            asn1::read_octet_bits("signatureValue", members.required(tag::BIT_STRING)?.content)?.to_vec();
        members.finish()?;
        let start = tbs_element.full.as_ptr().addr() - bytes.as_ptr().addr();
        Ok(Self {
            tbs: tbs::read(tbs_element)?,
            der: bytes.to_vec(),
            tbs_range: start..start + tbs_element.full.len(),
            algorithm,
            signature,
            index: OnceLock::new(),
        })
    }

    /// The CRL as received.
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// The CRL in PEM.
    pub fn to_pem(&self) -> String {
        pem::write(PEM_LABEL, &self.der)
    }

    /// The signed part as received.
    pub fn tbs_der(&self) -> &[u8] {
        &self.der[self.tbs_range.clone()]
    }

    /// Whether it is of version 2, which alone has extensions.
    pub fn is_v2(&self) -> bool {
        self.tbs.v2
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

    /// The issuer's name.
    pub fn issuer(&self) -> &Name {
        &self.tbs.issuer
    }

    /// When it was issued.
    pub fn this_update(&self) -> Timestamp {
        self.tbs.this_update
    }

    /// By when the next one is issued. RFC 5280 §5.1.2.5 requires it; some leave it out.
    pub fn next_update(&self) -> Option<Timestamp> {
        self.tbs.next_update
    }

    /// The entries in their order.
    pub fn revoked(&self) -> &[RevokedCertificate] {
        &self.tbs.revoked
    }

    /// The last entry for the certificate `serial` of the issuer of this CRL: where several stand, the later one says more.
    pub fn find(&self, serial: &SerialNumber) -> Option<&RevokedCertificate> {
        self.find_of(self.issuer(), serial)
    }

    /// The last entry for the certificate `serial` of `issuer`, who may be another than the issuer of this CRL where the CRL
    /// is indirect, RFC 5280 §5.3.3.
    pub fn find_of(&self, issuer: &Name, serial: &SerialNumber) -> Option<&RevokedCertificate> {
        let entries = &self.tbs.revoked;
        let index = self.index.get_or_init(|| Index::of(entries));
        let position = index.candidates(serial).rev().find(|&at| {
            entries[at].serial == *serial
                && self.tbs.issuers.includes(at, issuer).unwrap_or_else(|| self.issuer().matches(issuer))
        })?;
        Some(&entries[position])
    }

    /// Whether entries name the issuer of the certificates that they are about. Only an indirect CRL may, RFC 5280 §5.3.3.
    pub fn has_entry_issuers(&self) -> bool {
        !self.tbs.issuers.is_empty()
    }

    /// Whether the list of entries is there but empty, which RFC 5280 §5.1.2.6 forbids to write.
    pub fn has_empty_list(&self) -> bool {
        self.tbs.empty_list
    }

    /// A critical extension of an entry that has no meaning here, where there is one. Whoever judges by this CRL must then refuse it.
    pub fn unknown_critical_entry_extension(&self) -> Option<&Oid> {
        self.tbs.unknown_critical.as_ref()
    }

    /// The extensions of the list.
    pub fn extensions(&self) -> &Extensions {
        &self.tbs.extensions
    }

    /// The number.
    ///
    /// # Errors
    /// The extension stands twice or cannot be read.
    pub fn number(&self) -> Result<Option<CrlNumber>, ExtensionError> {
        self.extensions().find()
    }

    /// The identifier of the issuer's key.
    ///
    /// # Errors
    /// The extension stands twice or cannot be read.
    pub fn authority_key_identifier(&self) -> Result<Option<AuthorityKeyIdentifier>, ExtensionError> {
        self.extensions().find()
    }

    /// Checks that `issuer` signed this CRL and that both algorithm identifiers agree.
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

impl PartialEq for CertificateList {
    fn eq(&self, other: &Self) -> bool {
        self.der == other.der
    }
}

impl Eq for CertificateList {}

impl core::fmt::Debug for CertificateList {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let (issuer, this_update, entries) = (self.issuer(), self.this_update(), self.revoked().len());
        f.debug_struct("CertificateList")
            .field("issuer", issuer)
            .field("this_update", &this_update)
            .field("entries", &entries)
            .finish()
    }
}

/// Puts a signature to the bytes that were signed.
///
/// # Errors
/// `tbs_der` that is not that of a to-be-signed CRL.
pub fn assemble(
    tbs_der: &[u8],
    algorithm: &AlgorithmIdentifierOwned,
    signature: &[u8],
) -> Result<CertificateList, CrlError> {
    CertificateList::from_der(&join_signed(tbs_der, algorithm, signature)?)
}

#[cfg(test)]
mod tests;
