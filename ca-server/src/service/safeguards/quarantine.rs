//! The state of a store that went back in time.

use std::collections::BTreeSet;
use std::fmt;

use ca_core::issuance::AuthorityName;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::port::record::QUARANTINE;
use crate::port::{Act, Ports, StoreError};

/// How it is known that the store went back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sign {
    /// It was filled from a backup.
    Restored,
    /// Its file is older than the witness beside it.
    WitnessAhead,
    /// The off-host log tells of an entry of the audit that it does not hold.
    LogAhead,
    /// A list was published whose number it never gave out.
    ListAhead,
}

impl fmt::Display for Sign {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Restored => "it was filled from a backup",
            Self::WitnessAhead => "its file is older than the witness beside it",
            Self::LogAhead => "the off-host log tells of what it does not hold",
            Self::ListAhead => "a list is published that it does not know of",
        })
    }
}

/// A store that went back in time: nothing is issued until what it forgot is recovered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quarantine {
    /// Since when.
    pub since: Timestamp,
    /// How it is known.
    pub sign: Sign,
    /// The newest entry of its audit then.
    pub has: u64,
    /// The newest entry that its audit is known to have had, where that is known.
    pub had: Option<u64>,
    /// Authorities of which it is known which CRL numbers were used: their lists are published.
    pub floors: BTreeSet<AuthorityName>,
}

impl fmt::Display for Quarantine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { since, sign, has, had, .. } = self;
        write!(f, "the store went back in time ({sign}; noticed {since}; its audit ended at entry {has}")?;
        match had {
            Some(had) => write!(f, ", and had {had}")?,
            None => f.write_str(", and how far it was is not known")?,
        }
        f.write_str("): nothing is issued until ca-server recover was run")
    }
}

impl Quarantine {
    /// Whether the store is in quarantine.
    ///
    /// # Errors
    /// [`StoreError`]; what cannot be read stands as a quarantine, so that nobody issues.
    pub fn of(ports: &Ports) -> Result<Option<Self>, StoreError> {
        match ports.store.setting(QUARANTINE)?.as_deref() {
            None | Some("no") => Ok(None),
            Some(text) => serde_json::from_str(text).map(Some).map_err(|error| StoreError::Damaged {
                detail: format!("the setting {QUARANTINE}: {error}"),
            }),
        }
    }

    /// Puts the store in quarantine, or changes what is known of it.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn put(&self, ports: &Ports, act: &Act) -> Result<(), StoreError> {
        let text =
            serde_json::to_string(self).map_err(|error| StoreError::Damaged { detail: error.to_string() })?;
        ports.store.put_setting(act, QUARANTINE, &text)
    }

    /// Ends it.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn lift(ports: &Ports, act: &Act) -> Result<(), StoreError> {
        ports.store.put_setting(act, QUARANTINE, "no")
    }
}
