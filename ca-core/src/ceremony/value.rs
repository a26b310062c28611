//! Values that stand in plans and transcripts.

use std::fmt;
use std::str::FromStr;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::algorithm::digest::sm3;
use crate::encoding::hex;
use crate::key::PublicKey;

/// An SM3 digest. It prints as 64 lower-case hexadecimal digits; it is read in either case, with spaces or colons
/// between groups.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest(pub [u8; 32]);

/// Text that is not an SM3 digest.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} is not an SM3 digest of 64 hexadecimal digits")]
pub struct DigestError {
    /// The text, cut to 100 characters.
    pub text: String,
}

impl DigestError {
    /// A stable code of the error.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        "digest-malformed"
    }
}

impl Digest {
    /// The SM3 digest of a file or another sequence of bytes.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Self(sm3(bytes))
    }

    /// The digest of several parts in a domain: each part with its length before it, so that no two lists of parts have the
    /// same bytes.
    #[must_use]
    pub(crate) fn of_parts(domain: &str, parts: &[&[u8]]) -> Self {
        let mut bytes = domain.as_bytes().to_vec();
        bytes.push(0);
        for part in parts {
            bytes.extend_from_slice(&(part.len() as u64).to_be_bytes());
            bytes.extend_from_slice(part);
        }
        Self(sm3(&bytes))
    }

    /// The digest in 16 groups of four hexadecimal digits, to be compared by eye.
    #[must_use]
    pub fn groups(&self) -> String {
        let digits = self.to_string();
        let groups: Vec<&str> = (0..16).filter_map(|at| digits.get(at * 4..at * 4 + 4)).collect();
        groups.join(" ")
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Digest({self})")
    }
}

impl FromStr for Digest {
    type Err = DigestError;

    fn from_str(text: &str) -> Result<Self, DigestError> {
        let fault = || DigestError { text: text.chars().take(100).collect() };
        let digits: String = text.chars().filter(|c| !c.is_whitespace() && *c != ':').take(65).collect();
        let bytes = hex::decode(&digits).map_err(|_| fault())?;
        bytes.try_into().map(Self).map_err(|_| fault())
    }
}

impl Serialize for Digest {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Digest {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// A public key as it stands in a plan: the base64 of its SubjectPublicKeyInfo.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PinnedKey(pub PublicKey);

/// Longest base64 of a pinned key: an RSA key of 8192 bits has 1,400 characters.
const MAX_PINNED: usize = 4096;

impl PinnedKey {
    /// SM3 of the SubjectPublicKeyInfo, which names the key in transcripts.
    #[must_use]
    pub fn digest(&self) -> Digest {
        Digest::of(self.0.spki_der())
    }
}

impl fmt::Display for PinnedKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&STANDARD.encode(self.0.spki_der()))
    }
}

impl Serialize for PinnedKey {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for PinnedKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        if text.len() > MAX_PINNED {
            return Err(serde::de::Error::custom("the public key is too long"));
        }
        let der = STANDARD
            .decode(text.trim())
            .map_err(|_| serde::de::Error::custom("a public key is the base64 of a SubjectPublicKeyInfo"))?;
        PublicKey::from_spki_der(&der).map(Self).map_err(serde::de::Error::custom)
    }
}

/// Bytes that stand in JSON as base64.
pub(crate) mod base64_bytes {
    use super::{Deserialize, Deserializer, Engine, STANDARD, Serializer};

    pub(crate) fn serialize<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&STANDARD.encode(bytes))
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
        STANDARD.decode(String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

/// Bytes of a fixed length that stand in JSON as hexadecimal.
pub(crate) mod hex_bytes {
    use super::{Deserialize, Deserializer, Serializer, hex};

    pub(crate) fn serialize<S: Serializer, const N: usize>(
        bytes: &[u8; N],
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&hex::encode(bytes))
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>, const N: usize>(
        deserializer: D,
    ) -> Result<[u8; N], D::Error> {
        let bytes = hex::decode(&String::deserialize(deserializer)?).map_err(serde::de::Error::custom)?;
        bytes.try_into().map_err(|_| serde::de::Error::custom("wrong number of hexadecimal digits"))
    }
}
