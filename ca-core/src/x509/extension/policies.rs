//! Certificate policies.

use super::ExtensionValue;
use crate::x509::asn1::{self, Malformed, Problem, tag};
use crate::x509::oid::Oid;
use const_oid::ObjectIdentifier;

/// The most policies read.
const MAX_POLICIES: usize = 100;

/// The most qualifiers of a policy whose kinds are read. There are two kinds.
const MAX_QUALIFIERS: usize = 100;

/// `CertificatePolicies`, RFC 5280 §4.2.1.4.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CertificatePolicies(pub Vec<PolicyInformation>);

/// `PolicyInformation`, RFC 5280 §4.2.1.4.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyInformation {
    /// The policy.
    pub policy: Oid,
    /// The SEQUENCE of qualifiers in DER, where there is one.
    pub qualifiers: Option<Vec<u8>>,
}

/// `PolicyQualifierInfo`, RFC 5280 §4.2.1.4: something about a policy that people read.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PolicyQualifier {
    /// Where the certification practice statement is.
    Cps(String),
    /// What is shown to whoever relies on the certificate.
    UserNotice {
        /// The organisation and the numbers of its notices, where they are referred to.
        reference: Option<(String, Vec<u64>)>,
        /// The text of the notice.
        text: Option<String>,
    },
    /// Of another kind, or not to be read.
    Other {
        /// The kind.
        oid: Oid,
        /// The qualifier in DER.
        value: Vec<u8>,
    },
}

/// The identifier of a pointer to a practice statement.
const CPS: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.2.1");

/// The identifier of a notice.
const USER_NOTICE: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.2.2");

/// The longest text of a notice in characters, RFC 5280 §4.2.1.4.
pub const MAX_NOTICE: usize = 200;

impl PolicyQualifier {
    fn read(element: asn1::Element<'_>) -> Result<Self, Malformed> {
        let part = "PolicyQualifierInfo";
        let mut members = element.members(part);
        let oid = Oid::from_content(members.required(tag::OBJECT_IDENTIFIER)?.content)?;
        let value = members.any()?;
        members.finish()?;
        let typed = match value.tag {
            tag::IA5_STRING if oid == CPS => display_text(value).map(Self::Cps),
            tag::SEQUENCE if oid == USER_NOTICE => read_notice(value).ok(),
            _ => None,
        };
        Ok(typed.unwrap_or_else(|| Self::Other { oid, value: value.full.to_vec() }))
    }

    fn to_der(&self) -> Vec<u8> {
        match self {
            Self::Cps(uri) => {
                asn1::sequence(&[Oid::from(CPS).to_der(), asn1::element(tag::IA5_STRING, uri.as_bytes())])
            }
            Self::UserNotice { reference, text } => {
                let utf8 = |text: &String| asn1::element(tag::UTF8_STRING, text.as_bytes());
                let reference = reference.as_ref().map(|(organization, numbers)| {
                    let numbers: Vec<_> = numbers.iter().map(|&number| asn1::unsigned(number)).collect();
                    asn1::sequence(&[utf8(organization), asn1::sequence(&numbers)])
                });
                let members: Vec<_> = reference.into_iter().chain(text.as_ref().map(utf8)).collect();
                asn1::sequence(&[Oid::from(USER_NOTICE).to_der(), asn1::sequence(&members)])
            }
            Self::Other { oid, value } => asn1::sequence(&[oid.to_der(), value.clone()]),
        }
    }
}

fn read_notice(element: asn1::Element<'_>) -> Result<PolicyQualifier, Malformed> {
    let part = "UserNotice";
    let unreadable = || Malformed::value(part, "a text is not in its string type");
    let mut members = element.members(part);
    let reference = match members.optional(tag::SEQUENCE)? {
        Some(reference) => {
            let mut members = reference.members(part);
            let organization = display_text(members.any()?).ok_or_else(unreadable)?;
            let numbers = members.required(tag::SEQUENCE)?.members(part).collect_all(MAX_QUALIFIERS)?;
            members.finish()?;
            let read = |number: &asn1::Element<'_>| match number.tag {
                tag::INTEGER => asn1::read_unsigned(part, number.content),
                found => Err(Malformed { part, problem: Problem::Tag { expected: tag::INTEGER, found } }),
            };
            let numbers = numbers.iter().map(read);
            Some((organization, numbers.collect::<Result<_, _>>()?))
        }
        None => None,
    };
    let text = match members.peek_tag() {
        Some(_) => Some(display_text(members.any()?).ok_or_else(unreadable)?),
        None => None,
    };
    members.finish()?;
    Ok(PolicyQualifier::UserNotice { reference, text })
}

/// The text of an IA5String, VisibleString, UTF8String or BMPString.
fn display_text(element: asn1::Element<'_>) -> Option<String> {
    let octets = element.content;
    match element.tag {
        tag::UTF8_STRING => core::str::from_utf8(octets).ok().map(str::to_owned),
        tag::IA5_STRING | tag::VISIBLE_STRING if octets.is_ascii() => {
            core::str::from_utf8(octets).ok().map(str::to_owned)
        }
        tag::BMP_STRING if octets.len().is_multiple_of(2) => {
            let units: Vec<_> =
                octets.chunks(2).map(|pair| u16::from(pair[0]) << 8 | u16::from(pair[1])).collect();
            String::from_utf16(&units).ok()
        }
        _ => None,
    }
}

impl PolicyInformation {
    /// A policy with qualifiers; none where the list is empty.
    pub fn with_qualifiers(policy: Oid, qualifiers: &[PolicyQualifier]) -> Self {
        let written = || asn1::sequence(&qualifiers.iter().map(PolicyQualifier::to_der).collect::<Vec<_>>());
        Self { policy, qualifiers: (!qualifiers.is_empty()).then(written) }
    }

    /// The qualifiers by what they say.
    ///
    /// # Errors
    /// DER that is not that of qualifiers.
    pub fn read_qualifiers(&self) -> Result<Vec<PolicyQualifier>, Malformed> {
        let Some(der) = &self.qualifiers else { return Ok(Vec::new()) };
        let part = "policyQualifiers";
        let qualifiers = asn1::only(part, der, tag::SEQUENCE)?.members(part).collect_all(MAX_QUALIFIERS)?;
        qualifiers.into_iter().map(PolicyQualifier::read).collect()
    }

    /// The kinds of the qualifiers.
    ///
    /// # Errors
    /// DER that is not that of qualifiers.
    pub fn qualifier_kinds(&self) -> Result<Vec<Oid>, Malformed> {
        let Some(der) = &self.qualifiers else { return Ok(Vec::new()) };
        let part = "policyQualifiers";
        let qualifiers = asn1::only(part, der, tag::SEQUENCE)?.members(part).collect_all(MAX_QUALIFIERS)?;
        let kind = |qualifier: asn1::Element<'_>| {
            Oid::from_content(qualifier.members(part).required(tag::OBJECT_IDENTIFIER)?.content)
        };
        qualifiers.into_iter().map(kind).collect()
    }
}

impl CertificatePolicies {
    /// Any policy.
    pub const ANY: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.32.0");

    /// Policies without qualifiers.
    pub fn of(policies: impl IntoIterator<Item = Oid>) -> Self {
        Self(policies.into_iter().map(|policy| PolicyInformation { policy, qualifiers: None }).collect())
    }
}

impl ExtensionValue for CertificatePolicies {
    const OID: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.32");

    fn to_value(&self) -> Vec<u8> {
        let write = |information: &PolicyInformation| {
            let qualifiers = information.qualifiers.clone().unwrap_or_default();
            asn1::sequence(&[information.policy.to_der(), qualifiers])
        };
        asn1::sequence(&self.0.iter().map(write).collect::<Vec<_>>())
    }

    fn from_value(value: &[u8]) -> Result<Self, Malformed> {
        let part = "CertificatePolicies";
        let mut members = asn1::only(part, value, tag::SEQUENCE)?.members(part);
        let mut policies = Vec::new();
        while members.peek_tag().is_some() {
            if policies.len() == MAX_POLICIES {
                return Err(Malformed { part, problem: Problem::TooMany(MAX_POLICIES) });
            }
            let mut information = members.required(tag::SEQUENCE)?.members("PolicyInformation");
            let policy = Oid::from_content(information.required(tag::OBJECT_IDENTIFIER)?.content)?;
            let qualifiers = information.optional(tag::SEQUENCE)?.map(|element| element.full.to_vec());
            information.finish()?;
            policies.push(PolicyInformation { policy, qualifiers });
        }
        if policies.is_empty() {
            return Err(Malformed { part, problem: Problem::Missing });
        }
        Ok(Self(policies))
    }
}
