//! Revocation lists as text.

use super::{certificate, fingerprints, identifier, meaning, name, odd, signature};
use crate::output::layout::{Colour, Page};
use crate::output::text::{Label, Phrase};
use crate::output::{Style, time};
use crate::view::{CrlDetails, CrlEntry};

/// How many entries a person reads; JSON has all.
const MAX_ENTRIES: usize = 20;

pub(super) fn fields(page: &mut Page<'_>, details: &CrlDetails, style: &Style) {
    let words = style.language.words();
    page.field(Label::Issuer, name(&details.issuer.text, style))
        .optional(Label::Number, details.number.as_deref())
        .field(Label::ThisUpdate, time::full(details.this_update, style));
    if let Some(next_update) = details.next_update {
        let colour = if next_update < style.now { Colour::Red } else { Colour::Plain };
        page.coloured(Label::NextUpdate, colour, time::full(next_update, style));
    }
    meaning::fields(page, &details.extensions, style, |_| true);
    page.field(Label::SignedWith, identifier(&details.signature_algorithm));
    signature(page, &details.signature, style);
    if let Some(lookup) = &details.lookup {
        let answer = match &lookup.entry {
            Some(found) => (Colour::Red, entry(found)),
            None => (Colour::Green, format!("{}: {}", lookup.serial, words.phrase(Phrase::NotOnTheList))),
        };
        page.coloured(Label::LookedUp, answer.0, answer.1);
    }
    let mut lines: Vec<String> = details.revoked.iter().take(MAX_ENTRIES).map(entry).collect();
    if lines.is_empty() {
        lines.push(words.phrase(Phrase::NothingRevoked).to_owned());
    }
    let listed = details.revoked.len().min(MAX_ENTRIES);
    if details.revoked_count > details.revoked.len() {
        lines.push(words.more_entries(details.revoked_count - listed));
    } else if details.revoked_count > listed {
        lines.push(words.more(details.revoked_count - listed));
    }
    page.lines(Label::Revoked, lines);
    let others = certificate::others(&details.extensions, style);
    odd(page, &details.odd, style);
    page.lines(Label::OtherExtensions, others.into_iter().filter(|name| name != "cRLNumber"))
        .optional(Label::AuthorityKeyIdentifier, details.authority_key_identifier.as_deref());
    fingerprints(page, &details.fingerprints);
}

fn entry(revoked: &CrlEntry) -> String {
    let reason = revoked.reason.map_or_else(String::new, |reason| format!(", {reason}"));
    format!("{}, {}{reason}", revoked.serial, time::absolute(revoked.revocation_date))
}
