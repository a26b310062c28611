//! What the next CRL says.

use jiff::Timestamp;

use crate::encoding::time::whole_seconds;
use crate::revocation::Reason;
use crate::x509::SerialNumber;

/// A certificate that the next CRL lists, RFC 5280 §5.1.2.6.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RevokedEntry {
    /// The certificate's serial.
    pub serial: SerialNumber,
    /// When it was revoked or held.
    pub at: Timestamp,
    /// Why; certificateHold for a held one. `unspecified` is not written (RFC 5280 §5.3.1).
    pub reason: Option<Reason>,
    /// Since when the key is suspected, RFC 5280 §5.3.2.
    pub invalidity_date: Option<Timestamp>,
}

/// The CRL that the next one comes after.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PreviousCrl {
    /// Its CRLNumber.
    pub number: u64,
    /// Its thisUpdate.
    pub this_update: Timestamp,
}

/// A full CRL to be: it rises above the one before, and lists each certificate once, ordered by serial.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CrlPlan {
    number: u64,
    this_update: Timestamp,
    next_update: Timestamp,
    entries: Vec<RevokedEntry>,
}

/// Why there is no such CRL.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CrlPlanError {
    /// The numbers of an authority's CRLs rise (RFC 5280 §5.2.3).
    #[error("CRL number {number} does not rise above {previous}, that of the CRL before")]
    Number {
        /// The number of the CRL before.
        previous: u64,
        /// The number asked for.
        number: u64,
    },
    /// thisUpdate never falls: the clock was set back, or is behind that of another server.
    #[error("thisUpdate {this_update} is before {previous}, that of the CRL before; is the clock right?")]
    ThisUpdate {
        /// thisUpdate of the CRL before.
        previous: Timestamp,
        /// thisUpdate asked for.
        this_update: Timestamp,
    },
    /// It would have ended before it began.
    #[error("nextUpdate {next_update} is not after thisUpdate {this_update}")]
    NextUpdate {
        /// thisUpdate.
        this_update: Timestamp,
        /// nextUpdate.
        next_update: Timestamp,
    },
    /// A certificate would stand twice.
    #[error("serial {serial} is listed twice")]
    Twice {
        /// Its serial.
        serial: SerialNumber,
    },
    /// removeFromCRL stands in delta CRLs only (RFC 5280 §5.3.1).
    #[error("serial {serial} has the reason removeFromCRL, which stands in delta CRLs only")]
    RemoveFromCrl {
        /// Its serial.
        serial: SerialNumber,
    },
}

impl CrlPlanError {
    /// Stable code of this refusal.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Number { .. } => "crl-number-not-rising",
            Self::ThisUpdate { .. } => "crl-this-update-falls",
            Self::NextUpdate { .. } => "crl-next-update",
            Self::Twice { .. } => "crl-serial-twice",
            Self::RemoveFromCrl { .. } => "crl-remove-from-crl",
        }
    }
}

/// Numbers rise, thisUpdate does not fall, and nextUpdate comes after it; all in whole seconds but those of `previous`.
pub(super) fn check_rising(
    previous: Option<PreviousCrl>,
    number: u64,
    this_update: Timestamp,
    next_update: Timestamp,
) -> Result<(), CrlPlanError> {
    if let Some(previous) = previous {
        if number <= previous.number {
            return Err(CrlPlanError::Number { previous: previous.number, number });
        }
        let previous = whole_seconds(previous.this_update);
        if this_update < previous {
            return Err(CrlPlanError::ThisUpdate { previous, this_update });
        }
    }
    if next_update <= this_update {
        return Err(CrlPlanError::NextUpdate { this_update, next_update });
    }
    Ok(())
}

impl CrlPlan {
    /// The CRL that comes after `previous`, which is none for the first one. Times are cut to whole seconds; entries may
    /// come in any order.
    ///
    /// # Errors
    /// [`CrlPlanError`].
    pub fn after(
        previous: Option<PreviousCrl>,
        number: u64,
        this_update: Timestamp,
        next_update: Timestamp,
        mut entries: Vec<RevokedEntry>,
    ) -> Result<Self, CrlPlanError> {
        let (this_update, next_update) = (whole_seconds(this_update), whole_seconds(next_update));
        check_rising(previous, number, this_update, next_update)?;
        entries.sort_by(|one, other| one.serial.cmp(&other.serial));
        if let Some(pair) = entries.windows(2).find(|pair| pair[0].serial == pair[1].serial) {
            return Err(CrlPlanError::Twice { serial: pair[0].serial.clone() });
        }
        if let Some(entry) = entries.iter().find(|entry| entry.reason == Some(Reason::RemoveFromCrl)) {
            return Err(CrlPlanError::RemoveFromCrl { serial: entry.serial.clone() });
        }
        Ok(Self { number, this_update, next_update, entries })
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

    /// The entries, ordered by serial.
    #[must_use]
    pub fn entries(&self) -> &[RevokedEntry] {
        &self.entries
    }

    pub(super) fn into_entries(self) -> Vec<RevokedEntry> {
        self.entries
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + second).unwrap()
    }

    fn entry(serial: &str) -> RevokedEntry {
        RevokedEntry { serial: serial.parse().unwrap(), at: at(-5), reason: None, invalidity_date: None }
    }

    fn plan(
        previous: Option<PreviousCrl>,
        number: u64,
        entries: Vec<RevokedEntry>,
    ) -> Result<CrlPlan, CrlPlanError> {
        CrlPlan::after(previous, number, at(0), at(3600), entries)
    }

    #[test]
    fn a_number_that_does_not_rise_is_refused() {
        let previous = Some(PreviousCrl { number: 7, this_update: at(-60) });
        for number in [0, 6, 7] {
            assert_eq!(plan(previous, number, vec![]), Err(CrlPlanError::Number { previous: 7, number }));
        }
        assert_eq!(plan(previous, 9, vec![]).unwrap().number(), 9);
        assert_eq!(plan(None, 1, vec![]).unwrap().number(), 1);
    }

    #[test]
    fn this_update_may_stand_still_and_never_falls() {
        let previous = |second| Some(PreviousCrl { number: 1, this_update: at(second) });
        assert!(plan(previous(0), 2, vec![]).is_ok());
        let error = CrlPlanError::ThisUpdate { previous: at(1), this_update: at(0) };
        assert_eq!(plan(previous(1), 2, vec![]), Err(error));
    }

    #[test]
    fn next_update_comes_after_this_update() {
        let error = CrlPlanError::NextUpdate { this_update: at(0), next_update: at(0) };
        assert_eq!(CrlPlan::after(None, 1, at(0), at(0), vec![]), Err(error));
    }

    #[test]
    fn entries_are_ordered_by_serial_and_stand_once() {
        let sorted = plan(None, 1, vec![entry("0100"), entry("7f"), entry("43")]).unwrap();
        let serials: Vec<_> = sorted.entries().iter().map(|entry| entry.serial.to_string()).collect();
        assert_eq!(serials, ["43", "7f", "0100"]);
        let error = CrlPlanError::Twice { serial: "43".parse().unwrap() };
        assert_eq!(plan(None, 1, vec![entry("43"), entry("42"), entry("43")]), Err(error));
    }

    #[test]
    fn remove_from_crl_has_no_place_in_a_full_crl() {
        let mut removed = entry("43");
        removed.reason = Some(Reason::RemoveFromCrl);
        assert_eq!(plan(None, 1, vec![removed]).unwrap_err().code(), "crl-remove-from-crl");
    }
}
