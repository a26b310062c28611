//! `ca monitor`.

use std::path::PathBuf;
use std::time::Duration;

use ca_core::x509::serial::SerialNumber;
use clap::{ArgGroup, Args};

use super::value;

/// Options of `ca monitor`.
#[derive(Args, Debug)]
#[command(group = ArgGroup::new("targets").required(true).multiple(true).args(["file", "crl", "delta", "ocsp"]))]
#[command(
    after_help = "Exit status: 0 all is well; 1 something is wrong or ends soon; 2 wrong usage. With --every a \
    report is printed each time, JSON on one line each, until the program is ended."
)]
pub(crate) struct MonitorArgs {
    /// A file that says what to look at, in TOML: `ca monitor` fetches what each [[authority]] names
    #[arg(value_name = "FILE", conflicts_with_all = ["issuer", "crl", "delta", "ocsp", "certificate", "serial"])]
    pub(crate) file: Option<PathBuf>,
    /// The certificate of the authority that signs all of this
    #[arg(long, value_name = "FILE", required_unless_present = "file")]
    pub(crate) issuer: Option<PathBuf>,
    /// Address of a revocation list; may be repeated
    #[arg(long, value_name = "URL")]
    pub(crate) crl: Vec<String>,
    /// Address of a delta; may be repeated
    #[arg(long, value_name = "URL")]
    pub(crate) delta: Vec<String>,
    /// Address of an OCSP responder; may be repeated
    #[arg(long, value_name = "URL")]
    pub(crate) ocsp: Vec<String>,
    /// A certificate to ask about; may be repeated
    #[arg(long, value_name = "FILE", requires = "ocsp")]
    pub(crate) certificate: Vec<PathBuf>,
    /// The serial number of a certificate to ask about; may be repeated
    #[arg(long, value_name = "HEX", requires = "ocsp")]
    pub(crate) serial: Vec<SerialNumber>,
    /// Warn of a list that ends within this time, such as 12h [default: a fifth of what it is valid for]
    #[arg(long, value_name = "TIME", value_parser = value::duration)]
    pub(crate) warn_before: Option<Duration>,
    /// Warn of an answer that ends within this time [default: a fifth of what it is valid for]
    #[arg(long, value_name = "TIME", value_parser = value::duration)]
    pub(crate) warn_before_ocsp: Option<Duration>,
    /// Remember in this file what was seen, so that what goes backwards is found out
    #[arg(long, value_name = "FILE")]
    pub(crate) state: Option<PathBuf>,
    /// Write figures for Prometheus into this file
    #[arg(long, value_name = "FILE")]
    pub(crate) metrics: Option<PathBuf>,
    /// Trust these authorities for https addresses; without them only http is asked
    #[arg(long, value_name = "FILE")]
    pub(crate) trust: Option<PathBuf>,
    /// How long one answer may take
    #[arg(long, value_name = "TIME", value_parser = value::duration, default_value = "30s")]
    pub(crate) timeout: Duration,
    /// Look again each time after this many seconds
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) every: Option<u64>,
}
