//! The connection between the process that signs and those that ask it.

use std::path::PathBuf;

use ca_core::algorithm::Sm2Parameters;
use ca_core::custody::KeyName;
use ca_core::issuance::AuthorityName;
use serde::{Deserialize, Serialize};

/// The isolated signer: where it is for those that ask; for itself also whom it answers, and for which authorities.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignerConfig {
    /// `unix:/PATH`, or `tls:HOST:PORT`.
    pub address: String,
    /// The users, by number, who may ask over a Unix socket beside the signer's own.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub uids: Vec<u32>,
    /// The certificate chain of this side, in PEM, for `tls:`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub certificate: Option<PathBuf>,
    /// The private key of `certificate`, PKCS#8 in PEM.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<PathBuf>,
    /// Who certifies the other side, in PEM: an authority for these two alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trust: Option<PathBuf>,
    /// How many certificates and CRLs are signed in a minute at most.
    #[serde(default = "per_minute")]
    pub per_minute: u32,
    /// The authorities whose keys are with the signer.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub authorities: Vec<SigningAuthority>,
}

/// An authority whose key is with the signer.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SigningAuthority {
    /// Its name.
    pub name: AuthorityName,
    /// Its certificate, in PEM.
    pub certificate: PathBuf,
    /// The name of its key in the custody, where that is another than its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<KeyName>,
    /// How its SM2 signatures write the parameters of their algorithm identifier: `absent` or `null`.
    #[serde(default)]
    pub sm2_parameters: Sm2Parameters,
}

/// More than a city issues by day, and less than harms it before somebody looks.
fn per_minute() -> u32 {
    6_000
}
