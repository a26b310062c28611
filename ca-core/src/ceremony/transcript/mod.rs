//! The record of a ceremony: one JSON object a line, each with the hash of the line before it.
//!
//! A line is written in one form only, and what is hashed are the octets of the line as they stand in the file: nothing has
//! to be encoded anew to check it, and it can be read on paper. The first line chains to the transcript of the ceremony
//! before. The line that closes or voids the ceremony is signed by those who were present, each with the key that the plan
//! pins; its hash is the [`digest`](Transcript::digest) of the transcript, to which the next ceremony chains. Signatures
//! follow it, so that a signature added later changes nothing that was said.

mod chain;
mod error;
mod event;
mod signature;

pub(crate) use chain::FORMAT;
pub use chain::{MAX_LINE_BYTES, MAX_RECORDS, MAX_TRANSCRIPT_BYTES, Record, Transcript};
pub use error::{NotOfPlan, TranscriptError};
pub use event::{Event, NamedFile, Slot};
pub(crate) use signature::verify;
pub use signature::{sign, signed_bytes};

pub(crate) use chain::Chain;
