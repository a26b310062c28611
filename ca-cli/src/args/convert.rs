//! `ca convert`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

/// Options of `ca convert`.
#[derive(Args, Debug)]
pub(crate) struct ConvertArgs {
    /// The files to read, `-` for standard input, and last the file to write, `-` for standard output, which no
    /// private key goes to
    #[arg(value_name = "IN… OUT", num_args = 2.., required = true)]
    pub(crate) files: Vec<PathBuf>,
    /// What to write
    #[arg(long, value_enum, value_name = "FORMAT")]
    pub(crate) to: Target,
    /// The password of what is read, on the first line of a file [default: it is asked for]
    #[arg(long, value_name = "FILE")]
    pub(crate) password_file: Option<PathBuf>,
    /// Encrypt private keys with the password on the first line of a file [default: that of what is read, where
    /// it has one]
    #[arg(long, value_name = "FILE")]
    pub(crate) out_password_file: Option<PathBuf>,
    /// Encrypt private keys with a new password that is asked for
    #[arg(long, conflicts_with = "out_password_file")]
    pub(crate) encrypt: bool,
    /// Write private keys without a password, although they had one
    #[arg(long, conflicts_with_all = ["out_password_file", "encrypt"])]
    pub(crate) plain: bool,
    /// What to encrypt with
    #[arg(long, value_enum, value_name = "CIPHER", default_value_t = Cipher::Aes)]
    pub(crate) cipher: Cipher,
    /// Overwrite the file to write
    #[arg(long)]
    pub(crate) force: bool,
}

/// Formats to write.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Target {
    /// All objects as PEM; containers are taken apart
    Pem,
    /// One object as DER
    Der,
    /// Certificates and revocation lists in one PKCS #7 message, as PEM
    Pkcs7,
    /// Keys, certificates and revocation lists in one PKCS #12 file
    Pkcs12,
    /// One private key as PKCS #8, as PEM
    Pkcs8,
    /// One private key of a curve as SEC 1, as PEM; it cannot be encrypted
    Sec1,
}

/// Ciphers for private keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Cipher {
    /// AES-256, with HMAC-SHA-256
    Aes,
    /// SM4, with HMAC-SM3, as GmSSL writes and reads it
    Sm4,
}
