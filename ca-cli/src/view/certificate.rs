//! Certificates.

use ca_core::encoding::{dump, hex};
use ca_core::x509::Certificate;
use jiff::Timestamp;
use serde::Serialize;
use spki::AlgorithmIdentifierOwned;

use super::signature::Issuers;
use super::{Identifier, KeyDetails, NameDetails, Oddity, Purposes, SignatureDetails, oddity};

/// A certificate.
#[derive(Serialize)]
pub(crate) struct CertificateDetails {
    pub(crate) version: u8,
    pub(crate) serial: String,
    pub(crate) subject: NameDetails,
    pub(crate) issuer: NameDetails,
    /// Whether subject and issuer have the same name.
    pub(crate) self_issued: bool,
    pub(crate) not_before: Timestamp,
    pub(crate) not_after: Timestamp,
    /// The key, where it is of a kind that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) public_key: Option<KeyDetails>,
    /// Why the key cannot be read, where it cannot.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) public_key_error: Option<String>,
    pub(crate) signature_algorithm: Identifier,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) subject_key_identifier: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) authority_key_identifier: Option<String>,
    /// Whether its issuer signed it, as far as that is known.
    pub(crate) signature: SignatureDetails,
    #[serde(flatten)]
    pub(crate) purposes: Purposes,
    /// What is odd about it.
    pub(crate) odd: Vec<Oddity>,
    pub(crate) fingerprints: Fingerprints,
}

/// Hashes of a whole object.
#[derive(Serialize)]
pub(crate) struct Fingerprints {
    pub(crate) sha256: String,
    pub(crate) sm3: String,
}

impl Fingerprints {
    pub(super) fn of(der: &[u8]) -> Self {
        use ca_core::algorithm::digest::{sha256, sm3};
        Self { sha256: hex::encode(sha256(der)), sm3: hex::encode(sm3(der)) }
    }
}

pub(super) fn algorithm(identifier: &AlgorithmIdentifierOwned) -> Identifier {
    Identifier { oid: identifier.oid.to_string(), name: dump::name(identifier.oid) }
}

impl CertificateDetails {
    /// `issuers` are the certificates that are shown with it.
    pub(crate) fn of(certificate: &Certificate, issuers: &Issuers<'_>) -> Self {
        let key = certificate.public_key();
        let authority_key = certificate.authority_key_identifier().ok().flatten();
        Self {
            version: certificate.version() as u8,
            serial: certificate.serial().to_string(),
            subject: NameDetails::of(certificate.subject()),
            issuer: NameDetails::of(certificate.issuer()),
            self_issued: certificate.is_self_issued(),
            not_before: certificate.validity().not_before,
            not_after: certificate.validity().not_after,
            public_key_error: key.as_ref().err().map(ToString::to_string),
            public_key: key.ok().as_ref().map(KeyDetails::of),
            signature_algorithm: algorithm(certificate.signature_algorithm()),
            subject_key_identifier: certificate
                .subject_key_identifier()
                .ok()
                .flatten()
                .map(|identifier| hex::encode(identifier.as_bytes())),
            authority_key_identifier: authority_key
                .and_then(|identifier| identifier.key_identifier)
                .map(|identifier| hex::encode(identifier.as_bytes())),
            signature: SignatureDetails::of_certificate(certificate, issuers),
            purposes: Purposes::of(certificate.extensions()),
            odd: oddity::of_certificate(certificate),
            fingerprints: Fingerprints::of(certificate.der()),
        }
    }
}
