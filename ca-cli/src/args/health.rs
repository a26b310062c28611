//! `ca health`.

use clap::{Args, ValueEnum};

/// Options of `ca health`.
#[derive(Args, Debug)]
#[command(
    after_help = "Exit status: 0 nothing is as bad as --fail-on; 1 something is, or the server said no; 2 wrong usage."
)]
pub(crate) struct HealthArgs {
    /// The mildest state of a check that makes the exit status 1
    #[arg(long, value_enum, value_name = "STATE", default_value_t = FailAt::Critical)]
    pub(crate) fail_on: FailAt,
}

/// States that make the exit status 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum FailAt {
    /// It works, and will not for long
    Warning,
    /// Something that the service is for does not work
    Critical,
}
