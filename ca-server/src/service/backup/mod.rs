//! Backups: every row of the store, encrypted to one key.
//!
//! Inside of the container of [`ca_core::backup`] stands text: for each row its table, a tab, its columns as JSON and a line
//! feed, and at last `end`, a tab and how many rows there were. Keys of authorities are not in it: they are where custody
//! keeps them.

mod error;
mod read;
mod schedule;

use std::fs::{File, OpenOptions};
use std::io::{BufWriter, Write};
use std::ops::ControlFlow;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use ca_core::backup::{BackupError, Contents, Sealer};
use ca_core::key::PublicKey;

use crate::port::Ports;
use crate::port::store::Part;

pub use error::BackupsError;
pub use read::{Rows, verify};
pub use schedule::Schedule;

/// A backup that was made or read to its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Made {
    /// What it holds.
    pub contents: Contents,
    /// How many rows.
    pub rows: u64,
}

/// Writes a backup of the store as it is now, while others go on.
///
/// # Errors
/// [`BackupsError`]; what was written is then no backup.
pub fn write<W: Write>(ports: &Ports, recipient: &PublicKey, out: W) -> Result<(Made, W), BackupsError> {
    let (mut out, mut sealing) = (Some(out), None);
    let (mut failed, mut rows) = (None, 0_u64);
    ports.store.dump(&mut |part| {
        let written = match part {
            Part::State { schema, head } => {
                let contents = Contents {
                    made_at: ports.clock.now(),
                    schema,
                    audit_sequence: head.sequence,
                    audit_hash: hex::encode(head.hash),
                };
                out.take().map_or(Ok(()), |out| {
                    let mut rng = ports.randomness.generator();
                    let sealer = Sealer::new(out, recipient, contents.clone(), &mut *rng)?;
                    sealing = Some((sealer, contents));
                    Ok(())
                })
            }
            Part::Row { table, json } => sealing.as_mut().map_or(Ok(()), |(sealer, _)| {
                rows += 1;
                writeln!(sealer, "{table}\t{json}").map_err(BackupError::from)
            }),
        };
        written.map_or_else(
            |error| {
                failed = Some(error);
                ControlFlow::Break(())
            },
            ControlFlow::Continue,
        )
    })?;
    if let Some(error) = failed {
        return Err(error.into());
    }
    // The state always comes first.
    let (mut sealer, contents) = sealing.ok_or(BackupsError::Unfinished)?;
    writeln!(sealer, "{}\t{rows}", read::END).map_err(BackupError::from)?;
    Ok((Made { contents, rows }, sealer.finish()?))
}

/// Writes a backup into a file that is not there yet. It gets its name when it is whole and on the disk.
///
/// # Errors
/// [`BackupsError`]; the file is then not there.
pub fn to_file(ports: &Ports, recipient: &PublicKey, path: &Path) -> Result<Made, BackupsError> {
    let failed = |source| BackupsError::File { path: path.to_owned(), source };
    if path.exists() {
        return Err(BackupsError::Exists { path: path.to_owned() });
    }
    let unfinished = unfinished(path);
    let written = write_file(ports, recipient, &unfinished, failed)
        .and_then(|made| std::fs::hard_link(&unfinished, path).map_err(failed).map(|()| made));
    // Nobody needs a part of a backup.
    let _ = std::fs::remove_file(&unfinished);
    let made = written?;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(failed)?;
    Ok(made)
}

fn write_file(
    ports: &Ports,
    recipient: &PublicKey,
    path: &Path,
    failed: impl Fn(std::io::Error) -> BackupsError + Copy,
) -> Result<Made, BackupsError> {
    let file =
        OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path).map_err(failed)?;
    let (made, out) = write(ports, recipient, BufWriter::new(file))?;
    let file = out.into_inner().map_err(|error| failed(error.into_error()))?;
    file.sync_all().map_err(failed)?;
    Ok(made)
}

/// The name of a file until it is whole.
fn unfinished(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push("-unfinished");
    name.into()
}
