//! Asking before something is changed.

use super::Context;
use crate::failure::Failure;
use crate::report::Question;

/// Whether there is anyone to ask, or nobody need be: found out before the server is asked anything.
pub(super) fn possible(yes: bool, context: &Context<'_>) -> Result<(), Failure> {
    if yes || context.person.is_present() {
        return Ok(());
    }
    Err(Failure::usage("confirmation-required", "there is no terminal to ask at whether to go on"))
}

/// Asks whether to go on.
pub(super) fn ask(question: &Question, context: &Context<'_>) -> Result<(), Failure> {
    let answer = context.person.confirm(question);
    if answer.map_err(|error| Failure::usage("terminal", error.to_string()))? {
        return Ok(());
    }
    Err(Failure::refused("not-confirmed", "nothing was changed"))
}
