//! The durable record of what was signed, where the keys are: nothing is given out before its line is on the disk.
//!
//! A line is the hash of the line before and of this one's text, and the text: JSON. Lines that are asked for at the same time share a
//! sync. A record that became long is divided at a start: the older volumes stay beside it, and are one chain with it.

mod head;
mod volumes;

use std::collections::HashMap;
use std::fs::{File, OpenOptions};
use std::io::{self, BufRead as _, BufReader, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ca_core::algorithm::digest::Sm3Hasher;
use ca_core::crl::PreviousCrl;
use jiff::Timestamp;
use schemas::signer::RefusalCode;
use serde::{Deserialize, Serialize};

use head::Head;

/// Longest line: an RSA signature of 4096 bits and the names fit several times.
const MAX_LINE: usize = 8 << 10;

/// A line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "kebab-case", deny_unknown_fields)]
pub(super) enum Entry {
    /// A certificate was signed.
    Certificate { at: Timestamp, authority: String, serial: String, tbs_hash: String, signature: String },
    /// A CRL was signed.
    List {
        at: Timestamp,
        authority: String,
        shard: Option<u16>,
        delta: bool,
        number: u64,
        this_update: Timestamp,
        tbs_hash: String,
    },
    /// What has this hash was not signed, and will not be.
    Recalled { at: Timestamp, authority: String, tbs_hash: String },
    /// The first line of a volume: how many lines there were before, and the hash of the last of them.
    Continued { at: Timestamp, lines: u64, after: String },
}

/// Lists that rise one above the other: of an authority, of a shard or the whole, full or delta.
pub(super) type Series = (String, Option<u16>, bool);

/// The record.
pub struct Journal {
    path: PathBuf,
    state: Mutex<State>,
    synced: Condvar,
    /// One recall at a time: the second must hear what the first found.
    recalls: Mutex<()>,
}

struct State {
    file: File,
    chain: [u8; 32],
    written: u64,
    synced: u64,
    syncing: bool,
    broken: bool,
    /// The newest list of each series, with its hash.
    floors: HashMap<Series, (PreviousCrl, String)>,
    /// When what was recalled, and of whom.
    recalled: HashMap<String, (Timestamp, String)>,
    head: Head,
}

/// Why the record cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// It cannot be read or written.
    #[error("the record of what was signed, {}, cannot be used: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// It is older than what was given out.
    #[error(
        "the record of what was signed, {}, does not hold its line {had}, after which signatures were given out: bring the newest \
         copy back, and find out who replaced it; only where there is none remove {} to go on without", path.display(), head.display()
    )]
    WentBack {
        /// The file.
        path: PathBuf,
        /// The line that it is known to have had.
        had: u64,
        /// The file that says so.
        head: PathBuf,
    },
    /// A line is not what was written.
    #[error(
        "line {line} of the record of what was signed, {}, was changed: find out by whom before this signer is used again",
        path.display()
    )]
    Changed {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: u64,
    },
}

impl JournalError {
    /// The stable code of this refusal.
    pub fn code(&self) -> &'static str {
        match self {
            Self::File { .. } => "signer-journal-unusable",
            Self::WentBack { .. } => "signer-journal-went-back",
            Self::Changed { .. } => "signer-journal-changed",
        }
    }
}

impl Journal {
    /// Opens the record, which is made where it is not there, and reads it through. A last line that was cut off by the loss of power
    /// was answered to nobody, and is removed. One that is older than what was given out is refused.
    ///
    /// # Errors
    /// [`JournalError`].
    pub fn open(path: &Path) -> Result<Self, JournalError> {
        let fails = |source| JournalError::File { path: path.to_owned(), source };
        volumes::finish(path).map_err(fails)?;
        let told = head::told(path).map_err(fails)?;
        let file =
            OpenOptions::new().read(true).append(true).create(true).mode(0o600).open(path).map_err(fails)?;
        if let Some(folder) = path.parent() {
            File::open(folder).and_then(|folder| folder.sync_all()).map_err(fails)?;
        }
        let mut state = State {
            file,
            chain: [0; 32],
            written: 0,
            synced: 0,
            syncing: false,
            broken: false,
            floors: HashMap::new(),
            recalled: HashMap::new(),
            head: Head::follow(path).map_err(fails)?,
        };
        let mut holds = told.is_none_or(|(line, _)| line == 0);
        let mut whole = 0;
        let mut lines = Lines::open(path).map_err(fails)?;
        while let Some(line) = lines.next().map_err(fails)? {
            if state.written == 0
                && let Some((before, after)) = volumes::begins(line)
            {
                (state.written, state.chain) = (before, after);
                // What is older than the volume is in those before it.
                holds |= told.is_some_and(|(had, _)| had < before);
                holds |= told == Some((before, after));
            }
            let number = state.written + 1;
            let changed = || JournalError::Changed { path: path.to_owned(), line: number };
            let (chain, entry) = read(&state.chain, line).ok_or_else(changed)?;
            state.chain = chain;
            state.written += 1;
            state.learn(&entry);
            holds |= told == Some((state.written, chain));
            whole += line.len() as u64 + 1;
        }
        if let Some((had, _)) = told.filter(|_| !holds) {
            return Err(JournalError::WentBack { path: path.to_owned(), had, head: head::path_of(path) });
        }
        state.file.set_len(whole).and_then(|()| state.file.sync_all()).map_err(fails)?;
        state.synced = state.written;
        state.head.note(state.written, &state.chain);
        Ok(Self {
            path: path.to_owned(),
            state: Mutex::new(state),
            synced: Condvar::new(),
            recalls: Mutex::new(()),
        })
    }

    /// How many lines there are.
    pub fn lines(&self) -> u64 {
        self.lock().written
    }

    /// The last list of a series.
    pub(super) fn floor(&self, series: &Series) -> Option<PreviousCrl> {
        self.lock().floors.get(series).map(|(floor, _)| *floor)
    }

    /// The record as a new volume, where it is longer than this; the old volume stays beside it. For a start.
    ///
    /// # Errors
    /// [`JournalError`].
    pub fn divided(self, now: Timestamp, longest: u64) -> Result<Self, JournalError> {
        let Self { path, state, .. } = self;
        let state = state.into_inner().unwrap_or_else(PoisonError::into_inner);
        let divided = state.divide(&path, now, longest);
        drop(state);
        divided.map_err(|source| JournalError::File { path: path.clone(), source })?;
        Self::open(&path)
    }

    /// Puts a line on the disk. What was recalled, and a list that does not rise, are refused: two that were asked for at once may
    /// both have come so far.
    pub(super) fn append(&self, entry: &Entry) -> Result<(), RefusalCode> {
        let mut state = self.lock();
        match entry {
            Entry::Certificate { tbs_hash, .. } if state.recalled.contains_key(tbs_hash) => {
                return Err(RefusalCode::SignerRecalled);
            }
            Entry::List { authority, shard, delta, number, .. } => {
                let series = (authority.clone(), *shard, *delta);
                if state.floors.get(&series).is_some_and(|(floor, _)| floor.number >= *number) {
                    return Err(RefusalCode::SignerCrlOrder);
                }
            }
            _ => {}
        }
        let ticket = state.write(entry)?;
        self.wait(state, ticket)
    }

    /// The signature of a certificate; where there is none, a line says that there will be none.
    pub(super) fn recall(
        &self,
        at: Timestamp,
        authority: &str,
        tbs_hash: &str,
    ) -> Result<Option<Vec<u8>>, RefusalCode> {
        let _turn = self.recalls.lock().unwrap_or_else(PoisonError::into_inner);
        let ticket = {
            let mut state = self.lock();
            if state.broken {
                return Err(RefusalCode::SignerRecord);
            }
            if state.recalled.contains_key(tbs_hash) {
                return Ok(None);
            }
            state.recalled.insert(tbs_hash.to_owned(), (at, authority.to_owned()));
            state.written
        };
        // From here on nothing is signed under this hash: what was, stands in the lines up to now.
        self.wait(self.lock(), ticket)?;
        let found = self.find(tbs_hash).map_err(|error| {
            tracing::error!(%error, "the record of what was signed cannot be read");
            RefusalCode::SignerRecord
        });
        match found {
            Ok(None) => {
                let entry =
                    Entry::Recalled { at, authority: authority.to_owned(), tbs_hash: tbs_hash.to_owned() };
                self.append(&entry)?;
                Ok(None)
            }
            other => {
                self.lock().recalled.remove(tbs_hash);
                other
            }
        }
    }

    /// Looks into the newest volume first: who recalls has mostly asked a moment ago.
    fn find(&self, wanted: &str) -> io::Result<Option<Vec<u8>>> {
        for volume in std::iter::once(self.path.clone()).chain(volumes::older(&self.path)?) {
            let mut lines = Lines::open(&volume)?;
            while let Some(line) = lines.next()? {
                let Some((_, text)) = line.split_once(' ') else { continue };
                if !text.contains(wanted) {
                    continue;
                }
                if let Ok(Entry::Certificate { tbs_hash, signature, .. }) = serde_json::from_str(text)
                    && tbs_hash == wanted
                {
                    return STANDARD.decode(signature).map(Some).map_err(io::Error::other);
                }
            }
        }
        Ok(None)
    }

    /// Waits until a line is on the disk; whoever comes first syncs for all that are written.
    fn wait<'a>(&'a self, mut state: MutexGuard<'a, State>, ticket: u64) -> Result<(), RefusalCode> {
        loop {
            if state.broken {
                return Err(RefusalCode::SignerRecord);
            }
            if state.synced >= ticket {
                return Ok(());
            }
            if state.syncing {
                state = self.synced.wait(state).unwrap_or_else(PoisonError::into_inner);
                continue;
            }
            state.syncing = true;
            let (reached, chain) = (state.written, state.chain);
            let file = state.file.try_clone();
            drop(state);
            let done = file.and_then(|file| file.sync_data());
            state = self.lock();
            state.syncing = false;
            match done {
                Ok(()) => {
                    state.synced = reached;
                    state.head.note(reached, &chain);
                }
                // What the disk has is not known any more.
                Err(error) => state.fail(&error),
            }
            self.synced.notify_all();
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn write(&mut self, entry: &Entry) -> Result<u64, RefusalCode> {
        if self.broken {
            return Err(RefusalCode::SignerRecord);
        }
        let (chain, line) = line_of(&self.chain, entry).map_err(|_| RefusalCode::SignerRecord)?;
        if let Err(error) = self.file.write_all(line.as_bytes()) {
            self.fail(&error);
            return Err(RefusalCode::SignerRecord);
        }
        self.chain = chain;
        self.written += 1;
        self.learn(entry);
        Ok(self.written)
    }

    fn fail(&mut self, error: &io::Error) {
        tracing::error!(%error, outcome = "signer-record", "what is signed cannot be put on record: nothing is signed until a restart");
        self.broken = true;
    }

    fn learn(&mut self, entry: &Entry) {
        match entry {
            Entry::Certificate { .. } | Entry::Continued { .. } => {}
            Entry::List { authority, shard, delta, number, this_update, tbs_hash, .. } => {
                let series = (authority.clone(), *shard, *delta);
                let floor = PreviousCrl { number: *number, this_update: *this_update };
                self.floors.insert(series, (floor, tbs_hash.clone()));
            }
            Entry::Recalled { at, authority, tbs_hash } => {
                self.recalled.insert(tbs_hash.clone(), (*at, authority.clone()));
            }
        }
    }
}

/// Whole lines, one after the other.
struct Lines {
    reader: BufReader<File>,
    line: Vec<u8>,
}

impl Lines {
    fn open(path: &Path) -> io::Result<Self> {
        Ok(Self { reader: BufReader::with_capacity(1 << 18, File::open(path)?), line: Vec::new() })
    }

    /// None after the last line with an end. Octets that are no text are a line that says nothing.
    fn next(&mut self) -> io::Result<Option<&str>> {
        self.line.clear();
        let mut bounded = io::Read::take(&mut self.reader, MAX_LINE as u64);
        bounded.read_until(b'\n', &mut self.line)?;
        if self.line.last() != Some(&b'\n') {
            let over = self.line.len() == MAX_LINE;
            return if over { Ok(Some("")) } else { Ok(None) };
        }
        self.line.pop();
        Ok(Some(std::str::from_utf8(&self.line).unwrap_or_default()))
    }
}

fn read(chain: &[u8; 32], line: &str) -> Option<([u8; 32], Entry)> {
    let (hash, text) = line.split_once(' ')?;
    let expected = next(chain, text.as_bytes());
    (hash == hex::encode(expected)).then_some(())?;
    Some((expected, serde_json::from_str(text).ok()?))
}

/// A line and its hash.
fn line_of(chain: &[u8; 32], entry: &Entry) -> serde_json::Result<([u8; 32], String)> {
    let text = serde_json::to_string(entry)?;
    let chain = next(chain, text.as_bytes());
    Ok((chain, format!("{} {text}\n", hex::encode(chain))))
}

fn next(chain: &[u8; 32], text: &[u8]) -> [u8; 32] {
    let mut hash = Sm3Hasher::default();
    hash.update(chain);
    hash.update(text);
    hash.finish()
}

#[cfg(test)]
#[path = "journal_tests.rs"]
mod tests;
