//! Whether the parts of a plan agree with each other.

use std::collections::HashMap;

use super::limits;
use super::{Custody, Document, Kind, PlanProblem, Role};
use crate::algorithm::KeyAlgorithm;
use crate::ceremony::rehearsal;
use crate::ceremony::share::MAX_OFFICERS;
use crate::key::weak;

/// Longest title or reason, in characters.
const MAX_TEXT: usize = 300;
/// Longest name of a person, in octets of UTF-8: it stands in each printed share.
pub(super) const MAX_NAME: usize = 64;
/// Most people: a room.
const MAX_PEOPLE: usize = 64;

/// All that stands against a plan as it is written.
pub(super) fn problems(plan: &Document) -> Vec<PlanProblem> {
    let mut problems = Vec::new();
    tables(plan, &mut problems);
    texts(plan, &mut problems);
    people(plan, &mut problems);
    times(plan, &mut problems);
    names(plan, &mut problems);
    if let Some(cross) = &plan.cross {
        limits::constraints(cross, &mut problems);
    }
    let first = plan.sequence == 1;
    if plan.sequence == 0 || first != plan.previous.0.is_none() {
        problems.push(PlanProblem::Sequence { sequence: plan.sequence, previous: plan.previous.to_string() });
    }
    problems
}

fn tables(plan: &Document, problems: &mut Vec<PlanProblem>) {
    use Kind::{Crl, Cross, Issuing, OcspSigner, Rollover, Root, ShareRenewal, Termination};
    let kind = plan.kind;
    let rows: [(&'static str, bool, &[Kind]); 9] = [
        ("root", plan.root.is_some(), &[Root, Rollover]),
        (
            "issuer",
            plan.issuer.is_some(),
            &[Issuing, Cross, Crl, OcspSigner, Rollover, ShareRenewal, Termination],
        ),
        ("issuing", plan.issuing.is_some(), &[Issuing]),
        ("cross", plan.cross.is_some(), &[Cross]),
        ("ocsp-signer", plan.ocsp_signer.is_some(), &[OcspSigner]),
        ("crl", plan.crl.is_some(), &[Crl, Termination]),
        ("rollover", plan.rollover.is_some(), &[Rollover]),
        ("share-renewal", plan.share_renewal.is_some(), &[ShareRenewal]),
        ("termination", plan.termination.is_some(), &[Termination]),
    ];
    for (field, there, kinds) in rows {
        match (there, kinds.contains(&kind)) {
            (false, true) => problems.push(PlanProblem::Lacks { kind, field }),
            (true, false) => problems.push(PlanProblem::HasNo { kind, field }),
            _ => {}
        }
    }
    if let Some(issuer) = &plan.issuer {
        if issuer.sealed_key.is_some() != (plan.custody == Custody::File) {
            problems.push(PlanProblem::SealedKeyField { custody: plan.custody });
        }
        if let Some(url) = &issuer.public_url
            && let Err(error) = crate::issuance::Urls::under(url, &issuer.authority)
        {
            problems.push(error.into());
        }
    }
    if kind == ShareRenewal && plan.custody != Custody::File {
        problems.push(PlanProblem::HasNo { kind, field: "custody other than \"file\"" });
    }
}

fn texts(plan: &Document, problems: &mut Vec<PlanProblem>) {
    let mut text = |field, text: &str, longest: usize, octets: bool| {
        let length = if octets { text.len() } else { text.chars().count() };
        let plain = text.chars().all(|c| !c.is_control()) && text.trim() == text;
        if !(1..=longest).contains(&length) || !plain {
            problems.push(PlanProblem::Text { field, longest });
        }
    };
    text("title", &plan.title, MAX_TEXT, false);
    for person in plan.people.iter().take(MAX_PEOPLE) {
        text("people.name", &person.name, MAX_NAME, true);
    }
    if let Some(renewal) = &plan.share_renewal {
        text("share-renewal.reason", &renewal.reason, MAX_TEXT, false);
    }
    if let Some(end) = &plan.termination {
        text("termination.reason", &end.reason, MAX_TEXT, false);
        text("termination.destruction", &end.destruction, MAX_TEXT, false);
    }
}

fn people(plan: &Document, problems: &mut Vec<PlanProblem>) {
    let count = |role| plan.with_role(role).count();
    let officers = count(Role::KeyOfficer);
    let mut expect = |role, right: bool, expected| {
        if !right {
            problems.push(PlanProblem::People { role, count: count(role), expected });
        }
    };
    expect(Role::Administrator, count(Role::Administrator) == 1, "one leads the ceremony");
    expect(Role::Witness, count(Role::Witness) >= 1, "at least one");
    expect(Role::Auditor, count(Role::Auditor) >= 1, "at least one");
    expect(Role::KeyOfficer, officers >= 2, "at least two, so that nobody acts alone");
    let formers = count(Role::FormerKeyOfficer);
    expect(
        Role::FormerKeyOfficer,
        formers == 0 || plan.kind == Kind::ShareRenewal,
        "only a renewal has them",
    );
    expect(Role::Witness, plan.people.len() <= MAX_PEOPLE, "a ceremony has at most 64 people in all");
    let threshold = plan.shares.threshold;
    if officers >= 2 && (threshold < 2 || usize::from(threshold) > officers || officers > MAX_OFFICERS) {
        problems.push(PlanProblem::Threshold { threshold, officers });
    }
    let mut by_key = HashMap::new();
    let mut by_name = HashMap::new();
    for person in plan.people.iter().take(MAX_PEOPLE) {
        let key = &person.public_key.0;
        let signs = matches!(key.algorithm(), KeyAlgorithm::Sm2 | KeyAlgorithm::P256 | KeyAlgorithm::Ed25519);
        if !signs || weak::assess(key).is_err() {
            problems
                .push(PlanProblem::KeyOfPerson { name: person.name.clone(), key: key.spec().to_string() });
        }
        if let Some(first) = by_key.insert(key.normalized(), person.name.clone()) {
            problems.push(PlanProblem::KeyTwice { first, second: person.name.clone() });
        }
        if by_name.insert(person.name.to_lowercase(), ()).is_some() {
            problems.push(PlanProblem::NameTwice { name: person.name.clone() });
        }
    }
}

fn times(plan: &Document, problems: &mut Vec<PlanProblem>) {
    let mut range = |field, from: jiff::Timestamp, to: jiff::Timestamp| {
        if from.subsec_nanosecond() != 0 || to.subsec_nanosecond() != 0 {
            problems.push(PlanProblem::Times { field, reason: "times are in whole seconds".to_owned() });
        } else if to <= from {
            problems.push(PlanProblem::Times { field, reason: format!("{to} is not after {from}") });
        }
    };
    if let Some(root) = &plan.root {
        range("root", root.not_before, root.not_after);
        if let Some(rollover) = &plan.rollover {
            range("rollover.new_with_old_not_after", root.not_before, rollover.new_with_old_not_after);
            range("rollover.old_with_new_not_after", root.not_before, rollover.old_with_new_not_after);
        }
    }
    for (field, table) in [("issuing", &plan.issuing), ("ocsp-signer", &plan.ocsp_signer)] {
        if let Some(table) = table {
            range(field, table.not_before, table.not_after);
        }
    }
    if let Some(cross) = &plan.cross {
        range("cross", cross.not_before, cross.not_after);
    }
    if let Some(crl) = &plan.crl {
        range("crl", crl.this_update, crl.next_update);
    }
}

fn names(plan: &Document, problems: &mut Vec<PlanProblem>) {
    let named = [
        ("root.subject", plan.root.as_ref().map(|table| &table.subject)),
        ("issuing.subject", plan.issuing.as_ref().map(|table| &table.subject)),
        ("cross.subject", plan.cross.as_ref().map(|table| &table.subject)),
        ("ocsp-signer.subject", plan.ocsp_signer.as_ref().map(|table| &table.subject)),
    ];
    for (field, subject) in named {
        if subject.is_some_and(|subject| rehearsal::is_marked(&subject.0)) {
            problems.push(PlanProblem::MarkedName { field });
        }
    }
}
