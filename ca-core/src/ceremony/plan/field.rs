//! Values of fields, as they are written in plans.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::algorithm::KeySpec;
use crate::ceremony::Digest;
use crate::x509::name::{AttributeKind, Name, NameError};

/// A name as it stands in a plan: its parts in order, such as `["C=CN", "O=City", "CN=City Root"]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject(pub Name);

impl Subject {
    fn parse(parts: &[String]) -> Result<Self, String> {
        let split = |part: &String| {
            let (kind, value) = part.split_once('=').ok_or_else(|| format!("{part:?} has no \"=\""))?;
            let kind: AttributeKind = kind.trim().parse().map_err(|error| format!("{error}"))?;
            Ok::<_, String>((kind, value.to_owned()))
        };
        let parts = parts.iter().map(split).collect::<Result<Vec<_>, _>>()?;
        if parts.is_empty() {
            return Err("a name has at least one part".to_owned());
        }
        Name::from_parts(&parts).map(Self).map_err(|error: NameError| error.to_string())
    }
}

impl Serialize for Subject {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.parts().iter().map(|(kind, value)| format!("{kind}={value}")))
    }
}

impl<'de> Deserialize<'de> for Subject {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&Vec::<String>::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

/// pathLenConstraint: a number, or `"none"` for no limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PathLength(pub Option<u8>);

impl fmt::Display for PathLength {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(length) => write!(f, "{length}"),
            None => f.write_str("none"),
        }
    }
}

#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum NumberOrText {
    Number(u8),
    Text(String),
}

impl Serialize for PathLength {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Some(length) => serializer.serialize_u8(length),
            None => serializer.serialize_str("none"),
        }
    }
}

impl<'de> Deserialize<'de> for PathLength {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match NumberOrText::deserialize(deserializer) {
            Ok(NumberOrText::Number(length)) => Ok(Self(Some(length))),
            Ok(NumberOrText::Text(text)) if text == "none" => Ok(Self(None)),
            _ => Err(serde::de::Error::custom("a path length is a number from 0 to 255 or \"none\"")),
        }
    }
}

/// A digest, or `"none"`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MaybeDigest(pub Option<Digest>);

impl fmt::Display for MaybeDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(digest) => write!(f, "{digest}"),
            None => f.write_str("none"),
        }
    }
}

impl Serialize for MaybeDigest {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for MaybeDigest {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        if text == "none" {
            return Ok(Self(None));
        }
        text.parse().map(|digest| Self(Some(digest))).map_err(serde::de::Error::custom)
    }
}

/// A kind of key, such as `sm2` or `p384`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyKind(pub KeySpec);

impl Serialize for KeyKind {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for KeyKind {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map(Self).map_err(serde::de::Error::custom)
    }
}
