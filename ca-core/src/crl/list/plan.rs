//! What a list is, before its entries.

use jiff::Timestamp;

use crate::crl::plan::check_rising;
use crate::crl::{CrlPlanError, PreviousCrl};
use crate::encoding::time::whole_seconds;

/// Whether a list is complete in its scope.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListKind {
    /// All that is held or revoked.
    Full,
    /// What changed since the full list with this number (RFC 5280 §5.2.4).
    Delta {
        /// BaseCRLNumber.
        base: u64,
    },
}

/// A list to be: it rises above those before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListPlan {
    pub(super) number: u64,
    pub(super) this_update: Timestamp,
    pub(super) next_update: Timestamp,
    pub(super) kind: ListKind,
    pub(super) location: Option<String>,
    pub(super) freshest: Option<String>,
    pub(super) keeps_expired_since: Option<Timestamp>,
}

impl ListPlan {
    /// The list that comes after `previous` in its scope, which is none for the first one. A full list and a delta that are
    /// issued together have one number, and the same one before. Times are cut to whole seconds.
    ///
    /// # Errors
    /// [`CrlPlanError`].
    pub fn after(
        previous: Option<PreviousCrl>,
        number: u64,
        this_update: Timestamp,
        next_update: Timestamp,
        kind: ListKind,
    ) -> Result<Self, CrlPlanError> {
        let (this_update, next_update) = (whole_seconds(this_update), whole_seconds(next_update));
        check_rising(previous, number, this_update, next_update)?;
        if let ListKind::Delta { base } = kind
            && number <= base
        {
            return Err(CrlPlanError::Number { previous: base, number });
        }
        let (location, freshest, keeps_expired_since) = (None, None, None);
        Ok(Self { number, this_update, next_update, kind, location, freshest, keeps_expired_since })
    }

    /// Only for certificates that name this URL in their CRL distribution points: issuingDistributionPoint (RFC 5280
    /// §5.2.5).
    #[must_use]
    pub fn only_for(self, url: Option<String>) -> Self {
        Self { location: url, ..self }
    }

    /// Says where delta lists are: freshestCRL (RFC 5280 §5.2.6). A delta says nothing of it.
    #[must_use]
    pub fn with_deltas_at(self, url: Option<String>) -> Self {
        Self { freshest: url, ..self }
    }

    /// Says that what expired since then is listed still: expiredCertsOnCRL (ITU-T X.509 §9.5.2.8).
    #[must_use]
    pub fn keeping_expired_since(self, since: Option<Timestamp>) -> Self {
        Self { keeps_expired_since: since, ..self }
    }

    /// CRLNumber.
    #[must_use]
    pub const fn number(&self) -> u64 {
        self.number
    }

    /// thisUpdate, in whole seconds.
    #[must_use]
    pub const fn this_update(&self) -> Timestamp {
        self.this_update
    }

    /// nextUpdate, in whole seconds.
    #[must_use]
    pub const fn next_update(&self) -> Timestamp {
        self.next_update
    }
}
