//! Why a transcript is refused.

use crate::ceremony::Digest;
use crate::ceremony::plan::MaybeDigest;

/// Why octets are not a transcript.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TranscriptError {
    /// Longer than is read.
    #[error("the transcript has {bytes} bytes, at most {} are read", super::MAX_TRANSCRIPT_BYTES)]
    TooLong {
        /// Its length.
        bytes: usize,
    },
    /// A line longer than is read.
    #[error("line {line} has {bytes} bytes, at most {} are read", super::MAX_LINE_BYTES)]
    LineTooLong {
        /// Which line, from 1.
        line: usize,
        /// Its length.
        bytes: usize,
    },
    /// More lines than a ceremony has.
    #[error("the transcript has more than {} lines", super::MAX_RECORDS)]
    TooManyLines,
    /// No lines.
    #[error("the transcript is empty")]
    Empty,
    /// The last line is cut.
    #[error("line {line} is cut: it has no end of line")]
    Cut {
        /// Which line, from 1.
        line: usize,
    },
    /// A line that is not a record.
    #[error("line {line} cannot be read: {reason}")]
    Malformed {
        /// Which line, from 1.
        line: usize,
        /// Why.
        reason: String,
    },
    /// A line in another form than it is written in.
    #[error("line {line} was altered: it is not in the form in which it was written")]
    Form {
        /// Which line, from 1.
        line: usize,
    },
    /// A line out of order.
    #[error("line {line} has the number {found}")]
    Number {
        /// Which line, from 1.
        line: usize,
        /// Its number, from 0.
        found: u64,
    },
    /// A line that does not chain to the one before it.
    #[error(
        "line {line} chains to {found}, and the line before it has the hash {expected}: a line was altered, removed or put in"
    )]
    Chain {
        /// Which line, from 1.
        line: usize,
        /// What it chains to.
        found: Digest,
        /// The hash of the line before.
        expected: Digest,
    },
    /// The first line does not open a ceremony.
    #[error("the first line does not open a ceremony in the format {expected}")]
    NotOpened {
        /// The format.
        expected: &'static str,
    },
}

impl TranscriptError {
    /// A stable code of the error.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::TooLong { .. } | Self::LineTooLong { .. } | Self::TooManyLines => "transcript-too-long",
            Self::Empty => "transcript-empty",
            Self::Cut { .. } => "transcript-cut",
            Self::Malformed { .. } => "transcript-malformed",
            Self::Form { .. } => "transcript-altered",
            Self::Number { .. } => "transcript-order",
            Self::Chain { .. } => "transcript-chain-broken",
            Self::NotOpened { .. } => "transcript-not-opened",
        }
    }
}

/// The transcript is not one of the plan at hand.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotOfPlan {
    /// It is of another plan.
    #[error("the transcript is of the plan {found}, this is {expected}")]
    OtherPlan {
        /// The plan of the transcript.
        found: Digest,
        /// This plan.
        expected: Digest,
    },
    /// It chains to another one than the plan says.
    #[error("the transcript chains to {found}, the plan says {expected}")]
    OtherPrevious {
        /// What it chains to.
        found: MaybeDigest,
        /// What the plan says.
        expected: MaybeDigest,
    },
}

impl NotOfPlan {
    /// A stable code of the error.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::OtherPlan { .. } => "transcript-other-plan",
            Self::OtherPrevious { .. } => "transcript-other-previous",
        }
    }
}
