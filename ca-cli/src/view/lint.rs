//! What rules find.

use ca_core::lint::{self, About, Finding, Subject};
use serde::Serialize;

use super::signature::Issuers;
use crate::input::Object;

/// A breach of a rule.
#[derive(Serialize)]
pub(crate) struct FindingDetails {
    pub(crate) rule: &'static str,
    pub(crate) severity: String,
    /// Standard and section.
    pub(crate) citation: &'static str,
    pub(crate) detail: String,
}

/// A rule.
#[derive(Serialize)]
pub(crate) struct RuleDetails {
    pub(crate) rule: &'static str,
    /// What it judges.
    pub(crate) subject: String,
    pub(crate) severity: String,
    /// The first day on which it holds.
    pub(crate) since: String,
    /// Standard and section.
    pub(crate) citation: &'static str,
}

impl FindingDetails {
    fn of(finding: Finding) -> Self {
        Self {
            rule: finding.rule,
            severity: finding.severity.to_string(),
            citation: finding.citation,
            detail: finding.detail,
        }
    }
}

impl RuleDetails {
    pub(crate) fn of((subject, about): (Subject, &About)) -> Self {
        Self {
            rule: about.name,
            subject: subject.to_string(),
            severity: about.severity.to_string(),
            since: about.since.to_string(),
            citation: about.citation,
        }
    }
}

/// What the rules say of an object, none where there are no rules for its kind. The issuer is taken from among `issuers`.
pub(crate) fn findings(object: &Object, issuers: &Issuers<'_>) -> Option<Vec<Finding>> {
    match object {
        Object::Certificate(certificate) => {
            Some(lint::certificate(certificate, issuers.of_certificate(certificate)))
        }
        Object::Request(request) => Some(lint::request(request)),
        Object::OcspRequest(request) => Some(lint::ocsp_request(request)),
        Object::OcspResponse(response) => {
            let basic = response.basic()?;
            let issuer = issuers.single();
            Some(lint::ocsp_response(basic, issuer))
        }
        Object::Crl(crl) => Some(lint::crl(crl, issuers.of_list(crl))),
        _ => None,
    }
}

/// The same as data.
pub(crate) fn details(findings: Vec<Finding>) -> Vec<FindingDetails> {
    findings.into_iter().map(FindingDetails::of).collect()
}
