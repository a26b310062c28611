//! Extended key usage.

use super::ExtensionValue;
use crate::x509::asn1::{self, Malformed, Problem, tag};
use crate::x509::oid::Oid;
use const_oid::ObjectIdentifier;

/// The most purposes read.
const MAX_PURPOSES: usize = 100;

/// `ExtKeyUsageSyntax`, RFC 5280 §4.2.1.12: at least one purpose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExtendedKeyUsage(pub Vec<Oid>);

impl ExtendedKeyUsage {
    /// Authentication of a TLS server.
    pub const SERVER_AUTH: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.3.1");
    /// Authentication of a TLS client.
    pub const CLIENT_AUTH: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.3.2");
    /// Signing OCSP responses.
    pub const OCSP_SIGNING: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.3.9");
    /// Any purpose.
    pub const ANY: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.37.0");

    /// Whether `purpose` is among them.
    pub fn contains(&self, purpose: &Oid) -> bool {
        self.0.contains(purpose)
    }
}

impl ExtensionValue for ExtendedKeyUsage {
    const OID: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.37");

    fn to_value(&self) -> Vec<u8> {
        asn1::sequence(&self.0.iter().map(Oid::to_der).collect::<Vec<_>>())
    }

    fn from_value(value: &[u8]) -> Result<Self, Malformed> {
        let mut members = asn1::only("ExtKeyUsageSyntax", value, tag::SEQUENCE)?.members("ExtKeyUsageSyntax");
        let mut purposes = Vec::new();
        while members.peek_tag().is_some() {
            if purposes.len() == MAX_PURPOSES {
                return Err(Malformed { part: "ExtKeyUsageSyntax", problem: Problem::TooMany(MAX_PURPOSES) });
            }
            purposes.push(Oid::from_content(members.required(tag::OBJECT_IDENTIFIER)?.content)?);
        }
        if purposes.is_empty() {
            return Err(Malformed { part: "KeyPurposeId", problem: Problem::Missing });
        }
        Ok(Self(purposes))
    }
}
