//! The file of a profile, field by field.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::{Deserialize, Serialize};

use super::{
    AlternativeNamePolicy, IdentityPolicy, KeyPolicy, QualifiedPolicy, Service, SubjectPolicy, UsagePolicy,
    ValidityPolicy,
};
use crate::x509::oid::Oid;

/// A profile as it stands in its file. The order of the fields is part of the hash.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Document {
    pub(super) title: String,
    pub(super) kind: Kind,
    pub(super) subject: SubjectPolicy,
    pub(super) key: KeyPolicy,
    pub(super) validity: ValidityPolicy,
    pub(super) usage: UsagePolicy,
    #[serde(default)]
    pub(super) alternative_names: AlternativeNamePolicy,
    #[serde(default)]
    pub(super) extensions: ExtensionPolicy,
    #[serde(default)]
    pub(super) requester: RequesterChoices,
    #[serde(default, skip_serializing_if = "super::is_default")]
    pub(super) identity: IdentityPolicy,
}

/// What kind of certificate a profile makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// A self-signed authority.
    Root,
    /// An authority below another.
    Authority,
    /// A person, an organisation, a device or a service.
    EndEntity,
    /// A delegated OCSP responder (RFC 6960 section 4.2.2.2).
    Ocsp,
}

impl Kind {
    /// Whether certificates of this kind sign certificates.
    #[must_use]
    pub const fn is_authority(self) -> bool {
        matches!(self, Self::Root | Self::Authority)
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Root => "root",
            Self::Authority => "authority",
            Self::EndEntity => "end-entity",
            Self::Ocsp => "ocsp",
        })
    }
}

/// The extensions that are either there or not.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ExtensionPolicy {
    /// pathLenConstraint of an authority (RFC 5280 section 4.2.1.9): how many authorities may stand between
    /// it and an end entity. None: no limit of its own.
    pub path_length: Option<u8>,
    /// Whether the issuer's CRL is pointed at (RFC 5280 section 4.2.1.13).
    pub crl_distribution_point: bool,
    /// Whether the OCSP responder is pointed at (RFC 5280 section 4.2.2.1).
    pub ocsp: bool,
    /// Whether the issuer's certificate is pointed at (RFC 5280 section 4.2.2.1).
    pub ca_issuers: bool,
    /// Whether the holder's own status need not be asked (RFC 6960 section 4.2.2.2.1).
    pub ocsp_no_check: bool,
    /// Certificate policies (RFC 5280 section 4.2.1.4), dotted.
    pub policies: BTreeSet<Oid>,
    /// Where the certification practice statement is: a qualifier of each policy (RFC 5280 section 4.2.1.4).
    #[serde(skip_serializing_if = "super::is_default")]
    pub practice_statement: Option<String>,
    /// What is shown to whoever relies on the certificate: a qualifier of each policy (RFC 5280 section 4.2.1.4).
    #[serde(skip_serializing_if = "super::is_default")]
    pub notice: Option<String>,
    /// Further places of the issuer's CRL, by http or ldap, in the same distribution point.
    #[serde(skip_serializing_if = "super::is_default")]
    pub crl_mirrors: BTreeSet<String>,
    /// Whether the distribution point bears the issuer's name too, under which directories hold the CRL.
    #[serde(skip_serializing_if = "super::is_default")]
    pub crl_directory_name: bool,
    /// For how many days from notBefore the private key is in use (X.509 section 9.2.2.5). None: as long as the certificate.
    #[serde(skip_serializing_if = "super::is_default")]
    pub private_key_days: Option<u32>,
    /// Whether a server of TLS must bring its status along (RFC 7633).
    #[serde(skip_serializing_if = "super::is_default")]
    pub must_staple: bool,
    /// Whether the issuer's delta CRL is pointed at (RFC 5280 section 4.2.1.15).
    #[serde(skip_serializing_if = "super::is_default")]
    pub delta_crl: bool,
    /// Where the services of the subject are (RFC 5280 section 4.2.2.2): one address each.
    #[serde(skip_serializing_if = "super::is_default")]
    pub services: BTreeMap<Service, String>,
    /// What is stated of qualified certificates.
    #[serde(skip_serializing_if = "super::is_default")]
    pub qualified: QualifiedPolicy,
}

/// What a requester may choose beside the request's own words.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RequesterChoices {
    /// Another subject than the request's.
    pub subject: bool,
    /// Other alternative names than the request's.
    pub alternative_names: bool,
    /// The end of validity.
    pub not_after: bool,
}
