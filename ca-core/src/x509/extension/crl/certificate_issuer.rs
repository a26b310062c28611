//! The issuer of the certificate that an entry of an indirect CRL is about.

use crate::x509::asn1::{self, Malformed, tag};
use crate::x509::extension::ExtensionValue;
use crate::x509::extension::alternative_name::{GeneralName, read_general_names, write_general_names};
use const_oid::ObjectIdentifier;

/// `CertificateIssuer`, RFC 5280 §5.3.3. Critical. It holds for the entries that follow too.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CertificateIssuer(pub Vec<GeneralName>);

impl ExtensionValue for CertificateIssuer {
    const OID: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.29");

    fn to_value(&self) -> Vec<u8> {
        write_general_names(tag::SEQUENCE, &self.0)
    }

    fn from_value(value: &[u8]) -> Result<Self, Malformed> {
        let part = "CertificateIssuer";
        read_general_names(part, asn1::only(part, value, tag::SEQUENCE)?).map(Self)
    }
}
