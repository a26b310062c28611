//! `ca ceremony example`.

use ca_core::ceremony::{Kind, Plan};

use crate::args::ExampleArgs;
use crate::failure::Failure;
use crate::report::{Outcome, Report};

/// Prints a plan to start from, or the kinds there are.
pub(super) fn run(args: &ExampleArgs) -> Result<Outcome, Failure> {
    let text = match &args.kind {
        None => Kind::ALL.iter().map(|kind| format!("{kind}\n")).collect(),
        Some(name) => {
            let unknown = || Failure::usage("unknown-ceremony", format!("{name:?} is no kind of ceremony"));
            Plan::example(Kind::from_name(name).ok_or_else(unknown)?)
        }
    };
    Ok(Outcome::done(Report::Raw(text.into_bytes())))
}
