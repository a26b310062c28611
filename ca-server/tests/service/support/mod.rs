//! A server under test, a plain client, and requests to send.

pub(crate) mod client;
pub(crate) mod ocsp;
pub(crate) mod postgresql;
pub(crate) mod request;
pub(crate) mod server;
pub(crate) mod signed;
