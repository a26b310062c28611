//! Algorithms: their identifiers, signing, verifying, digests.
//!
//! SM2 and SM3 are by crates in Rust, everything else is by AWS-LC. An identifier is read strictly: object identifier and
//! parameters must be one of the forms that its standard allows.

pub mod digest;
mod elsewhere;
mod error;
mod identifier;
mod kind;
mod parts;
mod prepared;
pub mod raw;
mod sign;
pub mod sm2;
mod verify;

pub use elsewhere::KeyElsewhere;
pub use error::{AlgorithmError, SignError, VerifyError};
pub use identifier::{SignatureAlgorithm, Sm2Parameters, require_same};
pub use kind::{KeyAlgorithm, KeySpec, UnknownName};
pub use parts::{HashedMessage, MessageHash};
pub use prepared::PreparedKey;
pub use sign::Signer;
pub use verify::{PartsVerifier, verify};

#[cfg(test)]
mod wycheproof;
