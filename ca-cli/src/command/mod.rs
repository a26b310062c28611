//! What each command does: arguments in, a report out. Nothing here prints.

mod api;
mod ceremony;
mod change;
mod convert;
mod csr_new;
mod issue;
mod key_new;
mod lint;
mod list;
mod locate;
mod man;
mod show;
mod verify;

use std::path::PathBuf;

use jiff::Timestamp;
use rand_core::CryptoRng;
use zeroize::Zeroizing;

use crate::args::{Command, CsrCommand, KeyCommand, complete};
use crate::failure::Failure;
use crate::report::{Change, Outcome, Question, Report};
use crate::room::Room;

/// The person at the terminal.
pub(crate) trait Person {
    /// Whether there is one: input and output are a terminal.
    fn is_present(&self) -> bool;
    /// Asks whether to go on.
    fn confirm(&self, question: &Question) -> std::io::Result<bool>;
    /// Asks for a password without showing it; `again` the second time.
    fn password(&self, again: bool) -> std::io::Result<Zeroizing<String>>;
}

/// What commands need from outside.
pub(crate) struct Context<'a> {
    /// The time.
    pub(crate) clock: &'a dyn Fn() -> Timestamp,
    /// Random bits.
    pub(crate) rng: &'a mut dyn CryptoRng,
    /// The person at the terminal.
    pub(crate) person: &'a dyn Person,
    /// The room of a ceremony.
    pub(crate) room: &'a dyn Room,
    /// The configuration that was named.
    pub(crate) config: Option<PathBuf>,
}

/// Does what the command says.
pub(crate) fn run(command: Command, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    match command {
        Command::Key(KeyCommand::New(args)) => key_new::run(&args, context),
        Command::Csr(CsrCommand::New(args)) => csr_new::run(&args, context),
        Command::Show(args) => show::run(&args, context),
        Command::Lint(args) => lint::run(&args, context),
        Command::Convert(args) => convert::run(&args, context),
        Command::Verify(args) => verify::run(&args, context),
        Command::Issue(args) => issue::run(args, context),
        Command::List(args) => list::run(args, context),
        Command::Revoke(args) => {
            let change = Change::Revoke { reason: args.reason, invalidity_date: args.invalidity_date };
            change::run(change, &args.change, context)
        }
        Command::Hold(args) => change::run(Change::Hold, &args, context),
        Command::Release(args) => change::run(Change::Release, &args, context),
        Command::Api(args) => api::run(args, context),
        Command::Ceremony(command) => ceremony::run(command, context),
        Command::Completions(args) => Ok(Outcome::done(Report::Raw(complete(&args)))),
        Command::Man(args) => man::run(&args),
    }
}
