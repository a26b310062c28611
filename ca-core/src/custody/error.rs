//! Why a custody refuses.

use std::path::PathBuf;
use std::time::Duration;

use super::{KeyName, Kind};
use crate::algorithm::{KeySpec, SignError};
use crate::key::KeyError;
use crate::keystore::KeystoreError;

/// Why a custody refuses. No variant holds a secret.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CustodyError {
    /// There is no such key.
    #[error("there is no key {name} in {place}: check the name, or make the key")]
    KeyMissing {
        /// The name asked for.
        name: KeyName,
        /// The custody.
        place: String,
    },
    /// There is such a key, and keys are never replaced.
    #[error("there is a key {name} in {place} and it is not replaced: choose another name")]
    KeyExists {
        /// The name asked for.
        name: KeyName,
        /// The custody.
        place: String,
    },
    /// Several keys have the name, so that it is not clear which would sign.
    #[error("{count} keys in {place} are called {name}: rename all but one with the tool of the device")]
    KeyAmbiguous {
        /// The name asked for.
        name: KeyName,
        /// How many have it.
        count: usize,
        /// The custody.
        place: String,
    },
    /// The key is not what was stored under its name.
    #[error("the key {name} in {place} cannot be used: {reason}")]
    KeyUnusable {
        /// The name asked for.
        name: KeyName,
        /// The custody.
        place: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A kind of key that cannot be kept here.
    #[error("keys of {spec} cannot be kept in {place}: {reason}")]
    UnsupportedKey {
        /// The kind asked for.
        spec: KeySpec,
        /// The custody.
        place: String,
        /// Why.
        reason: &'static str,
    },
    /// Keys are made and destroyed by the administration of the device, not by a program.
    #[error(
        "{place} cannot {act} the key {name}: its keys are made and destroyed with the tool of its manufacturer"
    )]
    MadeElsewhere {
        /// The key.
        name: KeyName,
        /// What was asked, as a verb.
        act: &'static str,
        /// The custody.
        place: String,
    },
    /// A setting that makes no sense.
    #[error("{setting}: {reason}")]
    Setting {
        /// The setting.
        setting: &'static str,
        /// What is wrong with it and what would be right.
        reason: String,
    },
    /// A PIN is needed and none was given.
    #[error("{place} needs a PIN: set pin_file, or enter it when asked")]
    PinNeeded {
        /// The custody.
        place: String,
    },
    /// The PIN was refused.
    #[error("{place} refused the PIN: it is not tried again, since devices lock after a few wrong ones")]
    PinWrong {
        /// The custody.
        place: String,
    },
    /// One wrong PIN more would lock the device.
    #[error(
        "{place} locks with the next wrong PIN: log in once with the tool of the device, which counts from the start again"
    )]
    PinLastTry {
        /// The custody.
        place: String,
    },
    /// The device takes no PIN any more.
    #[error("{place} is locked after wrong PINs: its security officer has to unlock it")]
    PinLocked {
        /// The custody.
        place: String,
    },
    /// The library is not there or cannot be loaded.
    #[error("the library {} cannot be loaded: {reason}", path.display())]
    LibraryMissing {
        /// The library.
        path: PathBuf,
        /// What the loader said.
        reason: String,
    },
    /// The library does not offer the interface.
    #[error("{} is no library of {kind}: {reason}", path.display())]
    LibraryUnusable {
        /// The library.
        path: PathBuf,
        /// The interface wanted.
        kind: Kind,
        /// What it lacks.
        reason: String,
    },
    /// This program cannot load libraries.
    #[error("this program is linked statically and cannot load {}: use the dynamically linked one for {kind}", path.display())]
    StaticProgram {
        /// The library.
        path: PathBuf,
        /// The interface wanted.
        kind: Kind,
    },
    /// There is no such token.
    #[error("no token {wanted} behind {}; there are: {}", path.display(), listed(.found))]
    TokenMissing {
        /// What was looked for.
        wanted: String,
        /// The library.
        path: PathBuf,
        /// The labels and serial numbers of those that are there.
        found: Vec<String>,
    },
    /// Several tokens fit.
    #[error("{count} tokens behind {} are {wanted}: set serial", path.display())]
    TokenAmbiguous {
        /// What was looked for.
        wanted: String,
        /// How many fit.
        count: usize,
        /// The library.
        path: PathBuf,
    },
    /// The device does not answer in time.
    #[error("{place} did not {act} within {} s", limit.as_secs_f32())]
    TimedOut {
        /// What was asked, as a verb.
        act: &'static str,
        /// The custody.
        place: String,
        /// The bound.
        limit: Duration,
    },
    /// More acts wait for the device than it can do in time.
    #[error("{place} is busy: {waiting} acts wait for it")]
    Busy {
        /// The custody.
        place: String,
        /// How many wait.
        waiting: usize,
    },
    /// The device answered with an error.
    #[error("{place} could not {act}: {answer}")]
    Device {
        /// What was asked, as a verb.
        act: &'static str,
        /// The custody.
        place: String,
        /// The device's answer, by the name of its standard.
        answer: String,
    },
    /// The device answered something that cannot be.
    #[error("{place} answered wrongly when asked to {act}: {reason}")]
    Misbehaved {
        /// What was asked, as a verb.
        act: &'static str,
        /// The custody.
        place: String,
        /// What is wrong with the answer.
        reason: String,
    },
    /// A key file refuses.
    #[error(transparent)]
    Keystore(#[from] KeystoreError),
    /// A key refuses.
    #[error(transparent)]
    Key(#[from] KeyError),
}

fn listed(found: &[String]) -> String {
    if found.is_empty() { "none".to_owned() } else { found.join(", ") }
}

impl CustodyError {
    /// The stable name of the condition.
    pub fn code(&self) -> &'static str {
        match self {
            Self::KeyMissing { .. } => "custody-key-missing",
            Self::KeyExists { .. } => "custody-key-exists",
            Self::KeyAmbiguous { .. } => "custody-key-ambiguous",
            Self::KeyUnusable { .. } => "custody-key-unusable",
            Self::UnsupportedKey { .. } => "custody-key-unsupported",
            Self::MadeElsewhere { .. } => "custody-made-elsewhere",
            Self::Setting { .. } => "custody-setting",
            Self::PinNeeded { .. } => "custody-pin-needed",
            Self::PinWrong { .. } => "custody-pin-wrong",
            Self::PinLastTry { .. } => "custody-pin-last-try",
            Self::PinLocked { .. } => "custody-pin-locked",
            Self::LibraryMissing { .. } => "custody-library-missing",
            Self::LibraryUnusable { .. } => "custody-library-unusable",
            Self::StaticProgram { .. } => "custody-static-program",
            Self::TokenMissing { .. } => "custody-token-missing",
            Self::TokenAmbiguous { .. } => "custody-token-ambiguous",
            Self::TimedOut { .. } => "custody-timed-out",
            Self::Busy { .. } => "custody-busy",
            Self::Device { .. } => "custody-device",
            Self::Misbehaved { .. } => "custody-misbehaved",
            Self::Keystore(error) => error.code(),
            Self::Key(error) => error.code(),
        }
    }
}

impl From<CustodyError> for SignError {
    fn from(error: CustodyError) -> Self {
        Self::Custody { code: error.code(), reason: error.to_string() }
    }
}
