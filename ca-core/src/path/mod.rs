//! Paths from a certificate to a trust anchor, RFC 5280 §6, and why there is none.
//!
//! A [`Question`] is judged; the [`Answer`] is a value that says what was found: the path and all that follows from it, or each
//! path that was tried and the first rule it broke.

pub mod anchor;
pub mod answer;
mod building;
pub mod cause;
mod engine;
mod facts;
mod judge;
pub mod limits;
mod names;
mod peer_name;
mod policy;
mod pool;
pub mod question;
pub mod revocation;
mod signer;
mod validation;
mod verified;

pub use anchor::TrustAnchor;
pub use answer::{Accepted, Answer, Attempt, Refused, Status};
pub use cause::Cause;
pub use judge::judge;
pub use limits::{Budget, Exhausted, Limits};
pub use peer_name::{PeerName, PeerNameError};
pub use question::{PolicyInputs, Purpose, Question};
pub use verified::Verified;

#[cfg(test)]
mod tests;
