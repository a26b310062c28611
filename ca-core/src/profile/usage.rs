//! What a certified key is for: keyUsage and extendedKeyUsage by their names in the standards.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::str::FromStr;

use const_oid::ObjectIdentifier;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::algorithm::KeyAlgorithm;
use crate::x509::extension::KeyUsage;
use crate::x509::oid::Oid;

/// The purposes of the key of a certificate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UsagePolicy {
    /// keyUsage (RFC 5280 section 4.2.1.3), always critical.
    pub key_usage: UsageSet,
    /// What is added for keys of one algorithm: keyEncipherment makes sense for RSA and not for ECDSA.
    #[serde(default)]
    pub added_for: BTreeMap<KeyAlgorithm, UsageSet>,
    /// extendedKeyUsage (RFC 5280 section 4.2.1.12), never critical; absent where empty.
    #[serde(default)]
    pub extended_key_usage: BTreeSet<Purpose>,
}

impl UsagePolicy {
    /// The key usage of a certificate for a key of `algorithm`.
    #[must_use]
    pub fn key_usage_for(&self, algorithm: KeyAlgorithm) -> BTreeSet<KeyUsage> {
        let added = self.added_for.get(&algorithm).into_iter().flat_map(|added| &added.0);
        self.key_usage.0.iter().chain(added).copied().collect()
    }
}

/// A set of key usages, spelled in profiles as in RFC 5280 section 4.2.1.3.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UsageSet(pub BTreeSet<KeyUsage>);

impl Serialize for UsageSet {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(|usage| usage.name()))
    }
}

impl<'de> Deserialize<'de> for UsageSet {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let names = Vec::<String>::deserialize(deserializer)?;
        let usages = names.iter().map(|name| KeyUsage::from_str(name).map_err(serde::de::Error::custom));
        usages.collect::<Result<_, _>>().map(Self)
    }
}

/// A purpose of extendedKeyUsage, by its name in RFC 5280 section 4.2.1.12 (`documentSigning`: RFC 9336).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Purpose {
    /// id-kp-serverAuth.
    ServerAuth,
    /// id-kp-clientAuth.
    ClientAuth,
    /// id-kp-codeSigning.
    CodeSigning,
    /// id-kp-emailProtection.
    EmailProtection,
    /// id-kp-timeStamping.
    TimeStamping,
    /// id-kp-OCSPSigning.
    OcspSigning,
    /// id-kp-documentSigning.
    DocumentSigning,
    /// anyExtendedKeyUsage, which no profile may hold.
    Any,
    /// Another one; never an identifier that has a name above.
    Other(Oid),
}

impl Purpose {
    /// Those that have names.
    const NAMED: [Self; 8] = [
        Self::ServerAuth,
        Self::ClientAuth,
        Self::CodeSigning,
        Self::EmailProtection,
        Self::TimeStamping,
        Self::OcspSigning,
        Self::DocumentSigning,
        Self::Any,
    ];

    /// Name and object identifier, or the object identifier alone.
    const fn named(&self) -> Result<(&'static str, ObjectIdentifier), &Oid> {
        const fn oid(text: &str) -> ObjectIdentifier {
            ObjectIdentifier::new_unwrap(text)
        }
        Ok(match self {
            Self::ServerAuth => ("serverAuth", oid("1.3.6.1.5.5.7.3.1")),
            Self::ClientAuth => ("clientAuth", oid("1.3.6.1.5.5.7.3.2")),
            Self::CodeSigning => ("codeSigning", oid("1.3.6.1.5.5.7.3.3")),
            Self::EmailProtection => ("emailProtection", oid("1.3.6.1.5.5.7.3.4")),
            Self::TimeStamping => ("timeStamping", oid("1.3.6.1.5.5.7.3.8")),
            Self::OcspSigning => ("OCSPSigning", oid("1.3.6.1.5.5.7.3.9")),
            Self::DocumentSigning => ("documentSigning", oid("1.3.6.1.5.5.7.3.36")),
            Self::Any => ("anyExtendedKeyUsage", oid("2.5.29.37.0")),
            Self::Other(oid) => return Err(oid),
        })
    }

    /// The purpose with an object identifier.
    #[must_use]
    pub fn from_oid(oid: &Oid) -> Self {
        let named = Self::NAMED.into_iter().find(|purpose| purpose.oid() == *oid);
        named.unwrap_or_else(|| Self::Other(oid.clone()))
    }

    /// Its object identifier.
    #[must_use]
    pub fn oid(&self) -> Oid {
        self.named().map_or_else(Oid::clone, |(_, oid)| Oid::from(oid))
    }
}

impl fmt::Display for Purpose {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.named() {
            Ok((name, _)) => f.write_str(name),
            Err(oid) => write!(f, "{oid}"),
        }
    }
}

impl Serialize for Purpose {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Purpose {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        if let Some(purpose) = Self::NAMED.into_iter().find(|purpose| purpose.to_string() == text) {
            return Ok(purpose);
        }
        Oid::from_str(&text).map(|oid| Self::from_oid(&oid)).map_err(|_| {
            serde::de::Error::custom(format!(
                "{text:?} is neither a named purpose nor an object identifier in dotted form"
            ))
        })
    }
}

/// Whether keys of `algorithm` can serve a usage: RSA enciphers and does not agree (RFC 3279 section 2.3.1), elliptic
/// curves agree and do not encipher (RFC 5480 section 3) but for SM2, which does both (GB/T 32918), Ed25519 only signs
/// (RFC 8410 section 5).
#[must_use]
pub const fn is_served_by(usage: KeyUsage, algorithm: KeyAlgorithm) -> bool {
    match usage {
        KeyUsage::DigitalSignature | KeyUsage::NonRepudiation | KeyUsage::KeyCertSign | KeyUsage::CrlSign => {
            true
        }
        KeyUsage::KeyEncipherment | KeyUsage::DataEncipherment => {
            matches!(algorithm, KeyAlgorithm::Rsa | KeyAlgorithm::Sm2)
        }
        KeyUsage::KeyAgreement | KeyUsage::EncipherOnly | KeyUsage::DecipherOnly => {
            matches!(algorithm, KeyAlgorithm::P256 | KeyAlgorithm::P384 | KeyAlgorithm::Sm2)
        }
    }
}

impl Purpose {
    /// The key usages one of which a key needs for the purpose (RFC 5280 section 4.2.1.12; for document
    /// signing RFC 9336 section 3); empty for purposes that are not known.
    #[must_use]
    pub fn needed_usage(&self) -> &'static [KeyUsage] {
        use KeyUsage::{DigitalSignature, KeyAgreement, KeyEncipherment, NonRepudiation};
        match self {
            Self::ServerAuth => &[DigitalSignature, KeyEncipherment, KeyAgreement],
            Self::ClientAuth => &[DigitalSignature, KeyAgreement],
            Self::CodeSigning => &[DigitalSignature],
            Self::EmailProtection => &[DigitalSignature, NonRepudiation, KeyEncipherment, KeyAgreement],
            Self::TimeStamping | Self::OcspSigning | Self::DocumentSigning => {
                &[DigitalSignature, NonRepudiation]
            }
            Self::Any | Self::Other(_) => &[],
        }
    }
}
