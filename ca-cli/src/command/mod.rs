//! What each command does: arguments in, a report out. Nothing here prints.

mod api;
mod authority;
mod ceremony;
mod change;
mod confirm;
mod convert;
mod crl;
mod csr_new;
mod health;
mod issue;
mod key_new;
mod lint;
mod list;
mod locate;
mod man;
mod monitor;
mod revoke;
mod show;
mod verify;

use std::path::PathBuf;

use jiff::Timestamp;
use rand_core::CryptoRng;
use zeroize::Zeroizing;

use crate::args::{Command, CrlCommand, CsrCommand, KeyCommand, complete};
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

/// Who watches a command that takes long.
pub(crate) trait Watcher {
    /// So many of so many are through this stage; how many there are is not always known.
    fn progress(&self, stage: Stage, done: u64, of: Option<u64>);
    /// Prints what there is to say before the command ends.
    fn report(&self, report: &Report) -> std::io::Result<()>;
}

/// Stages of commands that take long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    /// Certificates are looked up.
    Selecting,
    /// The server is asked what a revocation would do.
    Planning,
    /// Certificates are revoked.
    Revoking,
}

/// What commands need from outside.
pub(crate) struct Context<'a> {
    /// The time.
    pub(crate) clock: &'a dyn Fn() -> Timestamp,
    /// Random bits.
    pub(crate) rng: &'a mut dyn CryptoRng,
    /// The person at the terminal.
    pub(crate) person: &'a dyn Person,
    /// Who watches.
    pub(crate) watcher: &'a dyn Watcher,
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
        Command::Revoke(args) => revoke::run(*args, context),
        Command::Hold(args) => change::run(Change::Hold, &args, context),
        Command::Release(args) => change::run(Change::Release, &args, context),
        Command::Crl(CrlCommand::Publish(args)) => crl::publish(args.authority.as_deref(), context),
        Command::Authority(command) => authority::run(command, context),
        Command::Health(args) => health::run(&args, context),
        Command::Monitor(args) => monitor::run(&args, context),
        Command::Api(args) => api::run(args, context),
        Command::Ceremony(command) => ceremony::run(command, context),
        Command::Completions(args) => Ok(Outcome::done(Report::Raw(complete(&args)))),
        Command::Man(args) => man::run(&args),
    }
}
