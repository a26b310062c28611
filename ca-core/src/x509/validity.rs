//! Validity periods.

use super::asn1::{self, Element, Malformed};
use super::time;
use jiff::Timestamp;

/// `Validity`, RFC 5280 §4.1.2.5: both ends belong to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Validity {
    /// The first second.
    pub not_before: Timestamp,
    /// The last second.
    pub not_after: Timestamp,
}

/// What is no validity period.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ValidityError {
    /// It ends before it starts.
    #[error("notAfter {not_after} is before notBefore {not_before}")]
    EndsBeforeStart {
        /// The first second.
        not_before: Timestamp,
        /// The last second.
        not_after: Timestamp,
    },
    /// A fraction of a second cannot be written.
    #[error("{0} is not a whole second")]
    FractionOfSecond(Timestamp),
}

impl ValidityError {
    /// Stable code of this refusal.
    pub fn code(&self) -> &'static str {
        match self {
            Self::EndsBeforeStart { .. } => "validity-ends-before-start",
            Self::FractionOfSecond(_) => "validity-fraction-of-second",
        }
    }
}

impl Validity {
    /// A period of whole seconds.
    ///
    /// # Errors
    /// An end before the start, or a fraction of a second.
    pub fn new(not_before: Timestamp, not_after: Timestamp) -> Result<Self, ValidityError> {
        if let Some(&broken) = [not_before, not_after].iter().find(|time| time.subsec_nanosecond() != 0) {
            return Err(ValidityError::FractionOfSecond(broken));
        }
        if not_after < not_before {
            return Err(ValidityError::EndsBeforeStart { not_before, not_after });
        }
        Ok(Self { not_before, not_after })
    }

    /// Whether `at` lies in the period. The last second counts to its end.
    pub fn contains(&self, at: Timestamp) -> bool {
        self.not_before <= at && at.as_second() <= self.not_after.as_second()
    }

    /// Whether `inner` lies in the period.
    pub fn encloses(&self, inner: &Validity) -> bool {
        self.not_before <= inner.not_before && inner.not_after <= self.not_after
    }

    pub(crate) fn read(element: Element<'_>) -> Result<Self, Malformed> {
        let mut members = element.members("validity");
        let not_before = time::read("notBefore", members.any()?)?;
        let not_after = time::read("notAfter", members.any()?)?;
        members.finish()?;
        Ok(Self { not_before, not_after })
    }

    pub(crate) fn to_der(self) -> Vec<u8> {
        asn1::sequence(&[time::write(self.not_before), time::write(self.not_after)])
    }
}
