//! Time-stamps (RFC 3161, GM/T 0033): requests, responses and tokens, read and verified.
//!
//! A token is a [`SignedData`](crate::cms::SignedData) over a [`TstInfo`]. Verifying it says that the holder of a certificate for
//! time-stamping signed it; whether the certificate is to be trusted at that time is asked of [`path`](crate::path).

mod error;
mod info;
mod request;
mod response;
mod token;

pub use error::TimestampError;
pub use info::{Accuracy, MessageImprint, TstInfo};
pub use request::TimeStampRequest;
pub use response::{Status, TimeStampResponse};
pub use token::{TimeStampToken, VerifiedTimestamp};

/// The largest request or response read, in octets. A response carries the chain of its signer.
pub const MAX_OCTETS: usize = 1 << 20;

#[cfg(test)]
mod tests;
