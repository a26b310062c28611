//! Verdicts as text.

use super::layout::{Colour, Page};
use super::text::{Label, Phrase};
use super::{Style, show, time};
use crate::input::Kind;
use crate::report::Verdict;
use crate::view::StatusDetails;

/// The most paths that were tried and are told to people.
const MAX_ATTEMPTS: usize = 8;

/// The most names of a constraint that are told to people.
const MAX_NAMES: usize = 8;

pub(super) fn text(verdict: &Verdict, style: &Style) -> String {
    let words = style.language.words();
    let (phrase, colour) =
        if verdict.accepted { (Phrase::Accepted, Colour::Green) } else { (Phrase::Rejected, Colour::Red) };
    let mut page = Page::new(words.phrase(phrase), style);
    page.heading_in(colour);
    if let Some(reason) = &verdict.reason {
        let rule = verdict.rule.as_deref().map(|rule| format!(" ({rule})")).unwrap_or_default();
        page.coloured(Label::Reason, Colour::Red, format!("{}{rule} [{}]", reason.detail, reason.code));
    }
    let findings = &verdict.findings;
    page.optional(Label::Subject, verdict.subject.as_deref().map(|subject| show::name(subject, style)))
        .field(Label::JudgedAt, time::absolute(verdict.time))
        .lines(Label::Path, verdict.path.iter().map(|subject| show::name(subject, style)))
        .lines(Label::Policies, &findings.policies)
        .lines(Label::Status, findings.statuses.iter().map(|found| status(found, style)))
        .lines(Label::Constraints, constraints(verdict, style));
    attempts(&mut page, verdict, style);
    page.lines(Label::File, &verdict.drawings);
    page.finish()
}

fn status(status: &StatusDetails, style: &Style) -> String {
    let words = style.language.words();
    let source = match status.source {
        "crl" => words.kind(Kind::Crl),
        "ocsp" => words.kind(Kind::OcspResponse),
        "never-available" => words.phrase(Phrase::StatusNeverAvailable),
        _ => words.phrase(Phrase::StatusUnknown),
    };
    let times = [(Label::ThisUpdate, status.this_update), (Label::NextUpdate, status.next_update)];
    let times = times.iter().filter_map(|(label, when)| Some((label, (*when)?)));
    let times: Vec<_> =
        times.map(|(label, when)| format!(", {} {}", words.label(*label), time::absolute(when))).collect();
    format!("{}: {source}{}", show::name(&status.subject, style), times.concat())
}

fn constraints(verdict: &Verdict, style: &Style) -> Vec<String> {
    let words = style.language.words();
    let mut lines = Vec::new();
    for found in &verdict.findings.name_constraints {
        let kinds = [(Phrase::Permitted, &found.permitted), (Phrase::Excluded, &found.excluded)];
        for (phrase, names) in kinds.into_iter().filter(|(_, names)| !names.is_empty()) {
            let mut shown: Vec<String> = names.iter().take(MAX_NAMES).cloned().collect();
            if names.len() > MAX_NAMES {
                shown.push(words.more(names.len() - MAX_NAMES));
            }
            let authority = show::name(&found.authority, style);
            lines.push(format!("{authority}: {} {}", words.phrase(phrase), shown.join(", ")));
        }
    }
    lines
}

/// One path is no more than the reason, which stands above already.
fn attempts(page: &mut Page<'_>, verdict: &Verdict, style: &Style) {
    let findings = &verdict.findings;
    let all = findings.attempts.len() + findings.attempts_omitted;
    if !verdict.accepted && all <= 1 {
        return;
    }
    let shown = findings.attempts.iter().take(MAX_ATTEMPTS);
    let mut lines: Vec<String> =
        shown.map(|attempt| format!("{} ({}) [{}]", attempt.detail, attempt.rule, attempt.code)).collect();
    if all > lines.len() && !lines.is_empty() {
        lines.push(style.language.words().more(all - lines.len()));
    }
    page.lines(Label::Tried, lines);
}
