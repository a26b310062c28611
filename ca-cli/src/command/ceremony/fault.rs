//! What the core refuses, as failures of commands.

use std::io;

use ca_core::ceremony::DigestError;
use ca_core::ceremony::exchange::ExchangeError;
use ca_core::ceremony::plan::{DigitsError, PlanError, PlanProblem, PlanRefused};
use ca_core::ceremony::session::{JournalError, OutOfOrder, StepError};
use ca_core::ceremony::share::{PassphraseError, ShareError};
use ca_core::ceremony::transcript::TranscriptError;
use ca_core::ceremony::verify::VerifyError;

use crate::failure::{Exit, Failure, Fault};
use crate::room::HardeningError;

macro_rules! refusals {
    ($($error:ty),+ $(,)?) => {
        $(impl Fault for $error {
            fn code(&self) -> &str {
                <$error>::code(self)
            }

            fn exit(&self) -> Exit {
                Exit::Refused
            }
        })+
    };
}

refusals!(
    DigestError,
    DigitsError,
    ExchangeError,
    OutOfOrder,
    PassphraseError,
    PlanProblem,
    ShareError,
    StepError,
    TranscriptError,
    VerifyError,
    HardeningError,
);

/// A terminal that broke or was closed.
pub(super) fn terminal(error: io::Error) -> Failure {
    Failure::usage("terminal", format!("the terminal cannot be used: {error}"))
}

/// All that stands against a plan, each with its code.
pub(super) fn refused(refused: &PlanRefused) -> Failure {
    let items: Vec<(String, String)> =
        refused.0.iter().map(|problem| (problem.code().to_owned(), problem.to_string())).collect();
    match items.as_slice() {
        [(code, detail)] => Failure::refused(code, detail.clone()),
        _ => {
            let detail = format!("{} things stand against this plan", items.len());
            let mut failure = Failure::refused(refused.code(), detail);
            failure.items = items;
            failure
        }
    }
}

/// A plan that cannot be read, or that contradicts itself.
pub(super) fn unreadable(error: &PlanError) -> Failure {
    match error {
        PlanError::Problems(problems) => refused(problems),
        other => Failure::refused(other.code(), other.to_string()),
    }
}

/// The record cannot be written.
pub(super) fn journal(error: &JournalError) -> Failure {
    Failure::usage("journal-failed", error.to_string())
}
