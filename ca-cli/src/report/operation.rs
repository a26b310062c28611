//! What is done to authorities and to many certificates at once.

use jiff::Timestamp;
use schemas::rest::{AuthorityView, CrlView, RevocationReason};
use serde::{Deserialize, Serialize};

use super::Notice;

/// What is done to an authority.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "action", rename_all = "snake_case")]
pub(crate) enum AuthorityChange {
    /// It issues nothing.
    Suspend,
    /// It issues again.
    Resume,
    /// It issues where no authority is named.
    MakeDefault,
}

/// An authority was changed, or would be.
#[derive(Serialize)]
pub(crate) struct AuthorityChanged {
    #[serde(flatten)]
    pub(crate) change: AuthorityChange,
    /// False where this was only tried.
    pub(crate) done: bool,
    /// The authority; after the change, where it was made.
    pub(crate) authority: AuthorityView,
}

/// Lists were published.
#[derive(Serialize)]
pub(crate) struct ListsPublished {
    pub(crate) lists: Vec<CrlView>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) failed: Vec<NotPublished>,
}

/// A list that was not published.
#[derive(Serialize)]
pub(crate) struct NotPublished {
    pub(crate) authority: String,
    #[serde(flatten)]
    pub(crate) reason: Notice,
}

/// How many certificates of an authority were issued under a profile.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Count {
    pub(crate) authority: String,
    pub(crate) profile: String,
    pub(crate) count: u64,
}

/// A certificate that matched and is not revoked all the same.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LeftOut {
    pub(crate) authority: String,
    pub(crate) serial: String,
    /// Stable code of why.
    pub(crate) code: String,
}

/// The revocation of many certificates as it is planned.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Planned {
    /// Where the plan is.
    pub(crate) file: String,
    pub(crate) reason: RevocationReason,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) invalidity_date: Option<Timestamp>,
    /// How many are to be revoked.
    pub(crate) total: u64,
    pub(crate) counts: Vec<Count>,
    /// How many match and are revoked already.
    pub(crate) already_revoked: u64,
    /// Serials under which the server has no certificate.
    pub(crate) unknown: Vec<String>,
    pub(crate) left_out: Vec<LeftOut>,
    /// SHA-256 over the plan.
    pub(crate) digest: String,
    /// What carries it out.
    pub(crate) command: String,
}

/// What became of a plan.
#[derive(Serialize)]
pub(crate) struct RevokedByPlan {
    /// The plan.
    pub(crate) file: String,
    pub(crate) digest: String,
    pub(crate) reason: RevocationReason,
    /// False where nothing was to be changed.
    pub(crate) done: bool,
    /// How many the plan names.
    pub(crate) total: u64,
    /// How many this run revoked.
    pub(crate) revoked: u64,
    /// How many were revoked before, by an earlier run or otherwise.
    pub(crate) already_revoked: u64,
    /// Serials under which the server has no certificate any more.
    pub(crate) unknown: Vec<String>,
    /// How many this run did not come to.
    pub(crate) not_reached: u64,
}
