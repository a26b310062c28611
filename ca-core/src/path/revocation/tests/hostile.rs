//! Evidence that was made to be expensive.

use super::context::Context;
use super::kit::*;
use crate::path::revocation::Evidence;
use crate::path::{Cause, TrustAnchor};
use crate::x509::Certificate;
use crate::x509::extension::{
    DistributionPoint, DistributionPointName, GeneralName, IssuingDistributionPoint,
};
use crate::x509::testing::{Draft, Party, at};
use std::time::{Duration, Instant};

/// What one question may take; tests run beside others, and on slow machines.
const PATIENCE: Duration = Duration::from_millis(if cfg!(debug_assertions) { 1_000 } else { 50 });

fn refusal(subject: &Party, anchor: &Party, pool: &[Certificate], evidence: &Evidence) -> Cause {
    let anchor = TrustAnchor::from_certificate(&anchor.certificate).unwrap();
    let start = Instant::now();
    let refusal = Context::new(&anchor, pool, evidence, at(NOW)).judge(&subject.certificate).unwrap_err();
    assert!(start.elapsed() < PATIENCE, "{:?}", start.elapsed());
    refusal
}

#[test]
fn many_forged_lists_exhaust_the_budget() {
    let (root, impostor) = (root(), root());
    let leaf = Draft::end_entity("leaf").issued_by(&root);
    let forged = List::of(&impostor).sign();
    let evidence = lists(vec![forged; 2_000]);
    assert_eq!(refusal(&leaf, &root, &[], &evidence).code(), "path-search-too-large");
}

#[test]
fn many_keys_of_one_name_exhaust_the_budget() {
    let (root, impostor) = (root(), root());
    let leaf = Draft::end_entity("leaf").issued_by(&root);
    let namesakes: Vec<_> = (0..200).map(|_| Draft::authority("root").self_signed().certificate).collect();
    let evidence = lists([List::of(&impostor).sign()]);
    assert_eq!(refusal(&leaf, &root, &namesakes, &evidence).code(), "path-search-too-large");
}

#[test]
fn products_of_names_exhaust_the_budget() {
    let root = root();
    let many = |kind: &str| -> Vec<GeneralName> {
        (0..1_000).map(|number| GeneralName::Uri(format!("http://{kind}/{number}"))).collect()
    };
    let full = |kind| Some(DistributionPointName::Full(many(kind)));
    let point = DistributionPoint { name: full("certificate"), ..Default::default() };
    let leaf = Draft::end_entity("leaf").with(points(vec![point; 10])).issued_by(&root);
    let scope = IssuingDistributionPoint { name: full("list"), ..Default::default() };
    let evidence = lists(vec![List::of(&root).scope(scope).sign(); 10]);
    assert_eq!(refusal(&leaf, &root, &[], &evidence).code(), "path-search-too-large");
}

#[test]
fn many_lists_of_others_are_passed_by() {
    let root = root();
    let leaf = Draft::end_entity("leaf").issued_by(&root);
    let other = Draft::authority("other").self_signed();
    let evidence = lists(vec![List::of(&other).sign(); 10_000]);
    assert_eq!(refusal(&leaf, &root, &[], &evidence).code(), "revocation-unknown");
}
