//! What rules find.

use super::{place, unreadable};
use crate::output::Style;
use crate::output::layout::{Colour, Page, printable};
use crate::output::text::{Label, Phrase};
use crate::report::{LintReport, Linted, Rules};
use crate::view::FindingDetails;

pub(super) fn fields(page: &mut Page<'_>, found: &[FindingDetails], style: &Style) {
    if found.is_empty() {
        let none = style.language.words().phrase(Phrase::NothingFound);
        page.coloured(Label::Found, Colour::Green, none);
    }
    let mut label = Label::Found;
    for finding in found {
        page.coloured_lines(label, colour(&finding.severity), [line(finding, style)]);
        label = Label::Blank;
    }
}

fn line(finding: &FindingDetails, style: &Style) -> String {
    let severity = style.language.words().severity(&finding.severity);
    format!("{severity}: {} [{}] ({})", finding.detail, finding.rule, finding.citation)
}

fn colour(severity: &str) -> Colour {
    match severity {
        "error" => Colour::Red,
        "warning" => Colour::Yellow,
        _ => Colour::Plain,
    }
}

/// What was found in each object, and how much.
pub(in crate::output) fn report(report: &LintReport, style: &Style) -> String {
    let mut text: String = report.objects.iter().map(|object| linted(object, style)).collect();
    for object in &report.unreadable {
        text.push_str(&unreadable(object, style));
    }
    let counts = style.language.words().counts(report.errors, report.warnings, report.notices);
    let worst = match report {
        LintReport { errors: 1.., .. } => Colour::Red,
        LintReport { warnings: 1.., .. } => Colour::Yellow,
        _ => Colour::Green,
    };
    text.push_str(&format!("{}\n", worst.paint(&counts, style)));
    text
}

fn linted(object: &Linted, style: &Style) -> String {
    let words = style.language.words();
    let mut heading = format!("{} · {}", words.kind(object.kind), place(&object.source, object.position));
    if !object.name.is_empty() {
        heading.push_str(&format!(" · {}", object.name));
    }
    let mut text = format!("{}\n", Colour::Bold.paint(&printable(&heading), style));
    if object.findings.is_empty() {
        text.push_str(&format!("  {}\n", Colour::Green.paint(words.phrase(Phrase::NothingFound), style)));
    }
    for finding in &object.findings {
        let line = printable(&line(finding, style));
        text.push_str(&format!("  {}\n", colour(&finding.severity).paint(&line, style)));
    }
    if !object.issuer_known {
        text.push_str(&format!("  {}\n", Colour::Dim.paint(words.phrase(Phrase::IssuerUnknown), style)));
    }
    text
}

/// All rules, a line each.
pub(in crate::output) fn rules(rules: &Rules, style: &Style) -> String {
    let wide = rules.rules.iter().map(|rule| rule.rule.len()).max().unwrap_or(0);
    rules
        .rules
        .iter()
        .map(|rule| {
            let severity = style.language.words().severity(&rule.severity);
            let severity = colour(&rule.severity).paint(&format!("{severity:<7}"), style);
            format!(
                "{:<wide$}  {severity}  {:<13}  {}  {}\n",
                rule.rule, rule.subject, rule.since, rule.citation
            )
        })
        .collect()
}
