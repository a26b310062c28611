//! `ca-server credential`

use ca_core::keystore::file::{self, Access};

use super::arguments::{Credential, CredentialAdd};
use super::local::Local;
use super::{Failure, instance, print};
use crate::service::credentials;

pub(super) fn run(command: &Credential) -> Result<(), Failure> {
    match command {
        Credential::Add(arguments) => add(arguments),
    }
}

fn add(arguments: &CredentialAdd) -> Result<(), Failure> {
    let local = Local::open(&arguments.configured, false)?;
    let user = &arguments.user;
    let profiles = credentials::check(&local.ports, &*instance::profiles()?, user, &arguments.profile)?;
    let password = credentials::new_password(&local.ports);
    // The file first: a password that nobody has is of no use, one that is not registered opens nothing.
    file::write_new(&arguments.out, format!("{user}:{}\n", *password).as_bytes(), Access::Private)?;
    let record = match credentials::register(&local.ports, &local.act, user, &password, profiles) {
        Ok(record) => record,
        Err(error) => {
            file::destroy(&arguments.out)?;
            return Err(error.into());
        }
    };
    print(&format!(
        "{user} may enrol under {}; user and password are in {}\n",
        record.profiles.join(", "),
        arguments.out.display()
    ));
    Ok(())
}
