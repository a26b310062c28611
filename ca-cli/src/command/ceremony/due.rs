//! `ca ceremony due`.

use ca_core::ceremony::due::due;

use super::{Context, verify};
use crate::args::DueArgs;
use crate::failure::Failure;
use crate::report::{CeremonyReport, DueItem, DueList, Outcome, Report};

/// Lists what comes when, from ceremonies that hold.
pub(super) fn run(args: &DueArgs, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    let history = verify::reports(&args.papers, None, context.rng)?;
    let time = args.time.unwrap_or_else(|| (context.clock)());
    let texts = context.room.texts();
    let item = |item: ca_core::ceremony::due::Due| DueItem {
        what: texts.due(&item.what),
        by: item.at,
        overdue: item.overdue,
    };
    let items = due(&history, &args.checked, time).into_iter().map(item).collect();
    Ok(Outcome::done(Report::Ceremony(CeremonyReport::Due(DueList { time, items }))))
}
