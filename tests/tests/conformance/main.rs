//! The validator against suites made by others: NIST PKITS, x509-limbo, BetterTLS, operating authorities, and against
//! BouncyCastle on hierarchies of mixed algorithms.
#![allow(clippy::disallowed_methods, reason = "the files of a test are temporary")]

mod case;
mod differential;
mod exceptions;
mod limbo;
mod mixed;
mod operating;
mod pkits;
mod suite;
mod validator;
