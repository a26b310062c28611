//! `ca revoke`: one certificate, many of them by a plan, or one's own.

use std::path::PathBuf;

use clap::{ArgGroup, Args};
use jiff::Timestamp;
use schemas::rest::RevocationReason;

/// Options of `ca revoke`.
#[derive(Args, Debug)]
#[command(group = ArgGroup::new("what").required(true).multiple(true).args([
    "target", "serials", "profile", "issued_before", "issued_after", "subject", "key", "apply", "possession",
]))]
#[command(
    after_help = "Many certificates are revoked in two steps. With --serials, --profile, --issued-before, \
    --issued-after, --subject or --key nothing is revoked: a plan is written that names each certificate. \
    --apply carries the plan out; killed, it is run again."
)]
pub(crate) struct RevokeArgs {
    /// The serial number in hexadecimal, or a file with the certificate
    #[arg(value_name = "SERIAL|FILE", conflicts_with_all = ["selection", "key", "plan", "apply", "possession"])]
    pub(crate) target: Option<String>,
    /// Why: unspecified, keyCompromise, cACompromise, affiliationChanged, superseded, cessationOfOperation,
    /// privilegeWithdrawn, aACompromise
    #[arg(long, value_name = "REASON", required_unless_present = "apply", conflicts_with = "apply")]
    pub(crate) reason: Option<RevocationReason>,
    /// Since when the key is known or suspected to be compromised
    #[arg(long, value_name = "RFC3339", conflicts_with = "apply")]
    pub(crate) invalidity_date: Option<Timestamp>,
    /// The authority, where the serial alone does not say which certificate is meant; of many, only its own
    #[arg(long, value_name = "NAME", conflicts_with = "apply")]
    pub(crate) authority: Option<String>,
    /// Do not ask
    #[arg(long, short)]
    pub(crate) yes: bool,
    /// Show what would be done and do nothing
    #[arg(long, short = 'n')]
    pub(crate) dry_run: bool,
    #[command(flatten)]
    pub(crate) many: ManyArgs,
    #[command(flatten)]
    pub(crate) own: OwnArgs,
}

/// Options that plan the revocation of many certificates, or carry it out.
#[derive(Args, Debug)]
#[command(next_help_heading = "Many certificates")]
#[command(group = ArgGroup::new("selection").multiple(true).args([
    "serials", "profile", "issued_before", "issued_after", "subject",
]))]
pub(crate) struct ManyArgs {
    /// Those with the serial numbers in a file, one a line; `-` is standard input
    #[arg(long, value_name = "FILE",
        conflicts_with_all = ["profile", "issued_before", "issued_after", "subject", "key"])]
    pub(crate) serials: Option<PathBuf>,
    /// Those issued under this profile
    #[arg(long, value_name = "NAME")]
    pub(crate) profile: Option<String>,
    /// Those issued before this time
    #[arg(long, value_name = "RFC3339")]
    pub(crate) issued_before: Option<Timestamp>,
    /// Those issued at or after this time
    #[arg(long, value_name = "RFC3339")]
    pub(crate) issued_after: Option<Timestamp>,
    /// Those whose subject contains this
    #[arg(long, value_name = "TEXT")]
    pub(crate) subject: Option<String>,
    /// Those on this key: its fingerprint (SHA-256), or a file with it or a certificate of it; with --possession the
    /// private key
    #[arg(long, value_name = "HEX|FILE")]
    pub(crate) key: Option<String>,
    /// Where the plan is written; one that exists is not touched [default: revocation-plan.json]
    #[arg(long, value_name = "FILE", conflicts_with = "apply")]
    pub(crate) plan: Option<PathBuf>,
    /// Carry out a plan
    #[arg(long, value_name = "PLAN", conflicts_with_all = ["selection", "key", "possession"])]
    pub(crate) apply: Option<PathBuf>,
}

/// Options by which a subscriber revokes a certificate with its own key.
#[derive(Args, Debug)]
#[command(next_help_heading = "One's own certificate, without an administrator")]
pub(crate) struct OwnArgs {
    /// Prove possession of the certificate's key, which is all that is needed
    #[arg(long, requires = "certificate", requires = "key",
        conflicts_with_all = ["selection", "plan", "authority", "dry_run"])]
    pub(crate) possession: bool,
    /// The certificate
    #[arg(long, value_name = "FILE", requires = "possession")]
    pub(crate) certificate: Option<PathBuf>,
    /// The first line of this file is the password of the private key [default: ask]
    #[arg(long, value_name = "FILE", requires = "possession")]
    pub(crate) password_file: Option<PathBuf>,
}
