//! X.509 times (RFC 5280 section 4.1.2.5): UTC, whole seconds, two-digit years through 2049 and four-digit years after.

use ::der::DateTime;
use ::der::asn1::{GeneralizedTime, UtcTime};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use x509_cert::time::Time;

/// A time that X.509 cannot express.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TimeError {
    /// Before 1970 or after 9999.
    #[error("{time} is not between 1970 and 9999, the times that certificates can express here")]
    OutOfRange {
        /// The time.
        time: Timestamp,
    },
}

impl TimeError {
    /// The stable name of the condition.
    pub fn code(&self) -> &'static str {
        match self {
            Self::OutOfRange { .. } => "time-out-of-range",
        }
    }
}

/// The start of the second that the time falls in.
pub fn whole_seconds(time: Timestamp) -> Timestamp {
    let seconds = time.as_second() - i64::from(time.subsec_nanosecond() < 0);
    Timestamp::from_second(seconds).unwrap_or(Timestamp::MIN)
}

/// UTCTime through 2049 and GeneralizedTime after, of the second that the time falls in.
///
/// # Errors
///
/// [`TimeError::OutOfRange`] before 1970 and after 9999.
pub fn to_x509_time(time: Timestamp) -> Result<Time, TimeError> {
    let date = to_date_time(time)?;
    Ok(match UtcTime::from_date_time(date) {
        Ok(utc) => Time::UtcTime(utc),
        Err(_) => Time::GeneralTime(GeneralizedTime::from_date_time(date)),
    })
}

/// GeneralizedTime of the second that the time falls in, for fields that have no other form.
///
/// # Errors
///
/// [`TimeError::OutOfRange`] before 1970 and after 9999.
pub fn to_generalized(time: Timestamp) -> Result<GeneralizedTime, TimeError> {
    Ok(GeneralizedTime::from_date_time(to_date_time(time)?))
}

/// The time that a certificate or CRL states. The last day of 9999, with which "no end" is written (RFC 5280 section 4.1.2.5), is
/// beyond what a [`Timestamp`] holds and becomes [`Timestamp::MAX`].
pub fn from_x509_time(time: &Time) -> Timestamp {
    from_date_time(time.to_date_time())
}

/// The time that a GeneralizedTime states.
pub fn from_generalized(time: &GeneralizedTime) -> Timestamp {
    from_date_time(time.to_date_time())
}

fn from_date_time(date: DateTime) -> Timestamp {
    let seconds = i64::try_from(date.unix_duration().as_secs()).unwrap_or(i64::MAX);
    Timestamp::from_second(seconds).unwrap_or(Timestamp::MAX)
}

fn to_date_time(time: Timestamp) -> Result<DateTime, TimeError> {
    let fault = TimeError::OutOfRange { time };
    let civil = TimeZone::UTC.to_datetime(whole_seconds(time));
    let part = |value: i8| u8::try_from(value).map_err(|_| fault.clone());
    let year = u16::try_from(civil.year()).map_err(|_| fault.clone())?;
    let (month, day) = (part(civil.month())?, part(civil.day())?);
    let (hour, minute, second) = (part(civil.hour())?, part(civil.minute())?, part(civil.second())?);
    DateTime::new(year, month, day, hour, minute, second).map_err(|_| fault)
}

#[cfg(test)]
mod tests {
    use ::der::Encode;

    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().expect("a time")
    }

    #[test]
    fn the_form_changes_with_the_year_2050() {
        let before = to_x509_time(at("2049-12-31T23:59:59.999Z")).unwrap();
        let after = to_x509_time(at("2050-01-01T00:00:00Z")).unwrap();
        assert_eq!(before.to_der().unwrap(), b"\x17\x0d491231235959Z");
        assert_eq!(after.to_der().unwrap(), b"\x18\x0f20500101000000Z");
    }

    #[test]
    fn times_come_back_as_whole_seconds() {
        for text in
            ["1970-01-01T00:00:00Z", "2026-11-22T17:10:28.5Z", "2049-12-31T23:59:59Z", "9999-12-30T21:59:59Z"]
        {
            let time = at(text);
            assert_eq!(from_x509_time(&to_x509_time(time).unwrap()), whole_seconds(time));
            assert_eq!(from_generalized(&to_generalized(time).unwrap()), whole_seconds(time));
        }
    }

    #[test]
    fn seconds_round_down_on_both_sides_of_1970() {
        assert_eq!(whole_seconds(at("1969-12-31T23:59:58.25Z")), at("1969-12-31T23:59:58Z"));
        assert_eq!(whole_seconds(at("2026-01-01T00:00:00.75Z")), at("2026-01-01T00:00:00Z"));
    }

    #[test]
    fn times_before_1970_are_refused() {
        assert_eq!(to_x509_time(at("1969-12-31T23:59:59Z")).unwrap_err().code(), "time-out-of-range");
    }
}
