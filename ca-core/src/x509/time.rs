//! UTCTime and GeneralizedTime in the forms of RFC 5280 §4.1.2.5.

use super::asn1::{self, Element, Malformed, Problem, tag};
use jiff::civil::DateTime;
use jiff::{Timestamp, tz::Offset};

/// Reads `YYMMDDHHMMSSZ` or `YYYYMMDDHHMMSSZ`.
///
/// `99991231235959Z`, which means that there is no end, is beyond what [`Timestamp`] holds and is read as its last second.
pub(crate) fn read(part: &'static str, element: Element<'_>) -> Result<Timestamp, Malformed> {
    let (year, rest) = match element.tag {
        tag::UTC_TIME => {
            let (year, rest) = digits(part, element.content, 2)?;
            // RFC 5280 §4.1.2.5.1: 50 and above are in the twentieth century.
            (if year >= 50 { 1900 + year } else { 2000 + year }, rest)
        }
        tag::GENERALIZED_TIME => digits(part, element.content, 4)?,
        found => return Err(Malformed { part, problem: Problem::Tag { expected: tag::UTC_TIME, found } }),
    };
    let [month, day, hour, minute, second] = match rest {
        [fields @ .., b'Z'] if fields.len() == 10 => {
            let mut values = [0; 5];
            for (value, pair) in values.iter_mut().zip(fields.chunks(2)) {
                *value = digits(part, pair, 2)?.0 as i8;
            }
            values
        }
        _ => return Err(Malformed::value(part, "the time is not in whole seconds of UTC")),
    };
    let date_time = DateTime::new(year, month, day, hour, minute, second, 0)
        .map_err(|_| Malformed::value(part, "there is no such date or time of day"))?;
    Ok(Offset::UTC.to_timestamp(date_time).unwrap_or_else(|_| last_second()))
}

fn last_second() -> Timestamp {
    Timestamp::from_second(Timestamp::MAX.as_second()).unwrap_or(Timestamp::MAX)
}

fn digits<'a>(part: &'static str, text: &'a [u8], count: usize) -> Result<(i16, &'a [u8]), Malformed> {
    match text.split_at_checked(count) {
        Some((digits, rest)) if digits.iter().all(u8::is_ascii_digit) => {
            Ok((digits.iter().fold(0, |value, digit| value * 10 + i16::from(digit - b'0')), rest))
        }
        _ => Err(Malformed::value(part, "a digit is missing in the time")),
    }
}

/// Writes UTCTime for the years 1950 to 2049, GeneralizedTime for others. Fractions of a second are dropped.
pub(crate) fn write(time: Timestamp) -> Vec<u8> {
    let year = Offset::UTC.to_datetime(time).year();
    if (1950..2050).contains(&year) {
        asn1::element(tag::UTC_TIME, &text(time).as_bytes()[2..])
    } else {
        generalized(time)
    }
}

/// Writes GeneralizedTime. Fractions of a second are dropped.
pub(crate) fn generalized(time: Timestamp) -> Vec<u8> {
    asn1::element(tag::GENERALIZED_TIME, text(time).as_bytes())
}

/// `YYYYMMDDHHMMSSZ`. Four digits cannot say a year before 0; such a time becomes the start of year 0.
fn text(time: Timestamp) -> String {
    let at = Offset::UTC.to_datetime(time);
    if at.year() < 0 {
        return "00000101000000Z".to_owned();
    }
    format!(
        "{:04}{:02}{:02}{:02}{:02}{:02}Z",
        at.year(),
        at.month(),
        at.day(),
        at.hour(),
        at.minute(),
        at.second()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_back(tag: u8, text: &str) -> Result<Timestamp, Malformed> {
        let der = asn1::element(tag, text.as_bytes());
        read("time", asn1::only("time", &der, tag).unwrap())
    }

    #[test]
    fn years_to_2049_are_utc_time() {
        for (time, der_tag, expected) in [
            ("1950-01-01T00:00:00Z", tag::UTC_TIME, "500101000000Z"),
            ("2049-12-31T23:59:59Z", tag::UTC_TIME, "491231235959Z"),
            ("2050-01-01T00:00:00Z", tag::GENERALIZED_TIME, "20500101000000Z"),
            ("1949-12-31T23:59:59Z", tag::GENERALIZED_TIME, "19491231235959Z"),
        ] {
            let time: Timestamp = time.parse().unwrap();
            assert_eq!(write(time), asn1::element(der_tag, expected.as_bytes()));
            assert_eq!(read_back(der_tag, expected), Ok(time));
        }
    }

    #[test]
    fn no_end_is_the_last_second_there_is() {
        let time = read_back(tag::GENERALIZED_TIME, "99991231235959Z").unwrap();
        assert_eq!((time.as_second(), time.subsec_nanosecond()), (Timestamp::MAX.as_second(), 0));
    }

    #[test]
    fn other_forms_are_refused() {
        for text in [
            "4912312359Z",
            "491231235959",
            "491231235959+0800",
            "491331235959Z",
            "490230000000Z",
            "4912312359595Z",
            "",
            "Z",
        ] {
            assert!(read_back(tag::UTC_TIME, text).is_err(), "{text}");
        }
        for text in ["20491231235959.5Z", "491231235959Z", "20491231235960Z", "20490229000000Z"] {
            assert!(read_back(tag::GENERALIZED_TIME, text).is_err(), "{text}");
        }
    }
}
