//! Rules that certificates and CRLs are held against before an authority signs them, and rules for what others send.
//!
//! One rule a file, under `rule/`, each with the standard it comes from and the date since when it holds. The rules
//! judge the bytes as a stranger would read them: they know nothing of profiles, and are given no way to excuse.
//! Signatures are not verified here, since what is judged before signing carries that of a throwaway key.

mod rule;

#[cfg(test)]
mod fixture;

use std::fmt;

use jiff::civil::Date;
use jiff::tz::Offset;

use crate::ocsp::{BasicResponse, OcspRequest};
use crate::x509::certificate::Certificate;
use crate::x509::crl::CertificateList;
use crate::x509::request::CertificationRequest;

/// How much a finding weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Allowed, and worth knowing.
    Notice,
    /// Against a recommendation, or of doubtful use.
    Warning,
    /// Against a standard, or a rule of the project: not signed.
    Error,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Notice => "notice",
            Self::Warning => "warning",
            Self::Error => "error",
        })
    }
}

/// What a rule is, where it comes from and since when it holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct About {
    /// Stable name in kebab-case.
    pub name: &'static str,
    /// What holds where the rule is kept, in one line.
    pub description: &'static str,
    /// Standard and section.
    pub citation: &'static str,
    /// The first day, in UTC, on which it holds: certificates by notBefore, CRLs by thisUpdate, OCSP
    /// responses by producedAt.
    pub since: Date,
    /// How much a finding weighs.
    pub severity: Severity,
}

/// A breach of a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Name of the rule.
    pub rule: &'static str,
    /// Standard and section of the rule.
    pub citation: &'static str,
    /// How much it weighs.
    pub severity: Severity,
    /// What was found, with the values.
    pub detail: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} ({}, {})", self.severity, self.detail, self.rule, self.citation)
    }
}

/// A rule for certificates.
pub trait CertificateRule: Sync {
    /// What the rule is.
    fn about(&self) -> &'static About;

    /// Judges a certificate. `issuer` is the certificate of its issuer, None where it is self-signed or not at hand.
    ///
    /// # Errors
    /// What was found, with the values.
    fn check(&self, certificate: &Certificate, issuer: Option<&Certificate>) -> Result<(), String>;
}

/// A rule for CRLs.
pub trait CrlRule: Sync {
    /// What the rule is.
    fn about(&self) -> &'static About;

    /// Judges a CRL. `issuer` is the certificate of its issuer, None where it is not at hand.
    ///
    /// # Errors
    /// What was found, with the values.
    fn check(&self, crl: &CertificateList, issuer: Option<&Certificate>) -> Result<(), String>;
}

/// A rule for certification requests.
pub trait RequestRule: Sync {
    /// What the rule is.
    fn about(&self) -> &'static About;

    /// Judges a request.
    ///
    /// # Errors
    /// What was found, with the values.
    fn check(&self, request: &CertificationRequest) -> Result<(), String>;
}

/// A rule for OCSP requests.
pub trait OcspRequestRule: Sync {
    /// What the rule is.
    fn about(&self) -> &'static About;

    /// Judges a request.
    ///
    /// # Errors
    /// What was found, with the values.
    fn check(&self, request: &OcspRequest) -> Result<(), String>;
}

/// A rule for OCSP responses.
pub trait OcspResponseRule: Sync {
    /// What the rule is.
    fn about(&self) -> &'static About;

    /// Judges a response. `issuer` is the certificate of the authority it speaks for, None where it is not at hand.
    ///
    /// # Errors
    /// What was found, with the values.
    fn check(&self, response: &BasicResponse, issuer: Option<&Certificate>) -> Result<(), String>;
}

/// What a rule judges.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Subject {
    /// Certificates.
    Certificate,
    /// CRLs.
    Crl,
    /// Certification requests.
    Request,
    /// OCSP requests.
    OcspRequest,
    /// OCSP responses.
    OcspResponse,
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Certificate => "certificate",
            Self::Crl => "crl",
            Self::Request => "request",
            Self::OcspRequest => "ocsp-request",
            Self::OcspResponse => "ocsp-response",
        })
    }
}

/// Holds a certificate against all rules for certificates.
#[must_use]
pub fn certificate(certificate: &Certificate, issuer: Option<&Certificate>) -> Vec<Finding> {
    let at = Offset::UTC.to_datetime(certificate.validity().not_before).date();
    rule::CERTIFICATE
        .iter()
        .filter_map(|rule| judged(rule.about(), at, || rule.check(certificate, issuer)))
        .collect()
}

/// Holds a CRL against all rules for CRLs.
#[must_use]
pub fn crl(crl: &CertificateList, issuer: Option<&Certificate>) -> Vec<Finding> {
    let at = Offset::UTC.to_datetime(crl.this_update()).date();
    rule::CRL.iter().filter_map(|rule| judged(rule.about(), at, || rule.check(crl, issuer))).collect()
}

/// Holds a certification request against all rules for them. It bears no date, so that all of them hold.
#[must_use]
pub fn request(request: &CertificationRequest) -> Vec<Finding> {
    rule::REQUEST.iter().filter_map(|rule| found(rule.about(), rule.check(request))).collect()
}

/// Holds an OCSP request against all rules for them. It bears no date, so that all of them hold.
#[must_use]
pub fn ocsp_request(request: &OcspRequest) -> Vec<Finding> {
    rule::OCSP_REQUEST.iter().filter_map(|rule| found(rule.about(), rule.check(request))).collect()
}

/// Holds an OCSP response against all rules for them.
#[must_use]
pub fn ocsp_response(response: &BasicResponse, issuer: Option<&Certificate>) -> Vec<Finding> {
    let at = Offset::UTC.to_datetime(response.produced_at()).date();
    rule::OCSP_RESPONSE
        .iter()
        .filter_map(|rule| judged(rule.about(), at, || rule.check(response, issuer)))
        .collect()
}

fn judged(about: &'static About, at: Date, check: impl FnOnce() -> Result<(), String>) -> Option<Finding> {
    if at < about.since { None } else { found(about, check()) }
}

fn found(about: &'static About, checked: Result<(), String>) -> Option<Finding> {
    let detail = checked.err()?;
    Some(Finding { rule: about.name, citation: about.citation, severity: about.severity, detail })
}

/// All rules, those for certificates first.
pub fn all_rules() -> impl Iterator<Item = &'static About> {
    rules().map(|(_, about)| about)
}

/// All rules with what they judge, those for certificates first.
pub fn rules() -> impl Iterator<Item = (Subject, &'static About)> {
    let certificate = rule::CERTIFICATE.iter().map(|rule| (Subject::Certificate, rule.about()));
    certificate
        .chain(rule::CRL.iter().map(|rule| (Subject::Crl, rule.about())))
        .chain(rule::REQUEST.iter().map(|rule| (Subject::Request, rule.about())))
        .chain(rule::OCSP_REQUEST.iter().map(|rule| (Subject::OcspRequest, rule.about())))
        .chain(rule::OCSP_RESPONSE.iter().map(|rule| (Subject::OcspResponse, rule.about())))
}

#[cfg(test)]
mod tests;
