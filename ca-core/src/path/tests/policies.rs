//! Policies and names along a path.

use super::*;
use crate::x509::extension::{
    CertificatePolicies, Extension, ExtensionValue, InhibitAnyPolicy, NameConstraints, PolicyConstraints,
    PolicyMapping, PolicyMappings, Subtree,
};
use crate::x509::testing::{Draft, name};
use crate::x509::{Oid, extension::GeneralName, extension::SubjectAlternativeName};

fn oid(text: &str) -> Oid {
    text.parse().unwrap()
}

fn policies(of: &[&str]) -> Extension {
    CertificatePolicies::of(of.iter().map(|text| oid(text))).to_extension(false)
}

const ANY: &str = "2.5.29.32.0";

/// The policies that a path is valid for.
fn valid(
    leaf: &Party,
    root: &Party,
    pool: &[&Party],
    inputs: &PolicyInputs,
) -> Result<Vec<String>, &'static str> {
    let (anchors, pool) = ([anchor(root)], certificates(pool));
    let question = Question::new(&leaf.certificate, &anchors, at(NOW));
    let answer = judge(&Question { intermediates: &pool, policy: inputs, ..question }).into_result();
    answer
        .map(|accepted| accepted.policies().iter().map(ToString::to_string).collect())
        .map_err(|refused| refused.code())
}

fn wanting(of: &[&str]) -> PolicyInputs {
    PolicyInputs {
        initial: Some(of.iter().map(|text| oid(text)).collect()),
        explicit: true,
        ..Default::default()
    }
}

#[test]
fn a_path_is_valid_for_the_policies_of_all_its_certificates() {
    let root = Draft::authority("root").self_signed();
    let middle = Draft::authority("middle").with(policies(&["1.2.1", "1.2.2"])).issued_by(&root);
    let leaf = Draft::end_entity("leaf").with(policies(&["1.2.2", "1.2.3"])).issued_by(&middle);
    let ask = |inputs: &PolicyInputs| valid(&leaf, &root, &[&middle], inputs);
    assert_eq!(ask(PolicyInputs::ANY), Ok(vec!["1.2.2".to_owned()]));
    assert_eq!(ask(&wanting(&["1.2.2", "1.2.9"])), Ok(vec!["1.2.2".to_owned()]));
    assert_eq!(ask(&wanting(&["1.2.1"])), Err("path-policy-not-acceptable"));
    let bare = Draft::end_entity("leaf").issued_by(&middle);
    assert_eq!(valid(&bare, &root, &[&middle], PolicyInputs::ANY), Ok(Vec::new()));
    assert_eq!(valid(&bare, &root, &[&middle], &wanting(&["1.2.1"])), Err("path-no-policy"));
}

#[test]
fn any_policy_stands_for_all_until_it_is_inhibited() {
    let root = Draft::authority("root").self_signed();
    let middle = Draft::authority("middle").with(policies(&[ANY])).issued_by(&root);
    let leaf = Draft::end_entity("leaf").with(policies(&["1.2.2"])).issued_by(&middle);
    assert_eq!(valid(&leaf, &root, &[&middle], &wanting(&["1.2.2"])), Ok(vec!["1.2.2".to_owned()]));
    let inputs = PolicyInputs { inhibit_any: true, ..wanting(&["1.2.2"]) };
    assert_eq!(valid(&leaf, &root, &[&middle], &inputs), Err("path-no-policy"));
    let strict = Draft::authority("middle")
        .with(policies(&["1.2.2"]))
        .with(InhibitAnyPolicy(0).to_extension(true))
        .issued_by(&root);
    let leaf = Draft::end_entity("leaf").with(policies(&[ANY])).issued_by(&strict);
    assert_eq!(valid(&leaf, &root, &[&strict], &wanting(&["1.2.2"])), Err("path-no-policy"));
}

#[test]
fn mappings_carry_a_policy_into_another_domain_until_they_are_inhibited() {
    let root = Draft::authority("root").self_signed();
    let mapping = PolicyMapping { issuer: oid("1.2.1"), subject: oid("1.3.1") };
    let bridge = Draft::authority("bridge")
        .with(policies(&["1.2.1"]))
        .with(PolicyMappings(vec![mapping]).to_extension(true))
        .issued_by(&root);
    let leaf = Draft::end_entity("leaf").with(policies(&["1.3.1"])).issued_by(&bridge);
    assert_eq!(valid(&leaf, &root, &[&bridge], &wanting(&["1.2.1"])), Ok(vec!["1.2.1".to_owned()]));
    assert_eq!(valid(&leaf, &root, &[&bridge], &wanting(&["1.3.1"])), Err("path-policy-not-acceptable"));
    let inputs = PolicyInputs { inhibit_mapping: true, ..wanting(&["1.2.1"]) };
    assert_eq!(valid(&leaf, &root, &[&bridge], &inputs), Err("path-no-policy"));
    let any = PolicyMapping { issuer: oid(ANY), subject: oid("1.3.1") };
    let wrong =
        Draft::authority("bridge").with(PolicyMappings(vec![any]).to_extension(true)).issued_by(&root);
    let leaf = Draft::end_entity("leaf").issued_by(&wrong);
    assert_eq!(valid(&leaf, &root, &[&wrong], PolicyInputs::ANY), Err("path-maps-any-policy"));
}

#[test]
fn an_authority_may_require_a_policy_below_it() {
    let root = Draft::authority("root").self_signed();
    let requires = PolicyConstraints { require_explicit_policy: Some(0), inhibit_policy_mapping: None };
    let middle = Draft::authority("middle")
        .with(policies(&["1.2.1"]))
        .with(requires.to_extension(true))
        .issued_by(&root);
    let with = Draft::end_entity("leaf").with(policies(&["1.2.1"])).issued_by(&middle);
    let without = Draft::end_entity("leaf").issued_by(&middle);
    assert!(valid(&with, &root, &[&middle], PolicyInputs::ANY).is_ok());
    assert_eq!(valid(&without, &root, &[&middle], PolicyInputs::ANY), Err("path-no-policy"));
}

#[test]
fn names_stay_within_the_constraints_of_every_authority_above() {
    let root = Draft::authority("root").self_signed();
    let permit =
        |base: &str| NameConstraints { permitted: vec![Subtree::Dns(base.into())], excluded: Vec::new() };
    let upper = Draft::authority("upper").with(permit("example.org").to_extension(true)).issued_by(&root);
    let lower = Draft::authority("lower").with(permit("example").to_extension(true)).issued_by(&upper);
    let names = |host: &str| SubjectAlternativeName(vec![GeneralName::Dns(host.into())]).to_extension(false);
    let of = |host: &str, issuer: &Party| {
        let leaf = Draft::end_entity("leaf").with(names(host)).issued_by(issuer);
        path(&leaf, &root, &[&upper, &lower]).map(|path| path.len()).map_err(|why| (why.code, why.at))
    };
    assert_eq!(of("a.example.org", &upper), Ok(2));
    assert_eq!(of("a.example", &upper), Err(("path-name-not-permitted", Some(name("leaf")))));
    assert_eq!(of("a.example.org", &lower), Err(("path-name-not-permitted", Some(name("leaf")))));
    assert_eq!(of("a.example", &lower), Err(("path-name-not-permitted", Some(name("leaf")))));
}
