//! How the service is.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The checks. Stable; there may be more with time.
pub const HEALTH_CHECKS: &[&str] = &[
    "administrator",
    "authority",
    "backup",
    "certificate",
    "clock",
    "crl",
    "database",
    "database-write",
    "disk",
    "intents",
    "off-host-log",
    "quarantine",
    "schema",
    "signer",
    "status-feed",
];

/// The codes of faults that have remedies of their own. Stable; others are codes of errors, such as the database's.
pub const HEALTH_CODES: &[&str] = &[
    "administrator-ended",
    "administrator-ends-soon",
    "administrator-missing",
    "authority-ended",
    "authority-ends-soon",
    "authority-missing",
    "authority-not-certified",
    "authority-not-in-force",
    "backup-missing",
    "backup-not-configured",
    "backup-old",
    "check-failed",
    "clock-ahead",
    "clock-behind",
    "clock-peers-silent",
    "crl-ended",
    "crl-ends-soon",
    "crl-entry-vanished",
    "crl-missing",
    "crl-not-written",
    "crl-scratch",
    "crl-this-update-falls",
    "database-compared",
    "database-credentials",
    "database-read-only",
    "database-slow",
    "database-tls",
    "disk-full",
    "disk-nearly-full",
    "https-ended",
    "https-ends-soon",
    "intents-left-open",
    "off-host-behind",
    "off-host-not-configured",
    "off-host-unanswered",
    "quarantined",
    "responder-ended",
    "responder-ends-soon",
    "responder-missing",
    "schema-from-future",
    "status-feed-silent",
    "status-feed-slow",
];

/// How something is; a later one is worse.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum HealthState {
    /// As it should be.
    Ok,
    /// It works, and will not for long unless somebody does something.
    Warning,
    /// Something that the service is for does not work.
    Critical,
}

/// A figure of a check.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct HealthValue {
    /// What it is.
    #[schema(example = "free")]
    pub name: String,
    /// The number.
    pub value: i64,
    /// `seconds`, `milliseconds`, `octets`, `count`.
    #[schema(example = "octets")]
    pub unit: String,
    /// From where on it is a warning, where there is such a bound.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub warning: Option<i64>,
    /// From where on it is critical, where there is such a bound.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub critical: Option<i64>,
}

/// One check.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct HealthCheck {
    /// What was looked at; stable.
    #[schema(example = "disk")]
    pub check: String,
    /// Which one, where there are several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<String>,
    /// How it is.
    pub state: HealthState,
    /// `ok`, or the stable code of what is wrong.
    #[schema(example = "disk-nearly-full")]
    pub code: String,
    /// What is wrong, for people; empty where nothing is.
    pub detail: String,
    /// What to do; absent where nothing is wrong.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remedy: Option<String>,
    /// Its figures.
    pub values: Vec<HealthValue>,
}

/// How a server is. Each server tells of itself and of what it shares with others.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct HealthView {
    /// The worst state of all checks.
    pub state: HealthState,
    /// When it was looked.
    pub at: Timestamp,
    /// The checks.
    pub checks: Vec<HealthCheck>,
}
