//! The mark of OCSP responders whose certificates are not checked for revocation.

use super::ExtensionValue;
use crate::x509::asn1::{self, Malformed};
use const_oid::ObjectIdentifier;

/// `id-pkix-ocsp-nocheck`, RFC 6960 §4.2.2.2.1: NULL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OcspNoCheck;

const NULL: u8 = 0x05;

impl ExtensionValue for OcspNoCheck {
    const OID: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.48.1.5");

    fn to_value(&self) -> Vec<u8> {
        vec![NULL, 0]
    }

    fn from_value(value: &[u8]) -> Result<Self, Malformed> {
        match asn1::only("ocsp-nocheck", value, NULL)?.content {
            [] => Ok(Self),
            _ => Err(Malformed::value("ocsp-nocheck", "a NULL with content")),
        }
    }
}
