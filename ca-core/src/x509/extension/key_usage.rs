//! Key usage.

use super::ExtensionValue;
use crate::x509::asn1::{self, Malformed, tag};
use const_oid::ObjectIdentifier;
use core::{fmt, str::FromStr};

/// One purpose of a key, RFC 5280 §4.2.1.3. The number is that of its bit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum KeyUsage {
    /// Verifying signatures other than on certificates and CRLs.
    DigitalSignature = 0,
    /// Verifying signatures that bind the signer; X.509 calls it contentCommitment.
    NonRepudiation = 1,
    /// Enciphering keys.
    KeyEncipherment = 2,
    /// Enciphering data.
    DataEncipherment = 3,
    /// Agreeing on keys.
    KeyAgreement = 4,
    /// Verifying signatures on certificates.
    KeyCertSign = 5,
    /// Verifying signatures on CRLs.
    CrlSign = 6,
    /// In key agreement, enciphering only.
    EncipherOnly = 7,
    /// In key agreement, deciphering only.
    DecipherOnly = 8,
}

impl KeyUsage {
    /// All, in the order of their bits.
    pub const ALL: [Self; 9] = [
        Self::DigitalSignature,
        Self::NonRepudiation,
        Self::KeyEncipherment,
        Self::DataEncipherment,
        Self::KeyAgreement,
        Self::KeyCertSign,
        Self::CrlSign,
        Self::EncipherOnly,
        Self::DecipherOnly,
    ];

    /// Its name in ASN.1.
    pub const fn name(self) -> &'static str {
        match self {
            Self::DigitalSignature => "digitalSignature",
            Self::NonRepudiation => "nonRepudiation",
            Self::KeyEncipherment => "keyEncipherment",
            Self::DataEncipherment => "dataEncipherment",
            Self::KeyAgreement => "keyAgreement",
            Self::KeyCertSign => "keyCertSign",
            Self::CrlSign => "cRLSign",
            Self::EncipherOnly => "encipherOnly",
            Self::DecipherOnly => "decipherOnly",
        }
    }

    const fn mask(self) -> u16 {
        0x8000 >> self as u8
    }
}

impl fmt::Display for KeyUsage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Text that names no key usage.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no key usage; they are spelled as in RFC 5280 §4.2.1.3, digitalSignature for one")]
pub struct KeyUsageError(String);

impl KeyUsageError {
    /// Stable code of this refusal.
    pub fn code(&self) -> &'static str {
        "key-usage-unknown"
    }
}

impl FromStr for KeyUsage {
    type Err = KeyUsageError;

    fn from_str(text: &str) -> Result<Self, KeyUsageError> {
        let found = Self::ALL.into_iter().find(|usage| usage.name() == text);
        found
            .or((text == "contentCommitment").then_some(Self::NonRepudiation))
            .ok_or_else(|| KeyUsageError(text.into()))
    }
}

/// `KeyUsage`, RFC 5280 §4.2.1.3: a set of purposes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct KeyUsages(u16);

impl KeyUsages {
    /// Whether `usage` is among them.
    pub fn contains(self, usage: KeyUsage) -> bool {
        self.0 & usage.mask() != 0
    }

    /// Whether there are none.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Those that are set, in the order of their bits.
    pub fn iter(self) -> impl Iterator<Item = KeyUsage> {
        KeyUsage::ALL.into_iter().filter(move |&usage| self.contains(usage))
    }
}

impl FromIterator<KeyUsage> for KeyUsages {
    fn from_iter<I: IntoIterator<Item = KeyUsage>>(usages: I) -> Self {
        Self(usages.into_iter().fold(0, |bits, usage| bits | usage.mask()))
    }
}

impl<const N: usize> From<[KeyUsage; N]> for KeyUsages {
    fn from(usages: [KeyUsage; N]) -> Self {
        usages.into_iter().collect()
    }
}

/// The names with commas between.
impl fmt::Display for KeyUsages {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.iter().map(KeyUsage::name).collect::<Vec<_>>().join(", "))
    }
}

impl ExtensionValue for KeyUsages {
    const OID: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.15");

    fn to_value(&self) -> Vec<u8> {
        asn1::named_bits(tag::BIT_STRING, self.0)
    }

    fn from_value(value: &[u8]) -> Result<Self, Malformed> {
        asn1::read_named_bits("KeyUsage", asn1::only("KeyUsage", value, tag::BIT_STRING)?.content).map(Self)
    }
}
