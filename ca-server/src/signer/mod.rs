//! Keys of authorities in a process of their own: the `sign` role, and how the others ask it.

mod channel;
mod client;
mod error;
mod frame;
mod journal;
mod office;
mod rate;
mod server;
mod trust;

pub use channel::Address;
pub use client::SignerClient;
pub use error::StartError;
pub use journal::{Journal, JournalError};
pub use office::{Office, Terms};
pub use server::{Peers, serve};
pub use trust::TlsFiles;
