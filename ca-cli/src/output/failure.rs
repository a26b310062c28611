//! Errors: what is wrong, its code, and what to do next.

use serde::Serialize;

use super::Style;
use super::json;
use super::layout::{Colour, printable};
use super::text::Phrase;
use crate::args::Format;
use crate::failure::Failure;
use crate::report::Notice;

#[derive(Serialize)]
struct Document<'a> {
    error: Error<'a>,
}

#[derive(Serialize)]
struct Error<'a> {
    code: &'a str,
    detail: &'a str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<Notice>,
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    request_id: Option<&'a str>,
}

/// A failure as text for standard error.
pub(crate) fn failure(failure: &Failure, style: &Style) -> String {
    let words = style.language.words();
    let hint = words.hint(&failure.code);
    if style.format == Format::Json {
        let item = |(code, detail): &(String, String)| Notice { code: code.clone(), detail: detail.clone() };
        return json::document(&Document {
            error: Error {
                code: &failure.code,
                detail: &failure.detail,
                errors: failure.items.iter().map(item).collect(),
                hint,
                request_id: failure.request_id.as_deref(),
            },
        });
    }
    let mut text = line(Phrase::Error, Colour::Red, &failure.detail, &failure.code, style);
    for (code, detail) in &failure.items {
        text.push_str(&format!("  {} [{}]\n", printable(detail), printable(code)));
    }
    if let Some(hint) = hint {
        text.push_str(&format!("{}: {hint}\n", Colour::Yellow.paint(words.phrase(Phrase::Hint), style)));
    }
    text
}

/// A warning as text for standard error.
pub(crate) fn warning(notice: &Notice, style: &Style) -> String {
    line(Phrase::Warning, Colour::Yellow, &notice.detail, &notice.code, style)
}

fn line(kind: Phrase, colour: Colour, detail: &str, code: &str, style: &Style) -> String {
    let kind = colour.paint(style.language.words().phrase(kind), style);
    format!("{kind}: {} [{}]\n", printable(detail), printable(code))
}
