use std::convert::Infallible;
use std::sync::Arc;

use proptest::prelude::*;

use super::*;
use crate::algorithm::KeySpec;
use crate::crl::{CrlPlan, PreviousCrl, RevokedEntry};
use crate::issuance::{AuthorityName, Issuer, Urls};
use crate::revocation::Reason;
use crate::x509::crl::CertificateList;
use crate::x509::extension::{DeltaCrlIndicator, FreshestCrl, IssuingDistributionPoint};
use crate::x509::testing::{Draft, Party, at, rng};

fn issuer(spec: KeySpec) -> Issuer {
    let Party { signer, certificate } = Draft::authority("Issuing authority").spec(spec).self_signed();
    let name: AuthorityName = "issuing".parse().unwrap();
    let urls = Urls::under("http://pki.example.cn", &name).unwrap();
    Issuer::new(name, certificate, Arc::from(signer), urls, &mut rng()).unwrap()
}

fn plan(kind: ListKind) -> ListPlan {
    ListPlan::after(None, 300, at("2026-11-22T09:00:00.9Z"), at("2026-11-29T09:00:00Z"), kind).unwrap()
}

fn draft(plan: ListPlan, entries: &[RevokedEntry]) -> ListDraft<Vec<u8>> {
    let mut draft = ListDraft::new(plan, Vec::new());
    for entry in entries {
        draft.push(entry.clone()).unwrap();
    }
    draft
}

fn sign(issuer: &Issuer, draft: ListDraft<Vec<u8>>) -> CertificateList {
    let prepared = issuer.prepare_list(draft, &mut rng()).unwrap();
    let committed = prepared.commit(|_| Ok::<_, Infallible>(())).unwrap();
    let signed = issuer.sign_list(committed, &mut rng()).unwrap();
    let mut der = Vec::new();
    signed
        .visit(&mut |part| {
            der.extend_from_slice(part);
            Ok(())
        })
        .unwrap();
    let crl = CertificateList::from_der(&der).unwrap();
    crl.verify_signed_by(issuer.public_key()).unwrap();
    assert_eq!(crate::algorithm::digest::sm3(crl.tbs_der()), signed.tbs_hash());
    assert_eq!(crl.tbs_der().len() as u64, signed.tbs_octets());
    crl
}

fn entry(number: u64, reason: Option<Reason>) -> RevokedEntry {
    let serial =
        crate::x509::SerialNumber::from_bytes(&[&[0x43][..], &number.to_be_bytes()].concat()).unwrap();
    RevokedEntry { serial, at: at("2026-11-20T08:00:00Z"), reason, invalidity_date: None }
}

fn any_entry() -> impl Strategy<Value = (RevokedEntry, bool)> {
    let reason = prop::sample::select(Reason::ALL.to_vec());
    (any::<u64>(), 0..20_000_i64, prop::option::of(reason), any::<bool>()).prop_map(
        |(number, minutes, reason, invalid)| {
            let reason = reason.filter(|reason| *reason != Reason::RemoveFromCrl);
            let mut entry = entry(number, reason);
            entry.at -= jiff::SignedDuration::from_mins(minutes * 100);
            entry.invalidity_date = invalid.then_some(at("2026-11-01T00:00:00Z"));
            (entry, invalid)
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn a_streamed_list_has_the_octets_of_one_that_is_held(entries in prop::collection::vec(any_entry(), 0..60)) {
        let issuer = issuer(KeySpec::P256);
        let mut entries: Vec<_> = entries.into_iter().map(|(entry, _)| entry).collect();
        entries.sort_by(|a, b| a.serial.cmp(&b.serial));
        entries.dedup_by(|a, b| a.serial == b.serial);
        let held = CrlPlan::after(
            None, 300, at("2026-11-22T09:00:00.9Z"), at("2026-11-29T09:00:00Z"), entries.clone(),
        ).unwrap();
        let held = issuer.prepare_crl(held, &mut rng()).unwrap();
        let streamed = issuer.prepare_list(draft(plan(ListKind::Full), &entries), &mut rng()).unwrap();
        prop_assert_eq!(streamed.tbs_hash(), held.tbs_hash());
        let mut octets = Vec::new();
        streamed.visit_tbs(&mut |part| { octets.extend_from_slice(part); Ok(()) }).unwrap();
        prop_assert_eq!(octets.as_slice(), held.tbs_der());
        // What was written is what is scanned, from the entries alone and from the whole.
        let mut alone = streamed.scan();
        let mut whole = Scanner::of_list(octets.as_slice()).unwrap();
        for entry in &entries {
            for scanned in [alone.next_entry().unwrap().unwrap(), whole.next_entry().unwrap().unwrap()] {
                prop_assert_eq!(scanned.serial, entry.serial.as_bytes());
                prop_assert_eq!(scanned.reason, entry.reason.filter(|reason| *reason != Reason::Unspecified));
            }
        }
        prop_assert!(alone.next_entry().unwrap().is_none() && whole.next_entry().unwrap().is_none());
    }

    #[test]
    fn what_is_gone_is_told_and_nothing_else(before in prop::collection::btree_set(0..40_u64, 0..30), now in prop::collection::btree_set(0..40_u64, 0..30)) {
        let issuer = issuer(KeySpec::P256);
        let list = |numbers: &std::collections::BTreeSet<u64>| {
            let entries: Vec<_> = numbers.iter().map(|number| entry(*number, Some(Reason::CertificateHold))).collect();
            issuer.prepare_list(draft(plan(ListKind::Full), &entries), &mut rng()).unwrap()
        };
        let (old, new) = (list(&before), list(&now));
        let mut gone = Vec::new();
        compare(&mut old.scan(), &mut new.scan(), |entry| { gone.push(entry); Ok::<_, Infallible>(()) }).unwrap();
        let expected: Vec<_> = before.difference(&now).map(|number| Gone { serial: entry(*number, None).serial, reason: Some(Reason::CertificateHold) }).collect();
        prop_assert_eq!(gone, expected);
    }

    #[test]
    fn a_scanner_takes_any_octets(octets in prop::collection::vec(any::<u8>(), 0..400)) {
        if let Ok(mut scanner) = Scanner::of_list(octets.as_slice()) {
            while let Ok(Some(_)) = scanner.next_entry() {}
        }
        let mut scanner = Scanner::of_entries(octets.as_slice(), octets.len() as u64);
        while let Ok(Some(_)) = scanner.next_entry() {}
    }
}

#[test]
fn every_algorithm_signs_lists_of_any_length() {
    for spec in [KeySpec::Sm2, KeySpec::P256, KeySpec::P384, KeySpec::Ed25519, KeySpec::Rsa { bits: 2048 }] {
        let issuer = issuer(spec);
        assert!(sign(&issuer, draft(plan(ListKind::Full), &[])).revoked().is_empty());
        let entries: Vec<_> = (0..3).map(|number| entry(number, None)).collect();
        assert_eq!(sign(&issuer, draft(plan(ListKind::Full), &entries)).revoked().len(), 3);
    }
    // More than is hashed by one thread, and more than the buffers hold.
    let issuer = issuer(KeySpec::Sm2);
    let entries: Vec<_> = (0..30_000).map(|number| entry(number, Some(Reason::KeyCompromise))).collect();
    let crl = sign(&issuer, draft(plan(ListKind::Full), &entries));
    assert_eq!(crl.revoked().len(), 30_000);
    let mut scanner = Scanner::of_list(crl.der()).unwrap();
    let mut count = 0;
    while scanner.next_entry().unwrap().is_some() {
        count += 1;
    }
    assert_eq!(count, 30_000);
}

#[test]
fn a_delta_names_its_base_and_a_full_list_its_deltas() {
    let issuer = issuer(KeySpec::Sm2);
    let here = "http://pki.example.cn/crl/issuing/3.crl".to_owned();
    let delta =
        plan(ListKind::Delta { base: 299 }).only_for(Some(here.clone())).with_deltas_at(Some(here.clone()));
    let delta = sign(&issuer, draft(delta, &[entry(1, Some(Reason::RemoveFromCrl))]));
    let base = delta.extensions().find::<DeltaCrlIndicator>().unwrap().unwrap();
    assert_eq!(base.0.to_u64(), Some(299));
    assert!(delta.extensions().find::<IssuingDistributionPoint>().unwrap().is_some());
    assert!(delta.extensions().find::<FreshestCrl>().unwrap().is_none());
    let full = plan(ListKind::Full)
        .with_deltas_at(Some(here))
        .keeping_expired_since(Some(at("2026-01-01T00:00:00Z")));
    let full = sign(&issuer, draft(full, &[]));
    assert!(full.extensions().find::<FreshestCrl>().unwrap().is_some());
    assert_eq!(full.extensions().iter().count(), 4);
}

#[test]
fn entries_out_of_order_after_this_update_or_removed_from_a_full_list_are_refused() {
    let mut list = ListDraft::new(plan(ListKind::Full), Vec::new());
    list.push(entry(2, None)).unwrap();
    for number in [1, 2] {
        assert_eq!(list.push(entry(number, None)).unwrap_err().code(), "crl-entries-order");
    }
    let late = RevokedEntry { at: at("2026-11-22T09:00:01Z"), ..entry(3, None) };
    assert_eq!(list.push(late).unwrap_err().code(), "crl-entry-after-this-update");
    assert_eq!(list.push(entry(3, Some(Reason::RemoveFromCrl))).unwrap_err().code(), "crl-remove-from-crl");
}

#[test]
fn a_delta_comes_after_its_base() {
    let previous = Some(PreviousCrl { number: 4, this_update: at("2026-11-21T00:00:00Z") });
    let (now, next) = (at("2026-11-22T00:00:00Z"), at("2026-11-23T00:00:00Z"));
    let error = ListPlan::after(previous, 5, now, next, ListKind::Delta { base: 5 }).unwrap_err();
    assert_eq!(error.code(), "crl-number-not-rising");
    assert!(ListPlan::after(previous, 5, now, next, ListKind::Delta { base: 4 }).is_ok());
}

/// A disk that is full after some octets.
struct Full(Vec<u8>);

impl Scratch for Full {
    fn append(&mut self, octets: &[u8]) -> std::io::Result<()> {
        if self.0.len() + octets.len() > 1 << 20 {
            return Err(std::io::ErrorKind::StorageFull.into());
        }
        Scratch::append(&mut self.0, octets)
    }
    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> std::io::Result<()> {
        self.0.read_at(offset, buffer)
    }
    fn octets(&self) -> u64 {
        self.0.octets()
    }
}

#[test]
fn a_full_disk_ends_the_draft() {
    let mut list = ListDraft::new(plan(ListKind::Full), Full(Vec::new()));
    let error = (0..100_000).find_map(|number| list.push(entry(number, None)).err()).unwrap();
    assert_eq!(error.code(), "crl-scratch");
}
