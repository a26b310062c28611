//! The built server from outside: each test starts `ca-server dev` over a folder of its own on ports that the system
//! chooses.

#![allow(
    clippy::expect_used,
    clippy::print_stderr,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "helpers of tests fail as tests do"
)]

mod administration;
mod backup;
mod commands;
mod enrollment;
mod health;
mod hostile;
mod https;
mod init;
mod listeners;
mod off_host;
mod openapi;
mod possession;
mod renewal;
mod replicas;
mod serving;
mod signer;
mod slow;
mod status;
mod support;
