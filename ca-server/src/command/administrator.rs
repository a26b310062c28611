//! `ca-server administrator`

use std::sync::Arc;

use super::arguments::{Administrator, AdministratorAdd, AdministratorDeactivate};
use super::local::Local;
use super::{Failure, print, public_key};
use crate::service::Refusals;
use crate::service::administrators::Administrators;

pub(super) fn run(command: &Administrator) -> Result<(), Failure> {
    match command {
        Administrator::Add(arguments) => add(arguments),
        Administrator::List(arguments) => {
            let local = Local::open(arguments, false)?;
            let mut text = String::new();
            for record in administrators(&local).list()? {
                let state = if record.active { "active" } else { "inactive" };
                text.push_str(&format!(
                    "{}  {state}  {}  {}\n",
                    record.key_fingerprint, record.created_at, record.name
                ));
            }
            print(&text);
            Ok(())
        }
        Administrator::Deactivate(arguments) => deactivate(arguments),
    }
}

fn add(arguments: &AdministratorAdd) -> Result<(), Failure> {
    // The file first: a wrong path makes no store.
    let spki = public_key::read(&arguments.public_key)?;
    let local = Local::open(&arguments.configured, true)?;
    let record = administrators(&local).add(&local.act, &arguments.name, &spki)?;
    print(&format!("{} may administer, with key {}\n", record.name, record.key_fingerprint));
    Ok(())
}

fn deactivate(arguments: &AdministratorDeactivate) -> Result<(), Failure> {
    let local = Local::open(&arguments.configured, false)?;
    let record = administrators(&local).deactivate(&local.act, &arguments.name)?;
    print(&format!("{} may not administer any more, with key {}\n", record.name, record.key_fingerprint));
    Ok(())
}

fn administrators(local: &Local) -> Administrators {
    Administrators::new(local.ports.clone(), Arc::new(Refusals::new(local.ports.clone())))
}
