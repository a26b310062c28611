//! What a profile states of qualified certificates.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::x509::extension::{GeneralName, QualifiedStatement, QualifiedStatements, StatementMeaning};

/// The largest exponent and number of years: beyond them lies no money and no archive.
const MAX_NUMBER: u64 = 100;

/// The most disclosure statements, one a language.
const MAX_DISCLOSURES: usize = 16;

/// qcStatements (RFC 3739 section 3.2.6, ETSI EN 319 412-5) of each certificate; the default states nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct QualifiedPolicy {
    /// QcCompliance (section 4.2.1): qualified by the law of the European Union, or of the countries in `legislation`.
    pub compliance: bool,
    /// QcSSCD (section 4.2.2): the private key is in a qualified device.
    pub secure_device: bool,
    /// QcType (section 4.2.3): what it is for.
    pub types: BTreeSet<QualifiedType>,
    /// QcCClegislation (section 4.2.4): countries other than the European Union under whose law it is qualified.
    pub legislation: BTreeSet<String>,
    /// QcLimitValue (section 4.3.2): transactions up to this value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<TransactionLimit>,
    /// QcRetentionPeriod (section 4.3.3): years for which documents are kept after the end of validity.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retention_years: Option<u64>,
    /// QcPDS (section 4.3.4): where the disclosure statements are.
    pub disclosure: Vec<Disclosure>,
}

/// What a qualified certificate is for (ETSI EN 319 412-5 section 4.2.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum QualifiedType {
    /// Signatures of people.
    Esign,
    /// Seals of organisations.
    Eseal,
    /// Web sites.
    Web,
}

/// The value up to which transactions are meant: `amount · 10^exponent` of a currency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TransactionLimit {
    /// Three letters of ISO 4217.
    pub currency: String,
    /// See above.
    pub amount: u64,
    /// See above.
    #[serde(default)]
    pub exponent: u64,
}

/// A place of a disclosure statement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Disclosure {
    /// By http or https.
    pub url: String,
    /// Two letters of ISO 639-1.
    pub language: String,
}

impl QualifiedType {
    fn oid(self) -> &'static str {
        match self {
            Self::Esign => "0.4.0.1862.1.6.1",
            Self::Eseal => "0.4.0.1862.1.6.2",
            Self::Web => "0.4.0.1862.1.6.3",
        }
    }
}

impl QualifiedPolicy {
    /// The first member that cannot be written.
    pub(super) fn fault(&self) -> Option<&'static str> {
        let letters = |text: &str, count: usize, first: char, last: char| {
            text.len() == count && text.chars().all(|letter| (first..=last).contains(&letter))
        };
        if self.legislation.iter().any(|country| !letters(country, 2, 'A', 'Z')) {
            return Some("legislation: two capital letters of ISO 3166 are needed");
        }
        if !self.legislation.is_empty() && !self.compliance {
            return Some("legislation: without compliance it says of nothing by which law it holds");
        }
        if let Some(limit) = &self.limit {
            let fits = letters(&limit.currency, 3, 'A', 'Z') && limit.exponent <= MAX_NUMBER;
            if !fits {
                return Some("limit: three capital letters of ISO 4217 and an exponent up to 100 are needed");
            }
        }
        if self.retention_years.is_some_and(|years| !(1..=MAX_NUMBER).contains(&years)) {
            return Some("retention_years: 1 to 100 is needed");
        }
        let place = |disclosure: &Disclosure| {
            let web = disclosure.url.starts_with("https://") || disclosure.url.starts_with("http://");
            web && GeneralName::uri(&disclosure.url).is_ok() && letters(&disclosure.language, 2, 'a', 'z')
        };
        if self.disclosure.len() > MAX_DISCLOSURES || !self.disclosure.iter().all(place) {
            return Some(
                "disclosure: up to 16 http or https URLs with two letters of ISO 639-1 each are needed",
            );
        }
        None
    }

    /// The statements; none where there is nothing to state.
    pub(crate) fn statements(&self) -> Option<QualifiedStatements> {
        let types = self.types.iter().filter_map(|one| one.oid().parse().ok()).collect::<Vec<_>>();
        let disclosure = self.disclosure.iter().map(|one| (one.url.clone(), one.language.clone()));
        let disclosure = disclosure.collect::<Vec<_>>();
        let legislation = self.legislation.iter().cloned().collect::<Vec<_>>();
        let limit = self.limit.as_ref().map(|limit| StatementMeaning::Limit {
            currency: limit.currency.clone(),
            amount: limit.amount,
            exponent: limit.exponent,
        });
        let meanings = [
            self.compliance.then_some(StatementMeaning::Compliance),
            limit,
            self.retention_years.map(StatementMeaning::RetentionYears),
            self.secure_device.then_some(StatementMeaning::SecureDevice),
            (!disclosure.is_empty()).then_some(StatementMeaning::Disclosure(disclosure)),
            (!types.is_empty()).then_some(StatementMeaning::Types(types)),
            (!legislation.is_empty()).then_some(StatementMeaning::Legislation(legislation)),
        ];
        let statements: Vec<_> = meanings.iter().flatten().filter_map(QualifiedStatement::of).collect();
        (!statements.is_empty()).then_some(QualifiedStatements(statements))
    }
}
