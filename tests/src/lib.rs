//! Harnesses shared by the tests that look at City CA from outside.
//!
//! Nothing here is part of the product: a harness that cannot go on panics with the reason.
#![allow(clippy::disallowed_methods, reason = "the files of a test are temporary")]

pub mod documentation;
pub mod hierarchy;
pub mod https;
pub mod judge;
pub mod load;
pub mod requester;
pub mod server;
pub mod stored;
pub mod tools;
pub mod workspace;
