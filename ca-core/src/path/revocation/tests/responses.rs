//! OCSP responses.

use super::context::Context;
use super::kit::*;
use crate::algorithm::digest::DigestAlgorithm;
use crate::ocsp::CertStatus;
use crate::path::TrustAnchor;
use crate::path::revocation::{Evidence, RevocationCause, Source};
use crate::revocation::Reason;
use crate::x509::Certificate;
use crate::x509::extension::{
    ExtendedKeyUsage, ExtensionValue, KeyUsage, KeyUsages, OcspNoCheck, ReasonCode,
};
use crate::x509::testing::{Draft, Party, at};

const DATES: (&str, &str) = ("2026-11-22T08:00:00Z", "2026-11-22T10:00:00Z");

fn authority() -> Party {
    let usages = [KeyUsage::KeyCertSign, KeyUsage::CrlSign, KeyUsage::DigitalSignature];
    Draft { usage: Some(KeyUsages::from(usages)), ..Draft::authority("root") }.self_signed()
}

fn responder() -> Draft {
    let usages = ExtendedKeyUsage(vec![ExtendedKeyUsage::OCSP_SIGNING.into()]);
    Draft::end_entity("responder").with(usages.to_extension(false))
}

fn unchecked() -> Draft {
    responder().with(OcspNoCheck.to_extension(false))
}

fn revoked(reason: Reason) -> CertStatus {
    CertStatus::Revoked { at: at("2026-11-20T00:00:00Z"), reason }
}

fn said(responder: Party, issuer: &Certificate, subject: &Party, status: CertStatus) -> Evidence {
    let response = response(responder, issuer, subject, DigestAlgorithm::Sm3, status, DATES);
    Evidence { responses: vec![response], ..Evidence::default() }
}

#[test]
fn a_delegated_responder_answers_whatever_the_hash() {
    let root = authority();
    let leaf = Draft::end_entity("leaf").issued_by(&root);
    for hash in [DigestAlgorithm::Sha1, DigestAlgorithm::Sha256, DigestAlgorithm::Sm3] {
        let signer = unchecked().issued_by(&root);
        let responses = vec![response(signer, &root.certificate, &leaf, hash, CertStatus::Good, DATES)];
        let evidence = Evidence { responses, ..Evidence::default() };
        let freshness = status(&leaf, &root, &[], &evidence).unwrap();
        assert_eq!(freshness.source, Source::Ocsp);
        assert_eq!((freshness.this_update, freshness.next_update), (Some(at(DATES.0)), Some(at(DATES.1))));
    }
    let evidence =
        said(unchecked().issued_by(&root), &root.certificate, &leaf, revoked(Reason::KeyCompromise));
    let Err(RevocationCause::Revoked { reason, .. }) = status(&leaf, &root, &[], &evidence) else { panic!() };
    assert_eq!(reason, Some(ReasonCode::KeyCompromise));
}

#[test]
fn the_authority_itself_answers() {
    let root = authority();
    let leaf = Draft::end_entity("leaf").issued_by(&root);
    let anchor = TrustAnchor::from_certificate(&root.certificate).unwrap();
    let certificate = root.certificate.clone();
    let evidence = said(root, &certificate, &leaf, CertStatus::Good);
    let judged = Context::new(&anchor, &[], &evidence, at(NOW)).judge(&leaf.certificate).unwrap();
    assert_eq!(judged.source, Source::Ocsp);
}

#[test]
fn an_answer_about_another_certificate_or_issuer_says_nothing() {
    let root = authority();
    let (leaf, other) =
        (Draft::end_entity("leaf").issued_by(&root), Draft::end_entity("other").issued_by(&root));
    let evidence = said(unchecked().issued_by(&root), &root.certificate, &other, CertStatus::Good);
    assert_eq!(verdict(&leaf, &root, &[], &evidence), "revocation-unknown");
    let twin = authority();
    let evidence = said(unchecked().issued_by(&root), &twin.certificate, &leaf, CertStatus::Good);
    assert_eq!(verdict(&leaf, &root, &[], &evidence), "revocation-unknown");
}

#[test]
fn a_sibling_does_not_answer() {
    let root = authority();
    let (issuing, sibling) =
        (Draft::authority("issuing").issued_by(&root), Draft::authority("sibling").issued_by(&root));
    let leaf = Draft::end_entity("leaf").issued_by(&issuing);
    let crls = vec![List::of(&root).sign()];
    let judged = |signer: Party, pool: &[&Party]| {
        let evidence =
            Evidence { crls: crls.clone(), ..said(signer, &issuing.certificate, &leaf, CertStatus::Good) };
        verdict(&leaf, &root, pool, &evidence)
    };
    let pool = [&issuing, &sibling];
    assert_eq!(judged(unchecked().issued_by(&issuing), &pool), "good");
    assert_eq!(judged(unchecked().issued_by(&sibling), &pool), "ocsp-responder-not-delegated");
    assert_eq!(judged(unchecked().issued_by(&root), &pool), "ocsp-responder-not-delegated");
    // Nor an authority of the issuer's name with another key.
    let namesake = Draft::authority("issuing").issued_by(&root);
    let pool = [&issuing, &namesake];
    assert_eq!(judged(unchecked().issued_by(&namesake), &pool), "ocsp-responder-not-delegated");
    // Nor an authority whom the issuer did not tell to.
    let below = Draft {
        usage: Some(KeyUsages::from([KeyUsage::DigitalSignature, KeyUsage::KeyCertSign])),
        ..Draft::authority("below")
    };
    assert_eq!(judged(below.issued_by(&issuing), &pool), "ocsp-responder-not-delegated");
}

#[test]
fn a_responder_is_checked_unless_its_certificate_says_not_to() {
    let root = authority();
    let leaf = Draft::end_entity("leaf").issued_by(&root);
    let signer = responder().issued_by(&root);
    let certificate = signer.certificate.clone();
    let evidence = said(signer, &root.certificate, &leaf, CertStatus::Good);
    assert_eq!(verdict(&leaf, &root, &[], &evidence), "revocation-unknown");
    let list = || List::of(&root).dates("2026-11-01T00:00:00Z", "2026-12-01T00:00:00Z");
    // The list answers for the leaf as well, so that it is the response that is looked at here.
    let with_list = |list: List<'_>| Evidence { crls: vec![list.sign()], ..evidence.clone() };
    assert_eq!(status(&leaf, &root, &[], &with_list(list())).unwrap().source, Source::Ocsp);
    let revoked = with_list(list().revoking_serial(certificate.serial()));
    assert_eq!(status(&leaf, &root, &[], &revoked).unwrap().source, Source::Crl);
}

#[test]
fn an_expired_responder_does_not_answer() {
    let root = authority();
    let leaf = Draft::end_entity("leaf").issued_by(&root);
    let expired = Draft { validity: ("2026-01-01T00:00:00Z", "2026-11-22T08:30:00Z"), ..unchecked() };
    let evidence = said(expired.issued_by(&root), &root.certificate, &leaf, CertStatus::Good);
    // nextUpdate is cut to the end of the responder's certificate.
    assert_eq!(verdict(&leaf, &root, &[], &evidence), "revocation-stale");
}

#[test]
fn an_answer_counts_at_its_time_and_unknown_is_no_answer() {
    let root = authority();
    let leaf = Draft::end_entity("leaf").issued_by(&root);
    for (dates, expected) in [
        (("2026-11-22T09:00:00Z", "2026-11-22T09:00:00Z"), "good"),
        (("2026-11-22T09:00:01Z", "2026-11-22T10:00:00Z"), "revocation-not-yet-valid"),
        (("2026-11-22T08:00:00Z", "2026-11-22T08:59:59Z"), "revocation-stale"),
    ] {
        let signer = unchecked().issued_by(&root);
        let responses =
            vec![response(signer, &root.certificate, &leaf, DigestAlgorithm::Sha1, CertStatus::Good, dates)];
        assert_eq!(verdict(&leaf, &root, &[], &Evidence { responses, ..Evidence::default() }), expected);
    }
    let evidence = said(unchecked().issued_by(&root), &root.certificate, &leaf, CertStatus::Unknown);
    assert_eq!(verdict(&leaf, &root, &[], &evidence), "ocsp-status-unknown");
    let evidence = Evidence { crls: vec![List::of(&root).sign()], ..evidence };
    assert_eq!(status(&leaf, &root, &[], &evidence).unwrap().source, Source::Crl);
}

#[test]
fn a_revocation_is_final_and_of_a_hold_the_newer_word_counts() {
    let root = authority();
    let leaf = Draft::end_entity("leaf").issued_by(&root);
    let later = ("2026-11-22T08:30:00Z", "2026-11-23T00:00:00Z");
    let earlier = ("2026-11-22T07:30:00Z", "2026-11-23T00:00:00Z");
    let hold = Some(ReasonCode::CertificateHold);
    let judged = |said_by_response, listed: Option<Option<ReasonCode>>, (from, until)| {
        let list = List::of(&root).dates(from, until);
        let list = match listed {
            Some(reason) => list.revoking(&leaf, reason),
            None => list,
        };
        let evidence = said(unchecked().issued_by(&root), &root.certificate, &leaf, said_by_response);
        verdict(&leaf, &root, &[], &Evidence { crls: vec![list.sign()], ..evidence })
    };
    for dates in [earlier, later] {
        assert_eq!(judged(CertStatus::Good, Some(None), dates), "certificate-revoked");
        assert_eq!(judged(revoked(Reason::Superseded), None, dates), "certificate-revoked");
        assert_eq!(judged(CertStatus::Good, None, dates), "good");
    }
    assert_eq!(judged(CertStatus::Good, Some(hold), earlier), "good");
    assert_eq!(judged(CertStatus::Good, Some(hold), later), "certificate-revoked");
    assert_eq!(judged(CertStatus::Good, Some(hold), (DATES.0, later.1)), "certificate-revoked");
    assert_eq!(judged(revoked(Reason::CertificateHold), None, earlier), "certificate-revoked");
    assert_eq!(judged(revoked(Reason::CertificateHold), None, later), "good");
}

#[test]
fn a_newer_response_takes_no_revocation_back_but_a_hold() {
    let root = authority();
    let leaf = Draft::end_entity("leaf").issued_by(&root);
    let judged = |older: CertStatus, newer: CertStatus| {
        let said = |status, from| {
            let signer = unchecked().issued_by(&root);
            let dates = (from, "2026-11-22T12:00:00Z");
            response(signer, &root.certificate, &leaf, DigestAlgorithm::Sha256, status, dates)
        };
        let (older, newer) = (said(older, "2026-11-22T07:00:00Z"), said(newer, "2026-11-22T08:00:00Z"));
        let of = |responses| verdict(&leaf, &root, &[], &Evidence { responses, ..Evidence::default() });
        let verdict = of(vec![older.clone(), newer.clone()]);
        assert_eq!(of(vec![newer, older]), verdict);
        verdict
    };
    assert_eq!(judged(CertStatus::Good, CertStatus::Good), "good");
    assert_eq!(judged(revoked(Reason::CertificateHold), CertStatus::Good), "good");
    assert_eq!(judged(CertStatus::Good, revoked(Reason::CertificateHold)), "certificate-revoked");
    assert_eq!(judged(revoked(Reason::KeyCompromise), CertStatus::Good), "certificate-revoked");
}
