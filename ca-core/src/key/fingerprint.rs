//! Short values that stand for a public key.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::encoding::hex::{self, HexError};

/// SHA-256 of the SubjectPublicKeyInfo: what signed requests name their key by. It prints as lower-case hexadecimal.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyFingerprint([u8; 32]);

/// SHA-256 over the algorithm and the point or modulus: equal for all encodings of a key and all exponents of a modulus. It is
/// the form in which blocked keys are compared. It prints as lower-case hexadecimal.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NormalizedKey([u8; 32]);

/// Text that is not 64 hexadecimal digits.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FingerprintError {
    /// It is not hexadecimal.
    #[error(transparent)]
    Hex(#[from] HexError),
    /// It has the wrong length.
    #[error("{length} bytes, where a fingerprint has 32 (64 hexadecimal digits)")]
    Length {
        /// Its length in bytes.
        length: usize,
    },
}

impl FingerprintError {
    /// The stable name of the condition.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Hex(error) => error.code(),
            Self::Length { .. } => "fingerprint-length",
        }
    }
}

macro_rules! fingerprint {
    ($name:ident) => {
        impl $name {
            /// The value of 32 bytes.
            pub fn from_bytes(bytes: [u8; 32]) -> Self {
                Self(bytes)
            }

            /// Its 32 bytes.
            pub fn as_bytes(&self) -> &[u8; 32] {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&hex::encode(self.0))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self)
            }
        }

        impl FromStr for $name {
            type Err = FingerprintError;

            fn from_str(text: &str) -> Result<Self, FingerprintError> {
                let bytes = hex::decode(text)?;
                let length = bytes.len();
                bytes.try_into().map(Self).map_err(|_| FingerprintError::Length { length })
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}

fingerprint!(KeyFingerprint);
fingerprint!(NormalizedKey);
