//! JSON: indented, one document, a line end at its end.

use serde::Serialize;

/// A value as a document on one line.
pub(super) fn line<T: Serialize>(value: &T) -> String {
    let mut text = serde_json::to_string(value).unwrap_or_default();
    text.push('\n');
    text
}

/// A value as a document.
pub(super) fn document<T: Serialize>(value: &T) -> String {
    // Only maps with keys other than strings fail, and reports have none.
    let mut text = serde_json::to_string_pretty(value).unwrap_or_default();
    text.push('\n');
    text
}
