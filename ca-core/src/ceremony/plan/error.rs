//! Why a plan is refused.

use std::fmt;

use super::{Custody, Kind, Role};
use crate::ceremony::Digest;

/// Why a file is not a plan.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PlanError {
    /// Longer than [`super::MAX_PLAN_BYTES`].
    #[error("the plan has {bytes} bytes, at most {} are read", super::MAX_PLAN_BYTES)]
    TooLong {
        /// Its length.
        bytes: usize,
    },
    /// Not text.
    #[error("the plan is not text in UTF-8")]
    NotUtf8,
    /// A field that no plan has.
    #[error("the plan has the field {field}, which is not known: {message}")]
    UnknownField {
        /// Its name.
        field: String,
        /// Where it stands.
        message: String,
    },
    /// A field that every such plan has.
    #[error("the plan has no field {field}: {message}")]
    MissingField {
        /// Its name.
        field: String,
        /// Where it is missing.
        message: String,
    },
    /// Not TOML, or a value that is not what its field takes.
    #[error("the plan cannot be read: {message}")]
    Syntax {
        /// What and where.
        message: String,
    },
    /// Parts that contradict each other.
    #[error(transparent)]
    Problems(#[from] PlanRefused),
}

impl PlanError {
    /// Tells the usual mistakes apart.
    pub(super) fn of_toml(error: &toml::de::Error) -> Self {
        let message = error.to_string();
        let named = |start: &str| {
            let rest = error.message().strip_prefix(start)?;
            rest.split('`').next().map(str::to_owned)
        };
        if let Some(field) = named("unknown field `") {
            return Self::UnknownField { field, message };
        }
        if let Some(field) = named("missing field `") {
            return Self::MissingField { field, message };
        }
        Self::Syntax { message }
    }

    /// A stable code of the error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::TooLong { .. } => "plan-too-long",
            Self::NotUtf8 => "plan-not-text",
            Self::UnknownField { .. } => "plan-unknown-field",
            Self::MissingField { .. } => "plan-missing-field",
            Self::Syntax { .. } => "plan-syntax",
            Self::Problems(refused) => refused.code(),
        }
    }
}

/// All that stands against a plan.
#[derive(Debug)]
pub struct PlanRefused(pub Vec<PlanProblem>);

impl PlanRefused {
    /// The code of the first problem.
    #[must_use]
    pub fn code(&self) -> &'static str {
        self.0.first().map_or("plan-refused", PlanProblem::code)
    }
}

impl fmt::Display for PlanRefused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, problem) in self.0.iter().enumerate() {
            if at > 0 {
                f.write_str("; ")?;
            }
            write!(f, "{problem}")?;
        }
        Ok(())
    }
}

impl std::error::Error for PlanRefused {}

/// One thing that stands against a plan.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PlanProblem {
    /// A table or field that ceremonies of this kind have is not there.
    #[error("a plan of kind {kind} has {field}, and this one has not")]
    Lacks {
        /// The kind.
        kind: Kind,
        /// The table or field.
        field: &'static str,
    },
    /// A table or field that ceremonies of this kind do not have.
    #[error("a plan of kind {kind} has no {field}")]
    HasNo {
        /// The kind.
        kind: Kind,
        /// The table or field.
        field: &'static str,
    },
    /// A text that is empty, too long, or holds control characters.
    #[error("{field} has 1 to {longest} characters, and no line breaks or other control characters")]
    Text {
        /// The field.
        field: &'static str,
        /// Most characters.
        longest: usize,
    },
    /// The sequence number and the transcript before do not fit together.
    #[error(
        "ceremony {sequence} with {previous} as the transcript before: the first has number 1 and none before, all others have one"
    )]
    Sequence {
        /// The number.
        sequence: u64,
        /// The digest of the transcript before.
        previous: String,
    },
    /// Not enough or too many people of a role.
    #[error("there are {count} people with the role {role}: {expected}")]
    People {
        /// The role.
        role: Role,
        /// How many there are.
        count: usize,
        /// How many there must be.
        expected: &'static str,
    },
    /// Two people of one name.
    #[error("{name} is listed twice: one person has one role")]
    NameTwice {
        /// The name.
        name: String,
    },
    /// One person under two names.
    #[error("{first} and {second} have the same public key: one person under two names")]
    KeyTwice {
        /// The first name.
        first: String,
        /// The second name.
        second: String,
    },
    /// A key that does not sign transcripts.
    #[error("{name} has a key of kind {key}: transcripts are signed with sm2, p256 or ed25519")]
    KeyOfPerson {
        /// The name.
        name: String,
        /// The kind of key.
        key: String,
    },
    /// A threshold that does not share a key.
    #[error(
        "{threshold} of {officers} is no sharing: at least 2, and at most all {officers} officers of at most {}",
        crate::ceremony::share::MAX_OFFICERS
    )]
    Threshold {
        /// So many shares restore the key.
        threshold: u8,
        /// So many officers hold one.
        officers: usize,
    },
    /// A sealed key named where custody is a device, or not named where it is a file.
    #[error("custody is {custody}: issuer.sealed_key {}", if *.custody == Custody::File { "must be given" } else { "has no place" })]
    SealedKeyField {
        /// The custody.
        custody: Custody,
    },
    /// A time range that ends before it begins, or has fractions of seconds.
    #[error("{field}: {reason}")]
    Times {
        /// The fields.
        field: &'static str,
        /// What is wrong.
        reason: String,
    },
    /// A name that only rehearsals have.
    #[error("{field} begins with {:?}, as names in rehearsals do", crate::ceremony::rehearsal::MARK)]
    MarkedName {
        /// The field.
        field: &'static str,
    },
    /// A cross-certificate without limits.
    #[error(
        "a cross-certificate permits some names and sets a path length and policies, so that it trusts no more than was agreed"
    )]
    CrossUnconstrained,
    /// A constraint that cannot be read.
    #[error("{field}: {value:?} is not {expected}")]
    Constraint {
        /// The field.
        field: &'static str,
        /// Its value.
        value: String,
        /// What it should be.
        expected: &'static str,
    },
    /// An address that cannot stand in certificates.
    #[error("issuer.public_url: {0}")]
    Url(#[from] crate::issuance::UrlError),
    /// A file that the plan names is not there.
    #[error("the plan names {what} by its SM3 digest {digest}, and it was not given")]
    NotGiven {
        /// What it is.
        what: &'static str,
        /// Its digest.
        digest: Digest,
    },
    /// A file that the plan does not name.
    #[error("{what} was given, and the plan names none")]
    NotNamed {
        /// What it is.
        what: &'static str,
    },
    /// Another file than the plan names.
    #[error("{what} has the SM3 digest {found}, the plan names {planned}")]
    OtherFile {
        /// What it is.
        what: &'static str,
        /// The digest in the plan.
        planned: Digest,
        /// The digest of what was given.
        found: Digest,
    },
    /// A file that cannot be read as what it is meant to be.
    #[error("{what} cannot be used: {reason}")]
    Unusable {
        /// What it is.
        what: &'static str,
        /// The stable code of the reason.
        code: &'static str,
        /// The reason.
        reason: String,
    },
    /// The request's signature does not prove possession of its key.
    #[error("the request does not prove possession of its key: {reason}")]
    Possession {
        /// The stable code of the reason.
        code: &'static str,
        /// The reason.
        reason: String,
    },
    /// The transcript before belongs to another root or ceremony, or its number does not fit.
    #[error("the transcript before is of ceremony {found}, this is ceremony {planned}")]
    NotTheNext {
        /// The number in the transcript.
        found: u64,
        /// The number in the plan.
        planned: u64,
    },
    /// The ceremony before is neither complete nor voided.
    #[error("the ceremony before is not closed: {reason}")]
    PreviousOpen {
        /// Why it does not count.
        reason: String,
    },
    /// Validity beyond the issuer's.
    #[error(
        "valid from {not_before} to {not_after}, its issuer from {issuer_not_before} to {issuer_not_after}"
    )]
    ValidityBeyondIssuer {
        /// Begin.
        not_before: jiff::Timestamp,
        /// End.
        not_after: jiff::Timestamp,
        /// Begin of the issuer's.
        issuer_not_before: jiff::Timestamp,
        /// End of the issuer's.
        issuer_not_after: jiff::Timestamp,
    },
    /// A path length that the issuer's own leaves no room for.
    #[error("a path length of {asked} below one of {issuer}")]
    PathLengthBeyondIssuer {
        /// What the plan asks for.
        asked: String,
        /// The issuer's.
        issuer: u32,
    },
    /// Names that the issuer may not certify.
    #[error("{name} is outside of the names that the issuer may certify")]
    NamesBeyondIssuer {
        /// The name or subtree.
        name: String,
    },
    /// Policies that the issuer does not have.
    #[error("the policy {policy} is not one of the issuer's")]
    PolicyBeyondIssuer {
        /// The policy.
        policy: String,
    },
    /// What would be signed cannot be built, or breaks rules.
    #[error("{what} cannot be made: {reason}")]
    Document {
        /// Which output.
        what: &'static str,
        /// The stable code of the reason.
        code: &'static str,
        /// The reason.
        reason: String,
    },
    /// A certificate that the list before names is missing in this one.
    #[error("serial {serial} is in the list before and not in this one")]
    CrlDrops {
        /// Its serial number.
        serial: String,
    },
    /// Real and rehearsal are mixed.
    #[error("{what} is of a {found}, this ceremony is a {planned}")]
    Mixed {
        /// What it is.
        what: &'static str,
        /// What it belongs to.
        found: super::Mode,
        /// What the ceremony is.
        planned: super::Mode,
    },
    /// The example's people hold no keys.
    #[error(
        "this is an example: the people in it have keys that nobody holds. Put in your own people and their public keys"
    )]
    Example,
}

impl PlanProblem {
    /// A stable code of the problem.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Lacks { .. } => "plan-lacks-table",
            Self::HasNo { .. } => "plan-table-of-another-kind",
            Self::Text { .. } => "plan-text",
            Self::Sequence { .. } => "plan-sequence",
            Self::People { .. } => "plan-people",
            Self::NameTwice { .. } => "plan-name-twice",
            Self::KeyTwice { .. } => "plan-one-person-two-names",
            Self::KeyOfPerson { .. } => "plan-key-of-person",
            Self::Threshold { .. } => "plan-threshold",
            Self::SealedKeyField { .. } => "plan-sealed-key",
            Self::Times { .. } => "plan-times",
            Self::MarkedName { .. } => "plan-rehearsal-name",
            Self::CrossUnconstrained => "plan-cross-unconstrained",
            Self::Constraint { .. } => "plan-constraint",
            Self::Url(error) => error.code(),
            Self::NotGiven { .. } => "material-not-given",
            Self::NotNamed { .. } => "material-not-named",
            Self::OtherFile { .. } => "material-other-file",
            Self::Unusable { code, .. } | Self::Possession { code, .. } | Self::Document { code, .. } => code,
            Self::NotTheNext { .. } => "transcript-not-the-next",
            Self::PreviousOpen { .. } => "transcript-not-closed",
            Self::ValidityBeyondIssuer { .. } => "validity-beyond-issuer",
            Self::PathLengthBeyondIssuer { .. } => "path-length-beyond-issuer",
            Self::NamesBeyondIssuer { .. } => "names-beyond-issuer",
            Self::PolicyBeyondIssuer { .. } => "policy-beyond-issuer",
            Self::CrlDrops { .. } => "crl-drops-entry",
            Self::Mixed { .. } => "rehearsal-mixed-with-real",
            Self::Example => "plan-is-an-example",
        }
    }
}
