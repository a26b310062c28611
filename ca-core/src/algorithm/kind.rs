//! Kinds of keys and their names in configuration and output.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The algorithm of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum KeyAlgorithm {
    /// SM2 (GB/T 32918).
    Sm2,
    /// ECDSA on P-256 (FIPS 186-5).
    P256,
    /// ECDSA on P-384 (FIPS 186-5).
    P384,
    /// Ed25519 (RFC 8032).
    Ed25519,
    /// RSA (RFC 8017).
    Rsa,
}

impl KeyAlgorithm {
    /// Every algorithm.
    pub const ALL: [Self; 5] = [Self::Sm2, Self::P256, Self::P384, Self::Ed25519, Self::Rsa];

    /// The name in configuration: `sm2`, `p256`, `p384`, `ed25519`, `rsa`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sm2 => "sm2",
            Self::P256 => "p256",
            Self::P384 => "p384",
            Self::Ed25519 => "ed25519",
            Self::Rsa => "rsa",
        }
    }
}

impl fmt::Display for KeyAlgorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for KeyAlgorithm {
    type Err = UnknownName;

    fn from_str(text: &str) -> Result<Self, UnknownName> {
        Self::ALL
            .into_iter()
            .find(|algorithm| algorithm.name() == text)
            .ok_or_else(|| UnknownName { name: text.to_owned() })
    }
}

/// What to generate: an algorithm, and a size where it has several.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum KeySpec {
    /// SM2.
    Sm2,
    /// ECDSA on P-256.
    P256,
    /// ECDSA on P-384.
    P384,
    /// Ed25519.
    Ed25519,
    /// RSA with a modulus of so many bits.
    Rsa {
        /// Bits of the modulus.
        bits: u32,
    },
}

impl KeySpec {
    /// The algorithm.
    pub fn algorithm(self) -> KeyAlgorithm {
        match self {
            Self::Sm2 => KeyAlgorithm::Sm2,
            Self::P256 => KeyAlgorithm::P256,
            Self::P384 => KeyAlgorithm::P384,
            Self::Ed25519 => KeyAlgorithm::Ed25519,
            Self::Rsa { .. } => KeyAlgorithm::Rsa,
        }
    }
}

impl fmt::Display for KeySpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rsa { bits } => write!(f, "rsa-{bits}"),
            other => other.algorithm().fmt(f),
        }
    }
}

impl FromStr for KeySpec {
    type Err = UnknownName;

    fn from_str(text: &str) -> Result<Self, UnknownName> {
        let unknown = || UnknownName { name: text.to_owned() };
        match text {
            "sm2" => Ok(Self::Sm2),
            "p256" => Ok(Self::P256),
            "p384" => Ok(Self::P384),
            "ed25519" => Ok(Self::Ed25519),
            _ => {
                let bits = text.strip_prefix("rsa-").ok_or_else(unknown)?;
                let plain = bits.bytes().all(|byte| byte.is_ascii_digit()) && !bits.starts_with('0');
                let bits = bits.parse().ok().filter(|_| plain).ok_or_else(unknown)?;
                Ok(Self::Rsa { bits })
            }
        }
    }
}

/// A name that no kind of key has.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{name:?} is not a kind of key: use sm2, p256, p384, ed25519 or rsa (with a size: rsa-3072)")]
pub struct UnknownName {
    /// The name.
    pub name: String,
}

impl UnknownName {
    /// The stable name of the condition.
    pub fn code(&self) -> &'static str {
        "key-algorithm-unknown"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_as_they_are_written() {
        for algorithm in KeyAlgorithm::ALL {
            assert_eq!(algorithm.to_string().parse(), Ok(algorithm));
            assert_eq!(serde_json::to_string(&algorithm).unwrap(), format!("\"{algorithm}\""));
        }
        for spec in
            [KeySpec::Sm2, KeySpec::P256, KeySpec::P384, KeySpec::Ed25519, KeySpec::Rsa { bits: 3072 }]
        {
            assert_eq!(spec.to_string().parse(), Ok(spec));
        }
    }

    #[test]
    fn other_names_are_refused() {
        for text in ["", "SM2", "rsa", "rsa-", "rsa-+2048", "rsa-02048", "rsa-99999999999", "p521"] {
            assert!(text.parse::<KeySpec>().is_err(), "{text}");
        }
    }
}
