//! Status of a certificate and how it changes.

mod reason;
mod status;

pub use reason::{Reason, UnknownReason};
pub use status::{RevocationError, Status};
