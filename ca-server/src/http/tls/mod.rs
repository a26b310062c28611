//! The server's own HTTPS: its certificate, where the operator brings none, and the protocol's settings.

mod authority;
mod material;

pub use authority::{OwnTls, TlsAuthorityError};
pub use material::{TlsError, server_config, validity};
