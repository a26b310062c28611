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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::x509::asn1::tag;
    use crate::x509::testing::at;

    #[test]
    fn both_ends_belong_to_it() {
        let validity = Validity::new(at("2026-01-01T00:00:00Z"), at("2026-01-02T00:00:00Z")).unwrap();
        for (time, inside) in [
            ("2025-12-31T23:59:59.9Z", false),
            ("2026-01-01T00:00:00Z", true),
            ("2026-01-02T00:00:00Z", true),
            ("2026-01-02T00:00:00.9Z", true),
            ("2026-01-02T00:00:01Z", false),
        ] {
            assert_eq!(validity.contains(at(time)), inside, "{time}");
        }
        assert!(validity.encloses(&validity));
        let longer = Validity::new(validity.not_before, at("2026-01-02T00:00:01Z")).unwrap();
        assert!(longer.encloses(&validity) && !validity.encloses(&longer));
    }

    #[test]
    fn order_and_whole_seconds_are_asked() {
        let (early, late) = (at("2026-01-01T00:00:00Z"), at("2026-01-01T00:00:01Z"));
        assert_eq!(Validity::new(late, early).unwrap_err().code(), "validity-ends-before-start");
        assert_eq!(
            Validity::new(early, at("2026-01-01T00:00:01.5Z")).unwrap_err().code(),
            "validity-fraction-of-second"
        );
        assert!(Validity::new(early, early).is_ok());
    }

    #[test]
    fn it_changes_form_in_2050() {
        let validity = Validity::new(at("2049-12-31T23:59:59Z"), at("2050-01-01T00:00:00Z")).unwrap();
        let der = validity.to_der();
        assert_eq!((der[2], der[17]), (tag::UTC_TIME, tag::GENERALIZED_TIME));
        assert_eq!(Validity::read(asn1::only("validity", &der, tag::SEQUENCE).unwrap()), Ok(validity));
    }
}
