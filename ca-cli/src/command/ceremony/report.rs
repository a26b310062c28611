//! `ca ceremony report`.

use ca_core::ceremony::Transcript;
use ca_core::keystore::file::{Access, write_new};

use super::Context;
use crate::args::ReportArgs;
use crate::failure::Failure;
use crate::input::read_file;
use crate::report::{Outcome, Report, Written};
use crate::room::report_page;

/// Writes the page.
pub(super) fn run(args: &ReportArgs, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    let transcript = Transcript::from_bytes(&read_file(&args.transcript)?)?;
    let page = report_page(&transcript, context.room.texts());
    write_new(&args.out, page.as_bytes(), Access::Public)?;
    Ok(Outcome::done(Report::Written(Written { files: vec![args.out.display().to_string()] })))
}
