//! Delta CRLs.

use super::kit::*;
use crate::x509::extension::ReasonCode;
use crate::x509::testing::{Draft, Party, at, name};

const HOLD: Option<ReasonCode> = Some(ReasonCode::CertificateHold);
const REMOVED: Option<ReasonCode> = Some(ReasonCode::RemoveFromCrl);

fn scene() -> (Party, Party) {
    let root = root();
    let leaf = Draft::end_entity("leaf").issued_by(&root);
    (root, leaf)
}

#[test]
fn a_delta_adds_and_removes() {
    let (root, leaf) = scene();
    let complete = || List::of(&root);
    let delta = || List::delta(&root, 10);
    let judged = |complete: List<'_>, delta: List<'_>| {
        verdict(&leaf, &root, &[], &lists([complete.sign(), delta.sign()]))
    };
    assert_eq!(judged(complete(), delta()), "good");
    assert_eq!(judged(complete(), delta().revoking(&leaf, None)), "certificate-revoked");
    assert_eq!(judged(complete().revoking(&leaf, HOLD), delta()), "certificate-revoked");
    assert_eq!(judged(complete().revoking(&leaf, HOLD), delta().revoking(&leaf, REMOVED)), "good");
    assert_eq!(judged(complete(), delta().revoking(&leaf, REMOVED)), "good");
}

#[test]
fn the_order_of_lists_does_not_count_and_freshness_is_that_of_the_delta() {
    let (root, leaf) = scene();
    let freshness =
        status(&leaf, &root, &[], &lists([List::delta(&root, 10).sign(), List::of(&root).sign()])).unwrap();
    assert_eq!(freshness.this_update, Some(at("2026-11-21T00:00:00Z")));
    assert_eq!(freshness.next_update, Some(at("2026-11-23T00:00:00Z")));
}

#[test]
fn a_delta_alone_answers_for_nobody() {
    let (root, leaf) = scene();
    assert_eq!(verdict(&leaf, &root, &[], &lists([List::delta(&root, 10).sign()])), "crl-no-base");
}

#[test]
fn a_delta_starts_from_the_complete_list_or_before_and_comes_after_it() {
    let (root, leaf) = scene();
    for (base, number, adds) in
        [(1, 11, true), (10, 11, true), (10, 256, true), (11, 12, false), (9, 10, false), (1, 9, false)]
    {
        let delta = List::delta(&root, base).number(number).revoking(&leaf, None).sign();
        let expected = if adds { "certificate-revoked" } else { "good" };
        assert_eq!(
            verdict(&leaf, &root, &[], &lists([List::of(&root).sign(), delta])),
            expected,
            "{base} {number}"
        );
    }
}

#[test]
fn a_stale_complete_list_counts_with_a_current_delta() {
    let (root, leaf) = scene();
    let stale = || List::of(&root).dates("2026-11-14T00:00:00Z", "2026-11-21T00:00:00Z");
    assert_eq!(verdict(&leaf, &root, &[], &lists([stale().sign()])), "revocation-stale");
    assert_eq!(verdict(&leaf, &root, &[], &lists([stale().sign(), List::delta(&root, 10).sign()])), "good");
    let old = List::delta(&root, 10).dates("2026-11-20T00:00:00Z", "2026-11-22T00:00:00Z").sign();
    assert_eq!(verdict(&leaf, &root, &[], &lists([stale().sign(), old])), "revocation-stale");
    let revoked = stale().revoking(&leaf, None).sign();
    assert_eq!(
        verdict(&leaf, &root, &[], &lists([revoked, List::delta(&root, 10).sign()])),
        "certificate-revoked"
    );
}

#[test]
fn of_several_deltas_the_newest_counts() {
    let (root, leaf) = scene();
    let complete = List::of(&root).sign();
    let held = List::delta(&root, 10).revoking(&leaf, HOLD).sign();
    let released = List::delta(&root, 10)
        .number(12)
        .dates("2026-11-22T00:00:00Z", "2026-11-24T00:00:00Z")
        .revoking(&leaf, REMOVED)
        .sign();
    for order in [[complete.clone(), held.clone(), released.clone()], [released, held, complete]] {
        assert_eq!(verdict(&leaf, &root, &[], &lists(order)), "good");
    }
}

#[test]
fn a_delta_of_another_scope_or_key_adds_nothing() {
    let (root, leaf) = scene();
    let impostor = super::kit::root();
    let held = || List::of(&root).revoking(&leaf, HOLD).sign();
    let users = crate::x509::extension::IssuingDistributionPoint {
        only_user_certificates: true,
        ..Default::default()
    };
    let of_users = List::delta(&root, 10).scope(users).revoking(&leaf, REMOVED).sign();
    assert_eq!(verdict(&leaf, &root, &[], &lists([held(), of_users])), "certificate-revoked");
    let forged = || List::delta(&impostor, 10).revoking(&leaf, REMOVED);
    assert_eq!(verdict(&leaf, &root, &[], &lists([held(), forged().sign()])), "certificate-revoked");
    // With the identifier of the right key too.
    let mut tbs = forged().tbs();
    tbs.extensions = List::delta(&root, 10).tbs().extensions;
    let forged = crate::x509::testing::sign_list(&tbs, impostor.signer.as_ref());
    assert!(forged.issuer().matches(&name("root")));
    assert_eq!(verdict(&leaf, &root, &[], &lists([held(), forged])), "certificate-revoked");
}
