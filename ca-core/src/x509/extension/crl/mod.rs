//! Extensions of revocation lists and of their entries.

mod certificate_issuer;
mod issuing_distribution_point;
mod reason_code;

pub use certificate_issuer::CertificateIssuer;
pub use issuing_distribution_point::IssuingDistributionPoint;
pub use reason_code::{ReasonCode, ReasonCodeError};

use super::ExtensionValue;
use crate::x509::asn1::{self, Malformed, tag};
use crate::x509::time;
use const_oid::ObjectIdentifier;
use core::cmp::Ordering;
use jiff::Timestamp;

/// The longest CRL number, RFC 5280 §5.2.3: 20 octets.
const MAX_NUMBER_OCTETS: usize = 20;

/// `CRLNumber`, RFC 5280 §5.2.3.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CrlNumber(Vec<u8>);

/// `BaseCRLNumber`, RFC 5280 §5.2.4: the CRL that a delta CRL adds to. Critical.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeltaCrlIndicator(pub CrlNumber);

/// `InvalidityDate`, RFC 5280 §5.3.2: since when the key is known or suspected not to be the subject's alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidityDate(pub Timestamp);

impl CrlNumber {
    /// The number as a u64; `None` where it is larger.
    pub fn to_u64(&self) -> Option<u64> {
        asn1::read_unsigned("CRLNumber", &self.0).ok()
    }

    fn read(value: &[u8]) -> Result<Self, Malformed> {
        let content = asn1::only("CRLNumber", value, tag::INTEGER)?.content;
        match content {
            [] => Err(Malformed::value("CRLNumber", "an INTEGER without content")),
            [0, second, ..] if second & 0x80 == 0 => {
                Err(Malformed::value("CRLNumber", "the INTEGER is not in shortest form"))
            }
            [first, ..] if first & 0x80 != 0 => Err(Malformed::value("CRLNumber", "the INTEGER is negative")),
            _ if content.len() > MAX_NUMBER_OCTETS => {
                Err(Malformed::value("CRLNumber", "it is longer than 20 octets"))
            }
            _ => Ok(Self(content.to_vec())),
        }
    }
}

/// As numbers: neither is negative and both are in the shortest form, so that the longer one is larger.
impl Ord for CrlNumber {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.len().cmp(&other.0.len()).then_with(|| self.0.cmp(&other.0))
    }
}

impl PartialOrd for CrlNumber {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl From<u64> for CrlNumber {
    fn from(number: u64) -> Self {
        Self(asn1::unsigned(number)[2..].to_vec())
    }
}

/// Decimal where it fits into a u64, else hexadecimal after `0x`.
impl core::fmt::Display for CrlNumber {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self.to_u64() {
            Some(number) => write!(f, "{number}"),
            None => write!(f, "0x{}", hex::encode(&self.0)),
        }
    }
}

impl ExtensionValue for CrlNumber {
    const OID: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.20");

    fn to_value(&self) -> Vec<u8> {
        asn1::element(tag::INTEGER, &self.0)
    }

    fn from_value(value: &[u8]) -> Result<Self, Malformed> {
        Self::read(value)
    }
}

impl ExtensionValue for DeltaCrlIndicator {
    const OID: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.27");

    fn to_value(&self) -> Vec<u8> {
        self.0.to_value()
    }

    fn from_value(value: &[u8]) -> Result<Self, Malformed> {
        CrlNumber::read(value).map(Self)
    }
}

impl ExtensionValue for InvalidityDate {
    const OID: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.24");

    fn to_value(&self) -> Vec<u8> {
        time::generalized(self.0)
    }

    fn from_value(value: &[u8]) -> Result<Self, Malformed> {
        time::read("invalidityDate", asn1::only("invalidityDate", value, tag::GENERALIZED_TIME)?).map(Self)
    }
}
