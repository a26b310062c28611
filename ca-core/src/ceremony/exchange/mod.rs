//! What crosses the air gap: one file each way, that people can read and machines check.
//!
//! A request is signed by the online side, an answer by the ceremony's administrator: the root key signs nothing but
//! certificates and lists. The file shows its contents in words, followed by the same contents as signed JSON in PEM; the words
//! are written again from the JSON when the file is read and must be the same, so that what is read is what is meant. An
//! answer holds the digest, the nonce and the number of the one request that it answers.

mod accept;
mod content;
mod error;
mod package;

pub use accept::{Accepted, Pending};
pub use content::{Answer, Content, Octets, Request, Revoked};
pub use error::ExchangeError;
pub use package::{MAX_PACKAGE_BYTES, PEM_LABEL, Package};
