//! Commands about whole authorities: `ca authority`, `ca crl`.

use clap::{Args, Subcommand};

/// What to do with authorities.
#[derive(Debug, Subcommand)]
pub(crate) enum AuthorityCommand {
    /// List the authorities of the server
    List,
    /// Let an authority issue nothing until it is resumed; its CRLs and OCSP answers go on
    Suspend(AuthorityArgs),
    /// Let an authority that was suspended issue again
    Resume(AuthorityArgs),
    /// Let an authority issue where none is named, as to those who enrol by EST
    Default(AuthorityArgs),
}

/// Options of every command that changes an authority.
#[derive(Args, Debug)]
pub(crate) struct AuthorityArgs {
    /// The authority
    #[arg(value_name = "NAME")]
    pub(crate) name: String,
    /// Do not ask
    #[arg(long, short)]
    pub(crate) yes: bool,
    /// Show what would be done and do nothing
    #[arg(long, short = 'n')]
    pub(crate) dry_run: bool,
}

/// What to do with revocation lists.
#[derive(Debug, Subcommand)]
pub(crate) enum CrlCommand {
    /// Have the server issue and publish its next revocation lists at once
    Publish(CrlPublishArgs),
}

/// Options of `ca crl publish`.
#[derive(Args, Debug)]
pub(crate) struct CrlPublishArgs {
    /// The authority [default: every one whose key the server has]
    #[arg(long, value_name = "NAME")]
    pub(crate) authority: Option<String>,
}
