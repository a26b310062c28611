//! Which keys a profile certifies.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::algorithm::KeyAlgorithm;
use crate::key::PublicKey;

/// The keys of a profile, beyond the checks for weak keys that hold for all.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeyPolicy {
    /// The algorithms taken.
    pub algorithms: BTreeSet<KeyAlgorithm>,
    /// The sizes of RSA keys taken; given exactly where `rsa` is among the algorithms.
    #[serde(default)]
    pub rsa_bits: Option<RsaBits>,
}

/// A range of RSA modulus sizes, in bits, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RsaBits {
    /// The smallest.
    pub min: u32,
    /// The largest.
    pub max: u32,
}

/// Why a key is refused.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum KeyRefusal {
    /// The algorithm is not listed.
    #[error("this profile takes no {algorithm} keys but: {taken}")]
    Algorithm {
        /// The algorithm of the key.
        algorithm: KeyAlgorithm,
        /// The algorithms taken, separated by commas.
        taken: String,
    },
    /// The RSA modulus is too short or too long.
    #[error("an RSA key of {bits} bits, where this profile takes {min} to {max}")]
    RsaBits {
        /// The size of the key.
        bits: u32,
        /// The smallest taken.
        min: u32,
        /// The largest taken.
        max: u32,
    },
}

impl KeyRefusal {
    /// A stable code of the refusal.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Algorithm { .. } => "key-algorithm-not-taken",
            Self::RsaBits { .. } => "key-size-not-taken",
        }
    }
}

impl KeyPolicy {
    /// Checks a key against the policy.
    ///
    /// # Errors
    /// [`KeyRefusal`] where the algorithm or the size is not taken.
    pub fn check(&self, key: &PublicKey) -> Result<(), KeyRefusal> {
        let algorithm = key.algorithm();
        if !self.algorithms.contains(&algorithm) {
            let taken: Vec<String> = self.algorithms.iter().map(ToString::to_string).collect();
            return Err(KeyRefusal::Algorithm { algorithm, taken: taken.join(", ") });
        }
        match self.rsa_bits {
            Some(RsaBits { min, max })
                if algorithm == KeyAlgorithm::Rsa && !(min..=max).contains(&key.bits()) =>
            {
                Err(KeyRefusal::RsaBits { bits: key.bits(), min, max })
            }
            _ => Ok(()),
        }
    }
}
