//! `ca completions` and `ca man`.

use std::path::PathBuf;

use clap::Args;
use clap_complete::Shell;

/// Options of `ca completions`.
#[derive(Args, Debug)]
pub(crate) struct CompletionsArgs {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

/// The script that completes command lines in the chosen shell.
pub(crate) fn complete(args: &CompletionsArgs) -> Vec<u8> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut super::definition(), "ca", &mut script);
    script
}

/// Options of `ca man`.
#[derive(Args, Debug)]
pub(crate) struct ManArgs {
    /// The command whose page to print, such as `key new` [default: ca itself]
    #[arg(value_name = "COMMAND")]
    pub(crate) command: Vec<String>,
    /// Write the pages of all commands into a folder
    #[arg(long, value_name = "FOLDER", conflicts_with = "command")]
    pub(crate) out_dir: Option<PathBuf>,
}
