//! Certification requests.

use ca_core::x509::CertificationRequest;
use serde::Serialize;

use super::certificate::algorithm;
use super::{Fingerprints, Identifier, KeyDetails, NameDetails, Oddity, Purposes, oddity};
use crate::report::Notice;

/// A certification request.
#[derive(Serialize)]
pub(crate) struct RequestDetails {
    pub(crate) subject: NameDetails,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) public_key: Option<KeyDetails>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) public_key_error: Option<String>,
    pub(crate) signature_algorithm: Identifier,
    /// Whether it proves possession of the private key and the key is fit for use.
    pub(crate) verified: bool,
    /// Why not, where not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) problem: Option<Notice>,
    /// What the extensions asked for say.
    #[serde(flatten)]
    pub(crate) purposes: Purposes,
    /// What is odd about it.
    pub(crate) odd: Vec<Oddity>,
    pub(crate) fingerprints: Fingerprints,
}

impl RequestDetails {
    pub(super) fn of(request: &CertificationRequest) -> Self {
        let key = request.public_key();
        let problem = request.clone().verify().err();
        Self {
            subject: NameDetails::of(request.subject()),
            public_key_error: key.as_ref().err().map(ToString::to_string),
            public_key: key.ok().as_ref().map(KeyDetails::of),
            signature_algorithm: algorithm(request.signature_algorithm()),
            verified: problem.is_none(),
            problem: problem.map(|error| Notice { code: error.code().to_owned(), detail: error.to_string() }),
            purposes: request.extensions().map(|extensions| Purposes::of(&extensions)).unwrap_or_default(),
            odd: oddity::of_request(request),
            fingerprints: Fingerprints::of(request.der()),
        }
    }
}
