//! The file of a plan, field by field.

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::algorithm::KeySpec;
use crate::ceremony::{Digest, PinnedKey};
use crate::issuance::AuthorityName;
use crate::revocation::Reason;
use crate::x509::name::{AttributeKind, Name, NameError};
use crate::x509::{Oid, SerialNumber};

/// What a ceremony does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Creates a root: key, shares, self-signed certificate.
    Root,
    /// Certifies an issuing authority from its request.
    Issuing,
    /// Certifies an authority of another domain, within constraints.
    Cross,
    /// Signs a revocation list.
    Crl,
    /// Certifies an OCSP responder of the root.
    OcspSigner,
    /// Replaces the root key: a new root and certificates from the old key to the new one and back.
    Rollover,
    /// Seals the root key anew for new shares.
    ShareRenewal,
    /// Ends a root: the last revocation list, then destruction.
    Termination,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 8] = [
        Self::Root,
        Self::Issuing,
        Self::Cross,
        Self::Crl,
        Self::OcspSigner,
        Self::Rollover,
        Self::ShareRenewal,
        Self::Termination,
    ];

    /// Its name in plans and commands.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Root => "root",
            Self::Issuing => "issuing",
            Self::Cross => "cross",
            Self::Crl => "crl",
            Self::OcspSigner => "ocsp-signer",
            Self::Rollover => "rollover",
            Self::ShareRenewal => "share-renewal",
            Self::Termination => "termination",
        }
    }

    /// The kind of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// Whether new shares are made, which takes all officers.
    #[must_use]
    pub const fn makes_shares(self) -> bool {
        matches!(self, Self::Root | Self::Rollover | Self::ShareRenewal)
    }

    /// Whether a root key that is there already is used.
    #[must_use]
    pub const fn uses_key(self) -> bool {
        !matches!(self, Self::Root)
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Whether a ceremony counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// It counts.
    Real,
    /// It is an exercise: throwaway keys, and every output says so.
    Rehearsal,
}

impl fmt::Display for Mode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Real => "real",
            Self::Rehearsal => "rehearsal",
        })
    }
}

/// Where the root key is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Custody {
    /// A sealed file whose key is shared among the officers.
    File,
    /// A token with a PKCS #11 interface.
    Pkcs11,
    /// A device with the interface of GM/T 0018.
    Sdf,
}

impl fmt::Display for Custody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::File => "file",
            Self::Pkcs11 => "pkcs11",
            Self::Sdf => "sdf",
        })
    }
}

/// What a person does in a ceremony.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Leads the ceremony and works the machine.
    Administrator,
    /// Holds a share, or is given one.
    KeyOfficer,
    /// Held a share until this renewal.
    FormerKeyOfficer,
    /// Watches, and answers for what was read aloud.
    Witness,
    /// Watches for those who are not there.
    Auditor,
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Administrator => "administrator",
            Self::KeyOfficer => "key-officer",
            Self::FormerKeyOfficer => "former-key-officer",
            Self::Witness => "witness",
            Self::Auditor => "auditor",
        })
    }
}

/// Somebody who takes part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Person {
    /// What the person does.
    pub role: Role,
    /// The name, as it is spoken.
    pub name: String,
    /// The key by which the person signs the transcript: SM2, P-256 or Ed25519.
    pub public_key: PinnedKey,
}

/// How many of the officers restore the key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Shares {
    /// So many shares restore the key; one less tells nothing.
    #[serde(default = "default_threshold")]
    pub threshold: u8,
}

impl Default for Shares {
    fn default() -> Self {
        Self { threshold: default_threshold() }
    }
}

const fn default_threshold() -> u8 {
    3
}

const fn default_tolerance() -> u32 {
    720
}

fn default_path_length() -> PathLength {
    PathLength(None)
}

/// A name as it stands in a plan: its parts in order, such as `["C=CN", "O=City", "CN=City Root"]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject(pub Name);

impl Subject {
    fn parse(parts: &[String]) -> Result<Self, String> {
        let split = |part: &String| {
            let (kind, value) = part.split_once('=').ok_or_else(|| format!("{part:?} has no \"=\""))?;
            let kind: AttributeKind = kind.trim().parse().map_err(|error| format!("{error}"))?;
            Ok::<_, String>((kind, value.to_owned()))
        };
        let parts = parts.iter().map(split).collect::<Result<Vec<_>, _>>()?;
        if parts.is_empty() {
            return Err("a name has at least one part".to_owned());
        }
        Name::from_parts(&parts).map(Self).map_err(|error: NameError| error.to_string())
    }
}

impl Serialize for Subject {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.parts().iter().map(|(kind, value)| format!("{kind}={value}")))
    }
}

impl<'de> Deserialize<'de> for Subject {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&Vec::<String>::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

/// pathLenConstraint: a number, or `"none"` for no limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PathLength(pub Option<u8>);

impl fmt::Display for PathLength {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(length) => write!(f, "{length}"),
            None => f.write_str("none"),
        }
    }
}

#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum NumberOrText {
    Number(u8),
    Text(String),
}

impl Serialize for PathLength {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Some(length) => serializer.serialize_u8(length),
            None => serializer.serialize_str("none"),
        }
    }
}

impl<'de> Deserialize<'de> for PathLength {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match NumberOrText::deserialize(deserializer) {
            Ok(NumberOrText::Number(length)) => Ok(Self(Some(length))),
            Ok(NumberOrText::Text(text)) if text == "none" => Ok(Self(None)),
            _ => Err(serde::de::Error::custom("a path length is a number from 0 to 255 or \"none\"")),
        }
    }
}

/// A digest, or `"none"`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MaybeDigest(pub Option<Digest>);

impl fmt::Display for MaybeDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(digest) => write!(f, "{digest}"),
            None => f.write_str("none"),
        }
    }
}

impl Serialize for MaybeDigest {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for MaybeDigest {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        if text == "none" {
            return Ok(Self(None));
        }
        text.parse().map(|digest| Self(Some(digest))).map_err(serde::de::Error::custom)
    }
}

/// A kind of key, such as `sm2` or `p384`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyKind(pub KeySpec);

impl Serialize for KeyKind {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for KeyKind {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map(Self).map_err(serde::de::Error::custom)
    }
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

/// A plan as it stands in its file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Document {
    /// What is done.
    pub kind: Kind,
    /// What it is called.
    pub title: String,
    /// Its number among the ceremonies of this root, from 1.
    pub sequence: u64,
    /// The digest of the transcript of the ceremony before, or `"none"` for the first.
    pub previous: MaybeDigest,
    /// Whether it counts.
    pub mode: Mode,
    /// Where the root key is kept.
    pub custody: Custody,
    /// When it is held: what is read aloud may differ by the tolerance.
    pub time: Timestamp,
    /// By how many minutes the time read aloud may differ.
    #[serde(default = "default_tolerance")]
    pub time_tolerance_minutes: u32,
    /// How the key is shared, where custody is a file.
    #[serde(default)]
    pub shares: Shares,
    /// Who takes part.
    pub people: Vec<Person>,
    /// The root to be made.
    #[serde(default)]
    pub root: Option<RootPlan>,
    /// The root whose key signs.
    #[serde(default)]
    pub issuer: Option<IssuerPlan>,
    /// The issuing authority.
    #[serde(default)]
    pub issuing: Option<SubordinatePlan>,
    /// The authority of another domain.
    #[serde(default)]
    pub cross: Option<CrossPlan>,
    /// The OCSP responder.
    #[serde(default, rename = "ocsp-signer")]
    pub ocsp_signer: Option<SubordinatePlan>,
    /// The revocation list.
    #[serde(default)]
    pub crl: Option<CrlPlanTable>,
    /// The replacement of the key.
    #[serde(default)]
    pub rollover: Option<RolloverPlan>,
    /// The renewal of shares.
    #[serde(default, rename = "share-renewal")]
    pub share_renewal: Option<RenewalPlan>,
    /// The end of the root.
    #[serde(default)]
    pub termination: Option<TerminationPlan>,
}

impl Document {
    /// The people of a role, in the order of the plan.
    pub fn with_role(&self, role: Role) -> impl Iterator<Item = &Person> {
        self.people.iter().filter(move |person| person.role == role)
    }

    /// The person of a name.
    #[must_use]
    pub fn person(&self, name: &str) -> Option<&Person> {
        self.people.iter().find(|person| person.name == name)
    }
}
