//! Complete lists.

use super::kit::*;
use crate::path::revocation::{Evidence, Mode, RevocationCause, Source};
use crate::x509::extension::{
    DistributionPoint, DistributionPointName, ExtensionValue, GeneralName, IssuingDistributionPoint,
    KeyUsage, KeyUsages, ReasonCode,
};
use crate::x509::testing::{Draft, Party, at, name, sign_list_changed};
use crate::x509::{Extension, Name};
use jiff::SignedDuration;

fn leaf(issuer: &Party) -> Party {
    Draft::end_entity("leaf").issued_by(issuer)
}

#[test]
fn who_is_listed_is_revoked_and_who_is_not_is_good() {
    let root = root();
    let (good, bad) = (leaf(&root), leaf(&root));
    let evidence = lists([List::of(&root).revoking(&bad, Some(ReasonCode::KeyCompromise)).sign()]);
    let freshness = status(&good, &root, &[], &evidence).unwrap();
    assert_eq!(freshness.source, Source::Crl);
    assert_eq!(freshness.this_update, Some(at("2026-11-20T00:00:00Z")));
    assert_eq!(freshness.next_update, Some(at("2026-11-27T00:00:00Z")));
    let Err(RevocationCause::Revoked { since, reason }) = status(&bad, &root, &[], &evidence) else {
        panic!()
    };
    assert_eq!((since, reason), (at("2026-11-19T00:00:00Z"), Some(ReasonCode::KeyCompromise)));
}

#[test]
fn without_an_answer_the_mode_decides() {
    let root = root();
    let leaf = leaf(&root);
    let evidence = Evidence::default();
    let refused = status(&leaf, &root, &[], &evidence).unwrap_err();
    assert_eq!((refused.code(), refused.rule()), ("revocation-unknown", "RFC 5280 §6.1.3 (a)(3)"));
    let soft = Evidence { mode: Mode::Soft, ..Evidence::default() };
    assert_eq!(status(&leaf, &root, &[], &soft).unwrap().source, Source::None);
    let soft = Evidence { mode: Mode::Soft, ..lists([List::of(&root).revoking(&leaf, None).sign()]) };
    assert_eq!(verdict(&leaf, &root, &[], &soft), "certificate-revoked");
}

#[test]
fn noone_answers_for_what_says_that_nobody_does() {
    let root = root();
    let never = || Extension { oid: "2.5.29.56".parse().unwrap(), critical: false, value: vec![5, 0] };
    let leaf = Draft::end_entity("leaf").with(never()).issued_by(&root);
    assert_eq!(status(&leaf, &root, &[], &Evidence::default()).unwrap().source, Source::NeverAvailable);
    let evidence = lists([List::of(&root).revoking(&leaf, None).sign()]);
    assert_eq!(verdict(&leaf, &root, &[], &evidence), "certificate-revoked");
    let authority = Draft::authority("authority").with(never()).issued_by(&root);
    assert_eq!(verdict(&authority, &root, &[], &Evidence::default()), "revocation-unknown");
}

#[test]
fn a_list_counts_at_its_time() {
    let root = root();
    let leaf = leaf(&root);
    for (dates, expected) in [
        (("2026-11-22T09:00:00Z", "2026-11-22T09:00:00Z"), "good"),
        (("2026-11-22T09:00:01Z", "2026-11-27T00:00:00Z"), "revocation-not-yet-valid"),
        (("2026-11-20T00:00:00Z", "2026-11-22T08:59:59Z"), "revocation-stale"),
    ] {
        let evidence = lists([List { dates, ..List::of(&root) }.sign()]);
        assert_eq!(verdict(&leaf, &root, &[], &evidence), expected, "{dates:?}");
    }
    let endless =
        sign_list_changed(&List::of(&root).tbs(), |members| drop(members.remove(4)), root.signer.as_ref());
    assert_eq!(endless.next_update(), None);
    assert_eq!(verdict(&leaf, &root, &[], &lists([endless])), "crl-no-next-update");
    let aged = |hours| Evidence {
        max_age: Some(SignedDuration::from_hours(hours)),
        ..lists([List::of(&root).sign()])
    };
    assert_eq!(verdict(&leaf, &root, &[], &aged(57)), "good");
    assert_eq!(verdict(&leaf, &root, &[], &aged(56)), "revocation-too-old");
}

#[test]
fn the_newest_list_counts_in_whatever_order_they_come() {
    let root = root();
    let leaf = leaf(&root);
    let held = || List::of(&root).revoking(&leaf, Some(ReasonCode::CertificateHold)).sign();
    let released = || List::of(&root).dates("2026-11-21T00:00:00Z", "2026-11-28T00:00:00Z").number(11).sign();
    assert_eq!(verdict(&leaf, &root, &[], &lists([held(), released()])), "good");
    assert_eq!(verdict(&leaf, &root, &[], &lists([released(), held()])), "good");
    // Of two of one time, the one with the higher number.
    let same_time = List::of(&root).number(300).sign();
    assert_eq!(verdict(&leaf, &root, &[], &lists([held(), same_time.clone()])), "good");
    assert_eq!(verdict(&leaf, &root, &[], &lists([same_time, held()])), "good");
}

#[test]
fn a_revocation_stays_whatever_a_newer_list_says() {
    let root = root();
    let leaf = leaf(&root);
    let newer = || List::of(&root).dates("2026-11-21T00:00:00Z", "2026-11-28T00:00:00Z").number(11).sign();
    for reason in [None, Some(ReasonCode::KeyCompromise)] {
        let older = List::of(&root).revoking(&leaf, reason).sign();
        assert_eq!(verdict(&leaf, &root, &[], &lists([older, newer()])), "certificate-revoked");
    }
}

#[test]
fn a_forged_newer_list_does_not_hide_the_older() {
    let (root, impostor) = (root(), root());
    let leaf = leaf(&root);
    let forged = List { issuer: name("root"), ..List::of(&impostor) };
    let forged = forged.dates("2026-11-22T00:00:00Z", "2026-11-28T00:00:00Z").sign();
    let evidence = lists([forged.clone(), List::of(&root).revoking(&leaf, None).sign()]);
    assert_eq!(verdict(&leaf, &root, &[], &evidence), "certificate-revoked");
    assert_eq!(verdict(&leaf, &root, &[], &lists([forged.clone()])), "signature-invalid");
    // Nor does it count with the certificate that its signer made for itself.
    assert_eq!(verdict(&leaf, &root, &[&impostor], &lists([forged])), "path-no-issuer");
}

#[test]
fn another_key_of_the_issuer_may_sign_with_a_path_of_its_own() {
    let root = root();
    let issuing = Draft::authority("issuing").issued_by(&root);
    let signer = |usage| {
        let usage = Some(KeyUsages::from([usage]));
        Draft { usage, constraints: None, ..Draft::authority("issuing") }.issued_by(&root)
    };
    let for_lists = signer(KeyUsage::CrlSign);
    let leaf = leaf(&issuing);
    let of_root = || List::of(&root).sign();
    let evidence = lists([of_root(), List::of(&for_lists).sign()]);
    assert_eq!(verdict(&leaf, &root, &[&issuing, &for_lists], &evidence), "good");
    assert_eq!(verdict(&leaf, &root, &[&issuing], &evidence), "signature-invalid");
    let evidence = lists([of_root(), List::of(&for_lists).revoking(&leaf, None).sign()]);
    assert_eq!(verdict(&leaf, &root, &[&issuing, &for_lists], &evidence), "certificate-revoked");
    let revoked = lists([List::of(&root).revoking(&for_lists, None).sign(), List::of(&for_lists).sign()]);
    assert_eq!(verdict(&leaf, &root, &[&issuing, &for_lists], &revoked), "certificate-revoked");
    let others = signer(KeyUsage::DigitalSignature);
    let evidence = lists([of_root(), List::of(&others).sign()]);
    assert_eq!(verdict(&leaf, &root, &[&issuing, &others], &evidence), "crl-signer-may-not-sign-crls");
}

#[test]
fn what_is_critical_and_not_understood_makes_a_list_count_for_nothing() {
    let root = root();
    let leaf = leaf(&root);
    let critical = |critical| {
        let oid = "1.2.3.4".parse().unwrap();
        let more = vec![Extension { oid, critical, value: vec![5, 0] }];
        lists([List { more, ..List::of(&root) }.revoking(&leaf, None).sign()])
    };
    assert_eq!(verdict(&leaf, &root, &[], &critical(true)), "revocation-unknown-critical-extension");
    assert_eq!(verdict(&leaf, &root, &[], &critical(false)), "certificate-revoked");
}

#[test]
fn a_list_answers_within_its_scope() {
    let root = root();
    let leaf = leaf(&root);
    let authority = Draft::authority("authority").issued_by(&root);
    let users = IssuingDistributionPoint { only_user_certificates: true, ..Default::default() };
    let authorities = IssuingDistributionPoint { only_ca_certificates: true, ..Default::default() };
    let attributes = IssuingDistributionPoint { only_attribute_certificates: true, ..Default::default() };
    for (scope, of_leaf, of_authority) in [
        (users, "good", "crl-scope"),
        (authorities, "crl-scope", "good"),
        (attributes, "crl-scope", "crl-scope"),
    ] {
        let evidence = lists([List::of(&root).scope(scope).sign()]);
        assert_eq!(verdict(&leaf, &root, &[], &evidence), of_leaf);
        assert_eq!(verdict(&authority, &root, &[], &evidence), of_authority);
    }
}

#[test]
fn a_partition_answers_for_those_who_name_it() {
    let root = root();
    let at_place = |uri: &str| DistributionPoint { name: Some(place(uri)), ..Default::default() };
    let leaf = Draft::end_entity("leaf").with(points([at_place("http://x/1"), at_place("http://x/2")]));
    let leaf = leaf.issued_by(&root);
    let plain = Draft::end_entity("plain").issued_by(&root);
    let part = |uri: &str| lists([List::of(&root).scope(scope(uri)).sign()]);
    assert_eq!(verdict(&leaf, &root, &[], &part("http://x/2")), "good");
    assert_eq!(verdict(&leaf, &root, &[], &part("http://x/3")), "crl-scope");
    assert_eq!(verdict(&plain, &root, &[], &part("http://x/2")), "crl-scope");
    let revoking = List::of(&root).scope(scope("http://x/3")).revoking(&leaf, None).sign();
    assert_eq!(verdict(&leaf, &root, &[], &lists([revoking])), "crl-scope");
}

#[test]
fn names_relative_to_the_issuer_are_names() {
    let root = root();
    let full =
        Name::from_parts(&[name("root").parts(), name("part").parts()[1..].to_vec()].concat()).unwrap();
    // The content of the last set of the name.
    let relative = {
        let whole = full.as_der();
        whole[name("root").as_der().len() + 2..].to_vec()
    };
    assert!(name("root").below(&relative).unwrap().matches(&full));
    let relative = || DistributionPointName::Relative(relative.clone());
    let full = || DistributionPointName::Full(vec![GeneralName::Directory(full.clone())]);
    for (of_certificate, of_list) in [(relative(), full()), (full(), relative()), (relative(), relative())] {
        let point = DistributionPoint { name: Some(of_certificate), ..Default::default() };
        let leaf = Draft::end_entity("leaf").with(points([point])).issued_by(&root);
        let scope = IssuingDistributionPoint { name: Some(of_list), ..Default::default() };
        let evidence = lists([List::of(&root).scope(scope).sign()]);
        assert_eq!(verdict(&leaf, &root, &[], &evidence), "good");
    }
}

#[test]
fn all_reasons_must_be_answered_for() {
    let root = root();
    let leaf = leaf(&root);
    let for_reasons = |reasons| {
        let only_some_reasons = Some(reasons);
        List::of(&root).scope(IssuingDistributionPoint { only_some_reasons, ..Default::default() })
    };
    let (some, others) = (for_reasons(KEY_COMPROMISE).sign(), for_reasons(ALL_BUT_KEY_COMPROMISE).sign());
    assert_eq!(verdict(&leaf, &root, &[], &lists([some.clone(), others.clone()])), "good");
    assert_eq!(verdict(&leaf, &root, &[], &lists([some.clone()])), "crl-some-reasons");
    assert_eq!(verdict(&leaf, &root, &[], &lists([others])), "crl-some-reasons");
    let revoking = for_reasons(ALL_BUT_KEY_COMPROMISE).revoking(&leaf, Some(ReasonCode::Superseded)).sign();
    assert_eq!(verdict(&leaf, &root, &[], &lists([some, revoking.clone()])), "certificate-revoked");
    assert_eq!(verdict(&leaf, &root, &[], &lists([revoking])), "certificate-revoked");
}

#[test]
fn a_distribution_point_may_be_for_some_reasons() {
    let root = root();
    let point = |uri: &str, reasons| DistributionPoint {
        name: Some(place(uri)),
        reasons: Some(reasons),
        ..Default::default()
    };
    let two = [point("http://x/1", KEY_COMPROMISE), point("http://x/2", ALL_BUT_KEY_COMPROMISE)];
    let leaf = Draft::end_entity("leaf").with(points(two)).issued_by(&root);
    let list = |uri: &str, this_update| {
        List::of(&root).scope(scope(uri)).dates(this_update, "2026-11-27T00:00:00Z").sign()
    };
    let (one, other) =
        (list("http://x/1", "2026-11-20T00:00:00Z"), list("http://x/2", "2026-11-21T00:00:00Z"));
    assert_eq!(verdict(&leaf, &root, &[], &lists([one.clone()])), "crl-some-reasons");
    let freshness = status(&leaf, &root, &[], &lists([one, other])).unwrap();
    assert_eq!(freshness.this_update, Some(at("2026-11-20T00:00:00Z")));
}

#[test]
fn what_was_removed_is_not_revoked() {
    let root = root();
    let leaf = leaf(&root);
    let evidence = lists([List::of(&root).revoking(&leaf, Some(ReasonCode::RemoveFromCrl)).sign()]);
    assert_eq!(verdict(&leaf, &root, &[], &evidence), "good");
}

#[test]
fn an_extension_twice_makes_a_list_count_for_nothing() {
    let root = root();
    let leaf = leaf(&root);
    let number = crate::x509::extension::CrlNumber::from(7).to_extension(false);
    let other = Extension { oid: "2.5.29.18".parse().unwrap(), ..number.clone() };
    let list = List { more: vec![other], ..List::of(&root) };
    let twice = sign_list_changed(
        &list.tbs(),
        |members| {
            let extensions = members.last_mut().unwrap();
            let start = extensions.windows(3).position(|window| window == [0x55, 0x1d, 18]).unwrap();
            extensions[start + 2] = 20;
        },
        root.signer.as_ref(),
    );
    assert_eq!(verdict(&leaf, &root, &[], &lists([twice])), "extension-duplicate");
}

#[test]
fn a_list_without_a_number_or_with_a_critical_one_counts_for_nothing() {
    let root = root();
    let leaf = leaf(&root);
    let number = |critical| {
        let number = crate::x509::extension::CrlNumber::from(7).to_extension(critical);
        crate::x509::Extensions::new(vec![number]).unwrap()
    };
    let mut tbs = List::of(&root).tbs();
    tbs.extensions = crate::x509::Extensions::default();
    let none = crate::x509::testing::sign_list(&tbs, root.signer.as_ref());
    tbs.extensions = number(true);
    let critical = crate::x509::testing::sign_list(&tbs, root.signer.as_ref());
    tbs.extensions = number(false);
    let right = crate::x509::testing::sign_list(&tbs, root.signer.as_ref());
    assert_eq!(verdict(&leaf, &root, &[], &lists([none])), "crl-number");
    assert_eq!(verdict(&leaf, &root, &[], &lists([critical])), "crl-number");
    assert_eq!(verdict(&leaf, &root, &[], &lists([right])), "good");
}
