//! OCSP responses.

use ca_core::algorithm::digest::DigestAlgorithm;
use ca_core::encoding::{dump, hex};
use ca_core::ocsp::{Answer, CertId, CertStatus, OcspRequest, OcspResponse, ResponderIdentity};
use jiff::Timestamp;
use serde::Serialize;

use super::certificate::algorithm;
use super::{Fingerprints, Identifier};

/// An OCSP request.
#[derive(Serialize)]
pub(crate) struct OcspRequestDetails {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) nonce: Option<String>,
    /// The certificates asked about.
    pub(crate) questions: Vec<CertIdDetails>,
    pub(crate) fingerprints: Fingerprints,
}

/// How OCSP names a certificate.
#[derive(Serialize)]
pub(crate) struct CertIdDetails {
    pub(crate) serial: String,
    /// What its issuer's name and key are hashed with.
    pub(crate) hash_algorithm: String,
    pub(crate) issuer_name_hash: String,
    pub(crate) issuer_key_hash: String,
}

impl OcspRequestDetails {
    pub(super) fn of(request: &OcspRequest) -> Self {
        Self {
            nonce: request.nonce().map(hex::encode),
            questions: request.cert_ids().iter().map(CertIdDetails::of).collect(),
            fingerprints: Fingerprints::of(request.der()),
        }
    }
}

fn algorithm_name(digest: DigestAlgorithm) -> String {
    dump::name(digest.oid()).map_or_else(|| digest.oid().to_string(), str::to_owned)
}

impl CertIdDetails {
    fn of(id: &CertId) -> Self {
        Self {
            serial: id.serial().to_string(),
            hash_algorithm: algorithm_name(id.hash()),
            issuer_name_hash: hex::encode(id.issuer_name_hash()),
            issuer_key_hash: hex::encode(id.issuer_key_hash()),
        }
    }
}

/// An OCSP response. Its signature was not judged.
#[derive(Serialize)]
pub(crate) struct OcspDetails {
    /// successful, or why there are no answers.
    pub(crate) response_status: &'static str,
    /// Name of the responder, or the SHA-1 of its key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) responder: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) produced_at: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) signature_algorithm: Option<Identifier>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) nonce: Option<String>,
    pub(crate) answers: Vec<SingleDetails>,
}

/// What it says of one certificate.
#[derive(Serialize)]
pub(crate) struct SingleDetails {
    pub(crate) serial: String,
    pub(crate) status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) revoked_at: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) reason: Option<&'static str>,
    pub(crate) this_update: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) next_update: Option<Timestamp>,
}

impl OcspDetails {
    pub(super) fn of(response: &OcspResponse) -> Self {
        let basic = response.basic();
        Self {
            response_status: response.status().as_str(),
            responder: basic.map(|basic| match basic.responder() {
                ResponderIdentity::ByName(name) => name.to_string(),
                ResponderIdentity::ByKey(hash) => hex::encode(hash),
            }),
            produced_at: basic.map(|basic| basic.produced_at()),
            signature_algorithm: basic.map(|basic| algorithm(basic.signature_algorithm())),
            nonce: basic.and_then(|basic| basic.nonce()).map(hex::encode),
            answers: basic
                .map(|basic| basic.answers().iter().map(SingleDetails::of).collect())
                .unwrap_or_default(),
        }
    }
}

impl SingleDetails {
    fn of(answer: &Answer) -> Self {
        let (status, revoked_at, reason) = match answer.status {
            CertStatus::Good => ("good", None, None),
            CertStatus::Unknown => ("unknown", None, None),
            CertStatus::Revoked { at, reason } => ("revoked", Some(at), Some(reason.name())),
        };
        Self {
            serial: answer.cert_id.serial().to_string(),
            status,
            revoked_at,
            reason,
            this_update: answer.this_update,
            next_update: answer.next_update,
        }
    }
}
