//! Statuses of many certificates, lists, and authorities that pause.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::RevocationReason;

/// The most certificates of one request to revoke many.
pub const MAX_REVOCATIONS: usize = 1_000;

/// Body of `POST /authorities/{authority}/revocations`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RevokeManyRequest {
    /// The serials, in hexadecimal; at most 1000.
    pub serials: Vec<String>,
    /// Why.
    pub reason: RevocationReason,
    /// Since when the keys are known or suspected to be compromised; not in the future.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invalidity_date: Option<Timestamp>,
    /// Whether to say only what would become of each, and to change nothing.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub dry_run: bool,
}

/// Body of `POST /revocations`, which the key of the certificate signs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RevokeOwnRequest {
    /// The certificate in PEM.
    pub certificate: String,
    /// Why: unspecified, keyCompromise, affiliationChanged, superseded or cessationOfOperation.
    pub reason: RevocationReason,
    /// Since when the key is known or suspected to be compromised; not in the future.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invalidity_date: Option<Timestamp>,
}

/// What became of a certificate of many.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum RevocationOutcome {
    /// It is revoked now.
    Revoked,
    /// It was revoked before; that stands as it is.
    AlreadyRevoked,
    /// The authority issued no such certificate.
    UnknownCertificate,
}

/// Answer to `POST /authorities/{authority}/revocations`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RevokedMany {
    /// What became of each, in the order in which they were asked for.
    pub outcomes: Vec<RevocationOutcome>,
    /// How many of those that are revoked now, or would be, were issued under each profile.
    #[serde(default)]
    pub profiles: BTreeMap<String, u64>,
}

/// A published CRL.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CrlView {
    /// The authority.
    pub authority: String,
    /// CRLNumber.
    pub number: u64,
    /// thisUpdate.
    pub this_update: Timestamp,
    /// nextUpdate.
    pub next_update: Timestamp,
    /// How many certificates it lists.
    pub entries: u64,
}

/// The authority that issues where none is named.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DefaultView {
    /// The authority.
    pub authority: String,
}

/// Whether an authority issues.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SuspensionView {
    /// The authority.
    pub authority: String,
    /// Whether it issues nothing for the time being.
    pub suspended: bool,
}
