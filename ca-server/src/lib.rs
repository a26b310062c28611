//! The service of City CA, as a library for its binary, tests and tools.

pub mod port;
pub mod service;
pub mod store;
