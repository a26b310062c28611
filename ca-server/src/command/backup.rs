//! `ca-server backup` and `ca-server restore`

use std::collections::BTreeSet;
use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use ca_core::backup::{self, Contents};
use ca_core::key::PrivateKey;
use ca_core::keystore;
use jiff::SignedDuration;

use super::arguments::{Backup, BackupCommand, BackupKey, BackupVerify, Configured, Listeners, Restore};
use super::folder::{Folder, check_owner, make_folders};
use super::local::Local;
use super::{Failure, instance, logging, print, public_key, serve};
use crate::config::{Config, ConfigError};
use crate::port::{Ports, StoreError};
use crate::service::backup::{self as backups, BackupsError, Made, Rows, Schedule};
use crate::service::safeguards::{Quarantine, Sign};
use crate::store::{Location, SqlStore};

pub(super) fn run(arguments: &Backup) -> Result<(), Failure> {
    let Backup { command, file, config, data, to } = arguments;
    match (command, file, config) {
        (Some(BackupCommand::Verify(arguments)), _, _) => verify(arguments),
        (None, Some(file), Some(config)) => {
            let listeners = Listeners::default();
            let configured = Configured { config: config.clone(), data: data.clone(), listeners };
            make(&configured, to.as_deref(), file)
        }
        // The parser asks for both where there is no other command.
        _ => Ok(()),
    }
}

fn make(configured: &Configured, to: Option<&Path>, file: &Path) -> Result<(), Failure> {
    let config = serve::load(configured)?;
    let to = to.or(config.backup.as_ref().map(|backup| backup.recipient.as_path()));
    let to = to.ok_or(ConfigError::Value {
        setting: "backup.recipient",
        reason: "is not set: name the public key with it, or with --to".to_owned(),
    })?;
    let recipient = public_key::key(to)?;
    let local = Local::open(configured, false)?;
    let made = backups::to_file(&local.ports, &recipient, file)?;
    print(&format!("{} holds {}\n", file.display(), text(&made)));
    Ok(())
}

fn verify(arguments: &BackupVerify) -> Result<(), Failure> {
    let path = &arguments.file;
    let source = open(path)?;
    let Some(key) = private_key(&arguments.key)? else {
        let header = backup::check(source).map_err(BackupsError::from)?;
        print(&format!(
            "{} is complete, of {}, for the key {}; what it holds is seen with that key: --key FILE\n",
            path.display(),
            header.contents.made_at,
            header.recipient
        ));
        return Ok(());
    };
    let made = backups::verify(source, &key)?;
    print(&format!("{} holds {}\n", path.display(), text(&made)));
    Ok(())
}

pub(super) fn restore(arguments: &Restore) -> Result<(), Failure> {
    let config = serve::load(&arguments.configured)?;
    logging::start(&config.log);
    let key = private_key(&arguments.key)?.ok_or(ConfigError::Value {
        setting: "--key",
        reason: "is not set: name the private key that opens the backup".to_owned(),
    })?;
    let mut rows = Rows::open(open(&arguments.file)?, &key)?;
    let location = instance::location(&config)?;
    check_owner(&config.data)?;
    make_folders(&config.data)?;
    // No server may begin to work on the file meanwhile.
    let folder = match &location {
        Location::Sqlite(_) => Some(Folder::open(&config.data, false)?),
        Location::Postgresql(_) => None,
    };
    let contents = rows.contents().clone();
    let mut failed = None;
    let restored = SqlStore::restore(&location, &contents.schema, &mut || {
        rows.next().map_err(|error| {
            let detail = error.to_string();
            failed = Some(error);
            StoreError::Damaged { detail }
        })
    });
    if let Some(error) = failed {
        return Err(error.into());
    }
    let restored = restored?;
    drop(folder);
    let local = Local::open(&arguments.configured, false)?;
    local.ports.store.put_setting(&local.act, "restored", &record(&contents))?;
    let quarantine = Quarantine {
        since: local.act.at,
        sign: Sign::Restored,
        has: contents.audit_sequence,
        had: None,
        floors: BTreeSet::new(),
    };
    quarantine.put(&local.ports, &local.act.continued(local.act.at))?;
    print(&format!(
        "{location} holds {}\nWhat was issued or revoked since is not in it: it issues nothing until ca-server recover was \
         run, with the off-host log or the lists that were published last.\n",
        text(&Made { contents, rows: restored })
    ));
    Ok(())
}

/// What the audit says of a restore.
fn record(contents: &Contents) -> String {
    serde_json::json!({
        "made_at": contents.made_at,
        "audit_sequence": contents.audit_sequence,
        "audit_hash": contents.audit_hash,
    })
    .to_string()
}

fn text(made: &Made) -> String {
    let Contents { made_at, audit_sequence, audit_hash, .. } = &made.contents;
    format!("{} rows of {made_at}; its audit ends with entry {audit_sequence}, hash {audit_hash}", made.rows)
}

fn open(path: &Path) -> Result<BufReader<File>, Failure> {
    let file = File::open(path).map_err(|source| BackupsError::File { path: path.to_owned(), source })?;
    Ok(BufReader::new(file))
}

fn private_key(arguments: &BackupKey) -> Result<Option<PrivateKey>, Failure> {
    let Some(path) = &arguments.key else { return Ok(None) };
    let password = arguments.password_file.as_deref().map(keystore::load_password).transpose()?;
    Ok(Some(keystore::load_private_key(path, password.as_ref())?))
}

/// The schedule of a configuration, where it has one. Its folder must be there: a disk that is not mounted is no folder.
pub(super) fn schedule(config: &Config, ports: &Ports) -> Result<Option<Schedule>, Failure> {
    let Some((backup, folder)) =
        config.backup.as_ref().and_then(|backup| Some((backup, backup.folder.clone()?)))
    else {
        return Ok(None);
    };
    let recipient = public_key::key(&backup.recipient)?;
    let schedule = Schedule {
        ports: ports.clone(),
        recipient,
        folder,
        every: SignedDuration::from_hours(backup.every_hours.into()),
        keep: backup.keep,
    };
    schedule.newest()?;
    Ok(Some(schedule))
}
