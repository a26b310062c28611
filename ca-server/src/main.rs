//! The service of City CA.

use std::process::ExitCode;

fn main() -> ExitCode {
    ca_server::command::run(std::env::args_os())
}
