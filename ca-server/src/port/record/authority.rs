//! Authorities and their delegated OCSP signers.

use std::fmt;
use std::str::FromStr;

use ca_core::algorithm::Sm2Parameters;
use ca_core::custody::{KeyName, KeyNameError};
use ca_core::issuance::AuthorityName;
use jiff::Timestamp;
use uuid::Uuid;

/// What an authority may sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AuthorityKind {
    /// A self-signed anchor: signs authorities, its CRL and its OCSP signer.
    Root,
    /// Signs end entities, its CRL and its OCSP signer.
    Issuing,
}

/// How an authority came to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Made by the `dev` command with its key in a file: not fit for service.
    Dev,
    /// Made in a ceremony.
    Ceremony,
}

/// Where the key of an authority is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeyPlace {
    /// On no machine with a network: its certificates and CRLs come out of ceremonies.
    Offline,
    /// In the custody that the server is configured with, under this name.
    Custody(KeyName),
}

/// How a key on no machine is written; no name of a key holds a colon.
const OFFLINE: &str = "offline:";

impl KeyPlace {
    /// The name in the custody, where the key is there.
    pub fn name(&self) -> Option<&KeyName> {
        match self {
            Self::Offline => None,
            Self::Custody(name) => Some(name),
        }
    }
}

impl fmt::Display for KeyPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Offline => f.write_str(OFFLINE),
            Self::Custody(name) => name.fmt(f),
        }
    }
}

impl FromStr for KeyPlace {
    type Err = KeyNameError;

    /// The name of a key file is read as the name of its key.
    fn from_str(text: &str) -> Result<Self, KeyNameError> {
        if text == OFFLINE {
            return Ok(Self::Offline);
        }
        text.strip_suffix(".key").unwrap_or(text).parse().map(Self::Custody)
    }
}

/// An authority of ours.
#[derive(Clone, Debug)]
pub struct AuthorityRecord {
    /// UUIDv7.
    pub id: Uuid,
    /// The name in URLs and commands; unique.
    pub name: AuthorityName,
    /// What it may sign.
    pub kind: AuthorityKind,
    /// The authority that signed its certificate; none for a root.
    pub parent: Option<Uuid>,
    /// Its certificate, DER; none from the making of the key to the issuing of the certificate.
    pub certificate: Option<Vec<u8>>,
    /// Where its key is.
    pub key: KeyPlace,
    /// How its SM2 signatures write the parameters of their algorithm identifier.
    pub sm2_parameters: Sm2Parameters,
    /// How it came to be.
    pub origin: Origin,
    /// When it was registered.
    pub created_at: Timestamp,
    /// Row version.
    pub version: u32,
}

/// A delegated OCSP signer (RFC 6960 §4.2.2.2) of an authority. The newest one is in use.
#[derive(Clone, Debug)]
pub struct OcspSignerRecord {
    /// UUIDv7.
    pub id: Uuid,
    /// The authority that it answers for.
    pub authority: Uuid,
    /// Its certificate, DER.
    pub certificate: Vec<u8>,
    /// The name of its key among the keys of responders.
    pub key: KeyName,
    /// When its certificate ends.
    pub not_after: Timestamp,
    /// When it was registered.
    pub created_at: Timestamp,
    /// Row version.
    pub version: u32,
}
