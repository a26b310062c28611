//! Why a step is refused.

use jiff::Timestamp;

use super::OutOfOrder;
use crate::algorithm::{SignError, VerifyError};
use crate::ceremony::Digest;
use crate::ceremony::act::ActError;
use crate::ceremony::plan::{DigitsError, Mode, PlanRefused, Role};
use crate::ceremony::share::ShareError;
use crate::ceremony::transcript::{NotOfPlan, TranscriptError};
use crate::custody::CustodyError;
use crate::issuance::SigningError;
use crate::key::KeyError;

/// The record could not be brought to durable storage: then nothing happened.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the record cannot be written: {reason}")]
pub struct JournalError {
    /// Why.
    pub reason: String,
}

/// Why a step is refused. The refusal itself is on the record, but for those of [`JournalError`].
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StepError {
    /// The journal failed.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// The plan does not pass.
    #[error(transparent)]
    Plan(#[from] PlanRefused),
    /// Another step comes next.
    #[error(transparent)]
    Order(#[from] OutOfOrder),
    /// The digits are not those of the plan.
    #[error(transparent)]
    Digits(#[from] DigitsError),
    /// The time read aloud is not that of the plan.
    #[error("the time {time} differs by more than {minutes} minutes from the plan's, {planned}")]
    Time {
        /// What was read.
        time: Timestamp,
        /// What the plan says.
        planned: Timestamp,
        /// By how much it may differ.
        minutes: u32,
    },
    /// Nobody of that name is in the plan.
    #[error("{name} is not in the plan")]
    Unknown {
        /// The name.
        name: String,
    },
    /// Somebody is not there.
    #[error("{name} is not present")]
    Absent {
        /// The name.
        name: String,
    },
    /// Somebody is written down twice.
    #[error("{name} is written down twice")]
    PresentTwice {
        /// The name.
        name: String,
    },
    /// Somebody has no part in this step.
    #[error("{name} is {role}, and this step is for {expected}")]
    NotTheirs {
        /// The name.
        name: String,
        /// The role.
        role: Role,
        /// Whose step it is.
        expected: &'static str,
    },
    /// Too few people of a role.
    #[error("{present} people with the role {role} are present, at least {needed} are needed")]
    TooFew {
        /// The role.
        role: Role,
        /// How many are present.
        present: usize,
        /// How many are needed.
        needed: usize,
    },
    /// A share is refused.
    #[error(transparent)]
    Share(#[from] ShareError),
    /// A key is refused.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The passphrases do not belong to the officers of the plan, in their order.
    #[error("passphrases are given by {given}, the officers are {expected}")]
    Officers {
        /// Whose were given.
        given: String,
        /// Whose are expected.
        expected: String,
    },
    /// The key is not that of the root, or not of the kind that the plan says.
    #[error("the key has the digest {found}, not {expected}")]
    OtherKey {
        /// The key.
        found: Digest,
        /// The key wanted.
        expected: Digest,
    },
    /// The device made a key of another kind than planned.
    #[error("the device made a key of kind {found}, the plan says {planned}")]
    OtherKeyKind {
        /// What it made.
        found: String,
        /// What was planned.
        planned: String,
    },
    /// The token or device that holds the key refuses.
    #[error(transparent)]
    Custody(#[from] CustodyError),
    /// An output cannot be made.
    #[error(transparent)]
    Act(#[from] ActError),
    /// What would be signed is not what was agreed to.
    #[error("{output} was agreed to with the hash {agreed}, and is now {found}")]
    Altered {
        /// Which output.
        output: String,
        /// What was agreed to.
        agreed: Digest,
        /// What was built.
        found: Digest,
    },
    /// The key did not sign.
    #[error(transparent)]
    Signing(#[from] SigningError),
    /// A signature under the transcript cannot be made.
    #[error(transparent)]
    Sign(#[from] SignError),
    /// A key that is not the person's.
    #[error("this is not the key that the plan pins for {name}")]
    NotPinned {
        /// Whose it should be.
        name: String,
    },
    /// A signature under the transcript does not hold.
    #[error("the signature of {name} does not hold: {reason}")]
    Signature {
        /// Whose.
        name: String,
        /// Why.
        reason: VerifyError,
    },
    /// Somebody signed already.
    #[error("{name} has signed already")]
    SignedTwice {
        /// Whose.
        name: String,
    },
    /// The transcript that is taken up is not one.
    #[error(transparent)]
    Transcript(#[from] TranscriptError),
    /// The transcript that is taken up is not of this plan.
    #[error(transparent)]
    NotOfPlan(#[from] NotOfPlan),
    /// The transcript that is taken up is of another mode.
    #[error("the transcript is of a {found}, this is a {expected}")]
    Mixed {
        /// The mode of the transcript.
        found: Mode,
        /// This mode.
        expected: Mode,
    },
    /// The ceremony is over.
    #[error("the ceremony is over")]
    Over,
    /// A text that is empty or too long to be recorded.
    #[error("{field} has 1 to 2000 characters, and no control characters")]
    Text {
        /// What it is.
        field: &'static str,
    },
    /// A sealed key is needed and was not given.
    #[error("the sealed key that this ceremony made is needed to go on: give its file")]
    SealedKeyNeeded,
    /// The sealed key is another one than the transcript names.
    #[error("the sealed key has the SM3 digest {found}, the transcript names {expected}")]
    OtherSealedKey {
        /// What was given.
        found: Digest,
        /// What the transcript says.
        expected: Digest,
    },
    /// A rehearsal whose stand-in was lost with the memory.
    #[error("the stand-in of this rehearsal is gone with the memory of the machine: void it and begin anew")]
    StandInGone,
    /// A record cannot be encoded.
    #[error("the record cannot be written as JSON")]
    Encoding,
}

impl StepError {
    /// A stable code of the refusal.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Journal(_) => "journal-failed",
            Self::Plan(refused) => refused.code(),
            Self::Order(error) => error.code(),
            Self::Digits(error) => error.code(),
            Self::Time { .. } => "ceremony-time",
            Self::Unknown { .. } => "person-unknown",
            Self::Absent { .. } => "person-absent",
            Self::PresentTwice { .. } => "person-twice",
            Self::NotTheirs { .. } => "person-not-theirs",
            Self::TooFew { role: Role::KeyOfficer, .. } => "officers-too-few",
            Self::TooFew { .. } => "people-too-few",
            Self::Share(error) => error.code(),
            Self::Key(error) => error.code(),
            Self::Officers { .. } => "officers-differ",
            Self::OtherKey { .. } => "key-not-the-roots",
            Self::OtherKeyKind { .. } => "key-kind-not-planned",
            Self::Custody(error) => error.code(),
            Self::Act(error) => error.code(),
            Self::Altered { .. } => "prepared-bytes-differ",
            Self::Signing(error) => error.code(),
            Self::Sign(error) => error.code(),
            Self::NotPinned { .. } => "key-not-pinned",
            Self::Signature { .. } => "transcript-signature-invalid",
            Self::SignedTwice { .. } => "transcript-signed-twice",
            Self::Transcript(error) => error.code(),
            Self::NotOfPlan(error) => error.code(),
            Self::Mixed { .. } => "rehearsal-mixed-with-real",
            Self::Over => "ceremony-over",
            Self::Text { .. } => "record-text",
            Self::SealedKeyNeeded => "sealed-key-not-given",
            Self::OtherSealedKey { .. } => "sealed-key-other",
            Self::StandInGone => "stand-in-gone",
            Self::Encoding => "record-not-encodable",
        }
    }
}
