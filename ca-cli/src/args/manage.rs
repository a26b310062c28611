//! Commands that ask the server: `ca issue`, `list`, `hold`, `release`.

use std::path::PathBuf;

use ca_core::x509::extension::GeneralName;
use ca_core::x509::name::AttributeKind;
use ca_core::x509::serial::SerialNumber;
use clap::{Args, ValueEnum};
use jiff::Timestamp;

use super::value;

/// Options of `ca issue`.
#[derive(Args, Debug)]
pub(crate) struct IssueArgs {
    /// The profile to issue under, such as device
    #[arg(long, value_name = "NAME")]
    pub(crate) profile: String,
    /// The certification request; `-` is standard input
    #[arg(long, value_name = "FILE")]
    pub(crate) csr: PathBuf,
    /// The authority that shall sign [default: issuing]
    #[arg(long, value_name = "NAME")]
    pub(crate) authority: Option<String>,
    /// A part of the name that replaces the request's; repeat it for each part
    #[arg(long, value_name = "TYPE=VALUE", value_parser = value::name_part)]
    pub(crate) subject: Vec<(AttributeKind, String)>,
    /// An alternative name that replaces the request's: dns:NAME, email:ADDRESS, uri:URI or ip:ADDRESS; may be
    /// repeated
    #[arg(long, value_name = "KIND:VALUE")]
    pub(crate) san: Vec<GeneralName>,
    /// When it ends [default: the profile's]
    #[arg(long, value_name = "RFC3339")]
    pub(crate) not_after: Option<Timestamp>,
    /// Names the order in the server's record, so that a retry can be recognised [default: random]
    #[arg(long, value_name = "KEY")]
    pub(crate) idempotency_key: Option<String>,
    /// The file to make; one that exists is not touched [default: standard output]
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
}

/// Options of `ca list`.
#[derive(Args, Debug)]
pub(crate) struct ListArgs {
    /// Signed by this authority
    #[arg(long, value_name = "NAME")]
    pub(crate) authority: Option<String>,
    /// Issued under this profile
    #[arg(long, value_name = "NAME")]
    pub(crate) profile: Option<String>,
    /// Of this status
    #[arg(long, value_enum)]
    pub(crate) status: Option<StatusFilter>,
    /// The name of the subject contains this
    #[arg(long, value_name = "TEXT")]
    pub(crate) subject: Option<String>,
    /// With this serial number
    #[arg(long, value_name = "HEX")]
    pub(crate) serial: Option<SerialNumber>,
    /// With the key of this fingerprint (SHA-256)
    #[arg(long, value_name = "HEX")]
    pub(crate) key: Option<String>,
    /// Ending before this time
    #[arg(long, value_name = "RFC3339")]
    pub(crate) expires_before: Option<Timestamp>,
    /// Ending at or after this time
    #[arg(long, value_name = "RFC3339")]
    pub(crate) expires_after: Option<Timestamp>,
    /// Issued at or after this time
    #[arg(long, value_name = "RFC3339")]
    pub(crate) issued_after: Option<Timestamp>,
    /// Issued before this time
    #[arg(long, value_name = "RFC3339")]
    pub(crate) issued_before: Option<Timestamp>,
    /// The most certificates to list
    #[arg(long, value_name = "COUNT", default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) limit: u32,
    /// List all, however many they are
    #[arg(long, conflicts_with = "limit")]
    pub(crate) all: bool,
    /// Go on where an earlier list ended
    #[arg(long, value_name = "CURSOR")]
    pub(crate) cursor: Option<String>,
}

/// The status that a certificate has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum StatusFilter {
    Good,
    Held,
    Revoked,
}

/// Options of every command that changes the status of a certificate.
#[derive(Args, Debug)]
pub(crate) struct ChangeArgs {
    /// The serial number in hexadecimal, or a file with the certificate
    #[arg(value_name = "SERIAL|FILE")]
    pub(crate) target: String,
    /// The authority, where the serial alone does not say which certificate is meant
    #[arg(long, value_name = "NAME")]
    pub(crate) authority: Option<String>,
    /// Do not ask
    #[arg(long, short)]
    pub(crate) yes: bool,
    /// Show what would be done and do nothing
    #[arg(long, short = 'n')]
    pub(crate) dry_run: bool,
}
