//! `ca show`.

use std::path::PathBuf;

use clap::Args;

/// Options of `ca show`.
#[derive(Args, Debug)]
pub(crate) struct ShowArgs {
    /// Files in PEM, DER or base64 with any number of objects; `-` is standard input; a serial number in
    /// hexadecimal asks the server
    #[arg(value_name = "FILE|SERIAL", required = true)]
    pub(crate) targets: Vec<String>,
    /// The authority, where a serial alone does not say which certificate is meant
    #[arg(long, value_name = "NAME")]
    pub(crate) authority: Option<String>,
    /// The password of encrypted keys, on the first line of a file [default: it is asked for]
    #[arg(long, value_name = "FILE")]
    pub(crate) password_file: Option<PathBuf>,
}
