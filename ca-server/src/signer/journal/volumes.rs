//! A record in several files: the newest has the name of the record, those before it a number after that.
//!
//! A volume begins with a line that says what came before. Then come the lines that are still needed: the newest list of each series, and
//! what was recalled lately. Certificates are looked up in the older volumes too, so that those stay where they are as long as
//! intents may be open.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use jiff::{SignedDuration, Timestamp};

use super::{Entry, State, line_of};

/// For how long what was recalled is known after that: no ask is answered whose time is older than some minutes.
const RECALLED: SignedDuration = SignedDuration::from_hours(1);

fn with(record: &Path, end: &str) -> PathBuf {
    let mut name = record.as_os_str().to_owned();
    name.push(end);
    name.into()
}

/// Where the next volume is written until it is whole.
fn draft(record: &Path) -> PathBuf {
    with(record, "-next")
}

/// The older volumes, the newest first.
pub(super) fn older(record: &Path) -> io::Result<Vec<PathBuf>> {
    let mut volumes = Vec::new();
    for number in 1.. {
        let volume = with(record, &format!(".{number}"));
        if !volume.try_exists()? {
            break;
        }
        volumes.push(volume);
    }
    volumes.reverse();
    Ok(volumes)
}

/// What a first line says of what came before it.
pub(super) fn begins(line: &str) -> Option<(u64, [u8; 32])> {
    let (_, text) = line.split_once(' ')?;
    let Ok(Entry::Continued { lines, after, .. }) = serde_json::from_str(text) else { return None };
    let mut chain = [0; 32];
    hex::decode_to_slice(after, &mut chain).ok()?;
    Some((lines, chain))
}

/// Finishes a division that was cut short: where the old volume has its number already the new one is whole; otherwise it is
/// written again.
pub(super) fn finish(record: &Path) -> io::Result<()> {
    let draft = draft(record);
    if !draft.try_exists()? {
        return Ok(());
    }
    if record.try_exists()? {
        return fs::remove_file(draft);
    }
    fs::rename(draft, record)?;
    sync_folder(record)
}

fn sync_folder(record: &Path) -> io::Result<()> {
    record.parent().map_or(Ok(()), |folder| File::open(folder)?.sync_all())
}

impl State {
    /// Divides the record where it is longer than this.
    pub(super) fn divide(&self, record: &Path, now: Timestamp, longest: u64) -> io::Result<()> {
        if self.file.metadata()?.len() <= longest {
            return Ok(());
        }
        let mut chain = self.chain;
        let mut text = String::new();
        for entry in self.kept(now) {
            let (hash, line) = line_of(&chain, &entry)?;
            chain = hash;
            text += &line;
        }
        let draft = draft(record);
        let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&draft)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        let number = older(record)?.len() + 1;
        let volume = with(record, &format!(".{number}"));
        fs::rename(record, &volume)?;
        sync_folder(record)?;
        fs::rename(draft, record)?;
        sync_folder(record)?;
        tracing::info!(
            outcome = "signer-record-divided", volume = %volume.display(), lines = self.written,
            "the record of what was signed goes on in a new volume"
        );
        Ok(())
    }

    /// What a new volume begins with.
    fn kept(&self, now: Timestamp) -> Vec<Entry> {
        let mut kept =
            vec![Entry::Continued { at: now, lines: self.written, after: hex::encode(self.chain) }];
        for ((authority, shard, delta), (floor, tbs_hash)) in &self.floors {
            kept.push(Entry::List {
                at: now,
                authority: authority.clone(),
                shard: *shard,
                delta: *delta,
                number: floor.number,
                this_update: floor.this_update,
                tbs_hash: tbs_hash.clone(),
            });
        }
        for (tbs_hash, (at, authority)) in &self.recalled {
            if now.duration_since(*at) < RECALLED {
                let (authority, tbs_hash) = (authority.clone(), tbs_hash.clone());
                kept.push(Entry::Recalled { at: *at, authority, tbs_hash });
            }
        }
        kept
    }
}
