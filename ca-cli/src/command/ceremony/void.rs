//! `ca ceremony void`.

use ca_core::ceremony::Transcript;
use ca_core::ceremony::plan::Role;

use super::folder::TRANSCRIPT;
use super::journal::FileJournal;
use super::{Context, status};
use crate::args::VoidArgs;
use crate::failure::Failure;
use crate::input::read_file;
use crate::report::{CeremonyReport, Held, Outcome, Report};

/// Puts on the record that a ceremony is given up. Those who were present sign by `run --resume`.
pub(super) fn run(args: &VoidArgs, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    let (mut session, _) = status::open(&args.folder, context)?;
    let path = args.folder.folder.join(TRANSCRIPT);
    let whole = Transcript::whole_lines(&read_file(&path)?).len();
    let mut journal = FileJournal::reopen(&path, whole as u64)?;
    let document = session.checked().plan().document();
    let by = document.with_role(Role::Administrator).next().map(|person| person.name.clone());
    session.void(&args.reason, &by.unwrap_or_default(), &mut journal)?;
    let transcript = Transcript::from_bytes(&read_file(&path)?)?;
    Ok(Outcome::done(Report::Ceremony(CeremonyReport::Held(Held {
        folder: args.folder.folder.display().to_string(),
        transcript: path.display().to_string(),
        digest: transcript.digest().map(|digest| digest.to_string()).unwrap_or_default(),
        voided: true,
        files: Vec::new(),
    }))))
}
