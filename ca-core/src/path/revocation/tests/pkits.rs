//! The cases of NIST PKITS that turn on revocation lists.

use super::context::Context;
use crate::path::TrustAnchor;
use crate::path::revocation::Evidence;
use crate::x509::testing::{at, shared};
use crate::x509::{Certificate, CertificateList};
use serde::Deserialize;
use std::collections::HashMap;

#[derive(Deserialize)]
struct Suite {
    trust_anchor: String,
    time: String,
    cases: Vec<Case>,
    objects: HashMap<String, String>,
}

#[derive(Deserialize)]
struct Case {
    id: String,
    expected: String,
    ee: String,
    chain: Vec<String>,
    crls: Vec<String>,
}

/// Sections 4.4 (basic revocation), 4.14 (distribution points) and 4.15 (delta CRLs), and what else turns on lists alone.
fn is_ours(id: &str) -> bool {
    const OTHERS: [&str; 9] =
        ["4.5.1", "4.5.2", "4.5.3", "4.5.4", "4.5.5", "4.5.6", "4.5.7", "4.7.4", "4.7.5"];
    ["4.4.", "4.14.", "4.15."].iter().any(|section| id.starts_with(section)) || OTHERS.contains(&id)
}

#[test]
fn the_lists_of_pkits_are_judged_as_nist_does() {
    let Some(file) = shared("conformance/pkits/cases.json") else { return };
    let suite: Suite = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
    let object = |name: &String| {
        let text = format!("-----BEGIN X-----\n{}\n-----END X-----\n", suite.objects[name]);
        crate::encoding::pem::read_all(text.as_bytes()).unwrap().swap_remove(0).der
    };
    let certificate = |name: &String| Certificate::from_der(&object(name)).unwrap();
    let anchor = TrustAnchor::from_certificate(&certificate(&suite.trust_anchor)).unwrap();
    let mut wrong = Vec::new();
    let mut count = 0;
    for case in suite.cases.iter().filter(|case| is_ours(&case.id)) {
        let pool: Vec<_> = case.chain.iter().map(certificate).collect();
        // The signature of one list is not of whole octets: it is no list.
        let crls =
            case.crls.iter().filter_map(|name| CertificateList::from_der(&object(name)).ok()).collect();
        let evidence = Evidence { crls, ..Evidence::default() };
        let end_entity = certificate(&case.ee);
        let judged = Context::new(&anchor, &pool, &evidence, at(&suite.time)).judge(&end_entity);
        let got = if judged.is_ok() { "accept" } else { "reject" };
        if got != case.expected {
            wrong.push(format!(
                "{}: {}",
                case.id,
                judged.map_or_else(|cause| cause.to_string(), |_| "accepted".into())
            ));
        }
        count += 1;
    }
    assert_eq!(count, 75);
    // The certificate of the only signer of its lists is answered for by a list that it signed itself.
    assert_eq!(wrong.len(), 1, "{wrong:#?}");
    assert!(wrong[0].starts_with("4.14.30: "), "{wrong:#?}");
}
