//! Paths from a certificate to a trust anchor, RFC 5280 §6, and why there is none.
//!
//! A [`Question`] is judged; the [`Answer`] is a value that says what was found: the path and all that follows from it, or each
//! path that was tried and the first rule it broke.

pub mod anchor;
pub mod answer;
pub mod cause;
pub mod limits;
mod peer_name;
pub mod plain;
pub mod question;
pub mod revocation;

pub use anchor::TrustAnchor;
pub use answer::{Accepted, Answer, Attempt, Refused, Status};
pub use cause::Cause;
pub use limits::{Budget, Exhausted, Limits};
pub use peer_name::{PeerName, PeerNameError};
pub use plain::{verify, verify_within};
pub use question::{PolicyInputs, Purpose, Question};
