//! Lists through the isolated signer: what is right is signed, whatever its scope and kind, and what was tampered with is not.

use ca_core::crl::RevokedEntry;
use ca_core::crl::list::{CommittedList, ListDraft, ListKind, ListPlan};
use ca_core::issuance::Shard;
use ca_core::revocation::Reason;
use ca_core::x509::crl::CertificateList;
use ca_core::x509::serial::SerialNumber;
use ca_server::port::{Signer as _, SignerError};
use jiff::{SignedDuration, Timestamp};
use schemas::signer::ListAsk;

use super::{Asker, World};
use crate::support::request::rng;
use crate::support::signed::now;

/// A list to be, as a server asks for it.
#[derive(Clone)]
struct Draft {
    number: u64,
    base: Option<u64>,
    shard: Option<u16>,
    deltas: bool,
    at: Timestamp,
    entries: Vec<(&'static str, Reason)>,
}

impl Draft {
    fn full(number: u64) -> Self {
        let entries = vec![
            ("4301", Reason::KeyCompromise),
            ("4302", Reason::CertificateHold),
            ("4303", Reason::Superseded),
        ];
        Self { number, base: None, shard: None, deltas: false, at: now(), entries }
    }

    fn delta(number: u64, base: u64) -> Self {
        let entries = vec![("4302", Reason::RemoveFromCrl), ("4304", Reason::CessationOfOperation)];
        Self { base: Some(base), entries, ..Self::full(number) }
    }
}

/// What an asker sends, and what is compared with the answer.
struct Asked {
    ask: ListAsk,
    entries: Vec<u8>,
    committed: CommittedList<Vec<u8>>,
}

fn ask(asker: &Asker, draft: &Draft) -> Asked {
    let shard = draft.shard.map(|number| Shard::new(number).unwrap());
    let kind = draft.base.map_or(ListKind::Full, |base| ListKind::Delta { base });
    let next_update = draft.at + SignedDuration::from_hours(24);
    let urls = asker.issuer.urls();
    let plan = ListPlan::after(None, draft.number, draft.at, next_update, kind)
        .unwrap()
        .only_for(shard.map(|_| urls.list(shard)))
        .with_deltas_at(draft.deltas.then(|| urls.delta(shard)));
    let mut list = ListDraft::new(plan, Vec::new());
    for (serial, reason) in &draft.entries {
        let serial: SerialNumber = serial.parse().unwrap();
        let at = draft.at - SignedDuration::from_mins(1);
        list.push(RevokedEntry { serial, at, reason: Some(*reason), invalidity_date: None }).unwrap();
    }
    let prepared = asker.issuer.prepare_list(list, &mut rng()).unwrap();
    let mut entries = Vec::new();
    prepared
        .visit_entries(&mut |part| {
            entries.extend_from_slice(part);
            Ok(())
        })
        .unwrap();
    let facts = prepared.facts();
    let ask = ListAsk {
        authority: asker.issuer.name().clone(),
        shard: draft.shard,
        number: facts.number,
        base: draft.base,
        this_update: facts.this_update,
        next_update: facts.next_update,
        deltas: draft.deltas,
        keeps_expired_since: None,
        entries: facts.entries,
        octets: entries.len() as u64,
        tbs_hash: prepared.tbs_hash(),
    };
    let committed = prepared.commit(|_| Ok::<(), std::convert::Infallible>(())).unwrap();
    Asked { ask, entries, committed }
}

fn send(asker: &Asker, ask: &ListAsk, entries: &[u8]) -> Result<Vec<u8>, SignerError> {
    asker.client.list(ask, &mut |sink| sink(entries))
}

/// The list with its signature, verified as a server and as a relying party would.
fn signed(asker: &Asker, draft: &Draft) -> CertificateList {
    let Asked { ask, entries, committed } = ask(asker, draft);
    let signature = send(asker, &ask, &entries).unwrap();
    let signed = asker.issuer.accept_list(committed, &signature).unwrap();
    let mut der = Vec::new();
    signed
        .visit(&mut |part| {
            der.extend_from_slice(part);
            Ok(())
        })
        .unwrap();
    let list = CertificateList::from_der(&der).unwrap();
    list.verify_signed_by(&asker.issuer.certificate().public_key().unwrap()).unwrap();
    list
}

fn refusal(asker: &Asker, draft: &Draft, change: impl FnOnce(&mut ListAsk, &mut Vec<u8>)) -> &'static str {
    let Asked { mut ask, mut entries, .. } = ask(asker, draft);
    change(&mut ask, &mut entries);
    send(asker, &ask, &entries).unwrap_err().code()
}

#[test]
fn lists_of_every_kind_and_scope_are_signed_and_rise_each_in_its_series() {
    let world = World::new();
    let signer = world.signer();
    let asker = Asker::new(&world);
    let serial = |text: &str| text.parse::<SerialNumber>().unwrap();

    let full = signed(&asker, &Draft { deltas: true, ..Draft::full(5) });
    assert_eq!(full.find(&serial("4301")).unwrap().reason, Some(Reason::KeyCompromise));
    let delta = signed(&asker, &Draft::delta(6, 5));
    assert_eq!(delta.find(&serial("4302")).unwrap().reason, Some(Reason::RemoveFromCrl));
    let shard = signed(&asker, &Draft { shard: Some(2), ..Draft::full(6) });
    assert!(shard.find(&serial("4303")).is_some());
    signed(&asker, &Draft { shard: Some(2), ..Draft::delta(7, 6) });
    let none = signed(&asker, &Draft { entries: Vec::new(), ..Draft::full(6) });
    assert!(none.find(&serial("4301")).is_none());

    // Each series has a floor of its own, which outlasts the process.
    let all_refused = || {
        for draft in [
            Draft::full(6),
            Draft::full(1),
            Draft::delta(6, 5),
            Draft { shard: Some(2), ..Draft::full(6) },
            Draft { shard: Some(2), ..Draft::delta(7, 6) },
        ] {
            assert_eq!(refusal(&asker, &draft, |_, _| {}), "signer-crl-order", "{}", draft.number);
        }
    };
    all_refused();
    drop(signer);
    let _signer = world.signer();
    all_refused();
    signed(&asker, &Draft::full(7));
}

#[test]
fn a_list_that_was_tampered_with_is_not_signed() {
    let world = World::new();
    let _signer = world.signer();
    let asker = Asker::new(&world);
    signed(&asker, &Draft::full(1));
    let (full, delta) = (Draft::full(2), Draft::delta(2, 1));

    // A list that leaves somebody out, puts somebody in, or says something else of somebody, is not the one of the intent.
    let shorter = ask(&asker, &Draft { entries: full.entries[1..].to_vec(), ..full.clone() });
    let left_out = refusal(&asker, &full, |ask, entries| {
        (ask.entries, ask.octets) = (shorter.ask.entries, shorter.ask.octets);
        entries.clone_from(&shorter.entries);
    });
    assert_eq!(left_out, "signer-hash");
    let another = refusal(&asker, &full, |_, entries| {
        let place = entries.windows(2).position(|octets| octets == [0x43, 0x03]).unwrap();
        entries[place + 1] = 0x04;
    });
    assert_eq!(another, "signer-hash");
    for changed in [
        refusal(&asker, &full, |ask, _| ask.number = 3),
        refusal(&asker, &full, |ask, _| ask.base = Some(1)),
        refusal(&asker, &delta, |ask, _| ask.base = None),
        refusal(&asker, &full, |ask, _| ask.shard = Some(1)),
        refusal(&asker, &full, |ask, _| ask.deltas = true),
        refusal(&asker, &full, |ask, _| ask.keeps_expired_since = Some(now())),
        refusal(&asker, &full, |ask, _| ask.next_update += SignedDuration::from_hours(1)),
        refusal(&asker, &full, |ask, _| ask.tbs_hash[0] ^= 1),
    ] {
        assert!(["signer-hash", "signer-rules"].contains(&changed), "{changed}");
    }
    // Out of order, twice, and what is no entry at all.
    let rules = |change: &dyn Fn(&mut Vec<u8>)| {
        refusal(&asker, &full, |ask, entries| {
            change(entries);
            ask.octets = entries.len() as u64;
        })
    };
    for refused in [
        rules(&|entries| entries.extend(entries.clone())),
        rules(&|entries| entries.rotate_left(7)),
        rules(&|entries| entries.truncate(entries.len() - 1)),
        rules(&|entries| entries.fill(0xff)),
        refusal(&asker, &full, |ask, _| ask.entries += 1),
    ] {
        assert!(["signer-hash", "signer-rules"].contains(&refused), "{refused}");
    }
    // Times, and whose it is.
    assert_eq!(
        refusal(&asker, &full, |ask, _| ask.this_update -= SignedDuration::from_hours(1)),
        "signer-clock"
    );
    let year = SignedDuration::from_hours(24 * 366);
    assert_eq!(refusal(&asker, &full, |ask, _| ask.next_update += year), "signer-crl-validity");
    assert_eq!(refusal(&asker, &full, |ask, _| ask.authority = "other".parse().unwrap()), "signer-authority");
    assert_eq!(refusal(&asker, &full, |ask, _| ask.authority = "root".parse().unwrap()), "signer-hash");
    // Fewer or more octets than were announced end the connection.
    assert_eq!(refusal(&asker, &full, |ask, _| ask.octets -= 1), "signer-interrupted");
    let endless = refusal(&asker, &full, |ask, _| ask.octets = u64::MAX);
    assert!(["signer-interrupted", "signer-message"].contains(&endless), "{endless}");
    // Nothing of that used up the number.
    signed(&asker, &full);
    signed(&asker, &delta);
}
