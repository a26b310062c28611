//! Lists of certificates.

use comfy_table::{ContentArrangement, Table, presets};
use schemas::rest::{CertificateStatus, CertificateView};

use super::layout::{Colour, printable};
use super::text::{Label, Phrase};
use super::{Style, show, time};
use crate::report::Listed;

/// A table of certificates, a line each.
pub(super) fn text(listed: &Listed, style: &Style) -> String {
    let words = style.language.words();
    if listed.items.is_empty() {
        return format!("{}\n", words.phrase(Phrase::NoCertificates));
    }
    let mut table = Table::new();
    table.load_preset(presets::NOTHING).set_content_arrangement(ContentArrangement::Disabled);
    let columns =
        [Label::Serial, Label::Status, Label::ExpiresColumn, Label::IssuedBy, Label::Profile, Label::Subject];
    table.set_header(columns.map(|label| words.label(label).to_owned()));
    for view in &listed.items {
        table.add_row([
            printable(&view.serial),
            words.status(view.status).to_owned(),
            time::relative(view.not_after, style),
            printable(&view.authority),
            printable(&view.profile),
            printable(&show::name(&view.subject, style)),
        ]);
    }
    let mut lines = table.lines();
    let mut text = String::new();
    if let Some(header) = lines.next() {
        text.push_str(&format!("{}\n", Colour::Bold.paint(header.trim(), style)));
    }
    for (line, view) in lines.zip(&listed.items) {
        text.push_str(&format!("{}\n", colour(view, style).paint(line.trim(), style)));
    }
    if let Some(cursor) = &listed.next {
        text.push_str(&format!("{} {}\n", words.phrase(Phrase::MoreCertificates), printable(cursor)));
    }
    text
}

fn colour(view: &CertificateView, style: &Style) -> Colour {
    match view.status {
        CertificateStatus::Revoked => Colour::Red,
        CertificateStatus::Held => Colour::Yellow,
        CertificateStatus::Good if view.not_after < style.now => Colour::Dim,
        CertificateStatus::Good => Colour::Plain,
    }
}
