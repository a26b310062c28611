//! `ca-server administrator`

use std::sync::Arc;

use ca_core::encoding::pem;
use ca_core::keystore::file;
use ca_core::x509::certificate::Certificate;

use super::arguments::{Administrator, AdministratorAdd, AdministratorDeactivate};
use super::local::Local;
use super::{Failure, print};
use crate::service::Refusals;
use crate::service::administrators::Administrators;

/// More than any public key or certificate in PEM.
const MAX_FILE: u64 = 64 * 1024;

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
    let spki = public_key(arguments)?;
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

/// The SubjectPublicKeyInfo in a file: `PUBLIC KEY`, or that of a `CERTIFICATE`, which is not asked for more.
fn public_key(arguments: &AdministratorAdd) -> Result<Vec<u8>, Failure> {
    let path = &arguments.public_key;
    let unusable = |reason: String| Failure::PublicKey { path: path.clone(), reason };
    let bytes = file::read_bounded(path, MAX_FILE)?;
    if let Ok(spki) = pem::read_one_of(&bytes, &["PUBLIC KEY"]) {
        return Ok(spki);
    }
    let der = pem::read_one_of(&bytes, &["CERTIFICATE", "PUBLIC KEY"])
        .map_err(|error| unusable(error.to_string()))?;
    let certificate = Certificate::from_der(&der).map_err(|error| unusable(error.to_string()))?;
    let key = certificate.public_key().map_err(|error| unusable(error.to_string()))?;
    Ok(key.spki_der().to_vec())
}
