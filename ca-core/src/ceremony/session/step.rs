//! The steps of a ceremony.

use std::fmt;

use crate::ceremony::transcript::Slot;

/// What comes next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// The administrator reads the digits of the plan aloud and types them: [`super::Session::confirm_digits`].
    ConfirmDigits,
    /// The time is read aloud and confirmed by a witness: [`super::Session::confirm_time`].
    ConfirmTime,
    /// Who is there is written down: [`super::Session::take_attendance`].
    TakeAttendance,
    /// A throwaway root is made that stands in for the real one: [`super::Session::make_stand_in`].
    MakeStandIn,
    /// The key is made and sealed: [`super::Session::create_key`], or [`super::Session::device_created`].
    CreateKey,
    /// An officer opens the new share once: [`super::Session::check_share`].
    CheckShare {
        /// Who.
        officer: String,
    },
    /// An officer gives a share: [`super::Session::give_share`].
    GiveShare {
        /// Which key it restores.
        slot: Slot,
        /// Who may give one and has not.
        officers: Vec<String>,
        /// How many more are needed.
        missing: u8,
    },
    /// The device that holds the key is opened: [`super::Session::device_ready`].
    OpenDevice {
        /// Which key.
        slot: Slot,
    },
    /// An output is built, linted and its hash recorded: [`super::Session::prepare`].
    Prepare {
        /// Which.
        output: &'static str,
    },
    /// What is to be signed is shown and agreed to: [`super::Session::confirm`].
    Confirm {
        /// Which.
        output: &'static str,
    },
    /// The output is signed: [`super::Session::sign`].
    Sign {
        /// Which.
        output: &'static str,
    },
    /// The key is sealed anew: [`super::Session::reseal`].
    Reseal,
    /// Something is destroyed before everybody's eyes: [`super::Session::destroyed`].
    Destroy {
        /// What.
        what: &'static str,
    },
    /// The ceremony is closed: [`super::Session::close`].
    Close,
    /// Somebody who is present signs the transcript: [`super::Session::sign_transcript`].
    SignTranscript {
        /// Who.
        person: String,
    },
    /// Nothing: the ceremony is over.
    Finished,
}

impl Step {
    /// Its name, which is stable.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::ConfirmDigits => "confirm-digits",
            Self::ConfirmTime => "confirm-time",
            Self::TakeAttendance => "take-attendance",
            Self::MakeStandIn => "make-stand-in",
            Self::CreateKey => "create-key",
            Self::CheckShare { .. } => "check-share",
            Self::GiveShare { .. } => "give-share",
            Self::OpenDevice { .. } => "open-device",
            Self::Prepare { .. } => "prepare",
            Self::Confirm { .. } => "confirm",
            Self::Sign { .. } => "sign",
            Self::Reseal => "reseal",
            Self::Destroy { .. } => "destroy",
            Self::Close => "close",
            Self::SignTranscript { .. } => "sign-transcript",
            Self::Finished => "finished",
        }
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())?;
        match self {
            Self::CheckShare { officer } => write!(f, " of {officer}"),
            Self::GiveShare { officers, missing, .. } => {
                write!(f, " ({missing} more of {})", officers.join(", "))
            }
            Self::Prepare { output } | Self::Confirm { output } | Self::Sign { output } => {
                write!(f, " {output}")
            }
            Self::Destroy { what } => write!(f, " {what}"),
            Self::SignTranscript { person } => write!(f, " by {person}"),
            _ => Ok(()),
        }
    }
}
