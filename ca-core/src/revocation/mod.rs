//! Status of a certificate and how it changes.

mod status;

pub use crate::x509::extension::{ReasonCode as Reason, ReasonCodeError as UnknownReason};
pub use status::{RevocationError, Status};
