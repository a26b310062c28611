//! `ca ceremony status`.

use ca_core::ceremony::session::Session;
use ca_core::ceremony::transcript::Event;
use ca_core::ceremony::{Mode, Transcript};

use super::folder::{MATERIAL, PLAN, TRANSCRIPT};
use super::{Context, material};
use crate::args::FolderArgs;
use crate::failure::Failure;
use crate::input::read_file;
use crate::report::{CeremonyReport, Outcome, Report, Standing};

/// Says which step comes next, and whose it is.
pub(super) fn run(args: &FolderArgs, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    let (session, lines) = open(args, context)?;
    let step = session.next();
    let document = session.checked().plan().document();
    let state = match (session.is_voided(), session.is_over()) {
        (true, _) => "voided",
        (false, true) => "closed",
        (false, false) => "open",
    };
    Ok(Outcome::done(Report::Ceremony(CeremonyReport::Status(Standing {
        title: document.title.clone(),
        kind: document.kind.to_string(),
        mode: session.checked().mode().to_string(),
        lines,
        state,
        step: step.name().to_owned(),
        next: context.room.texts().step_in_words(&step),
        whose: session.whose(&step),
    }))))
}

/// A ceremony as it stands in its folder, and how many lines its transcript has.
pub(super) fn open(args: &FolderArgs, context: &mut Context<'_>) -> Result<(Session, usize), Failure> {
    let folder = &args.folder;
    let bytes = read_file(&folder.join(TRANSCRIPT))?;
    let transcript = Transcript::from_bytes(Transcript::whole_lines(&bytes))?;
    let rehearsal = matches!(transcript.events().next(), Some(Event::Opened { mode: Mode::Rehearsal, .. }));
    let file = folder.join(PLAN);
    let plan = material::read_plan(&file)?;
    let (checked, _) = material::check(&plan, &file, &[folder.join(MATERIAL)], rehearsal, context.rng)?;
    Ok((Session::read(checked, &bytes)?, transcript.records().len()))
}
