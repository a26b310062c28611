//! Alternative names.

mod general_name;

pub use general_name::{GeneralName, GeneralNameError};
pub(crate) use general_name::{read_general_names, write_general_names};

use super::ExtensionValue;
use crate::x509::asn1::{self, Malformed, tag};
use const_oid::ObjectIdentifier;

/// `SubjectAltName`, RFC 5280 §4.2.1.6. Critical where the subject is empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SubjectAlternativeName(pub Vec<GeneralName>);

impl ExtensionValue for SubjectAlternativeName {
    const OID: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.17");

    fn to_value(&self) -> Vec<u8> {
        write_general_names(tag::SEQUENCE, &self.0)
    }

    fn from_value(value: &[u8]) -> Result<Self, Malformed> {
        read_general_names("SubjectAltName", asn1::only("SubjectAltName", value, tag::SEQUENCE)?).map(Self)
    }
}

/// `IssuerAltName`, RFC 5280 §4.2.1.7.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IssuerAlternativeName(pub Vec<GeneralName>);

impl ExtensionValue for IssuerAlternativeName {
    const OID: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.18");

    fn to_value(&self) -> Vec<u8> {
        write_general_names(tag::SEQUENCE, &self.0)
    }

    fn from_value(value: &[u8]) -> Result<Self, Malformed> {
        read_general_names("IssuerAltName", asn1::only("IssuerAltName", value, tag::SEQUENCE)?).map(Self)
    }
}
