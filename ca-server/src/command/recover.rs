//! `ca-server recover`

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use ca_core::encoding::pem;

use super::arguments::Recover;
use super::local::Local;
use super::{Failure, instance, print, serve};
use crate::port::OffHost;
use crate::service::off_host::{Told, identity};
use crate::service::recovery::{self, Found, ListError, Plan, Recovered, Replayed};

/// Longer than any list.
const MAX_LIST: u64 = 8 << 30;

pub(super) fn run(arguments: &Recover) -> Result<(), Failure> {
    let config = serve::load(&arguments.configured)?;
    let log = instance::log_to_read(&config, arguments.log.as_deref())?;
    let local = Local::open(&arguments.configured, false)?;
    let told = log.map(|log| told(&local, &*log)).transpose()?;
    // An empty log tells nothing.
    let told = told.filter(|told| told.store.is_some());
    let mut found = Found::gather(&local.ports, told)?;
    for path in &arguments.crl {
        let der = read(path)?;
        found.add_list(&local.ports, &der).map_err(|error| match error {
            Ok(source) => Failure::List { path: path.clone(), source },
            Err(error) => error.into(),
        })?;
    }
    let Recover { dry_run, accept_loss, accept_clock, .. } = *arguments;
    let plan = Plan { dry_run, accept_loss, accept_clock };
    let recovered = recovery::recover(&local.ports, &local.act, &found, plan)?;
    print(&text(&recovered, plan));
    Ok(())
}

fn told(local: &Local, log: &dyn OffHost) -> Result<Told, Failure> {
    Ok(Told::read(log, identity(&local.ports)?.as_deref())?)
}

/// A list in DER or PEM.
fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    let unreadable = |source| Failure::OffHost { path: path.to_owned(), source };
    let mut octets = Vec::new();
    File::open(path).map_err(unreadable)?.take(MAX_LIST).read_to_end(&mut octets).map_err(unreadable)?;
    if !octets.starts_with(b"-----") {
        return Ok(octets);
    }
    let objects = pem::read_all(&octets).ok();
    let first = objects.and_then(|objects| objects.into_iter().next());
    first
        .map(|object| object.der)
        .ok_or(Failure::List { path: path.to_owned(), source: ListError::Malformed })
}

fn text(recovered: &Recovered, plan: Plan) -> String {
    let Replayed { revoked, held, by_serial, numbers, offline } = &recovered.replayed;
    let (are, is) = if plan.dry_run { ("would be", "would be") } else { ("are", "is") };
    let mut lines = vec![format!(
        "{revoked} certificates {are} revoked again, {held} held again; {by_serial} that are not in the store {are} newly \
         known by their serial, {} in all",
        recovered.by_serial + if plan.dry_run { *by_serial } else { 0 }
    )];
    for (name, from, to) in numbers {
        lines.push(format!("the CRL number of {name} {is} raised from {from} to {to}"));
    }
    for (name, number) in offline {
        lines.push(format!(
            "still missing: list {number} of {name}, whose key is offline; publish it again with ca ceremony publish"
        ));
    }
    for (name, number) in &recovered.leapt {
        lines.push(format!(
            "nobody knows which CRL numbers of {name} were used, nor what was revoked: it {is} raised to {number}"
        ));
    }
    if let Some((first, last)) = recovered.lost {
        lines.push(format!(
            "still missing: entries {first} to {last} of the audit, with the certificates that were issued in them; OCSP says \
             unknown of those that are not revoked"
        ));
    }
    for (name, number, at) in &recovered.until {
        lines.push(format!(
            "still missing: what {name} revoked after {at}, when its list {number} was signed"
        ));
    }
    lines.push(match (&recovered.lifted, plan.dry_run) {
        (None, _) => "the store is not in quarantine".to_owned(),
        (Some(_), true) => "the quarantine stands: nothing was changed".to_owned(),
        (Some(quarantine), false) => {
            format!("the quarantine of {} is over: certificates are issued again", quarantine.since)
        }
    });
    lines.join("\n") + "\n"
}
