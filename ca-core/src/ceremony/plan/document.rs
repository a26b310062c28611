//! The file of a plan: people, and the table of the ceremony.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{
    CrlPlanTable, CrossPlan, Custody, IssuerPlan, Kind, MaybeDigest, Mode, RenewalPlan, Role, RolloverPlan,
    RootPlan, SubordinatePlan, TerminationPlan,
};
use crate::ceremony::PinnedKey;

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
