//! Authority information access.

use super::ExtensionValue;
use super::alternative_name::GeneralName;
use crate::x509::asn1::{self, Malformed, Problem, tag};
use crate::x509::oid::Oid;
use const_oid::ObjectIdentifier;

/// The most descriptions read.
const MAX_DESCRIPTIONS: usize = 100;

/// `AuthorityInfoAccessSyntax`, RFC 5280 §4.2.2.1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthorityInformationAccess(pub Vec<AccessDescription>);

/// `AccessDescription`, RFC 5280 §4.2.2.1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessDescription {
    /// What is to be had.
    pub method: Oid,
    /// Where.
    pub location: GeneralName,
}

impl AuthorityInformationAccess {
    /// An OCSP responder.
    pub const OCSP: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.48.1");
    /// Certificates of the issuer.
    pub const CA_ISSUERS: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.48.2");

    /// An OCSP responder and the issuer's certificate at these URIs.
    pub fn at(ocsp: impl Into<String>, ca_issuers: impl Into<String>) -> Self {
        let describe = |method: ObjectIdentifier, uri| AccessDescription {
            method: method.into(),
            location: GeneralName::Uri(uri),
        };
        Self(vec![describe(Self::OCSP, ocsp.into()), describe(Self::CA_ISSUERS, ca_issuers.into())])
    }

    /// The URIs given for `method`, in order.
    pub fn uris(&self, method: ObjectIdentifier) -> impl Iterator<Item = &str> {
        self.0.iter().filter(move |description| description.method == method).filter_map(|description| {
            match &description.location {
                GeneralName::Uri(uri) => Some(uri.as_str()),
                _ => None,
            }
        })
    }
}

impl ExtensionValue for AuthorityInformationAccess {
    const OID: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.1.1");

    fn to_value(&self) -> Vec<u8> {
        write_descriptions(&self.0)
    }

    fn from_value(value: &[u8]) -> Result<Self, Malformed> {
        read_descriptions("AuthorityInfoAccessSyntax", value).map(Self)
    }
}

pub(super) fn write_descriptions(descriptions: &[AccessDescription]) -> Vec<u8> {
    let write = |description: &AccessDescription| {
        asn1::sequence(&[description.method.to_der(), description.location.to_der()])
    };
    asn1::sequence(&descriptions.iter().map(write).collect::<Vec<_>>())
}

pub(super) fn read_descriptions(
    part: &'static str,
    value: &[u8],
) -> Result<Vec<AccessDescription>, Malformed> {
    let mut members = asn1::only(part, value, tag::SEQUENCE)?.members(part);
    let mut descriptions = Vec::new();
    while members.peek_tag().is_some() {
        if descriptions.len() == MAX_DESCRIPTIONS {
            return Err(Malformed { part, problem: Problem::TooMany(MAX_DESCRIPTIONS) });
        }
        let mut description = members.required(tag::SEQUENCE)?.members("AccessDescription");
        let method = Oid::from_content(description.required(tag::OBJECT_IDENTIFIER)?.content)?;
        let location = GeneralName::read(description.any()?)?;
        description.finish()?;
        descriptions.push(AccessDescription { method, location });
    }
    if descriptions.is_empty() {
        return Err(Malformed { part, problem: Problem::Missing });
    }
    Ok(descriptions)
}
