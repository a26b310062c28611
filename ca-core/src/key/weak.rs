//! Keys that must not be certified.

mod curve;
mod roca;
mod rsa;

use super::{NormalizedKey, PublicKey};
use crate::algorithm::KeyAlgorithm;

/// Why a key is too weak to be certified.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum WeakKey {
    /// An RSA modulus outside the sizes that are certified.
    #[error("the RSA key has {bits} bits: {} to {} are accepted", super::MIN_RSA_BITS, super::MAX_RSA_BITS)]
    RsaSize {
        /// Its bits.
        bits: u32,
    },
    /// An exponent that is 1 or even.
    #[error("the RSA exponent must be an odd number of at least 3")]
    RsaExponent,
    /// An exponent longer than libraries take.
    #[error("the RSA exponent has {bits} bits, more than {limit}")]
    RsaExponentTooLong {
        /// Its bits.
        bits: u32,
        /// The bound.
        limit: u32,
    },
    /// A modulus with a small factor.
    #[error("the RSA modulus is divisible by {factor}")]
    RsaSmallFactor {
        /// The smallest.
        factor: u32,
    },
    /// A modulus with the structure of the primes of a broken library.
    #[error(
        "the RSA key was made by a faulty library (ROCA, CVE-2017-15361) and its private key can be computed"
    )]
    Roca,
    /// A public key whose private key is 1 or −1.
    #[error("the public key is the generator of the curve or its opposite: the private key is known")]
    Generator,
    /// A point of small order, which verifies signatures that nobody made.
    #[error("the Ed25519 public key is a point of small order")]
    SmallOrder,
}

impl WeakKey {
    /// The stable name of the condition.
    pub fn code(&self) -> &'static str {
        match self {
            Self::RsaSize { .. } => "weak-key-rsa-size",
            Self::RsaExponent => "weak-key-rsa-exponent",
            Self::RsaExponentTooLong { .. } => "weak-key-rsa-exponent-too-long",
            Self::RsaSmallFactor { .. } => "weak-key-rsa-small-factor",
            Self::Roca => "weak-key-roca",
            Self::Generator => "weak-key-generator",
            Self::SmallOrder => "weak-key-small-order",
        }
    }
}

/// Keys that are known to be compromised.
pub trait BlockedKeys {
    /// Whether this key is one of them.
    fn is_blocked(&self, key: &NormalizedKey) -> bool;
}

/// Refuses keys whose private part is known, computable or pointless.
///
/// Points off their curve and the point at infinity never become a [`PublicKey`].
///
/// # Errors
///
/// [`WeakKey`], the first weakness found.
pub fn assess(key: &PublicKey) -> Result<(), WeakKey> {
    match key.algorithm() {
        KeyAlgorithm::Rsa => rsa::assess(key),
        _ => curve::assess(key),
    }
}

#[cfg(test)]
mod tests;
