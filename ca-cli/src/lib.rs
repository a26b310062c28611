//! `ca`: the command line of City CA.
//!
//! `args` says what can be asked, `command` does it, `output` says how it went; `client` talks to the server,
//! `input` reads files, `view` takes objects apart, `room` is where ceremonies are held.

mod args;
mod client;
mod command;
mod drawing;
mod failure;
mod input;
mod output;
mod report;
mod room;
mod view;

use std::io::{IsTerminal as _, Write as _};
use std::process::ExitCode;

use clap::Parser as _;
use getrandom::SysRng;
use jiff::Timestamp;
use rand_core::UnwrapErr;

use args::{Cli, Format};
use command::Context;
use failure::Exit;
use output::{Language, Screen, Style, Terminal};

/// What the program does from its arguments to its exit status.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let style = |colour| Style {
        format: cli.global.format,
        language: Language::choose(cli.global.lang),
        colour: colour
            && cli.global.format == Format::Text
            && std::env::var_os("NO_COLOR").is_none_or(|v| v.is_empty()),
        now: now(),
    };
    let standard = style(std::io::stdout().is_terminal());
    let error = style(std::io::stderr().is_terminal());
    let terminal = Terminal::new(error);
    let screen = Screen::new(standard, error);
    let console = room::Console::new(error.language);
    // Without random bits of the operating system nothing that follows would be safe.
    let mut rng = UnwrapErr(SysRng);
    let mut context = Context {
        clock: &now,
        rng: &mut rng,
        person: &terminal,
        watcher: &screen,
        room: &console,
        config: cli.global.config,
    };
    match command::run(cli.command, &mut context) {
        Ok(outcome) => {
            for notice in &outcome.warnings {
                let _ = std::io::stderr().write_all(output::warning(notice, &error).as_bytes());
            }
            let mut bytes = output::render(&outcome.report, &standard);
            // A body from the server may lack its line end: to a person the prompt would stand behind it.
            if std::io::stdout().is_terminal() && bytes.last().is_some_and(|last| *last != b'\n') {
                bytes.push(b'\n');
            }
            match print(&bytes) {
                Ok(()) => code(outcome.exit),
                Err(_) => code(Exit::Usage),
            }
        }
        Err(failure) => {
            let _ = std::io::stderr().write_all(output::failure(&failure, &error).as_bytes());
            code(failure.exit)
        }
    }
}

/// A reader that has seen enough, such as `head`, is no error.
fn print(bytes: &[u8]) -> std::io::Result<()> {
    let mut output = std::io::stdout().lock();
    match output.write_all(bytes).and_then(|()| output.flush()) {
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        result => result,
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "this is the clock of the program; all else takes it as an argument"
)]
fn now() -> Timestamp {
    Timestamp::now()
}

fn code(exit: Exit) -> ExitCode {
    ExitCode::from(exit as u8)
}

/// The inside of `ca show`, for fuzz targets.
#[doc(hidden)]
pub mod inspection {
    use super::{args, command, input, output, report, view};

    struct Nobody;

    impl command::Person for Nobody {
        fn is_present(&self) -> bool {
            false
        }

        fn confirm(&self, _: &report::Question) -> std::io::Result<bool> {
            Ok(false)
        }

        fn password(&self, _: bool) -> std::io::Result<zeroize::Zeroizing<String>> {
            Err(std::io::ErrorKind::Unsupported.into())
        }
    }

    /// Shows the objects in some bytes in each way there is, and gives the lengths of what would be printed together.
    #[must_use]
    pub fn show(bytes: &[u8], now: jiff::Timestamp) -> usize {
        let found = input::objects_in(bytes, "-", &mut input::Passwords::new(None, &Nobody));
        let mut length = 0;
        for (short, asn1) in [(false, false), (true, false), (false, true)] {
            let depth = view::Depth { lint: !short, asn1, short, ..view::Depth::default() };
            let shown = report::Report::Shown(view::show(&found, depth));
            for (format, language) in [
                (args::Format::Text, output::Language::English),
                (args::Format::Text, output::Language::Chinese),
                (args::Format::Json, output::Language::English),
            ] {
                let style = output::Style { format, language, colour: !short, now };
                length += output::render(&shown, &style).len();
            }
        }
        length
    }
}
