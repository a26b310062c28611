//! CRL distribution points.

use super::ExtensionValue;
use super::alternative_name::{GeneralName, read_general_names, write_general_names};
use crate::x509::asn1::{self, Element, Malformed, Problem, tag};
use const_oid::ObjectIdentifier;

/// The most distribution points read.
const MAX_POINTS: usize = 100;

/// `CRLDistributionPoints`, RFC 5280 §4.2.1.13.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CrlDistributionPoints(pub Vec<DistributionPoint>);

/// `FreshestCRL`, RFC 5280 §4.2.1.15 and §5.2.6: where delta CRLs are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FreshestCrl(pub Vec<DistributionPoint>);

/// `DistributionPoint`, RFC 5280 §4.2.1.13.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DistributionPoint {
    /// Where the CRL is, or what it is called.
    pub name: Option<DistributionPointName>,
    /// The reasons it covers, as bits of `ReasonFlags` with bit 0 the most significant; `None` means all.
    pub reasons: Option<u16>,
    /// Who signs it where it is not the issuer of the certificate; empty where it is.
    pub crl_issuer: Vec<GeneralName>,
}

/// `DistributionPointName`, RFC 5280 §4.2.1.13.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DistributionPointName {
    /// Names of the same thing.
    Full(Vec<GeneralName>),
    /// A relative distinguished name below the issuer's, its content in DER.
    Relative(Vec<u8>),
}

impl CrlDistributionPoints {
    /// One point for all reasons with this URI.
    pub fn at(uri: impl Into<String>) -> Self {
        let name = DistributionPointName::Full(vec![GeneralName::Uri(uri.into())]);
        Self(vec![DistributionPoint { name: Some(name), ..DistributionPoint::default() }])
    }

    /// All URIs, in order.
    pub fn uris(&self) -> impl Iterator<Item = &str> {
        self.0
            .iter()
            .filter_map(|point| match &point.name {
                Some(DistributionPointName::Full(names)) => Some(names),
                _ => None,
            })
            .flatten()
            .filter_map(|name| match name {
                GeneralName::Uri(uri) => Some(uri.as_str()),
                _ => None,
            })
    }
}

impl ExtensionValue for CrlDistributionPoints {
    const OID: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.31");

    fn to_value(&self) -> Vec<u8> {
        write_points(&self.0)
    }

    fn from_value(value: &[u8]) -> Result<Self, Malformed> {
        read_points("CRLDistributionPoints", value).map(Self)
    }
}

impl ExtensionValue for FreshestCrl {
    const OID: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.46");

    fn to_value(&self) -> Vec<u8> {
        write_points(&self.0)
    }

    fn from_value(value: &[u8]) -> Result<Self, Malformed> {
        read_points("FreshestCRL", value).map(Self)
    }
}

fn write_points(points: &[DistributionPoint]) -> Vec<u8> {
    asn1::sequence(&points.iter().map(DistributionPoint::to_der).collect::<Vec<_>>())
}

fn read_points(part: &'static str, value: &[u8]) -> Result<Vec<DistributionPoint>, Malformed> {
    let points = asn1::only(part, value, tag::SEQUENCE)?.members(part).collect_all(MAX_POINTS)?;
    if points.is_empty() {
        return Err(Malformed { part, problem: Problem::Missing });
    }
    points.into_iter().map(DistributionPoint::read).collect()
}

impl DistributionPoint {
    fn to_der(&self) -> Vec<u8> {
        let mut members = Vec::new();
        if let Some(name) = &self.name {
            members.push(asn1::element(tag::context_constructed(0), &name.to_der()));
        }
        if let Some(reasons) = self.reasons {
            members.push(asn1::named_bits(tag::context(1), reasons));
        }
        if !self.crl_issuer.is_empty() {
            members.push(write_general_names(tag::context_constructed(2), &self.crl_issuer));
        }
        asn1::sequence(&members)
    }

    fn read(element: Element<'_>) -> Result<Self, Malformed> {
        let part = "DistributionPoint";
        if element.tag != tag::SEQUENCE {
            return Err(Malformed {
                part,
                problem: Problem::Tag { expected: tag::SEQUENCE, found: element.tag },
            });
        }
        let mut members = element.members(part);
        let name = match members.optional(tag::context_constructed(0))? {
            Some(element) => Some(DistributionPointName::read(element.content)?),
            None => None,
        };
        let reasons = match members.optional(tag::context(1))? {
            Some(element) => Some(asn1::read_named_bits("reasons", element.content)?),
            None => None,
        };
        let crl_issuer = match members.optional(tag::context_constructed(2))? {
            Some(element) => read_general_names("cRLIssuer", element)?,
            None => Vec::new(),
        };
        members.finish()?;
        Ok(Self { name, reasons, crl_issuer })
    }
}

impl DistributionPointName {
    pub(crate) fn to_der(&self) -> Vec<u8> {
        match self {
            Self::Full(names) => write_general_names(tag::context_constructed(0), names),
            Self::Relative(content) => asn1::element(tag::context_constructed(1), content),
        }
    }

    pub(crate) fn read(bytes: &[u8]) -> Result<Self, Malformed> {
        let mut members = asn1::Elements::new("DistributionPointName", bytes);
        let name = match members.peek_tag() {
            Some(found) if found == tag::context_constructed(1) => {
                Self::Relative(members.any()?.content.to_vec())
            }
            _ => Self::Full(read_general_names("fullName", members.required(tag::context_constructed(0))?)?),
        };
        members.finish()?;
        Ok(name)
    }
}
