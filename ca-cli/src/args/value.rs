//! Values of options that are more than text.

use std::time::Duration;

use ca_core::x509::name::AttributeKind;
use jiff::{Span, SpanRelativeTo};

/// A part of a name: `TYPE=VALUE`.
pub(super) fn name_part(text: &str) -> Result<(AttributeKind, String), String> {
    let (kind, value) = text.split_once('=').ok_or("expected TYPE=VALUE, such as CN=meter-7")?;
    let kind: AttributeKind = kind.trim().parse().map_err(|error| format!("{error}"))?;
    Ok((kind, value.to_owned()))
}

/// A length of time, such as `90s`, `12h` or `2 days`.
pub(super) fn duration(text: &str) -> Result<Duration, String> {
    let duration = text
        .parse::<Span>()
        .and_then(|span| span.to_duration(SpanRelativeTo::days_are_24_hours()))
        .map_err(|error| format!("expected a time such as 30d, 12h or 30s: {error}"))?;
    Duration::try_from(duration).map_err(|_| "expected a time that is not negative".to_owned())
}

/// A method of HTTP, in upper case.
pub(super) fn method(text: &str) -> Result<String, String> {
    let method = text.to_ascii_uppercase();
    match method.as_str() {
        "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE" => Ok(method),
        _ => Err("expected GET, HEAD, POST, PUT, PATCH or DELETE".to_owned()),
    }
}

/// The path of an endpoint, with its query.
pub(super) fn path(text: &str) -> Result<String, String> {
    if !text.starts_with('/') || text.starts_with("//") {
        return Err("expected a path such as /api/v1/certificates?status=good".to_owned());
    }
    if let Some(character) = text.chars().find(|character| !character.is_ascii_graphic() || *character == '#')
    {
        return Err(format!("{character:?} must be percent-encoded"));
    }
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_as_people_do() {
        let seconds = |text| duration(text).map(|duration| duration.as_secs());
        for (text, expected) in
            [("30s", 30), ("12h", 43_200), ("30d", 2_592_000), ("1h 30m", 5_400), ("0s", 0)]
        {
            assert_eq!(seconds(text), Ok(expected), "{text}");
        }
        for text in ["", "12", "soon", "-1h", "1 month"] {
            assert!(seconds(text).is_err(), "{text}");
        }
    }
}
