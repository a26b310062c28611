//! Statements of qualified certificates.

use super::ExtensionValue;
use crate::x509::asn1::{self, Element, Malformed, Problem, tag};
use crate::x509::oid::Oid;
use const_oid::ObjectIdentifier;

/// The most statements read. Certificates of European trust services have six.
const MAX_STATEMENTS: usize = 64;

/// `QCStatements`, RFC 3739 §3.2.6.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QualifiedStatements(pub Vec<QualifiedStatement>);

/// `QCStatement`, RFC 3739 §3.2.6.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QualifiedStatement {
    /// What is stated.
    pub statement: Oid,
    /// More about it, in DER.
    pub information: Option<Vec<u8>>,
}

/// What a statement says, where its kind is known (ETSI EN 319 412-5 section 4 and 5).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum StatementMeaning {
    /// `QcCompliance`: a qualified certificate of the European Union.
    Compliance,
    /// `QcSSCD`: the private key is in a qualified device.
    SecureDevice,
    /// `QcLimitValue`: transactions up to this value.
    Limit {
        /// Letters or number of a currency, ISO 4217.
        currency: String,
        /// The value is `amount · 10^exponent`.
        amount: u64,
        /// See `amount`.
        exponent: u64,
    },
    /// `QcRetentionPeriod`: documents are kept this many years after the end of validity.
    RetentionYears(u64),
    /// `QcPDS`: where the disclosure statements are, each with its language.
    Disclosure(Vec<(String, String)>),
    /// `QcType`: signatures, seals or web sites.
    Types(Vec<Oid>),
    /// `QcCClegislation`: countries under whose law it is qualified.
    Legislation(Vec<String>),
    /// `id-qcs-pkixQCSyntax-v1` or `-v2`: how the subject is named.
    Syntax(u8),
    /// A kind not known here, or information that cannot be read.
    Other,
}

const ETSI: &str = "0.4.0.1862.1";

/// `id-qcs-pkixQCSyntax-v1` and `-v2`, RFC 3739 §3.2.6.1.
const SYNTAXES: [&str; 2] = ["1.3.6.1.5.5.7.11.1", "1.3.6.1.5.5.7.11.2"];

/// The most places, types and countries read of one statement.
const MAX_ITEMS: usize = 64;

impl QualifiedStatement {
    /// What it says. Never fails: what cannot be read is [`StatementMeaning::Other`].
    pub fn meaning(&self) -> StatementMeaning {
        self.read_meaning().ok().flatten().unwrap_or(StatementMeaning::Other)
    }

    /// The statement that says this; `None` for [`StatementMeaning::Other`] and syntaxes that there are not.
    pub fn of(meaning: &StatementMeaning) -> Option<Self> {
        let text = |tag, text: &str| asn1::element(tag, text.as_bytes());
        let listed = |items: Vec<Vec<u8>>| Some(asn1::sequence(&items));
        let (number, information) = match meaning {
            StatementMeaning::Compliance => (1, None),
            StatementMeaning::Limit { currency, amount, exponent } => {
                let currency = match currency.parse() {
                    Ok(code) => asn1::unsigned(code),
                    Err(_) => text(tag::PRINTABLE_STRING, currency),
                };
                (2, listed(vec![currency, asn1::unsigned(*amount), asn1::unsigned(*exponent)]))
            }
            StatementMeaning::RetentionYears(years) => (3, Some(asn1::unsigned(*years))),
            StatementMeaning::SecureDevice => (4, None),
            StatementMeaning::Disclosure(places) => {
                let place = |(url, language): &(String, String)| {
                    asn1::sequence(&[text(tag::IA5_STRING, url), text(tag::PRINTABLE_STRING, language)])
                };
                (5, listed(places.iter().map(place).collect()))
            }
            StatementMeaning::Types(types) => (6, listed(types.iter().map(Oid::to_der).collect())),
            StatementMeaning::Legislation(countries) => {
                let country = |country: &String| text(tag::PRINTABLE_STRING, country);
                (7, listed(countries.iter().map(country).collect()))
            }
            StatementMeaning::Syntax(version) => {
                let statement = SYNTAXES.get(usize::from(*version).checked_sub(1)?)?.parse().ok()?;
                return Some(Self { statement, information: None });
            }
            StatementMeaning::Other => return None,
        };
        Some(Self { statement: format!("{ETSI}.{number}").parse().ok()?, information })
    }

    fn read_meaning(&self) -> Result<Option<StatementMeaning>, Malformed> {
        let part = "QCStatement";
        let text = self.statement.to_string();
        let information = self.information.as_deref().unwrap_or_default();
        let listed = || asn1::only(part, information, tag::SEQUENCE)?.members(part).collect_all(MAX_ITEMS);
        let number = text.strip_prefix(ETSI).and_then(|rest| rest.strip_prefix('.'));
        Ok(Some(match (number, text.as_str()) {
            (Some("1"), _) if self.information.is_none() => StatementMeaning::Compliance,
            (Some("4"), _) if self.information.is_none() => StatementMeaning::SecureDevice,
            (Some("2"), _) => {
                let mut members = asn1::only(part, information, tag::SEQUENCE)?.members(part);
                let currency = currency(members.any()?)?;
                let amount = asn1::read_unsigned(part, members.required(tag::INTEGER)?.content)?;
                let exponent = asn1::read_unsigned(part, members.required(tag::INTEGER)?.content)?;
                members.finish()?;
                StatementMeaning::Limit { currency, amount, exponent }
            }
            (Some("3"), _) => {
                let content = asn1::only(part, information, tag::INTEGER)?.content;
                StatementMeaning::RetentionYears(asn1::read_unsigned(part, content)?)
            }
            (Some("5"), _) => {
                let place = |element: Element<'_>| {
                    let mut members = element.members(part);
                    let url = ascii(members.required(tag::IA5_STRING)?)?;
                    let language = ascii(members.required(tag::PRINTABLE_STRING)?)?;
                    members.finish()?;
                    Ok((url, language))
                };
                StatementMeaning::Disclosure(listed()?.into_iter().map(place).collect::<Result<_, _>>()?)
            }
            (Some("6"), _) => {
                let kind = |element: Element<'_>| Oid::from_content(element.content);
                StatementMeaning::Types(listed()?.into_iter().map(kind).collect::<Result<_, _>>()?)
            }
            (Some("7"), _) => {
                StatementMeaning::Legislation(listed()?.into_iter().map(ascii).collect::<Result<_, _>>()?)
            }
            (_, syntax) if syntax == SYNTAXES[0] => StatementMeaning::Syntax(1),
            (_, syntax) if syntax == SYNTAXES[1] => StatementMeaning::Syntax(2),
            _ => return Ok(None),
        }))
    }
}

fn currency(element: Element<'_>) -> Result<String, Malformed> {
    match element.tag {
        tag::INTEGER => {
            asn1::read_unsigned("Iso4217CurrencyCode", element.content).map(|code| format!("{code:03}"))
        }
        _ => ascii(element),
    }
}

fn ascii(element: Element<'_>) -> Result<String, Malformed> {
    match core::str::from_utf8(element.content) {
        Ok(text) if text.is_ascii() => Ok(text.to_owned()),
        _ => Err(Malformed::value("QCStatement", "a string is not ASCII")),
    }
}

impl ExtensionValue for QualifiedStatements {
    const OID: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.1.3");

    fn to_value(&self) -> Vec<u8> {
        let write = |statement: &QualifiedStatement| {
            let information = statement.information.clone().unwrap_or_default();
            asn1::sequence(&[statement.statement.to_der(), information])
        };
        asn1::sequence(&self.0.iter().map(write).collect::<Vec<_>>())
    }

    fn from_value(value: &[u8]) -> Result<Self, Malformed> {
        let part = "QCStatements";
        let mut members = asn1::only(part, value, tag::SEQUENCE)?.members(part);
        let mut statements = Vec::new();
        while members.peek_tag().is_some() {
            if statements.len() == MAX_STATEMENTS {
                return Err(Malformed { part, problem: Problem::TooMany(MAX_STATEMENTS) });
            }
            let mut statement = members.required(tag::SEQUENCE)?.members("QCStatement");
            let oid = Oid::from_content(statement.required(tag::OBJECT_IDENTIFIER)?.content)?;
            let information = match statement.peek_tag() {
                Some(_) => Some(statement.any()?.full.to_vec()),
                None => None,
            };
            statement.finish()?;
            statements.push(QualifiedStatement { statement: oid, information });
        }
        Ok(Self(statements))
    }
}
