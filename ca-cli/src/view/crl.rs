//! Revocation lists.

use ca_core::encoding::hex;
use ca_core::x509::CertificateList;
use jiff::Timestamp;
use serde::Serialize;

use super::certificate::algorithm;
use super::{ExtensionDetails, Fingerprints, Identifier, NameDetails};

/// A revocation list.
#[derive(Serialize)]
pub(crate) struct CrlDetails {
    pub(crate) issuer: NameDetails,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) number: Option<String>,
    pub(crate) this_update: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) next_update: Option<Timestamp>,
    pub(crate) signature_algorithm: Identifier,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) authority_key_identifier: Option<String>,
    pub(crate) revoked: Vec<CrlEntry>,
    pub(crate) extensions: Vec<ExtensionDetails>,
    pub(crate) fingerprints: Fingerprints,
}

/// A certificate on the list.
#[derive(Serialize)]
pub(crate) struct CrlEntry {
    pub(crate) serial: String,
    pub(crate) revocation_date: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) reason: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) invalidity_date: Option<Timestamp>,
}

impl CrlDetails {
    pub(super) fn of(crl: &CertificateList) -> Self {
        let authority_key = crl.authority_key_identifier().ok().flatten();
        let entry = |entry: &ca_core::x509::crl::RevokedCertificate| CrlEntry {
            serial: entry.serial.to_string(),
            revocation_date: entry.revocation_date,
            reason: entry.reason.map(|reason| reason.name()),
            invalidity_date: entry.invalidity_date,
        };
        Self {
            issuer: NameDetails::of(crl.issuer()),
            number: crl.number().ok().flatten().map(|number| number.to_string()),
            this_update: crl.this_update(),
            next_update: crl.next_update(),
            signature_algorithm: algorithm(crl.signature_algorithm()),
            authority_key_identifier: authority_key
                .and_then(|identifier| identifier.key_identifier)
                .map(|identifier| hex::encode(identifier.as_bytes())),
            revoked: crl.revoked().iter().map(entry).collect(),
            extensions: crl.extensions().iter().map(ExtensionDetails::of).collect(),
            fingerprints: Fingerprints::of(crl.der()),
        }
    }
}
