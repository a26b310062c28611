//! NIST's Public Key Interoperability Test Suite: RFC 5280 §6 and §6.3, section by section.

use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use tests::workspace::shared;

use crate::case::Case;
use crate::suite;

#[test]
fn the_cases_of_pkits_end_as_nist_says() {
    let Some(file) = shared("conformance/pkits/cases.json") else { return };
    let cases = load(&file);
    assert_eq!(cases.len(), 247);
    suite::run("pkits", &cases);
}

/// All cases of the suite.
pub(crate) fn load(file: &Path) -> Vec<Case> {
    let text = std::fs::read(file).expect("the suite can be read");
    let suite: Value = serde_json::from_slice(&text).expect("the suite is JSON");
    let at = suite["time"].as_str().expect("a time").parse().expect("a time");
    let object = |name: &Value| {
        let base64 = suite["objects"][name.as_str().expect("a name")].as_str().expect("an object");
        STANDARD.decode(base64).expect("base64")
    };
    let objects = |names: &Value| names.as_array().expect("names").iter().map(object).collect::<Vec<_>>();
    let case = |case: &Value| {
        let id = case["id"].as_str().expect("an id");
        let flag = |name: &str| case[name].as_bool().expect("a flag");
        let policies = case["initial_policy_set"].as_array().expect("policies").iter();
        let policies = policies.map(|policy| policy.as_str().expect("a policy").to_owned());
        let part: Vec<_> = id.split('.').take(2).collect();
        let part = part.join(".");
        Case {
            section: format!("{part} {}", suite["sections"][&part].as_str().unwrap_or_default()),
            anchors: vec![object(&suite["trust_anchor"])],
            intermediates: objects(&case["chain"]),
            crls: objects(&case["crls"]),
            policies: policies.filter(|policy| policy != "anyPolicy").collect(),
            explicit_policy: flag("initial_explicit_policy"),
            inhibit_mapping: flag("initial_policy_mapping_inhibit"),
            inhibit_any: flag("initial_any_policy_inhibit"),
            ..Case::new(id, case["expected"] == "accept", object(&case["ee"]), at)
        }
    };
    suite["cases"].as_array().expect("cases").iter().map(case).collect()
}
