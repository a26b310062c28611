use std::convert::Infallible;
use std::sync::Arc;

use super::*;
use crate::algorithm::KeySpec;
use crate::issuance::{AuthorityName, Issuer, Urls};
use crate::revocation::Reason;
use crate::x509::extension::{KeyUsage, KeyUsages};
use crate::x509::testing::{Draft, Party, at, openssl, rng};

fn issuer(draft: Draft) -> Issuer {
    let Party { signer, certificate } = draft.self_signed();
    let name: AuthorityName = "issuing".parse().unwrap();
    let urls = Urls::under("http://pki.example.cn", &name).unwrap();
    Issuer::new(name, certificate, Arc::from(signer), urls, &mut rng()).unwrap()
}

fn plan(entries: Vec<RevokedEntry>) -> CrlPlan {
    CrlPlan::after(None, 300, at("2026-11-22T09:00:00.9Z"), at("2026-11-29T09:00:00Z"), entries).unwrap()
}

fn issue(issuer: &Issuer, plan: CrlPlan) -> IssuedCrl {
    let prepared = issuer.prepare_crl(plan, &mut rng()).unwrap();
    let committed = prepared.commit(|_| Ok::<_, Infallible>(())).unwrap();
    issuer.sign_crl(committed, &mut rng()).unwrap()
}

fn entry(serial: &str, reason: Option<Reason>, invalidity_date: Option<&str>) -> RevokedEntry {
    RevokedEntry {
        serial: serial.parse().unwrap(),
        at: at("2026-11-20T08:00:00Z"),
        reason,
        invalidity_date: invalidity_date.map(at),
    }
}

#[test]
fn a_crl_says_what_was_planned_and_is_signed_for_every_algorithm() {
    for spec in [KeySpec::Sm2, KeySpec::P256, KeySpec::P384, KeySpec::Ed25519, KeySpec::Rsa { bits: 2048 }] {
        let issuer = issuer(Draft::authority("Issuing authority").spec(spec));
        let entries = vec![
            entry("4402", Some(Reason::Unspecified), None),
            entry("43", Some(Reason::KeyCompromise), Some("2026-11-01T00:00:00Z")),
            entry("4401", Some(Reason::CertificateHold), None),
        ];
        let issued = issue(&issuer, plan(entries));
        assert_eq!((issued.facts().number, issued.facts().entries), (300, 3));
        let crl = issued.crl();
        crl.verify_signed_by(issuer.public_key()).unwrap();
        assert!(crl.is_v2());
        assert_eq!(crl.issuer(), issuer.certificate().subject());
        assert_eq!(crl.this_update(), at("2026-11-22T09:00:00Z"));
        assert_eq!(crl.next_update(), Some(at("2026-11-29T09:00:00Z")));
        assert_eq!(crl.number().unwrap().unwrap().to_u64(), Some(300));
        let authority = crl.authority_key_identifier().unwrap().unwrap();
        assert_eq!(authority.key_identifier, issuer.certificate().subject_key_identifier().unwrap());
        let read: Vec<_> = crl
            .revoked()
            .iter()
            .map(|entry| (entry.serial.to_string(), entry.reason, entry.invalidity_date))
            .collect();
        assert_eq!(
            read,
            [
                ("43".to_owned(), Some(Reason::KeyCompromise), Some(at("2026-11-01T00:00:00Z"))),
                ("4401".to_owned(), Some(Reason::CertificateHold), None),
                ("4402".to_owned(), None, None),
            ]
        );
    }
}

#[test]
fn the_list_is_absent_where_nothing_is_revoked() {
    let issuer = issuer(Draft::authority("Issuing authority"));
    let issued = issue(&issuer, plan(vec![]));
    assert!(issued.crl().revoked().is_empty());
    assert!(!issued.crl().has_empty_list());
}

#[test]
fn openssl_reads_a_crl_as_it_was_meant() {
    let issuer = issuer(Draft::authority("Issuing authority"));
    let issued = issue(&issuer, plan(vec![entry("43ff", Some(Reason::Superseded), None)]));
    let arguments = ["crl", "-inform", "DER", "-noout", "-text"];
    let Some((succeeded, text)) = openssl(&arguments, issued.der()) else { return };
    assert!(succeeded, "{text}");
    for part in ["Version 2", "X509v3 CRL Number", "300", "Serial Number: 43FF", "Superseded"] {
        assert!(text.contains(part), "{part} is not in\n{text}");
    }
}

#[test]
fn an_authority_that_may_not_sign_crls_does_not() {
    let draft = Draft {
        usage: Some(KeyUsages::from([KeyUsage::KeyCertSign])),
        ..Draft::authority("Issuing authority")
    };
    let error = issuer(draft).prepare_crl(plan(vec![]), &mut rng()).map(|_| ()).unwrap_err();
    assert_eq!(error.code(), "issuer-not-crl-signer");
}

#[test]
fn what_is_not_committed_is_not_signed() {
    let issuer = issuer(Draft::authority("Issuing authority"));
    let prepared = issuer.prepare_crl(plan(vec![]), &mut rng()).unwrap();
    let refused = prepared.commit(|prepared| {
        assert_eq!(prepared.facts().number, 300);
        Err("the disk is full")
    });
    assert_eq!(refused.map(|_| ()), Err("the disk is full"));
}
