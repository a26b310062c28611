//! Which alternative names a certificate may hold.

use std::collections::BTreeSet;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::x509::oid::Oid;

/// The alternative names (RFC 5280 section 4.2.1.6) that a profile takes; the default takes none.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AlternativeNamePolicy {
    /// The kinds taken.
    pub kinds: BTreeSet<NameKind>,
    /// Whether those in the certification request are taken. Where not, a request that holds some is refused.
    pub from_request: bool,
    /// Where not empty: at least one of these kinds has to be there.
    pub required_one_of: BTreeSet<NameKind>,
    /// Whether DNS names may begin with `*.`.
    pub wildcards: bool,
    /// The kinds of otherName that are taken, where `other` is among `kinds`.
    #[serde(skip_serializing_if = "super::is_default")]
    pub other_names: BTreeSet<Oid>,
}

/// A kind of alternative name that a profile can take.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum NameKind {
    /// dNSName.
    Dns,
    /// rfc822Name.
    Email,
    /// uniformResourceIdentifier.
    Uri,
    /// iPAddress.
    Ip,
    /// directoryName.
    Directory,
    /// registeredID.
    #[serde(rename = "registered-id")]
    RegisteredId,
    /// otherName, of the kinds in [`AlternativeNamePolicy::other_names`].
    Other,
}

impl fmt::Display for NameKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Dns => "dns",
            Self::Email => "email",
            Self::Uri => "uri",
            Self::Ip => "ip",
            Self::Directory => "directory",
            Self::RegisteredId => "registered-id",
            Self::Other => "other",
        })
    }
}
