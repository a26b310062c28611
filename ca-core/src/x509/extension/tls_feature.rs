//! What a TLS server must offer.

use super::ExtensionValue;
use crate::x509::asn1::{self, Malformed, Problem, tag};
use const_oid::ObjectIdentifier;

/// The most features read. Two are in use.
const MAX_FEATURES: usize = 64;

/// `Features`, RFC 7633 §4: numbers of extensions of TLS that the server must answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TlsFeature(pub Vec<u16>);

impl TlsFeature {
    /// `status_request`, RFC 6066 §8: the server brings the status of its certificate along.
    pub const STATUS_REQUEST: u16 = 5;
    /// `status_request_v2`, RFC 6961.
    pub const STATUS_REQUEST_V2: u16 = 17;
}

impl ExtensionValue for TlsFeature {
    const OID: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.1.24");

    fn to_value(&self) -> Vec<u8> {
        asn1::sequence(&self.0.iter().map(|&number| asn1::unsigned(number.into())).collect::<Vec<_>>())
    }

    fn from_value(value: &[u8]) -> Result<Self, Malformed> {
        let part = "TLSFeature";
        let mut members = asn1::only(part, value, tag::SEQUENCE)?.members(part);
        let mut features = Vec::new();
        while members.peek_tag().is_some() {
            if features.len() == MAX_FEATURES {
                return Err(Malformed { part, problem: Problem::TooMany(MAX_FEATURES) });
            }
            let number = asn1::read_unsigned(part, members.required(tag::INTEGER)?.content)?;
            let number = u16::try_from(number)
                .map_err(|_| Malformed::value(part, "extensions of TLS have numbers of 16 bits"))?;
            features.push(number);
        }
        Ok(Self(features))
    }
}
