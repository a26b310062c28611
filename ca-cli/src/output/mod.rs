//! Reports as text for people or JSON for programs. Only here and in `main` is anything printed.

mod ceremony;
mod failure;
mod health;
mod json;
mod layout;
mod monitor;
mod operation;
mod report;
mod show;
mod table;
mod terminal;
mod text;
mod time;
mod verdict;
mod watcher;

#[cfg(test)]
mod tests;

use jiff::Timestamp;

pub(crate) use failure::{failure, warning};
pub(crate) use layout::printable;
pub(crate) use terminal::Terminal;
pub(crate) use text::Language;
pub(crate) use watcher::Screen;

use crate::args::Format;
use crate::report::Report;

/// How to print.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Style {
    /// Text or JSON.
    pub(crate) format: Format,
    /// Language of the text.
    pub(crate) language: Language,
    /// Whether the text may be coloured.
    pub(crate) colour: bool,
    /// The time that other times are told from.
    pub(crate) now: Timestamp,
}

/// A report as the bytes for standard output.
pub(crate) fn render(report: &Report, style: &Style) -> Vec<u8> {
    match (report, style.format) {
        (Report::Raw(bytes), _) => bytes.clone(),
        (report, Format::Json) => json::document(report).into_bytes(),
        (report, Format::Text) => report::text(report, style).into_bytes(),
    }
}
