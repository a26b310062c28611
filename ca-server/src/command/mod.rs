//! The commands of `ca-server`: arguments are read here, and what a person sees is written here.

mod administrator;
mod arguments;
mod backup;
mod check_config;
mod credential;
mod dev;
mod failure;
mod folder;
mod init;
mod instance;
mod local;
mod logging;
mod migrate;
mod public_key;
mod recover;
mod serve;
mod sign;
mod stop;
mod try_it;
mod witness;

use std::ffi::OsString;
use std::io::{self, Write as _};
use std::process::ExitCode;

use clap::Parser as _;

pub use arguments::Arguments;
pub use failure::Failure;

use arguments::Command;

/// Exit status where the command cannot be carried out: wrong usage, or a file, port or setting that cannot be used.
const CANNOT: u8 = 2;

/// Runs the command that the arguments name, the program's name first, and says how it ended.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let arguments = match Arguments::try_parse_from(arguments) {
        Ok(arguments) => arguments,
        Err(error) => {
            // Help and version are "errors" too, with status 0. There is nobody to tell if printing fails.
            let _ = error.print();
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(CANNOT));
        }
    };
    let result = match arguments.command {
        Command::Dev(arguments) => dev::run(&arguments),
        Command::Init(arguments) => init::run(&arguments),
        Command::Serve(arguments) => serve::run(&arguments),
        Command::CheckConfig(arguments) => check_config::run(&arguments),
        Command::Migrate(arguments) => migrate::run(&arguments),
        Command::Backup(arguments) => backup::run(&arguments),
        Command::Restore(arguments) => backup::restore(&arguments),
        Command::Recover(arguments) => recover::run(&arguments),
        Command::Witness(arguments) => witness::run(&arguments),
        Command::Administrator(command) => administrator::run(&command),
        Command::Credential(command) => credential::run(&command),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            let _ = writeln!(io::stderr(), "ca-server: {} [{}]", failure.line(), failure.code());
            ExitCode::from(CANNOT)
        }
    }
}

/// Writes to standard output. A reader that went away is no failure of the command.
fn print(text: &str) {
    let mut out = io::stdout().lock();
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}
