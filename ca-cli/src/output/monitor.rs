//! What a monitor found, as text: a line for each list and answer.

use super::layout::{Colour, printable};
use super::text::Term;
use super::{Style, time};
use crate::report::{Check, CheckKind, Health, Watched};

/// Everything that was looked at, and what is wrong with it.
pub(super) fn text(watched: &Watched, style: &Style) -> String {
    let terms = style.language.operations();
    let (heading, colour) = match watched.well {
        true => (terms.term(Term::AllWell).to_owned(), Colour::Green),
        false => (terms.not_well(watched.failed, watched.warned), Colour::Red),
    };
    let mut text = format!("{} {}\n", time::absolute(watched.time), colour.paint(&heading, style));
    for check in &watched.checks {
        let (word, colour) = match check.health {
            Health::Well => (Term::Well, Colour::Green),
            Health::Warning => (Term::Warned, Colour::Yellow),
            Health::Failed => (Term::Failed, Colour::Red),
        };
        let kind = match check.kind {
            CheckKind::Crl => "CRL",
            CheckKind::Delta => "delta",
            CheckKind::Ocsp => "OCSP",
        };
        let word = colour.paint(terms.term(word), style);
        text.push_str(&format!("  {word} {kind} {}{}\n", printable(&check.url), particulars(check, style)));
        for problem in &check.problems {
            text.push_str(&format!("    {} [{}]\n", printable(&problem.detail), printable(&problem.code)));
        }
    }
    text
}

/// What it says, where it could be read.
fn particulars(check: &Check, style: &Style) -> String {
    let (words, terms) = (style.language.words(), style.language.operations());
    let mut parts = Vec::new();
    if let Some(serial) = &check.serial {
        parts.push(printable(serial));
    }
    if let Some(status) = check.status {
        parts.push(status.to_owned());
    }
    if let Some(number) = &check.number {
        parts.push(terms.number(number));
    }
    if let Some(entries) = check.entries {
        parts.push(words.revoked(usize::try_from(entries).unwrap_or(usize::MAX)));
    }
    if let Some(end) = check.next_update {
        let when = time::relative(end, style);
        parts.push(if end < style.now { words.ended(&when) } else { words.ends(&when) });
    }
    parts.iter().map(|part| format!("{}{part}", terms.term(Term::And))).collect()
}
