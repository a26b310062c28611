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

impl PolicyInformation {
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
