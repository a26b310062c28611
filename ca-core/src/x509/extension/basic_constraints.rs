//! Basic constraints.

use super::ExtensionValue;
use crate::x509::asn1::{self, Malformed, tag};
use const_oid::ObjectIdentifier;

/// `BasicConstraints`, RFC 5280 §4.2.1.9.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BasicConstraints {
    /// Whether the subject is an authority.
    pub ca: bool,
    /// How many intermediate authorities may follow at most, self-issued ones not counted.
    pub path_length: Option<u32>,
}

impl ExtensionValue for BasicConstraints {
    const OID: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.19");

    fn to_value(&self) -> Vec<u8> {
        let mut members = Vec::new();
        if self.ca {
            members.push(asn1::element(tag::BOOLEAN, &[0xff]));
        }
        if let Some(length) = self.path_length {
            members.push(asn1::unsigned(length.into()));
        }
        asn1::sequence(&members)
    }

    fn from_value(value: &[u8]) -> Result<Self, Malformed> {
        let mut members = asn1::only("BasicConstraints", value, tag::SEQUENCE)?.members("BasicConstraints");
        let ca = match members.optional(tag::BOOLEAN)? {
            Some(boolean) => asn1::read_boolean("cA", boolean.content)?,
            None => false,
        };
        let path_length = match members.optional(tag::INTEGER)? {
            // A larger constraint than a u32 holds constrains nothing.
            Some(integer) => {
                let length = asn1::read_unsigned("pathLenConstraint", integer.content)?;
                Some(u32::try_from(length).unwrap_or(u32::MAX))
            }
            None => None,
        };
        members.finish()?;
        Ok(Self { ca, path_length })
    }
}
