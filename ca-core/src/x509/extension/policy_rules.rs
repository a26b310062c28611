//! What authorities say about the policies of the paths below them: mappings, constraints, inhibition of any policy.

use super::ExtensionValue;
use crate::x509::asn1::{self, Malformed, Problem, tag};
use crate::x509::oid::Oid;
use const_oid::ObjectIdentifier;

/// The most mappings read. Bridges between domains write a dozen.
const MAX_MAPPINGS: usize = 100;

/// `PolicyMappings`, RFC 5280 §4.2.1.5: pairs of an issuer's policy and the subject's that counts for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyMappings(pub Vec<PolicyMapping>);

/// One pair of [`PolicyMappings`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyMapping {
    /// The policy in the domain of the issuer.
    pub issuer: Oid,
    /// The one in the domain of the subject that is equivalent to it.
    pub subject: Oid,
}

impl ExtensionValue for PolicyMappings {
    const OID: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.33");

    fn to_value(&self) -> Vec<u8> {
        let write = |pair: &PolicyMapping| asn1::sequence(&[pair.issuer.to_der(), pair.subject.to_der()]);
        asn1::sequence(&self.0.iter().map(write).collect::<Vec<_>>())
    }

    fn from_value(value: &[u8]) -> Result<Self, Malformed> {
        let part = "PolicyMappings";
        let mut members = asn1::only(part, value, tag::SEQUENCE)?.members(part);
        let mut pairs = Vec::new();
        while members.peek_tag().is_some() {
            if pairs.len() == MAX_MAPPINGS {
                return Err(Malformed { part, problem: Problem::TooMany(MAX_MAPPINGS) });
            }
            let mut pair = members.required(tag::SEQUENCE)?.members(part);
            let issuer = Oid::from_content(pair.required(tag::OBJECT_IDENTIFIER)?.content)?;
            let subject = Oid::from_content(pair.required(tag::OBJECT_IDENTIFIER)?.content)?;
            pair.finish()?;
            pairs.push(PolicyMapping { issuer, subject });
        }
        if pairs.is_empty() {
            return Err(Malformed { part, problem: Problem::Missing });
        }
        Ok(Self(pairs))
    }
}

/// `PolicyConstraints`, RFC 5280 §4.2.1.11: after how many more certificates of the path something begins to hold.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PolicyConstraints {
    /// Certificates until an acceptable policy is required.
    pub require_explicit_policy: Option<u32>,
    /// Certificates until mappings do not count any more.
    pub inhibit_policy_mapping: Option<u32>,
}

impl ExtensionValue for PolicyConstraints {
    const OID: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.36");

    fn to_value(&self) -> Vec<u8> {
        let write = |number: u8, skip: Option<u32>| {
            skip.map(|skip| {
                let mut der = asn1::unsigned(skip.into());
                der[0] = tag::context(number);
                der
            })
        };
        let members = [write(0, self.require_explicit_policy), write(1, self.inhibit_policy_mapping)];
        asn1::sequence(&members.into_iter().flatten().collect::<Vec<_>>())
    }

    fn from_value(value: &[u8]) -> Result<Self, Malformed> {
        let part = "PolicyConstraints";
        let mut members = asn1::only(part, value, tag::SEQUENCE)?.members(part);
        let mut skip = |number| {
            members
                .optional(tag::context(number))?
                .map(|element| skip_certificates(element.content))
                .transpose()
        };
        let (require_explicit_policy, inhibit_policy_mapping) = (skip(0)?, skip(1)?);
        members.finish()?;
        if require_explicit_policy.is_none() && inhibit_policy_mapping.is_none() {
            return Err(Malformed { part, problem: Problem::Missing });
        }
        Ok(Self { require_explicit_policy, inhibit_policy_mapping })
    }
}

/// `InhibitAnyPolicy`, RFC 5280 §4.2.1.14: certificates until anyPolicy stands for no other policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InhibitAnyPolicy(pub u32);

impl ExtensionValue for InhibitAnyPolicy {
    const OID: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.54");

    fn to_value(&self) -> Vec<u8> {
        asn1::unsigned(self.0.into())
    }

    fn from_value(value: &[u8]) -> Result<Self, Malformed> {
        skip_certificates(asn1::only("InhibitAnyPolicy", value, tag::INTEGER)?.content).map(Self)
    }
}

/// `SkipCerts`. More than a u32 holds is more than any path has.
fn skip_certificates(content: &[u8]) -> Result<u32, Malformed> {
    asn1::read_unsigned("SkipCerts", content).map(|skip| u32::try_from(skip).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn they_are_read_back() {
        let oid = |text: &str| text.parse::<Oid>().unwrap();
        let mappings = PolicyMappings(vec![PolicyMapping { issuer: oid("1.2.3"), subject: oid("2.25.4") }]);
        assert_eq!(PolicyMappings::from_value(&mappings.to_value()), Ok(mappings));
        for constraints in [(Some(0), None), (None, Some(3)), (Some(200), Some(1))] {
            let constraints = PolicyConstraints {
                require_explicit_policy: constraints.0,
                inhibit_policy_mapping: constraints.1,
            };
            assert_eq!(PolicyConstraints::from_value(&constraints.to_value()), Ok(constraints));
        }
        assert_eq!(InhibitAnyPolicy::from_value(&InhibitAnyPolicy(7).to_value()), Ok(InhibitAnyPolicy(7)));
    }

    #[test]
    fn empty_sequences_and_negative_numbers_are_refused() {
        assert!(PolicyMappings::from_value(&[0x30, 0]).is_err());
        assert!(PolicyConstraints::from_value(&[0x30, 0]).is_err());
        assert!(PolicyConstraints::from_value(&[0x30, 3, 0x80, 1, 0xff]).is_err());
        assert!(InhibitAnyPolicy::from_value(&[2, 1, 0x80]).is_err());
    }
}
