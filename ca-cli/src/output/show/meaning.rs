//! The content of extensions as text.

use super::identifier;
use crate::output::layout::{Colour, Page};
use crate::output::text::{Label, Meanings, Phrase, Rule};
use crate::output::{Style, time};
use crate::view::{
    ExtensionDetails, LoggedDetails, MappingDetails, Meaning, PolicyDetails, ServiceDetails, StatementDetails,
};

/// A field for each extension that says something of a kind, in the order of the object.
pub(super) fn fields(
    page: &mut Page<'_>,
    extensions: &[ExtensionDetails],
    style: &Style,
    wanted: impl Fn(&Meaning) -> bool,
) {
    let meanings = extensions.iter().filter_map(|extension| extension.meaning.as_ref());
    for meaning in meanings.filter(|meaning| wanted(meaning)) {
        field(page, meaning, style);
    }
}

/// Whether it continues the list of policies.
pub(super) fn is_of_policies(meaning: &Meaning) -> bool {
    matches!(meaning, Meaning::Policies { .. })
}

/// Whether it continues the places of revocation lists.
pub(super) fn is_of_points(meaning: &Meaning) -> bool {
    matches!(meaning, Meaning::DistributionPoints { .. })
}

fn field(page: &mut Page<'_>, meaning: &Meaning, style: &Style) {
    let words = style.language.meanings();
    match meaning {
        Meaning::IdentityNumber { numbered, number, problem } => {
            let line = format!("{} {number}", words.numbered(numbered));
            page.lines(Label::Numbers, [line]);
            let problem = problem.as_ref().map(|problem| format!("{} [{}]", problem.detail, problem.code));
            page.coloured_lines(Label::Blank, Colour::Yellow, problem);
        }
        Meaning::QualifiedStatements { statements } => {
            page.lines(Label::Statements, statements.iter().map(|it| statement(it, words)));
        }
        Meaning::SignedTimestamps { timestamps } => {
            page.lines(Label::Logged, timestamps.iter().map(|it| logged(it, style)));
        }
        // Policies are listed by themselves; here is what people are told about them.
        Meaning::Policies { policies } => {
            page.lines(Label::Blank, policies.iter().flat_map(|it| policy(it, words)));
        }
        Meaning::PolicyMappings { pairs } => {
            let line =
                |pair: &MappingDetails| words.mapping(identifier(&pair.issuer), identifier(&pair.subject));
            page.lines(Label::PolicyRules, pairs.iter().map(line));
        }
        Meaning::PolicyConstraints { require_explicit_policy, inhibit_policy_mapping } => {
            let required = require_explicit_policy.map(Rule::Required);
            let mapping = inhibit_policy_mapping.map(Rule::NoMapping);
            page.lines(Label::PolicyRules, required.into_iter().chain(mapping).map(|rule| words.rule(rule)));
        }
        Meaning::InhibitAnyPolicy { skip_certificates } => {
            page.lines(Label::PolicyRules, [words.rule(Rule::NoAnyPolicy(*skip_certificates))]);
        }
        Meaning::NameConstraints { permitted, excluded } => {
            let said = |phrase, names: &[String]| {
                let phrase = style.language.words().phrase(phrase);
                names.iter().map(move |name| format!("{phrase} {name}")).collect::<Vec<_>>()
            };
            let lines =
                said(Phrase::Permitted, permitted).into_iter().chain(said(Phrase::Excluded, excluded));
            page.lines(Label::Constraints, lines);
        }
        Meaning::PrivateKeyUsagePeriod { not_before, not_after } => {
            let from = not_before.map(|at| words.from(&time::absolute(at)));
            let until = not_after.map(|at| words.until(&time::full(at, style)));
            let parts: Vec<String> = from.into_iter().chain(until).collect();
            page.field(Label::KeyInUse, parts.join(" "));
        }
        Meaning::SubjectInformationAccess { services } => {
            let line =
                |service: &ServiceDetails| format!("{} ({})", service.location, identifier(&service.method));
            page.lines(Label::Services, services.iter().map(line));
        }
        Meaning::FreshestCrl { places } => {
            page.lines(Label::DeltaAt, places);
        }
        Meaning::DistributionPoints { places } => {
            page.lines(Label::Blank, places);
        }
        Meaning::IssuingDistributionPoint { places, only, some_reasons, indirect } => {
            let mut lines: Vec<String> = only.iter().map(|only| words.only(only).to_owned()).collect();
            lines.extend(some_reasons.then(|| words.some_reasons().to_owned()));
            lines.extend(indirect.then(|| words.indirect().to_owned()));
            lines.extend(places.iter().cloned());
            page.lines(Label::Scope, lines);
        }
        Meaning::DeltaCrlIndicator { base } => {
            page.lines(Label::Scope, [words.delta(base)]);
        }
        Meaning::IssuerAlternativeNames { names } => {
            page.lines(Label::IssuerNames, names);
        }
        Meaning::TlsFeatures { features } => {
            page.lines(Label::TlsFeatures, features.iter().map(|number| words.feature(*number)));
        }
    }
}

fn statement(details: &StatementDetails, words: &dyn Meanings) -> String {
    let says = &details.says;
    let mut line = words.statement(says.meaning).to_owned();
    if says.meaning == "other" {
        line.push_str(&format!(" {}", identifier(&details.statement)));
    }
    if let (Some(amount), Some(exponent), Some(currency)) = (says.amount, says.exponent, &says.currency) {
        let power = if exponent == 0 { String::new() } else { format!("·10^{exponent}") };
        line.push_str(&format!(" {amount}{power} {currency}"));
    }
    if let Some(years) = says.years {
        line.push_str(&format!(" {}", words.years(years)));
    }
    if !says.values.is_empty() {
        line.push_str(&format!(" {}", says.values.join(", ")));
    }
    line
}

fn logged(details: &LoggedDetails, style: &Style) -> String {
    match (&details.log, details.time) {
        (Some(log), Some(at)) => format!("{}, {log}", time::absolute(at)),
        (Some(log), None) => log.clone(),
        (None, _) => style.language.meanings().other_version(details.version),
    }
}

fn policy(details: &PolicyDetails, words: &dyn Meanings) -> Vec<String> {
    let name = identifier(&details.policy);
    let statements = details.practice_statements.iter().map(|uri| format!("{name}: {uri}"));
    let notices = details.notices.iter().map(|text| format!("{name}: {}", words.notice(text)));
    statements.chain(notices).collect()
}
