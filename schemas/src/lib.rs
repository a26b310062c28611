//! What City CA and its clients say to each other: the JSON of the REST interface, its errors, the signatures that
//! its requests carry, the log that it keeps elsewhere, and the profiles that come with it.
//!
//! Nothing here decides anything: values that arrive are parsed into the types of `ca_core` where they are used.

pub mod message_signature;
pub mod off_host;
pub mod profiles;
pub mod rest;
pub mod signer;
