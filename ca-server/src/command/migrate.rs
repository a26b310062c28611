//! `ca-server migrate`

use super::arguments::Migrate;
use super::folder::Folder;
use super::{Failure, instance, print, serve};
use crate::store::{Location, SqlStore};

/// Brings the store up to this program's schema, or says what that would be.
pub(super) fn run(arguments: &Migrate) -> Result<(), Failure> {
    let config = serve::load(&arguments.configured)?;
    let location = instance::location(&config)?;
    let pending = SqlStore::pending_migrations(&location)?;
    if arguments.dry_run {
        print(&text(&location, &pending, "would be run"));
        return Ok(());
    }
    // No server may work on a file meanwhile. Servers of PostgreSQL wait for each other.
    let _folder = match &location {
        Location::Sqlite(_) => Some(Folder::open(&config.data, false)?),
        Location::Postgresql(_) => None,
    };
    instance::ports(&config)?;
    print(&text(&location, &pending, "was run"));
    Ok(())
}

fn text(location: &Location, pending: &[String], done: &str) -> String {
    let mut text: String = pending.iter().map(|name| format!("{name} {done}\n")).collect();
    if pending.is_empty() {
        text = format!("{location} has the schema of this program\n");
    }
    text
}
