//! What is asked about one certificate, and what one kind of evidence says.

use super::fault::Fault;
use super::validator::IssuerOf;
use super::{Evidence, Source};
use crate::x509::Certificate;
use crate::x509::extension::ReasonCode;
use jiff::Timestamp;

/// Whether `certificate` of `issuer` is revoked at `at`.
pub(super) struct Asked<'a, 'q> {
    pub(super) certificate: &'a Certificate,
    pub(super) issuer: &'q IssuerOf<'q>,
    pub(super) evidence: &'a Evidence,
    pub(super) at: Timestamp,
}

impl Asked<'_, '_> {
    /// Whether what was known at `this_update` is no older than the relying party takes.
    pub(super) fn young_enough(&self, this_update: Timestamp) -> Result<(), Fault> {
        match self.evidence.max_age {
            Some(maximum) if self.at.duration_since(this_update) > maximum => {
                Err(Fault::TooOld { this_update, maximum })
            }
            _ => Ok(()),
        }
    }
}

/// Revoked or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Good,
    Revoked { since: Timestamp, reason: Option<ReasonCode> },
}

impl Verdict {
    /// Whether no later answer can take it back.
    pub(super) fn is_final(self) -> bool {
        match self {
            Self::Good => false,
            Self::Revoked { reason, .. } => reason != Some(ReasonCode::CertificateHold),
        }
    }
}

/// What one kind of evidence says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) verdict: Verdict,
    pub(super) this_update: Timestamp,
    pub(super) next_update: Option<Timestamp>,
    pub(super) source: Source,
}

impl Found {
    /// As fresh as the less fresh of both.
    pub(super) fn with(self, other: &Self) -> Self {
        Self {
            this_update: self.this_update.min(other.this_update),
            next_update: self.next_update.into_iter().chain(other.next_update).min(),
            ..self
        }
    }
}
