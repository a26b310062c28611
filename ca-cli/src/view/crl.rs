//! Revocation lists.

use ca_core::encoding::hex;
use ca_core::x509::crl::RevokedCertificate;
use ca_core::x509::extension::{AuthorityKeyIdentifier, CrlNumber};
use ca_core::x509::{CertificateList, SerialNumber};
use jiff::Timestamp;
use serde::Serialize;

use super::certificate::algorithm;
use super::signature::Issuers;
use super::{ExtensionDetails, Fingerprints, Identifier, NameDetails, Oddity, SignatureDetails, oddity};
use crate::input::LargeList;

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
    /// Whether its issuer signed it, as far as that is known.
    pub(crate) signature: SignatureDetails,
    /// How many certificates are on it.
    pub(crate) revoked_count: usize,
    pub(crate) revoked: Vec<CrlEntry>,
    /// What was asked for with a serial number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) lookup: Option<LookupDetails>,
    pub(crate) extensions: Vec<ExtensionDetails>,
    /// What is odd about it.
    pub(crate) odd: Vec<Oddity>,
    pub(crate) fingerprints: Fingerprints,
}

/// Whether a serial number is on the list.
#[derive(Serialize)]
pub(crate) struct LookupDetails {
    pub(crate) serial: String,
    /// Its entry; none where it is not on the list.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) entry: Option<CrlEntry>,
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

impl CrlEntry {
    fn of(entry: &RevokedCertificate) -> Self {
        Self {
            serial: entry.serial.to_string(),
            revocation_date: entry.revocation_date,
            reason: entry.reason.map(|reason| reason.name()),
            invalidity_date: entry.invalidity_date,
        }
    }
}

impl CrlDetails {
    /// Of a list that is not held whole: its first entries.
    pub(super) fn of_large(list: &LargeList, serial: Option<&SerialNumber>) -> Self {
        let extensions = &list.trailer.extensions;
        let authority_key = extensions.find::<AuthorityKeyIdentifier>().ok().flatten();
        Self {
            issuer: NameDetails::of(&list.header.issuer),
            number: extensions.find::<CrlNumber>().ok().flatten().map(|number| number.to_string()),
            this_update: list.header.this_update,
            next_update: list.header.next_update,
            signature_algorithm: algorithm(&list.header.signature_algorithm),
            authority_key_identifier: authority_key
                .and_then(|identifier| identifier.key_identifier)
                .map(|identifier| hex::encode(identifier.as_bytes())),
            signature: SignatureDetails::of_streamed(list.signed),
            revoked_count: list.count,
            revoked: list.first.iter().map(CrlEntry::of).collect(),
            lookup: serial.map(|serial| LookupDetails {
                serial: serial.to_string(),
                entry: list.entry.as_ref().map(CrlEntry::of),
            }),
            extensions: extensions.iter().map(ExtensionDetails::of).collect(),
            odd: Vec::new(),
            fingerprints: Fingerprints { sha256: hex::encode(list.sha256), sm3: hex::encode(list.sm3) },
        }
    }

    /// `issuers` are the certificates that are shown with it, `serial` is looked up.
    pub(super) fn of(crl: &CertificateList, issuers: &Issuers<'_>, serial: Option<&SerialNumber>) -> Self {
        let authority_key = crl.authority_key_identifier().ok().flatten();
        Self {
            issuer: NameDetails::of(crl.issuer()),
            number: crl.number().ok().flatten().map(|number| number.to_string()),
            this_update: crl.this_update(),
            next_update: crl.next_update(),
            signature_algorithm: algorithm(crl.signature_algorithm()),
            authority_key_identifier: authority_key
                .and_then(|identifier| identifier.key_identifier)
                .map(|identifier| hex::encode(identifier.as_bytes())),
            signature: SignatureDetails::of_list(crl, issuers),
            revoked_count: crl.revoked().len(),
            revoked: crl.revoked().iter().map(CrlEntry::of).collect(),
            lookup: serial.map(|serial| LookupDetails {
                serial: serial.to_string(),
                entry: crl.find(serial).map(CrlEntry::of),
            }),
            extensions: crl.extensions().iter().map(ExtensionDetails::of).collect(),
            odd: oddity::of_list(crl),
            fingerprints: Fingerprints::of(crl.der()),
        }
    }
}
