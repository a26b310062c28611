//! Random histories, judged by a model and by the observer of the file.

use std::collections::BTreeMap;

use ca_core::ocsp::CertStatus;
use ca_core::revocation::Reason;
use ca_core::x509::crl::CertificateList;
use ca_core::x509::serial::SerialNumber;
use jiff::SignedDuration;
use proptest::prelude::*;
use proptest::test_runner::Config;

use super::{Instance, order, request};
use crate::port::SignedNonce;

/// One step; numbers choose among what there is.
#[derive(Clone, Debug)]
enum Step {
    Issue,
    IssueRefused,
    Revoke(usize, usize),
    Hold(usize),
    Release(usize),
    Replay(usize),
    Publish(bool),
    PublishChange,
    Wait(i64),
    Timer,
    Restart,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => Just(Step::Issue),
        1 => Just(Step::IssueRefused),
        3 => (any::<usize>(), any::<usize>()).prop_map(|(which, reason)| Step::Revoke(which, reason)),
        3 => any::<usize>().prop_map(Step::Hold),
        2 => any::<usize>().prop_map(Step::Release),
        1 => any::<usize>().prop_map(Step::Replay),
        2 => any::<bool>().prop_map(Step::Publish),
        2 => Just(Step::PublishChange),
        2 => (0_i64..3 * 24 * 3600).prop_map(Step::Wait),
        2 => Just(Step::Timer),
        1 => Just(Step::Restart),
    ]
}

/// What each certificate should be: none for good.
type Model = BTreeMap<SerialNumber, Option<Reason>>;

fn revoke(instance: &Instance, serial: &SerialNumber, reason: Reason, expected: &mut Option<Reason>) {
    let authority = "issuing".parse().unwrap();
    let done = instance.services.certificates.revoke(&instance.act(), &authority, serial, reason, None);
    let user_may = !matches!(reason, Reason::CertificateHold | Reason::RemoveFromCrl);
    let may = user_may && matches!(expected, None | Some(Reason::CertificateHold));
    assert_eq!(done.is_ok(), may, "{done:?}");
    if may {
        *expected = Some(reason);
    }
}

/// The same signed act twice: the second must change nothing.
fn replay(instance: &Instance, serial: &SerialNumber, expected: &mut Option<Reason>, nonce: usize) {
    let authority = "issuing".parse().unwrap();
    let mut act = instance.act();
    act.nonce = Some(SignedNonce {
        key: "ab".repeat(32),
        nonce: format!("nonce {nonce}"),
        expires: act.at + SignedDuration::from_hours(24 * 365),
    });
    let certificates = &instance.services.certificates;
    if certificates.hold(&act, &authority, serial).is_ok() {
        *expected = Some(Reason::CertificateHold);
        let again = certificates.release(&act, &authority, serial).unwrap_err();
        assert_eq!(again.code(), "nonce-replayed");
    }
}

fn apply(mut instance: Instance, step: &Step, model: &mut Model, turn: usize) -> Instance {
    let authority = "issuing".parse().unwrap();
    let count = model.len().max(1);
    let chosen = |which: &usize, model: &Model| model.keys().nth(which % count).cloned();
    match step {
        Step::Issue => {
            model.insert(instance.issue("camera").serial, None);
        }
        Step::IssueRefused => {
            let order = order("root", &request("camera"));
            instance.services.certificates.issue(&instance.act(), order).unwrap_err();
        }
        Step::Revoke(which, reason) => {
            if let Some(serial) = chosen(which, model) {
                let reason = Reason::ALL[reason % Reason::ALL.len()];
                revoke(&instance, &serial, reason, model.get_mut(&serial).unwrap());
            }
        }
        Step::Hold(which) => {
            if let Some(serial) = chosen(which, model) {
                let expected = model.get_mut(&serial).unwrap();
                let done = instance.services.certificates.hold(&instance.act(), &authority, &serial);
                assert_eq!(done.is_ok(), expected.is_none());
                expected.get_or_insert(Reason::CertificateHold);
            }
        }
        Step::Release(which) => {
            if let Some(serial) = chosen(which, model) {
                let expected = model.get_mut(&serial).unwrap();
                let done = instance.services.certificates.release(&instance.act(), &authority, &serial);
                assert_eq!(done.is_ok(), *expected == Some(Reason::CertificateHold));
                if done.is_ok() {
                    *expected = None;
                }
            }
        }
        Step::Replay(which) => {
            if let Some(serial) = chosen(which, model) {
                replay(&instance, &serial, model.get_mut(&serial).unwrap(), turn);
            }
        }
        Step::Publish(scheduled) => {
            instance.services.crl.publish(&instance.act(), &authority, *scheduled).unwrap();
        }
        Step::PublishChange => {
            instance.services.crl.publish_change(&instance.act(), &authority).unwrap();
        }
        Step::Wait(seconds) => instance.clock.advance(SignedDuration::from_secs(*seconds)),
        Step::Timer => instance.renew(),
        Step::Restart => instance = instance.restart(),
    }
    instance
}

/// What a relying party knows by the newest full list and the newest delta.
fn by_delta(instance: &Instance) -> Option<Model> {
    let (full, delta) = (instance.crl("issuing"), instance.delta("issuing")?);
    let number = |crl: &CertificateList| crl.number().unwrap().unwrap().to_u64().unwrap();
    if number(&delta) < number(&full) {
        return None;
    }
    let mut known: Model = full.revoked().iter().map(|entry| (entry.serial.clone(), entry.reason)).collect();
    for entry in delta.revoked() {
        if entry.reason == Some(Reason::RemoveFromCrl) {
            known.remove(&entry.serial);
        } else {
            known.insert(entry.serial.clone(), entry.reason);
        }
    }
    Some(known)
}

/// OCSP, a CRL published now and, before that, a full list with a delta say what the model says.
fn agree(instance: &Instance, model: &Model) {
    instance.renew();
    instance.services.crl.publish_change(&instance.act(), &"issuing".parse().unwrap()).unwrap();
    if let Some(known) = by_delta(instance) {
        let told = |reason: Option<Reason>| reason.unwrap_or(Reason::Unspecified);
        let known: Vec<_> = known.into_iter().map(|(serial, reason)| (serial, told(reason))).collect();
        let expected: Vec<_> =
            model.iter().filter_map(|(serial, reason)| Some((serial.clone(), (*reason)?))).collect();
        assert_eq!(known, expected, "by full list and delta");
    }
    instance.services.crl.publish(&instance.act(), &"issuing".parse().unwrap(), false).unwrap();
    let crl = instance.crl("issuing");
    for (serial, expected) in model {
        let told = match instance.ocsp("issuing", serial) {
            CertStatus::Good => None,
            CertStatus::Revoked { reason, .. } => Some(reason),
            CertStatus::Unknown => panic!("{serial} is unknown"),
        };
        assert_eq!(told, *expected, "{serial} by OCSP");
        let listed = crl.find(serial).map(|entry| entry.reason.unwrap_or(Reason::Unspecified));
        assert_eq!(listed, *expected, "{serial} by CRL");
    }
    assert_eq!(crl.revoked().len(), model.values().flatten().count());
}

proptest! {
    #![proptest_config(Config { cases: 6, max_shrink_iters: 40, failure_persistence: None, ..Config::default() })]

    #[test]
    fn every_history_leaves_the_records_whole(steps in prop::collection::vec(step(), 10..40), deltas: bool) {
        let with = |instance: Instance| if deltas { instance.with_deltas() } else { instance };
        let mut instance = with(Instance::new());
        let mut model = Model::new();
        for (turn, step) in steps.iter().enumerate() {
            instance = apply(instance, step, &mut model, turn);
            if matches!(step, Step::Restart) {
                instance = with(instance);
            }
        }
        agree(&instance, &model);
        let report = instance.observe();
        prop_assert!(report.certificates >= model.len());
        prop_assert!(report.crls >= 3);
    }
}
