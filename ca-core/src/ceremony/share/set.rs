//! Who holds which share of which key.

use serde::{Deserialize, Serialize};

use super::{MAX_OFFICERS, ShareError};
use crate::ceremony::value::hex_bytes;
use crate::ceremony::{Digest, Mode};

/// Octets that tell one sealing from another.
pub(super) const SET_ID: usize = 16;

/// What is known in the open about the shares of one sealing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShareSet {
    /// Random, and another one for each sealing.
    #[serde(with = "hex_bytes")]
    pub id: [u8; SET_ID],
    /// Whether the key is real.
    pub mode: Mode,
    /// SM3 of the plan of the ceremony that made the shares.
    pub ceremony: Digest,
    /// SM3 of the SubjectPublicKeyInfo of the key.
    pub key: Digest,
    /// 1 for the first shares of a key, one more with each renewal.
    pub generation: u32,
    /// So many shares restore the key.
    pub threshold: u8,
    /// Who holds one; share 1 is the first.
    pub holders: Vec<Holder>,
}

/// Who holds a share.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Holder {
    /// The officer's name in the plan.
    pub officer: String,
    /// Commits to the share: SM3 over set, number and share, which has 256 random bits.
    pub commitment: Digest,
}

impl ShareSet {
    /// Whether it is one that this program makes.
    pub(crate) fn check(&self) -> Result<(), ShareError> {
        let officers = self.holders.len();
        if self.threshold < 2 || usize::from(self.threshold) > officers || officers > MAX_OFFICERS {
            return Err(ShareError::Threshold { threshold: self.threshold, officers });
        }
        for (at, holder) in self.holders.iter().enumerate() {
            if self.holders[..at].iter().any(|other| other.officer == holder.officer) {
                return Err(ShareError::OfficerTwice { officer: holder.officer.clone() });
            }
        }
        Ok(())
    }

    /// The holder of a share by its number, from 1.
    #[must_use]
    pub fn holder(&self, index: u8) -> Option<&Holder> {
        usize::from(index).checked_sub(1).and_then(|at| self.holders.get(at))
    }

    /// The number of an officer's share, from 1.
    #[must_use]
    pub fn index_of(&self, officer: &str) -> Option<u8> {
        let at = self.holders.iter().position(|holder| holder.officer == officer)?;
        u8::try_from(at + 1).ok()
    }

    /// What commits to a share.
    pub(super) fn commitment(id: &[u8; SET_ID], index: u8, officer: &str, value: &[u8]) -> Digest {
        Digest::of_parts("cityca-share-commitment-1", &[id, &[index], officer.as_bytes(), value])
    }

    /// What binds sealed key and shares to this set, but for the commitments, which are made after the shares.
    pub(super) fn binding(&self) -> Digest {
        let officers: Vec<&[u8]> = self.holders.iter().map(|holder| holder.officer.as_bytes()).collect();
        let mode = [u8::from(self.mode == Mode::Rehearsal)];
        let generation = self.generation.to_be_bytes();
        let threshold = [self.threshold];
        let mut parts: Vec<&[u8]> =
            vec![&self.id, &mode, &self.ceremony.0, &self.key.0, &generation, &threshold];
        parts.extend(officers);
        Digest::of_parts("cityca-share-set-1", &parts)
    }
}
