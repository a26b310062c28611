//! Revocation along a path.

use super::*;
use crate::path::revocation::Evidence;
use crate::x509::crl::RevokedCertificate;
use crate::x509::extension::{CrlNumber, Extension, ExtensionValue, IssuingDistributionPoint, ReasonCode};
use crate::x509::testing::{Draft, sign_list};
use crate::x509::{CertificateList, Extensions, TbsCertList};

fn list(issuer: &Party, revoked: &[&Party], this_update: &str, more: Option<Extension>) -> CertificateList {
    let entry = |party: &&Party| RevokedCertificate {
        serial: party.certificate.serial().clone(),
        revocation_date: at("2026-05-01T00:00:00Z"),
        reason: Some(ReasonCode::KeyCompromise),
        invalidity_date: None,
    };
    let mut extensions = vec![CrlNumber::from(1).to_extension(false)];
    extensions.extend(more);
    let tbs = TbsCertList {
        signature_algorithm: issuer.signer.identifier().clone(),
        issuer: issuer.certificate.subject().clone(),
        this_update: at(this_update),
        next_update: at("2026-07-01T00:00:00Z"),
        revoked: revoked.iter().map(entry).collect(),
        extensions: Extensions::new(extensions).unwrap(),
    };
    sign_list(&tbs, issuer.signer.as_ref())
}

#[test]
fn it_is_asked_of_the_whole_path_but_the_anchor() {
    let root = Draft::authority("root").self_signed();
    let middle = Draft::authority("middle").issued_by(&root);
    let leaf = Draft::end_entity("leaf").issued_by(&middle);
    let june = "2026-06-01T00:00:00Z";
    let asked = |crls: &[CertificateList]| {
        let evidence = Evidence { crls: crls.to_vec(), ..Evidence::default() };
        let (anchors, pool) = ([anchor(&root)], certificates(&[&middle]));
        let question = Question::new(&leaf.certificate, &anchors, at(NOW));
        let question = Question { evidence: Some(&evidence), intermediates: &pool, ..question };
        let answer = judge(&question).into_result().map(|accepted| assert_eq!(accepted.statuses().len(), 2));
        answer.map_err(|refused| {
            let why = Why::from(refused);
            (why.code, why.at.map(|name| name.to_string()))
        })
    };
    let (upper, lower) = (list(&root, &[], june, None), list(&middle, &[], june, None));
    assert_eq!(asked(&[upper.clone(), lower.clone()]), Ok(()));
    let unknown = |name: &str| Err(("revocation-unknown", Some(format!("CN={name},C=CN"))));
    let revoked = |name: &str| Err(("certificate-revoked", Some(format!("CN={name},C=CN"))));
    // From above: who is not known to be good is not asked about others.
    assert_eq!(asked(&[]), unknown("middle"));
    assert_eq!(asked(std::slice::from_ref(&lower)), unknown("middle"));
    assert_eq!(asked(std::slice::from_ref(&upper)), unknown("leaf"));
    assert_eq!(asked(&[upper.clone(), list(&middle, &[&leaf], june, None)]), revoked("leaf"));
    assert_eq!(asked(&[list(&root, &[&middle], june, None), lower.clone()]), revoked("middle"));
    // Lists of the future, of another key of the same name, of another scope do not count.
    assert_eq!(asked(&[upper.clone(), list(&middle, &[], "2026-06-16T00:00:00Z", None)]), unknown("leaf"));
    let impostor = Draft::authority("middle").self_signed();
    assert_eq!(asked(&[upper.clone(), list(&impostor, &[], june, None)]), unknown("leaf"));
    let scoped = |scope: IssuingDistributionPoint| list(&middle, &[], june, Some(scope.to_extension(true)));
    let authorities = IssuingDistributionPoint { only_ca_certificates: true, ..Default::default() };
    assert_eq!(asked(&[upper.clone(), scoped(authorities)]), unknown("leaf"));
    let users = IssuingDistributionPoint { only_user_certificates: true, ..Default::default() };
    assert_eq!(asked(&[upper.clone(), scoped(users)]), Ok(()));
    let critical = Extension { oid: "1.2.3.4".parse().unwrap(), critical: true, value: vec![] };
    assert_eq!(asked(&[upper, list(&middle, &[], june, Some(critical))]), unknown("leaf"));
}

#[test]
fn a_key_that_was_replaced_signs_the_lists_by_a_path_of_its_own() {
    let root = Draft::authority("root").self_signed();
    let renewed = Draft::authority("root").issued_by(&root);
    let leaf = Draft::end_entity("leaf").issued_by(&root);
    let june = "2026-06-01T00:00:00Z";
    let asked = |crls: Vec<CertificateList>| {
        let evidence = Evidence { crls, ..Evidence::default() };
        let (anchors, pool) = ([anchor(&root)], certificates(&[&renewed]));
        let question = Question::new(&leaf.certificate, &anchors, at(NOW));
        let question = Question { evidence: Some(&evidence), intermediates: &pool, ..question };
        judge(&question).into_result().map(|_| ()).map_err(|refused| refused.code())
    };
    // The status of the new key must be known otherwise than by what it signs itself.
    assert_eq!(asked(vec![list(&renewed, &[], june, None)]), Err("revocation-unknown"));
    let old = list(&root, &[], "2026-05-20T00:00:00Z", None);
    assert_eq!(asked(vec![old, list(&renewed, &[&leaf], june, None)]), Err("certificate-revoked"));
}
