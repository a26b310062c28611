//! Rules that certificates and CRLs are held against before an authority signs them.
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

use crate::x509::certificate::Certificate;
use crate::x509::crl::CertificateList;

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
    /// The first day, in UTC, on which it holds: certificates by notBefore, CRLs by thisUpdate.
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

fn judged(about: &'static About, at: Date, check: impl FnOnce() -> Result<(), String>) -> Option<Finding> {
    if at < about.since {
        return None;
    }
    let detail = check().err()?;
    Some(Finding { rule: about.name, citation: about.citation, severity: about.severity, detail })
}

/// All rules, those for certificates first.
pub fn all_rules() -> impl Iterator<Item = &'static About> {
    let certificate = rule::CERTIFICATE.iter().map(|rule| rule.about());
    certificate.chain(rule::CRL.iter().map(|rule| rule.about()))
}

#[cfg(test)]
mod tests;
