//! `ca show` and `ca lint`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

/// Options of `ca show`.
#[derive(Args, Debug)]
pub(crate) struct ShowArgs {
    /// Files in PEM, DER or base64 with any number of objects; `-` is standard input; a serial number in
    /// hexadecimal asks the server
    #[arg(value_name = "FILE|SERIAL", required = true)]
    pub(crate) targets: Vec<String>,
    /// One line for each object
    #[arg(long, conflicts_with_all = ["asn1", "lint"])]
    pub(crate) short: bool,
    /// Also judge objects by the rules, as `ca lint` does
    #[arg(long)]
    pub(crate) lint: bool,
    /// List the ASN.1 elements of each object instead: offset, length, type, name and value; secret keys are
    /// left out
    #[arg(long)]
    pub(crate) asn1: bool,
    /// Look up one serial number in the revocation lists shown
    #[arg(long, value_name = "SERIAL")]
    pub(crate) serial: Option<String>,
    /// A private key with which encrypted messages are opened
    #[arg(long, value_name = "FILE")]
    pub(crate) key: Option<PathBuf>,
    /// The authority, where a serial alone does not say which certificate is meant
    #[arg(long, value_name = "NAME")]
    pub(crate) authority: Option<String>,
    /// The password of encrypted keys, on the first line of a file [default: it is asked for; where nobody can
    /// be asked, what stands outside of the encryption is shown]
    #[arg(long, value_name = "FILE")]
    pub(crate) password_file: Option<PathBuf>,
}

/// Options of `ca lint`.
#[derive(Args, Debug)]
pub(crate) struct LintArgs {
    /// Files with certificates, revocation lists, requests and OCSP messages; `-` is standard input
    #[arg(value_name = "FILE", required_unless_present = "list")]
    pub(crate) files: Vec<PathBuf>,
    /// Certificates of issuers, so that rules about issuer and subject together can be judged; those in the
    /// files count too
    #[arg(long, value_name = "FILE")]
    pub(crate) issuer: Vec<PathBuf>,
    /// The weakest finding that makes the exit status 1
    #[arg(long, value_enum, value_name = "SEVERITY", default_value_t = FailOn::Error)]
    pub(crate) fail_on: FailOn,
    /// List the rules: name, severity, since when, where from
    #[arg(long, conflicts_with_all = ["files", "issuer"])]
    pub(crate) list: bool,
}

/// What makes `ca lint` fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum FailOn {
    /// Breaches of a standard
    Error,
    /// Breaches of a recommendation too
    Warning,
    /// Whatever is found
    Notice,
    /// Nothing that is found
    Never,
}
