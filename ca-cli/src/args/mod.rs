//! The command line as it is written. Types of clap stay in here; commands get plain data.

mod api;
mod authority;
mod ceremony;
mod convert;
mod health;
mod inspect;
mod make;
mod manage;
mod monitor;
mod revoke;
mod tools;
mod value;
mod verify;

use std::path::PathBuf;

use clap::{Args, CommandFactory, Parser, Subcommand, ValueEnum};

pub(crate) use api::ApiArgs;
pub(crate) use authority::{AuthorityArgs, AuthorityCommand, CrlCommand};
pub(crate) use ceremony::{
    Allowance, CeremonyAcceptArgs, CeremonyAnswerArgs, CeremonyCommand, CeremonyPublishArgs,
    CeremonyRequestArgs, CeremonyVerifyArgs, CheckDeviceArgs, CheckShareArgs, DueArgs, ExampleArgs,
    FolderArgs, KitArgs, PapersArgs, PlanArgs, ReportArgs, RunArgs, VoidArgs,
};
pub(crate) use convert::{Cipher, ConvertArgs, Target};
pub(crate) use health::{FailAt, HealthArgs};
pub(crate) use inspect::{FailOn, LintArgs, ShowArgs};
pub(crate) use make::{CsrCommand, CsrNewArgs, KeyCommand, KeyNewArgs};
pub(crate) use manage::{ChangeArgs, IssueArgs, ListArgs, StatusFilter};
pub(crate) use monitor::MonitorArgs;
pub(crate) use revoke::{ManyArgs, OwnArgs, RevokeArgs};
pub(crate) use tools::{CompletionsArgs, ManArgs, complete};
pub(crate) use verify::{Purpose, VerifyArgs};

/// Administer City CA, and inspect what any authority has made.
#[derive(Debug, Parser)]
#[command(name = "ca", version, max_term_width = 100, arg_required_else_help = true)]
#[command(after_help = "Exit status: 0 done; 1 refused (not valid, or the server said no); \
                        2 wrong usage or a file that cannot be opened.")]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
    #[command(flatten)]
    pub(crate) global: GlobalArgs,
}

/// Options of every command.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Options of every command")]
pub(crate) struct GlobalArgs {
    /// Where the server is and which key signs [default: ./cityca-data/cli.toml, then cityca/cli.toml in the
    /// user's configuration folder]
    #[arg(long, global = true, value_name = "FILE", env = "CA_CONFIG", hide_env_values = true)]
    pub(crate) config: Option<PathBuf>,
    /// How to print: text is for people, json for programs and stable
    #[arg(long, global = true, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
    /// Language of the output [default: that of the environment]
    #[arg(long, global = true, value_enum, value_name = "LANGUAGE")]
    pub(crate) lang: Option<Lang>,
}

/// How results are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    Text,
    Json,
}

/// Languages of the output.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Lang {
    En,
    Zh,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Make private keys
    #[command(subcommand)]
    Key(KeyCommand),
    /// Make certification requests
    #[command(subcommand)]
    Csr(CsrCommand),
    /// Show certificates, requests, revocation lists, keys, messages and anything else in DER
    Show(ShowArgs),
    /// Judge certificates, lists and messages by the rules of the standards
    Lint(LintArgs),
    /// Write certificates, keys and containers in another form
    Convert(ConvertArgs),
    /// Judge a certificate against trusted ones
    Verify(VerifyArgs),
    /// Have the server issue a certificate
    Issue(IssueArgs),
    /// List certificates of the server
    List(ListArgs),
    /// Revoke certificates for good: one, many by a plan, or one's own
    Revoke(Box<RevokeArgs>),
    /// Suspend a certificate until it is released
    Hold(ChangeArgs),
    /// Release a certificate that is held
    Release(ChangeArgs),
    /// Issue and publish revocation lists
    #[command(subcommand)]
    Crl(CrlCommand),
    /// List authorities, suspend and resume them, choose the default
    #[command(subcommand)]
    Authority(AuthorityCommand),
    /// Ask the server how it is: what is wrong, what will be soon, and what to do about it
    Health(HealthArgs),
    /// Look at published lists and OCSP answers as relying parties get them
    Monitor(Box<MonitorArgs>),
    /// Send a signed request to any endpoint of the server
    Api(ApiArgs),
    /// Hold ceremonies of an offline root: plans, people, shares, transcripts
    #[command(subcommand)]
    Ceremony(CeremonyCommand),
    /// Print completions for a shell
    Completions(CompletionsArgs),
    /// Print the manual page
    Man(ManArgs),
}

/// The whole command line, for completions and manual pages.
pub(crate) fn definition() -> clap::Command {
    Cli::command()
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_command_line_is_consistent() {
        super::definition().debug_assert();
    }
}
