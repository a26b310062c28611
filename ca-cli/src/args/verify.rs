//! `ca verify`.

use std::net::IpAddr;
use std::path::PathBuf;

use ca_core::x509::Oid;
use clap::{Args, ValueEnum};
use jiff::Timestamp;

/// Options of `ca verify`.
#[derive(Args, Debug)]
pub(crate) struct VerifyArgs {
    /// Certificates that are trusted; may be repeated
    #[arg(long, value_name = "FILE", required = true)]
    pub(crate) trust: Vec<PathBuf>,
    /// Certificates that may stand between; may be repeated
    #[arg(long, value_name = "FILE")]
    pub(crate) untrusted: Vec<PathBuf>,
    /// Revocation lists: with this, every certificate but the trusted one must be found unrevoked; may be repeated
    #[arg(long, value_name = "FILE")]
    pub(crate) crls: Vec<PathBuf>,
    /// OCSP responses: what they answer for is found in no list; may be repeated
    #[arg(long, value_name = "FILE")]
    pub(crate) ocsp: Vec<PathBuf>,
    /// Accept what no list and no response answers for; what is revoked is rejected all the same
    #[arg(long)]
    pub(crate) soft_fail: bool,
    /// The time to judge at [default: now]
    #[arg(long, value_name = "RFC3339")]
    pub(crate) time: Option<Timestamp>,
    /// A certificate policy that is acceptable; may be repeated [default: any]
    #[arg(long, value_name = "OID")]
    pub(crate) policy: Vec<Oid>,
    /// Require a valid certificate policy
    #[arg(long)]
    pub(crate) explicit_policy: bool,
    /// Do not follow policy mappings
    #[arg(long)]
    pub(crate) inhibit_mapping: bool,
    /// Do not take anyPolicy for any policy
    #[arg(long)]
    pub(crate) inhibit_any: bool,
    /// What the certificate is used for in TLS; without it extended key usage is not asked
    #[arg(long, value_enum)]
    pub(crate) purpose: Option<Purpose>,
    /// A DNS name that it must be for; may be repeated
    #[arg(long, value_name = "NAME")]
    pub(crate) dns: Vec<String>,
    /// An IP address that it must be for; may be repeated
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) ip: Vec<IpAddr>,
    /// An e-mail address that it must be for; may be repeated
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) email: Vec<String>,
    /// The most certificates between the end entity's and a trusted one
    #[arg(long, value_name = "COUNT")]
    pub(crate) max_depth: Option<usize>,
    /// Draw the certificates that were looked at and what became of each, as FILE.svg or FILE.dot; may be repeated
    #[arg(long, value_name = "FILE")]
    pub(crate) explain: Vec<PathBuf>,
    /// The certificate to judge
    #[arg(value_name = "FILE")]
    pub(crate) certificate: PathBuf,
}

/// What a certificate may be used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Purpose {
    Server,
    Client,
}
