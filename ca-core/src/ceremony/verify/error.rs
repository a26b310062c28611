//! Why papers are not believed.

use crate::algorithm;
use crate::ceremony::act::ActError;
use crate::ceremony::plan::{PlanError, PlanRefused};
use crate::ceremony::transcript::{NotOfPlan, TranscriptError};

/// Why papers are not believed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum VerifyError {
    /// The plan is not one.
    #[error(transparent)]
    Plan(#[from] PlanError),
    /// The plan does not agree with its material.
    #[error(transparent)]
    Material(#[from] PlanRefused),
    /// The transcript is not one.
    #[error(transparent)]
    Transcript(#[from] TranscriptError),
    /// The transcript is not of this plan.
    #[error(transparent)]
    NotOfPlan(#[from] NotOfPlan),
    /// The first line says something else than the plan.
    #[error("the first line of the transcript contradicts the plan")]
    Opening,
    /// A step out of order.
    #[error("line {line}: {reason}")]
    Order {
        /// The line, from 1.
        line: usize,
        /// What is wrong.
        reason: String,
    },
    /// A step that contradicts the plan.
    #[error("line {line}: {reason}")]
    Step {
        /// The line, from 1.
        line: usize,
        /// What is wrong.
        reason: String,
    },
    /// Shares that are not those of the sealed key.
    #[error("{what}")]
    Shares {
        /// What is wrong.
        what: &'static str,
    },
    /// The stand-in of a rehearsal is none.
    #[error("the stand-in of the rehearsal is no self-signed root with the mark of rehearsals")]
    StandIn,
    /// The ceremony is neither closed nor voided.
    #[error("the ceremony is neither closed nor voided")]
    NotOver,
    /// Somebody who is not in the plan signed.
    #[error("{name} signed the transcript, and is not in the plan")]
    Unknown {
        /// The name.
        name: String,
    },
    /// Somebody who was present did not sign.
    #[error("{name} was present and has not signed the transcript")]
    Unsigned {
        /// The name.
        name: String,
    },
    /// A signature under the transcript does not hold.
    #[error("the signature of {name} under the transcript does not hold: {reason}")]
    Signature {
        /// Whose.
        name: String,
        /// Why.
        reason: algorithm::VerifyError,
    },
    /// An output is not what the plan amounts to.
    #[error("{output}: what was signed is not what the plan amounts to")]
    NotAsPlanned {
        /// Which.
        output: String,
    },
    /// An output cannot be built again.
    #[error("{output} cannot be built from the plan: {reason}")]
    Rebuild {
        /// Which.
        output: String,
        /// Why.
        reason: Box<ActError>,
    },
    /// An output cannot be read.
    #[error("{output} cannot be read: {reason}")]
    Unreadable {
        /// Which.
        output: String,
        /// Why.
        reason: String,
    },
    /// An output is not signed by the root, or does not lead to it.
    #[error("{output} does not lead to the root: {reason}")]
    Chain {
        /// Which.
        output: String,
        /// Why.
        reason: String,
    },
    /// A file differs from what the transcript holds, or is of a voided ceremony.
    #[error("{output} is not the one that the ceremony made")]
    OtherOutput {
        /// Which.
        output: String,
    },
    /// The ceremony made nothing of that name.
    #[error("the ceremony made no {output}")]
    NoSuchOutput {
        /// Which.
        output: String,
    },
    /// The list of outputs at the end is not what was made.
    #[error("the closing line does not list what was made")]
    Closing,
    /// A ceremony does not follow the one before.
    #[error("ceremony {sequence}: {reason}")]
    Follows {
        /// Its number.
        sequence: u64,
        /// What is wrong.
        reason: &'static str,
    },
}

impl VerifyError {
    /// A stable code of the error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Plan(error) => error.code(),
            Self::Material(refused) => refused.code(),
            Self::Transcript(error) => error.code(),
            Self::NotOfPlan(error) => error.code(),
            Self::Opening => "transcript-opening",
            Self::Order { .. } => "ceremony-out-of-order",
            Self::Step { .. } => "transcript-step",
            Self::Shares { .. } => "transcript-shares",
            Self::StandIn => "transcript-stand-in",
            Self::NotOver => "transcript-not-closed",
            Self::Unknown { .. } => "person-unknown",
            Self::Unsigned { .. } => "transcript-unsigned",
            Self::Signature { .. } => "transcript-signature-invalid",
            Self::NotAsPlanned { .. } => "output-not-as-planned",
            Self::Rebuild { reason, .. } => reason.code(),
            Self::Unreadable { .. } => "output-unreadable",
            Self::Chain { .. } => "output-not-of-the-root",
            Self::OtherOutput { .. } => "output-other",
            Self::NoSuchOutput { .. } => "output-unknown",
            Self::Closing => "transcript-closing",
            Self::Follows { .. } => "ceremonies-do-not-follow",
        }
    }
}
