//! The rules as a whole.

use std::collections::BTreeSet;

use super::fixture::{self, ED25519, authority, end_entity, responder, root};
use super::{Severity, all_rules, certificate, crl, rule};

#[test]
fn sound_certificates_and_crls_have_no_findings() {
    for fixture in [root(), authority(), end_entity(), responder()] {
        assert_eq!(certificate(&fixture.build(), fixture.issuer().as_ref()), []);
    }
    assert_eq!(crl(&fixture::crl().build(), Some(&authority().build())), []);
}

#[test]
fn findings_carry_their_rule() {
    let broken = end_entity().with_outer_algorithm(ED25519, None);
    let findings = certificate(&broken.build(), broken.issuer().as_ref());
    let [finding] = &findings[..] else { panic!("one finding, not {findings:?}") };
    assert_eq!(finding.rule, "signature-algorithms-equal");
    assert_eq!(finding.severity, Severity::Error);
    assert_eq!(
        finding.to_string(),
        "error: 1.2.840.10045.4.3.2 without parameters is signed, 1.3.101.112 without parameters stands \
         beside the signature (signature-algorithms-equal, RFC 5280 section 4.1.1.2)"
    );
}

#[test]
fn rules_do_not_reach_back_behind_their_date() {
    let old =
        root().valid("2001-01-01T00:00:00Z", "2021-01-01T00:00:00Z").with_outer_algorithm(ED25519, None);
    assert_eq!(certificate(&old.build(), None), []);
    let of_others = root().valid("2020-01-01T00:00:00Z", "2040-01-01T00:00:00Z").with_serial_octets(&[1]);
    assert_eq!(certificate(&of_others.build(), None), []);
}

#[test]
fn each_file_of_a_rule_is_listed_with_a_name_and_a_citation_of_its_own() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/lint/rule");
    let files = ["certificate", "crl"].map(|kind| std::fs::read_dir(folder.join(kind)).unwrap().count() - 1);
    assert_eq!(files, [rule::CERTIFICATE.len(), rule::CRL.len()]);
    let names: BTreeSet<_> = all_rules().map(|about| about.name).collect();
    assert_eq!(names.len(), all_rules().count());
    for about in all_rules() {
        assert!(!about.citation.is_empty(), "{}", about.name);
        assert!(about.name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-'), "{}", about.name);
    }
}
