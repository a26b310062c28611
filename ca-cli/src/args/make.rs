//! `ca key new` and `ca csr new`.

use std::path::PathBuf;

use ca_core::algorithm::KeySpec;
use ca_core::x509::extension::GeneralName;
use ca_core::x509::name::AttributeKind;
use clap::{Args, Subcommand};

use super::value;

/// What to do with keys.
#[derive(Debug, Subcommand)]
pub(crate) enum KeyCommand {
    /// Make a private key in a new file that only its owner can read
    New(KeyNewArgs),
}

/// Options of `ca key new`.
#[derive(Args, Debug)]
pub(crate) struct KeyNewArgs {
    /// sm2, p256, p384, ed25519, rsa-2048, rsa-3072, rsa-4096 and other sizes
    #[arg(long, value_name = "ALGORITHM", default_value = "sm2")]
    pub(crate) algorithm: KeySpec,
    /// The file to make; one that exists is not touched
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
    /// Encrypt the key with a password that is asked for
    #[arg(long)]
    pub(crate) encrypt: bool,
    /// Encrypt the key with the password on the first line of a file
    #[arg(long, value_name = "FILE", conflicts_with = "encrypt")]
    pub(crate) password_file: Option<PathBuf>,
}

/// What to do with requests.
#[derive(Debug, Subcommand)]
pub(crate) enum CsrCommand {
    /// Make a PKCS#10 certification request, signed with the key that it is for
    New(CsrNewArgs),
}

/// Options of `ca csr new`.
#[derive(Args, Debug)]
pub(crate) struct CsrNewArgs {
    /// The private key
    #[arg(long, value_name = "FILE")]
    pub(crate) key: PathBuf,
    /// The password of the key, on the first line of a file [default: it is asked for]
    #[arg(long, value_name = "FILE")]
    pub(crate) password_file: Option<PathBuf>,
    /// A part of the name, in order, such as C=CN, O=…, CN=…; repeat it for each part
    #[arg(long, value_name = "TYPE=VALUE", value_parser = value::name_part)]
    pub(crate) subject: Vec<(AttributeKind, String)>,
    /// An alternative name: dns:NAME, email:ADDRESS, uri:URI or ip:ADDRESS; may be repeated
    #[arg(long, value_name = "KIND:VALUE")]
    pub(crate) san: Vec<GeneralName>,
    /// The file to make; one that exists is not touched [default: standard output]
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
}
