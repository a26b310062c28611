//! `ca man`.

use std::path::Path;

use ca_core::keystore::file::{Access, replace};
use clap_mangen::Man;

use super::super::args::{ManArgs, definition};
use crate::failure::Failure;
use crate::report::{Outcome, Report, Written};

/// The section of user commands.
const SECTION: &str = "1";

/// Prints a manual page, or writes all of them.
pub(super) fn run(args: &ManArgs) -> Result<Outcome, Failure> {
    let mut root = definition().disable_help_subcommand(true);
    root.build();
    match &args.out_dir {
        Some(folder) => {
            let mut files = Vec::new();
            write_all(&root, "ca", folder, &mut files)?;
            Ok(Outcome::done(Report::Written(Written { files })))
        }
        None => {
            let mut command = &root;
            let mut name = "ca".to_owned();
            for part in &args.command {
                let unknown = || Failure::usage("unknown-command", format!("`{name} {part}` is no command"));
                command = command.find_subcommand(part).ok_or_else(unknown)?;
                name = format!("{name}-{}", command.get_name());
            }
            Ok(Outcome::done(Report::Raw(page(command, &name)?)))
        }
    }
}

fn page(command: &clap::Command, name: &str) -> Result<Vec<u8>, Failure> {
    let mut text = Vec::new();
    let command = command.clone().name(name.to_owned());
    Man::new(command)
        .section(SECTION)
        .manual("City CA")
        .render(&mut text)
        .map_err(|error| Failure::refused("manual-page", error.to_string()))?;
    Ok(text)
}

fn write_all(
    command: &clap::Command,
    name: &str,
    folder: &Path,
    files: &mut Vec<String>,
) -> Result<(), Failure> {
    let file = folder.join(format!("{name}.{SECTION}"));
    replace(&file, &page(command, name)?, Access::Public)?;
    files.push(file.display().to_string());
    for sub in command.get_subcommands().filter(|sub| sub.get_name() != "help") {
        write_all(sub, &format!("{name}-{}", sub.get_name()), folder, files)?;
    }
    Ok(())
}
