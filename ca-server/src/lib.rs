//! The service of City CA, as a library for its binary, tests and tools.

pub mod clock_peers;
pub mod command;
pub mod config;
pub mod folder;
pub mod http;
pub mod job;
pub mod off_host;
pub mod port;
pub mod service;
pub mod signer;
pub mod store;
