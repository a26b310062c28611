//! How long certificates are valid.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::encoding::time::whole_seconds;
use crate::x509::validity::{Validity, ValidityError};

/// The longest back-dating, in minutes: enough for clocks that are slow, too little to predate an event.
pub const MAX_BACKDATE_MINUTES: u32 = 60;

/// The longest validity of any profile, in days: a hundred years.
pub const MAX_DAYS: u32 = 36_525;

/// How long the certificates of a profile are valid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ValidityPolicy {
    /// Days of validity where the requester chooses no end. Both ends belong to the validity (RFC 5280
    /// section 4.1.2.5), so that notAfter is a second less than that many days behind notBefore.
    pub default_days: u32,
    /// The most days that a requester may choose.
    pub max_days: u32,
    /// How long before the time of issuing validity begins, in minutes, at most sixty; never before the
    /// issuer's own.
    pub backdate_minutes: u32,
    /// What becomes of an end behind the issuer's.
    pub beyond_issuer: BeyondIssuer,
}

/// What becomes of a validity that would end after the issuer's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BeyondIssuer {
    /// It ends with the issuer's, also where the requester chose the end.
    Shorten,
    /// The request is refused.
    Refuse,
}

/// Why no validity can be given.
#[derive(Debug, Error)]
pub enum ValidityRefusal {
    /// The issuer is not valid at the time of issuing.
    #[error("the issuer is valid from {not_before} to {not_after}, not at {now}")]
    IssuerNotValid {
        /// The time of issuing.
        now: Timestamp,
        /// Begin of the issuer's validity.
        not_before: Timestamp,
        /// End of the issuer's validity.
        not_after: Timestamp,
    },
    /// The chosen end is not in the future.
    #[error("the chosen end of validity {not_after} is not after {now}")]
    EndInThePast {
        /// The chosen end.
        not_after: Timestamp,
        /// The time of issuing.
        now: Timestamp,
    },
    /// The chosen end is further away than the profile allows.
    #[error("the chosen end of validity {not_after} is after {latest}, the last that this profile allows")]
    EndTooLate {
        /// The chosen end.
        not_after: Timestamp,
        /// The last end allowed.
        latest: Timestamp,
    },
    /// The end is behind the issuer's, and the profile refuses to shorten.
    #[error("validity to {not_after} would outlast the issuer's, which ends {issuer_not_after}")]
    BeyondIssuer {
        /// The end asked for.
        not_after: Timestamp,
        /// The end of the issuer's validity.
        issuer_not_after: Timestamp,
    },
    /// The times cannot be represented.
    #[error("the validity cannot be represented: {0}")]
    Range(#[from] ValidityError),
    /// The arithmetic leaves the range of dates.
    #[error("a validity of {days} days from {now} leaves the range of dates")]
    Overflow {
        /// Days of validity.
        days: u32,
        /// The time of issuing.
        now: Timestamp,
    },
}

impl ValidityRefusal {
    /// A stable code of the refusal.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::IssuerNotValid { .. } => "issuer-not-valid",
            Self::EndInThePast { .. } => "not-after-in-the-past",
            Self::EndTooLate { .. } => "not-after-too-late",
            Self::BeyondIssuer { .. } => "not-after-beyond-issuer",
            Self::Range(_) | Self::Overflow { .. } => "validity-out-of-range",
        }
    }
}

impl ValidityPolicy {
    /// The validity of a certificate issued at `now`, inside `issuer` (None for a self-signed root). Begins at
    /// most the back-dating before `now`, and ends when `chosen` says, or after the default days.
    ///
    /// # Errors
    /// [`ValidityRefusal`] where the issuer is not valid, the chosen end is past, too late or, with
    /// [`BeyondIssuer::Refuse`], behind the issuer's.
    pub fn apply(
        &self,
        now: Timestamp,
        chosen: Option<Timestamp>,
        issuer: Option<&Validity>,
    ) -> Result<Validity, ValidityRefusal> {
        let now = whole_seconds(now);
        let backdate = SignedDuration::from_mins(i64::from(self.backdate_minutes));
        let mut not_before = now
            .checked_sub(backdate)
            .map_err(|_| ValidityRefusal::Overflow { days: self.default_days, now })?;
        if let Some(issuer) = issuer {
            if !issuer.contains(now) {
                return Err(ValidityRefusal::IssuerNotValid {
                    now,
                    not_before: issuer.not_before,
                    not_after: issuer.not_after,
                });
            }
            not_before = not_before.max(issuer.not_before);
        }
        let latest = end(not_before, self.max_days, now)?;
        let mut not_after = match chosen.map(whole_seconds) {
            None => end(not_before, self.default_days, now)?,
            Some(not_after) if not_after <= now => {
                return Err(ValidityRefusal::EndInThePast { not_after, now });
            }
            Some(not_after) if not_after > latest => {
                return Err(ValidityRefusal::EndTooLate { not_after, latest });
            }
            Some(not_after) => not_after,
        };
        if let Some(issuer) = issuer.filter(|issuer| not_after > issuer.not_after) {
            if self.beyond_issuer == BeyondIssuer::Refuse {
                return Err(ValidityRefusal::BeyondIssuer { not_after, issuer_not_after: issuer.not_after });
            }
            not_after = issuer.not_after;
        }
        Ok(Validity::new(not_before, not_after)?)
    }
}

/// The last second of `days` days that begin with `not_before`.
fn end(not_before: Timestamp, days: u32, now: Timestamp) -> Result<Timestamp, ValidityRefusal> {
    let length = SignedDuration::from_secs(i64::from(days) * 86_400 - 1);
    not_before.checked_add(length).map_err(|_| ValidityRefusal::Overflow { days, now })
}
