//! Subject information access.

use super::ExtensionValue;
use super::authority_information_access::{AccessDescription, read_descriptions, write_descriptions};
use crate::x509::asn1::Malformed;
use const_oid::ObjectIdentifier;

/// `SubjectInfoAccessSyntax`, RFC 5280 §4.2.2.2: where the services of the subject are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SubjectInformationAccess(pub Vec<AccessDescription>);

impl SubjectInformationAccess {
    /// Where an authority publishes what it issues.
    pub const CA_REPOSITORY: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.48.5");
    /// Where a time-stamping authority answers, RFC 3161.
    pub const TIME_STAMPING: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.48.3");
}

impl ExtensionValue for SubjectInformationAccess {
    const OID: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.1.11");

    fn to_value(&self) -> Vec<u8> {
        write_descriptions(&self.0)
    }

    fn from_value(value: &[u8]) -> Result<Self, Malformed> {
        read_descriptions("SubjectInfoAccessSyntax", value).map(Self)
    }
}
