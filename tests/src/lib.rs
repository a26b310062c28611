//! Harnesses shared by the tests that look at City CA from outside.
//!
//! Nothing here is part of the product: a harness that cannot go on panics with the reason.
#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::disallowed_methods,
    reason = "harness code: the panic is the test's failure, and its files are temporary"
)]

pub mod documentation;
pub mod server;
pub mod workspace;
