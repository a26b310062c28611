//! Talking to the server: configuration, signed requests, and what its answers mean.

mod config;
mod error;
mod fetch;
mod server;
mod transport;

pub(crate) use config::Config;
pub(crate) use error::ClientError;
pub(crate) use fetch::Fetcher;
pub(crate) use server::{Body, Server};
