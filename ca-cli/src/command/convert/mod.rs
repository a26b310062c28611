//! `ca convert`.

mod collect;
mod write;

use std::path::Path;

use ca_core::key::Password;
use ca_core::keystore::file::{Access, replace, write_new};

use super::Context;
use crate::args::{ConvertArgs, Target};
use crate::failure::{Exit, Failure};
use crate::input::{Passwords, new_password, password_from};
use crate::report::{Converted, Outcome, Report};

use collect::{Collection, Item};
use write::{Protection, Written};

/// The name that stands for standard output.
const STANDARD_OUTPUT: &str = "-";

/// Writes what files hold in another form.
pub(super) fn run(args: &ConvertArgs, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    let Some((out, inputs)) = args.files.split_last() else {
        return Err(Failure::usage("no-file", "give the files to read, and last the file to write"));
    };
    if !args.force && out.as_os_str() != STANDARD_OUTPUT && out.exists() {
        // Said before passwords are asked for; writing checks it again.
        let detail = format!("{} exists: choose another name, or overwrite it with --force", out.display());
        return Err(Failure::usage("file-exists", detail));
    }
    let mut passwords = Passwords::new(args.password_file.as_deref(), context.person);
    let collection = Collection::read(inputs, &mut passwords)?;
    let password = out_password(args, &collection, passwords, context)?;
    let protection = Protection::new(args, password.as_ref());
    let written = write::form(collection.items, args.to, &protection, context.rng)?;
    store(&written, out, args.force)?;
    if out.as_os_str() == STANDARD_OUTPUT {
        return Ok(Outcome::done(Report::Raw(written.bytes.to_vec())));
    }
    Ok(Outcome {
        report: Report::Converted(Converted {
            file: out.display().to_string(),
            format: written.format,
            objects: written.objects,
            private_keys: written.private_keys,
            encrypted: written.encrypted,
        }),
        exit: Exit::Done,
        warnings: Vec::new(),
    })
}

/// The password that private keys are written under: a new one, that of the source, or none.
fn out_password(
    args: &ConvertArgs,
    collection: &Collection,
    passwords: Passwords<'_>,
    context: &Context<'_>,
) -> Result<Option<Password>, Failure> {
    if !collection.items.iter().any(|item| matches!(item, Item::Key(_))) && args.to != Target::Pkcs12 {
        return Ok(None);
    }
    Ok(match &args.out_password_file {
        Some(file) => Some(password_from(file)?),
        None if args.plain => None,
        None if args.encrypt => Some(new_password(context.person)?),
        None if collection.was_encrypted => Some(passwords.into_known()?),
        None if args.to == Target::Pkcs12 => Some(new_password(context.person)?),
        None => None,
    })
}

/// Private keys are for their owner's eyes only: in a file of mode 0600 from its first byte on.
fn store(written: &Written, out: &Path, force: bool) -> Result<(), Failure> {
    let secret = written.private_keys > 0;
    if out.as_os_str() == STANDARD_OUTPUT {
        return match secret {
            true => Err(Failure::usage("key-to-standard-output", "private keys are written to files only")),
            false => Ok(()),
        };
    }
    let access = if secret { Access::Private } else { Access::Public };
    Ok(if force { replace(out, &written.bytes, access) } else { write_new(out, &written.bytes, access) }?)
}
