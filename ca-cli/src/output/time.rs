//! Times, and how far away they are.

use jiff::Timestamp;

use super::Style;
use super::text::{Phrase, Unit};

/// `2026-03-04 05:06:07 UTC`.
pub(super) fn absolute(time: Timestamp) -> String {
    format!("{} UTC", time.strftime("%Y-%m-%d %H:%M:%S"))
}

/// `in 83 days`, `2 hours ago`, `now`.
pub(super) fn relative(time: Timestamp, style: &Style) -> String {
    let seconds = time.as_second().saturating_sub(style.now.as_second());
    let words = style.language.words();
    if seconds == 0 {
        return words.phrase(Phrase::Now).to_owned();
    }
    let (count, unit) = distance(seconds.unsigned_abs());
    let span = words.span(count, unit);
    if seconds < 0 { words.ago(&span) } else { words.ahead(&span) }
}

/// A time that something lasts.
pub(super) fn span(seconds: u64, style: &Style) -> String {
    let (count, unit) = distance(seconds);
    style.language.words().span(count, unit)
}

/// Both.
pub(super) fn full(time: Timestamp, style: &Style) -> String {
    format!("{} ({})", absolute(time), relative(time, style))
}

/// A distance in the unit in which people would say it, rounded down.
fn distance(seconds: u64) -> (u64, Unit) {
    const MINUTE: u64 = 60;
    const HOUR: u64 = 60 * MINUTE;
    const DAY: u64 = 24 * HOUR;
    const YEAR: u64 = 365 * DAY + DAY / 4;
    match seconds {
        0..MINUTE => (seconds, Unit::Second),
        MINUTE..HOUR => (seconds / MINUTE, Unit::Minute),
        _ if seconds < 2 * DAY => (seconds / HOUR, Unit::Hour),
        _ if seconds < 2 * YEAR => (seconds / DAY, Unit::Day),
        _ => (seconds / YEAR, Unit::Year),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::args::Format;
    use crate::output::Language;

    #[test]
    fn distances_are_told_in_the_unit_that_fits() {
        let style = |language| Style {
            format: Format::Text,
            language,
            colour: false,
            now: "2026-03-04T05:06:07Z".parse().unwrap(),
        };
        let told = |seconds: i64, language| {
            let style = style(language);
            relative(Timestamp::from_second(style.now.as_second() + seconds).unwrap(), &style)
        };
        let cases = [
            (0, "now"),
            (1, "in 1 second"),
            (-59, "59 seconds ago"),
            (3600, "in 1 hour"),
            (-86_400, "24 hours ago"),
            (83 * 86_400, "in 83 days"),
            (-800 * 86_400, "2 years ago"),
        ];
        for (seconds, text) in cases {
            assert_eq!(told(seconds, Language::English), text);
        }
        assert_eq!(told(83 * 86_400, Language::Chinese), "83 天后");
        assert_eq!(told(-3600, Language::Chinese), "1 小时前");
    }
}
