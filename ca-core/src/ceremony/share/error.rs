//! Why a share or a sealed key is refused.

use super::PassphraseError;
use crate::ceremony::{Digest, Mode};
use crate::encoding::pem::PemError;
use crate::key::KeyError;

/// Why a share or a sealed key is refused. Whoever is at fault is named.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ShareError {
    /// A threshold or number of officers that does not share a key.
    #[error("{threshold} of {officers} is no sharing")]
    Threshold {
        /// So many restore.
        threshold: u8,
        /// So many hold.
        officers: usize,
    },
    /// Two officers of one name.
    #[error("{officer} stands twice among the officers")]
    OfficerTwice {
        /// The name.
        officer: String,
    },
    /// The passphrase cannot be used.
    #[error("the passphrase of {officer}: {reason}")]
    Passphrase {
        /// Whose.
        officer: String,
        /// Why.
        reason: PassphraseError,
    },
    /// Two officers chose one passphrase.
    #[error("{officer} chose the same passphrase as {other}")]
    SamePassphrase {
        /// Whose.
        officer: String,
        /// The other.
        other: String,
    },
    /// Not PEM.
    #[error("this is no share: {0}")]
    Pem(#[from] PemError),
    /// Not the bytes of a share or sealed key.
    #[error("the {what} cannot be read: {reason}")]
    Malformed {
        /// What it is meant to be.
        what: &'static str,
        /// Why.
        reason: String,
    },
    /// A line of words with a mistake.
    #[error("line {line} of the words has a mistake: {reason}")]
    WordsLine {
        /// The line, from 1.
        line: usize,
        /// What is wrong.
        reason: &'static str,
    },
    /// Too many or too few lines of words.
    #[error("{found} lines of words, where this share has {expected}")]
    WordsLines {
        /// How many there are.
        found: usize,
        /// How many there should be.
        expected: usize,
    },
    /// Parameters of Argon2 that this program does not take.
    #[error(
        "the share of {officer} asks for {memory_kib} KiB, {passes} passes and {lanes} lanes of Argon2id: more than is computed for a file"
    )]
    Parameters {
        /// Whose.
        officer: String,
        /// Memory in KiB.
        memory_kib: u32,
        /// Passes.
        passes: u32,
        /// Lanes.
        lanes: u32,
    },
    /// The share of another key.
    #[error("the share of {officer} is of another key ({found}, not {expected})")]
    Foreign {
        /// Whose.
        officer: String,
        /// The digest of its key.
        found: String,
        /// The digest of the key wanted.
        expected: String,
    },
    /// A share of this key from before a renewal, or from after it.
    #[error(
        "the share of {officer} belongs to generation {found} of the shares, this sealed key to generation {expected}: shares of another generation do not open it"
    )]
    Outdated {
        /// Whose.
        officer: String,
        /// The share's generation.
        found: u32,
        /// The sealed key's.
        expected: u32,
    },
    /// A share of this generation, but not of this sealing.
    #[error("the share of {officer} was made in another ceremony than this sealed key")]
    OtherSealing {
        /// Whose.
        officer: String,
    },
    /// The set knows no such officer under that number.
    #[error("{officer} does not hold share {index} of this key")]
    NotAHolder {
        /// The name in the share.
        officer: String,
        /// The number in the share.
        index: u8,
    },
    /// Wrong passphrase, or a damaged share: an authenticated cipher does not tell them apart.
    #[error("the share of {officer} does not open: the passphrase is wrong, or the share is damaged")]
    NotOpened {
        /// Whose.
        officer: String,
    },
    /// The share opened, but is not the one that was committed to.
    #[error("the share of {officer} is not the one that the transcript commits to")]
    Commitment {
        /// Whose.
        officer: String,
    },
    /// The share was given already.
    #[error("the share of {officer} was given already: each officer counts once")]
    Twice {
        /// Whose.
        officer: String,
    },
    /// Not enough shares.
    #[error("{given} shares, where {threshold} restore the key")]
    TooFew {
        /// How many were given.
        given: usize,
        /// How many are needed.
        threshold: u8,
    },
    /// The sealed key does not open with shares that were all verified: it was altered.
    #[error("the shares are right, and the sealed key does not open: it is damaged")]
    SealedKey,
    /// The key inside is not the one that the set names.
    #[error("the sealed key holds the key {found}, not {expected}")]
    OtherKey {
        /// What it holds.
        found: Digest,
        /// What the set says.
        expected: Digest,
    },
    /// A real key or share in a rehearsal, or the other way round.
    #[error("a {found} share or sealed key in a {expected}")]
    Mixed {
        /// What it is of.
        found: Mode,
        /// What the ceremony is.
        expected: Mode,
    },
    /// The key cannot be written or read.
    #[error("{0}")]
    Key(#[from] KeyError),
    /// The library failed.
    #[error("the cipher failed: check this machine")]
    Library,
}

impl ShareError {
    /// A stable code of the error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Threshold { .. } => "share-threshold",
            Self::OfficerTwice { .. } => "share-officer-twice",
            Self::Passphrase { reason, .. } => reason.code(),
            Self::SamePassphrase { .. } => "share-same-passphrase",
            Self::Pem(error) => error.code(),
            Self::Malformed { .. } => "share-malformed",
            Self::WordsLine { .. } => "share-words-line",
            Self::WordsLines { .. } => "share-words-lines",
            Self::Parameters { .. } => "share-parameters",
            Self::Foreign { .. } => "share-foreign",
            Self::Outdated { .. } => "share-outdated",
            Self::OtherSealing { .. } => "share-other-sealing",
            Self::NotAHolder { .. } => "share-not-a-holder",
            Self::NotOpened { .. } => "share-not-opened",
            Self::Commitment { .. } => "share-commitment",
            Self::Twice { .. } => "share-twice",
            Self::TooFew { .. } => "shares-too-few",
            Self::SealedKey => "sealed-key-damaged",
            Self::OtherKey { .. } => "sealed-key-other-key",
            Self::Mixed { .. } => "rehearsal-mixed-with-real",
            Self::Key(error) => error.code(),
            Self::Library => "share-cipher-failed",
        }
    }
}
