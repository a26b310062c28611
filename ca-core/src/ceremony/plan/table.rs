//! The tables of plans: what each kind of ceremony is told.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{KeyKind, MaybeDigest, PathLength, Subject};
use crate::ceremony::Digest;
use crate::issuance::AuthorityName;
use crate::revocation::Reason;
use crate::x509::{Oid, SerialNumber};

fn default_path_length() -> PathLength {
    PathLength(None)
}

/// A root to be made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RootPlan {
    /// Its name in addresses and commands.
    pub authority: AuthorityName,
    /// Its name in certificates.
    pub subject: Subject,
    /// What key it gets.
    pub key: KeyKind,
    /// Begin of its validity.
    pub not_before: Timestamp,
    /// End of its validity, the last second.
    pub not_after: Timestamp,
    /// How many authorities may stand between it and an end entity.
    #[serde(default = "default_path_length")]
    pub path_length: PathLength,
}

/// The root whose key signs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IssuerPlan {
    /// Its name in addresses and commands.
    pub authority: AuthorityName,
    /// SM3 of its certificate in DER.
    pub certificate: Digest,
    /// SM3 of the sealed key, which is there where custody is a file.
    #[serde(default)]
    pub sealed_key: Option<Digest>,
    /// The public address that certificates point to.
    #[serde(default)]
    pub public_url: Option<String>,
}

/// A certificate for an issuing authority or an OCSP responder, from its request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SubordinatePlan {
    /// SM3 of the request in DER.
    pub request: Digest,
    /// The subject; the request's need not be the same.
    pub subject: Subject,
    /// Begin of validity.
    pub not_before: Timestamp,
    /// End of validity, the last second.
    pub not_after: Timestamp,
    /// How many authorities may stand between it and an end entity; responders have none.
    #[serde(default = "zero_path_length")]
    pub path_length: PathLength,
    /// Certificate policies, dotted.
    #[serde(default)]
    pub policies: Vec<Oid>,
}

fn zero_path_length() -> PathLength {
    PathLength(Some(0))
}

/// A certificate for an authority of another domain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CrossPlan {
    /// SM3 of the request in DER.
    pub request: Digest,
    /// The subject: the name by which the other authority issues.
    pub subject: Subject,
    /// Begin of validity.
    pub not_before: Timestamp,
    /// End of validity, the last second.
    pub not_after: Timestamp,
    /// How many authorities may stand between it and an end entity.
    pub path_length: PathLength,
    /// Names that it may certify.
    pub permitted: Subtrees,
    /// Names that it may not certify.
    #[serde(default)]
    pub excluded: Subtrees,
    /// Certificate policies, dotted.
    pub policies: Vec<Oid>,
    /// Which policies of the other domain count for which of this one.
    #[serde(default)]
    pub mappings: Vec<MappingPlan>,
    /// Certificates until an acceptable policy is required.
    #[serde(default)]
    pub require_explicit_policy: Option<u32>,
    /// Certificates until mappings do not count any more.
    #[serde(default)]
    pub inhibit_policy_mapping: Option<u32>,
    /// Certificates until anyPolicy stands for no other policy.
    #[serde(default)]
    pub inhibit_any_policy: Option<u32>,
}

/// Trees of names, by their forms (RFC 5280 section 4.2.1.10).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Subtrees {
    /// Distinguished names, each by its parts in order.
    pub directory: Vec<Subject>,
    /// Domains and what is below them.
    pub dns: Vec<String>,
    /// Mailboxes, hosts, or domains that begin with a dot.
    pub email: Vec<String>,
    /// Hosts, or domains that begin with a dot.
    pub uri: Vec<String>,
    /// Networks, such as `10.0.0.0/8`.
    pub ip: Vec<String>,
}

/// One pair of policies that count for each other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MappingPlan {
    /// The policy of this domain.
    pub issuer: Oid,
    /// The policy of the other domain.
    pub subject: Oid,
}

/// A revocation list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CrlPlanTable {
    /// CRLNumber.
    pub number: u64,
    /// thisUpdate.
    pub this_update: Timestamp,
    /// nextUpdate.
    pub next_update: Timestamp,
    /// SM3 of the list before in DER, or `"none"` for the first one.
    pub previous: MaybeDigest,
    /// Everything that is revoked, also what the list before names.
    #[serde(default)]
    pub revoked: Vec<RevokedPlan>,
}

/// A certificate that a list names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RevokedPlan {
    /// Its serial number.
    pub serial: SerialNumber,
    /// When it was revoked.
    pub at: Timestamp,
    /// Why.
    pub reason: Reason,
}

/// How a root key is replaced (RFC 4210 section 4.4).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RolloverPlan {
    /// Until when the old key certifies the new one: the day by which all who rely on the old root have the new one.
    pub new_with_old_not_after: Timestamp,
    /// Until when the new key certifies the old one: at most the end of the old root.
    pub old_with_new_not_after: Timestamp,
}

/// Why shares are renewed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RenewalPlan {
    /// The reason, in words.
    pub reason: String,
}

/// How a root ends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TerminationPlan {
    /// The reason, in words.
    pub reason: String,
    /// How the key and its shares are destroyed, in words.
    pub destruction: String,
}
