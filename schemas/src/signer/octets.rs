//! Octets in JSON.

use ::base64::Engine as _;
use ::base64::engine::general_purpose::STANDARD;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serializer};

/// Octets in base64.
pub(super) mod base64 {
    use super::*;

    pub(in super::super) fn serialize<S: Serializer>(octets: &[u8], to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&STANDARD.encode(octets))
    }

    pub(in super::super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<u8>, D::Error> {
        STANDARD.decode(String::deserialize(from)?).map_err(D::Error::custom)
    }
}

/// The same, where there are any.
pub(super) mod optional {
    use super::*;

    pub(in super::super) fn serialize<S: Serializer>(
        octets: &Option<Vec<u8>>,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        match octets {
            Some(octets) => to.serialize_str(&STANDARD.encode(octets)),
            None => to.serialize_none(),
        }
    }

    pub(in super::super) fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<Option<Vec<u8>>, D::Error> {
        let text = Option::<String>::deserialize(from)?;
        text.map(|text| STANDARD.decode(text).map_err(D::Error::custom)).transpose()
    }
}

/// A hash in base64.
pub(super) mod hash {
    use super::*;

    pub(in super::super) fn serialize<S: Serializer>(hash: &[u8; 32], to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&STANDARD.encode(hash))
    }

    pub(in super::super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<[u8; 32], D::Error> {
        let octets = STANDARD.decode(String::deserialize(from)?).map_err(D::Error::custom)?;
        octets.try_into().map_err(|_| D::Error::custom("a hash has 32 octets"))
    }
}
