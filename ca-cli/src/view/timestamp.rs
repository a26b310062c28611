//! Time-stamps.

use ca_core::encoding::{dump, hex};
use ca_core::timestamp::{MessageImprint, Status, TimeStampRequest, TimeStampResponse, TimeStampToken};
use ca_core::x509::Certificate;
use jiff::Timestamp;
use serde::Serialize;

use super::{CmsDetails, Fingerprints, Identifier, Issuers};
use crate::report::Notice;

/// What is stamped.
#[derive(Serialize)]
pub(crate) struct ImprintDetails {
    pub(crate) hash_algorithm: Identifier,
    pub(crate) hash: String,
}

/// A question to a time-stamp authority.
#[derive(Serialize)]
pub(crate) struct TimeStampRequestDetails {
    pub(crate) imprint: ImprintDetails,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) policy: Option<Identifier>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) nonce: Option<String>,
    /// Whether the answer is to carry the authority's certificate.
    pub(crate) wants_certificate: bool,
    pub(crate) fingerprints: Fingerprints,
}

/// Its answer.
#[derive(Serialize)]
pub(crate) struct TimeStampResponseDetails {
    /// granted, rejection and so on, by the names of RFC 3161.
    pub(crate) status: &'static str,
    /// What the authority says for people.
    pub(crate) text: Vec<String>,
    /// Why it refused.
    pub(crate) failures: Vec<String>,
    /// The time-stamp, where one was granted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) time_stamp: Option<TimeStampDetails>,
    /// The message that carries it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) message: Option<CmsDetails>,
    pub(crate) fingerprints: Fingerprints,
}

/// A time-stamp.
#[derive(Serialize)]
pub(crate) struct TimeStampDetails {
    pub(crate) time: Timestamp,
    pub(crate) serial: String,
    pub(crate) policy: Identifier,
    pub(crate) imprint: ImprintDetails,
    /// How far the time may be off, in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) accuracy: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) nonce: Option<String>,
    /// The name of the authority.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) authority: Option<String>,
    /// Whether it is signed as a time-stamp must be.
    pub(crate) verified: bool,
    /// Why not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) problem: Option<Notice>,
}

impl ImprintDetails {
    fn of(imprint: &MessageImprint) -> Self {
        let oid = imprint.algorithm.oid;
        Self {
            hash_algorithm: Identifier { oid: oid.to_string(), name: dump::name(oid) },
            hash: hex::encode(&imprint.digest),
        }
    }
}

impl TimeStampRequestDetails {
    pub(super) fn of(request: &TimeStampRequest) -> Self {
        Self {
            imprint: ImprintDetails::of(request.imprint()),
            policy: request.policy().map(Identifier::of),
            nonce: request.nonce().map(ToString::to_string),
            wants_certificate: request.wants_certificate(),
            fingerprints: Fingerprints::of(request.der()),
        }
    }
}

impl TimeStampResponseDetails {
    pub(super) fn of(response: &TimeStampResponse, issuers: &Issuers<'_>) -> Self {
        let status = response.status();
        let failure =
            |bit: &u32| Status::failure_name(*bit).map_or_else(|| format!("bit {bit}"), str::to_owned);
        let token = response.token();
        Self {
            status: match status.code {
                0 => "granted",
                1 => "grantedWithMods",
                2 => "rejection",
                3 => "waiting",
                4 => "revocationWarning",
                5 => "revocationNotification",
                _ => "unknown",
            },
            text: status.text.clone(),
            failures: status.failures.iter().map(failure).collect(),
            time_stamp: token.map(|token| TimeStampDetails::of(token, issuers)),
            message: token.map(|token| {
                let message = token.message();
                CmsDetails::of(message, message.der(), issuers)
            }),
            fingerprints: Fingerprints::of(response.der()),
        }
    }
}

impl TimeStampDetails {
    pub(super) fn of(token: &TimeStampToken, issuers: &Issuers<'_>) -> Self {
        let info = token.info();
        let given: Vec<Certificate> = token
            .message()
            .signed_data()
            .map(|signed| {
                signed.signers().iter().filter_map(|it| issuers.party(it.party()).cloned()).collect()
            })
            .unwrap_or_default();
        let problem = token.verify(&given).err();
        Self {
            time: info.time,
            serial: info.serial.to_string(),
            policy: Identifier::of(&info.policy),
            imprint: ImprintDetails::of(&info.imprint),
            accuracy: info.accuracy.as_ref().map(|accuracy| accuracy.0.as_secs_f64()),
            nonce: info.nonce.as_ref().map(ToString::to_string),
            authority: info.authority.as_ref().map(ToString::to_string),
            verified: problem.is_none(),
            problem: problem.map(|error| Notice { code: error.code().to_owned(), detail: error.to_string() }),
        }
    }
}
