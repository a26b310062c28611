//! The rules as a whole.

use std::collections::BTreeSet;

use super::fixture::{self, ED25519, authority, end_entity, responder, root};
use super::{Severity, all_rules, certificate, crl, ocsp_request, ocsp_response, request, rule};

#[test]
fn sound_certificates_and_crls_have_no_findings() {
    for fixture in [root(), authority(), end_entity(), responder()] {
        assert_eq!(certificate(&fixture.build(), fixture.issuer().as_ref()), []);
    }
    assert_eq!(crl(&fixture::crl().build(), Some(&authority().build())), []);
}

#[test]
fn sound_requests_and_responses_have_no_findings() {
    assert_eq!(request(&fixture::request().build()), []);
    assert_eq!(ocsp_request(&fixture::ocsp_request(&[1], Some(32))), []);
    assert_eq!(ocsp_response(&fixture::response().by(responder()).build(), Some(&authority().build())), []);
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
    let files = ["certificate", "crl", "request", "ocsp_request", "ocsp_response"]
        .map(|kind| std::fs::read_dir(folder.join(kind)).unwrap().count() - 1);
    let listed = [
        rule::CERTIFICATE.len(),
        rule::CRL.len(),
        rule::REQUEST.len(),
        rule::OCSP_REQUEST.len(),
        rule::OCSP_RESPONSE.len(),
    ];
    assert_eq!(files, listed);
    let names: BTreeSet<_> = all_rules().map(|about| about.name).collect();
    assert_eq!(names.len(), all_rules().count());
    for about in all_rules() {
        assert!(!about.citation.is_empty() && !about.description.is_empty(), "{}", about.name);
        assert!(about.name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-'), "{}", about.name);
    }
}

/// The tests of a rule stand in its file, and use the words of the fixtures.
#[test]
fn each_rule_has_fixtures_that_pass_and_fixtures_that_fail() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/lint/rule");
    let mut seen = BTreeSet::new();
    for kind in ["certificate", "crl", "request", "ocsp_request", "ocsp_response"] {
        for file in std::fs::read_dir(folder.join(kind)).unwrap() {
            let path = file.unwrap().path();
            let text = std::fs::read_to_string(&path).unwrap();
            let Some((rule, tests)) = text.split_once("#[cfg(test)]") else { continue };
            let name = all_rules().find(|about| rule.contains(&format!("name: \"{}\"", about.name)));
            seen.extend(name.map(|about| about.name));
            for word in ["passes(", "fails("] {
                assert!(tests.contains(word), "{}: nothing {word}…)", path.display());
            }
        }
    }
    let without: Vec<_> = all_rules().map(|about| about.name).filter(|name| !seen.contains(name)).collect();
    assert_eq!(without, [] as [&str; 0]);
}

const OPERATING: &str = "
 1 error crl-distribution-points
 1 error name-string-types
 9 error serial-number-of-project
 9 error validity-within-issuer
";

/// What the certificates of operating authorities give, by rule: a change here is a change of what a rule finds.
#[test]
fn operating_authorities_are_found_as_they_are() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/vectors/operating-cas");
    let Ok(files) = std::fs::read_dir(&folder) else {
        println!("skipped: {} is not there", folder.display());
        return;
    };
    let read = |path: &std::path::Path| {
        let bytes = std::fs::read(path).unwrap();
        let der = crate::encoding::pem::read_one_of(&bytes, &["CERTIFICATE"]).unwrap_or(bytes);
        crate::x509::Certificate::from_der(&der)
    };
    let roots = ["rootca", "civil-servant-root", "device-root"]
        .map(|name| read(&folder.join(format!("../nrcac-{name}.pem"))).unwrap());
    let mut counts = std::collections::BTreeMap::new();
    let mut judged = 0;
    for file in files {
        let Ok(read) = read(&file.unwrap().path()) else { continue };
        judged += 1;
        let issuer = roots.iter().find(|root| root.subject().matches(read.issuer()));
        for finding in certificate(&read, issuer) {
            *counts.entry((finding.rule, finding.severity.to_string())).or_insert(0) += 1;
        }
    }
    assert_eq!(judged, 86);
    let shown: Vec<_> =
        counts.iter().map(|((rule, severity), count)| format!("{count:>2} {severity} {rule}")).collect();
    assert_eq!(shown.join("\n").trim(), OPERATING.trim());
}
