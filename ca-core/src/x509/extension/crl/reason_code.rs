//! Reasons of a revocation.

use crate::x509::asn1::{self, Malformed, tag};
use crate::x509::extension::ExtensionValue;
use const_oid::ObjectIdentifier;
use core::{fmt, str::FromStr};

/// `CRLReason`, RFC 5280 §5.3.1. Spelled as there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum ReasonCode {
    /// No reason is given.
    Unspecified = 0,
    /// The subject's private key is, or may be, known to others.
    KeyCompromise = 1,
    /// The authority's private key is, or may be, known to others.
    CaCompromise = 2,
    /// The subject's name or affiliation changed.
    AffiliationChanged = 3,
    /// Another certificate takes its place.
    Superseded = 4,
    /// The certificate is no longer needed.
    CessationOfOperation = 5,
    /// It is suspended.
    CertificateHold = 6,
    /// Delta CRLs only: it is no longer in the base.
    RemoveFromCrl = 8,
    /// A privilege in it was withdrawn.
    PrivilegeWithdrawn = 9,
    /// The attribute authority's private key is, or may be, known to others.
    AaCompromise = 10,
}

/// Text that names no reason.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no revocation reason; they are spelled as in RFC 5280 §5.3.1, keyCompromise for one")]
pub struct ReasonCodeError(String);

impl ReasonCodeError {
    /// Stable code of this refusal.
    pub fn code(&self) -> &'static str {
        "reason-unknown"
    }
}

impl ReasonCode {
    /// All, in the order of their numbers.
    pub const ALL: [Self; 10] = [
        Self::Unspecified,
        Self::KeyCompromise,
        Self::CaCompromise,
        Self::AffiliationChanged,
        Self::Superseded,
        Self::CessationOfOperation,
        Self::CertificateHold,
        Self::RemoveFromCrl,
        Self::PrivilegeWithdrawn,
        Self::AaCompromise,
    ];

    /// Its name in ASN.1.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Unspecified => "unspecified",
            Self::KeyCompromise => "keyCompromise",
            Self::CaCompromise => "cACompromise",
            Self::AffiliationChanged => "affiliationChanged",
            Self::Superseded => "superseded",
            Self::CessationOfOperation => "cessationOfOperation",
            Self::CertificateHold => "certificateHold",
            Self::RemoveFromCrl => "removeFromCRL",
            Self::PrivilegeWithdrawn => "privilegeWithdrawn",
            Self::AaCompromise => "aACompromise",
        }
    }

    /// Its number.
    pub const fn number(self) -> u8 {
        self as u8
    }

    /// The reason with this number; 7 is not used.
    pub fn from_number(number: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.number() == number)
    }
}

impl fmt::Display for ReasonCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for ReasonCode {
    type Err = ReasonCodeError;

    fn from_str(text: &str) -> Result<Self, ReasonCodeError> {
        let found = Self::ALL.into_iter().find(|reason| reason.name() == text);
        found.ok_or_else(|| ReasonCodeError(text.chars().take(64).collect()))
    }
}

impl serde::Serialize for ReasonCode {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl<'de> serde::Deserialize<'de> for ReasonCode {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

impl ExtensionValue for ReasonCode {
    const OID: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.21");

    fn to_value(&self) -> Vec<u8> {
        asn1::element(tag::ENUMERATED, &[self.number()])
    }

    fn from_value(value: &[u8]) -> Result<Self, Malformed> {
        match asn1::only("CRLReason", value, tag::ENUMERATED)?.content {
            &[number] => {
                Self::from_number(number).ok_or(Malformed::value("CRLReason", "no reason has this number"))
            }
            _ => Err(Malformed::value("CRLReason", "not one octet")),
        }
    }
}
