//! Random histories, judged by a model and by the observer of the file.

use std::collections::{BTreeMap, BTreeSet};

use ca_core::issuance::Shard;
use ca_core::ocsp::CertStatus;
use ca_core::revocation::Reason;
use ca_core::x509::certificate::Certificate;
use ca_core::x509::crl::CertificateList;
use ca_core::x509::serial::SerialNumber;
use jiff::SignedDuration;
use proptest::prelude::*;
use proptest::test_runner::Config;

use super::{Instance, order, request};
use crate::port::SignedNonce;
use crate::service::settings::Lists;

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

/// What a relying party knows by the newest full list and the newest delta of a scope.
fn by_delta(instance: &Instance, shard: Option<Shard>) -> Option<Model> {
    let (full, delta) = (instance.crl_of("issuing", shard), instance.delta("issuing", shard)?);
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

/// The shards that certificates were put into when they were issued.
fn shards(instance: &Instance, model: &Model) -> BTreeMap<SerialNumber, Option<Shard>> {
    let issuing = "issuing".parse().unwrap();
    let shard = |serial: &SerialNumber| {
        let record = instance.services.certificates.get(&instance.act(), &issuing, serial).unwrap();
        Shard::in_certificate(&Certificate::from_der(&record.der).unwrap())
    };
    model.keys().map(|serial| (serial.clone(), shard(serial))).collect()
}

/// OCSP, CRLs published now and, before that, full lists with deltas say what the model says, of all and of each shard.
fn agree(instance: &Instance, model: &Model) {
    instance.renew();
    instance.services.crl.publish_change(&instance.act(), &"issuing".parse().unwrap()).unwrap();
    let shards = shards(instance, model);
    let told = |reason: Option<Reason>| reason.unwrap_or(Reason::Unspecified);
    let expected = |scope: Option<Shard>| -> Vec<_> {
        let mine = |serial: &SerialNumber| scope.is_none() || shards[serial] == scope;
        let listed = model.iter().filter(|(serial, _)| mine(serial));
        listed.filter_map(|(serial, reason)| Some((serial.clone(), (*reason)?))).collect()
    };
    let scopes: BTreeSet<_> = shards.values().copied().chain([None]).collect();
    for scope in &scopes {
        if let Some(known) = by_delta(instance, *scope) {
            let known: Vec<_> = known.into_iter().map(|(serial, reason)| (serial, told(reason))).collect();
            assert_eq!(known, expected(*scope), "by full list and delta of {scope:?}");
        }
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
    for scope in scopes {
        let crl = instance.crl_of("issuing", scope);
        let mut listed: Vec<_> =
            crl.revoked().iter().map(|entry| (entry.serial.clone(), told(entry.reason))).collect();
        listed.sort();
        assert_eq!(listed, expected(scope), "by the list of {scope:?}");
    }
}

proptest! {
    #![proptest_config(Config { cases: 6, max_shrink_iters: 40, failure_persistence: None, ..Config::default() })]

    #[test]
    fn every_history_leaves_the_records_whole(
        steps in prop::collection::vec(step(), 10..40),
        deltas: bool,
        shards in prop::sample::select(vec![[0, 0], [3, 3], [0, 2], [3, 1], [2, 0]]),
    ) {
        let with = |instance: Instance, shards| {
            let lists = Lists { deltas, shards, ..Lists::default() };
            instance.with_settings(|settings| {
                settings.lists.insert("issuing".parse().unwrap(), lists);
            })
        };
        let [first, later] = shards;
        let mut instance = with(Instance::new(), first);
        let mut model = Model::new();
        for (turn, step) in steps.iter().enumerate() {
            instance = apply(instance, step, &mut model, turn);
            if matches!(step, Step::Restart) {
                instance = with(instance, later);
            }
        }
        agree(&instance, &model);
        let report = instance.observe();
        prop_assert!(report.certificates >= model.len());
        prop_assert!(report.crls >= 3);
    }
}
