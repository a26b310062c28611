//! The program `ca`.

use std::process::ExitCode;

fn main() -> ExitCode {
    ca::main()
}
