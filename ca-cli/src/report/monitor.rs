//! What a monitor found.

use jiff::Timestamp;
use serde::Serialize;

use super::Notice;

/// What a look at everything found.
#[derive(Serialize)]
pub(crate) struct Watched {
    /// When it began.
    pub(crate) time: Timestamp,
    /// Whether nothing is wrong and nothing ends soon.
    pub(crate) well: bool,
    pub(crate) failed: usize,
    pub(crate) warned: usize,
    pub(crate) checks: Vec<Check>,
}

/// What is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum CheckKind {
    Crl,
    Delta,
    Ocsp,
}

impl CheckKind {
    /// The word for it.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Crl => "crl",
            Self::Delta => "delta",
            Self::Ocsp => "ocsp",
        }
    }
}

/// How it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Health {
    Well,
    Warning,
    Failed,
}

/// One list or answer.
#[derive(Clone, Serialize)]
pub(crate) struct Check {
    pub(crate) kind: CheckKind,
    pub(crate) url: String,
    /// Subject of the authority.
    pub(crate) issuer: String,
    /// Serial of the certificate that was asked about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) serial: Option<String>,
    pub(crate) health: Health,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) problems: Vec<Notice>,
    /// CRLNumber.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) number: Option<String>,
    /// The number of the list that a delta adds to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) base: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) this_update: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) next_update: Option<Timestamp>,
    /// How many certificates a list names.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) entries: Option<u64>,
    /// What an answer says of the certificate.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) status: Option<&'static str>,
    pub(crate) octets: u64,
    /// What it took to fetch and verify it.
    pub(crate) milliseconds: u64,
}

impl Check {
    /// Of something that was not looked at yet.
    pub(crate) fn new(kind: CheckKind, url: &str, issuer: String) -> Self {
        Self {
            kind,
            url: url.to_owned(),
            issuer,
            serial: None,
            health: Health::Well,
            problems: Vec::new(),
            number: None,
            base: None,
            this_update: None,
            next_update: None,
            entries: None,
            status: None,
            octets: 0,
            milliseconds: 0,
        }
    }

    /// Something is not as it should be.
    pub(crate) fn note(&mut self, health: Health, code: &str, detail: impl Into<String>) {
        self.health = self.health.max(health);
        self.problems.push(Notice { code: code.to_owned(), detail: detail.into() });
    }
}
