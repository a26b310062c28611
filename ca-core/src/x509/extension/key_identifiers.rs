//! Subject and authority key identifiers.

use super::ExtensionValue;
use super::alternative_name::{GeneralName, read_general_names, write_general_names};
use crate::x509::asn1::{self, Malformed, tag};
use crate::x509::{KeyIdentifier, SerialNumber};
use const_oid::ObjectIdentifier;

/// `SubjectKeyIdentifier`, RFC 5280 §4.2.1.2.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SubjectKeyIdentifier(pub KeyIdentifier);

impl ExtensionValue for SubjectKeyIdentifier {
    const OID: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.14");

    fn to_value(&self) -> Vec<u8> {
        asn1::element(tag::OCTET_STRING, self.0.as_bytes())
    }

    fn from_value(value: &[u8]) -> Result<Self, Malformed> {
        let octets = asn1::only("SubjectKeyIdentifier", value, tag::OCTET_STRING)?.content;
        Ok(Self(KeyIdentifier::new(octets)))
    }
}

/// `AuthorityKeyIdentifier`, RFC 5280 §4.2.1.1.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuthorityKeyIdentifier {
    /// The subject key identifier of the issuer.
    pub key_identifier: Option<KeyIdentifier>,
    /// Names of the issuer of the issuer's certificate; empty where left out.
    pub issuer: Vec<GeneralName>,
    /// The serial number of the issuer's certificate.
    pub serial: Option<SerialNumber>,
}

impl AuthorityKeyIdentifier {
    /// The form written here: the issuer's subject key identifier alone.
    pub fn by_key(key_identifier: KeyIdentifier) -> Self {
        Self { key_identifier: Some(key_identifier), ..Self::default() }
    }
}

impl ExtensionValue for AuthorityKeyIdentifier {
    const OID: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.35");

    fn to_value(&self) -> Vec<u8> {
        let mut members = Vec::new();
        if let Some(identifier) = &self.key_identifier {
            members.push(asn1::element(tag::context(0), identifier.as_bytes()));
        }
        if !self.issuer.is_empty() {
            members.push(write_general_names(tag::context_constructed(1), &self.issuer));
        }
        if let Some(serial) = &self.serial {
            let mut der = serial.to_der();
            der[0] = tag::context(2);
            members.push(der);
        }
        asn1::sequence(&members)
    }

    fn from_value(value: &[u8]) -> Result<Self, Malformed> {
        let mut members =
            asn1::only("AuthorityKeyIdentifier", value, tag::SEQUENCE)?.members("AuthorityKeyIdentifier");
        let key_identifier =
            members.optional(tag::context(0))?.map(|element| KeyIdentifier::new(element.content));
        let issuer = match members.optional(tag::context_constructed(1))? {
            Some(element) => read_general_names("authorityCertIssuer", element)?,
            None => Vec::new(),
        };
        let serial = match members.optional(tag::context(2))? {
            Some(element) => Some(SerialNumber::from_content(element.content)?),
            None => None,
        };
        members.finish()?;
        Ok(Self { key_identifier, issuer, serial })
    }
}
