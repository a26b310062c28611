use std::collections::BTreeSet;
use std::path::PathBuf;

use ca_core::algorithm::KeySpec;
use ca_core::crl::RevokedEntry;
use ca_core::crl::list::ListKind;
use ca_core::issuance::Shard;
use ca_core::revocation::Reason;
use ca_core::x509::SerialNumber;
use jiff::SignedDuration;
use tests::judge::{Algorithm, Judge};
use tests::tools::{Ran, openssl};

use crate::KINDS;
use crate::city::{City, now, rng};

fn entry(serial: &SerialNumber, reason: Option<Reason>, suspected: bool) -> RevokedEntry {
    let at = now() - SignedDuration::from_hours(1);
    let invalidity_date = suspected.then(|| at - SignedDuration::from_hours(24));
    RevokedEntry { serial: serial.clone(), at, reason, invalidity_date }
}

#[test]
fn crls_of_every_algorithm_are_accepted_and_revoke_what_they_list() {
    let Some(judge) = Judge::get() else { return };
    for (spec, parameters, oid, written) in KINDS {
        let city = City::new(spec, parameters);
        let [root, issuing, chain, leaf] =
            ["root.pem", "issuing.pem", "chain.pem", "leaf.pem"].map(|name| city.file(name));
        let (of_root, _) = city.crl(&city.root, 1, vec![]);
        let (empty, _) = city.crl(&city.issuing, 1, vec![]);
        let said = judge.crl(&issuing, &empty).expect("BouncyCastle verifies it");
        assert_eq!(said.algorithm, Algorithm { oid: oid.to_string(), parameters: written.to_owned() });
        assert_eq!((said.number, said.has_list, said.entries.len()), (1, false, 0));
        let crls = [of_root.clone(), empty];
        assert_eq!(judge.path_at(&root, &chain, &leaf, &crls, now()), Ok(2), "{spec}");

        let others: Vec<_> = (0..2).map(|_| SerialNumber::generate(&mut rng())).collect();
        let (revoking, crl) = city.crl(
            &city.issuing,
            2,
            vec![
                entry(city.leaf.serial(), Some(Reason::KeyCompromise), true),
                entry(&others[0], Some(Reason::CertificateHold), false),
                entry(&others[1], Some(Reason::Unspecified), false),
            ],
        );
        let said = judge.crl(&issuing, &revoking).expect("BouncyCastle verifies it");
        assert_eq!((said.number, said.has_list, said.entries.len()), (2, true, 3));
        for (serial, reason, invalid) in [
            (
                city.leaf.serial(),
                Some(1),
                crl.find(city.leaf.serial()).and_then(|entry| entry.invalidity_date),
            ),
            (&others[0], Some(6), None),
            (&others[1], None, None),
        ] {
            assert!(said.entries.contains(&(serial.to_string(), reason, invalid)), "{said:?}");
        }
        let refused = judge
            .path_at(&root, &chain, &leaf, &[of_root, revoking], now())
            .expect_err("the certificate is revoked");
        assert!(refused.to_string().contains("revocation"), "{spec}: {refused}");
        assert!(judge.crl(&root, &city.file("issuing-2.crl")).is_err(), "signed by another authority");
        openssl_agrees(&city);
    }
}

/// OpenSSL 3.0 does not verify SM2 CRLs.
fn openssl_agrees(city: &City) {
    if city.spec == KeySpec::Sm2 {
        return;
    }
    for (number, status) in [(1, 0), (2, 2)] {
        let said = openssl(
            city.folder(),
            &format!(
                "crl -inform DER -in issuing-{number}.crl -CAfile issuing.pem -out issuing-{number}.pem"
            ),
        );
        assert!(said.stderr.contains("verify OK"), "{}: {said:?}", city.spec);
        let root = openssl(city.folder(), "crl -inform DER -in root-1.crl -out root-1.pem");
        assert_eq!(root.status, 0, "{root:?}");
        let said = openssl(
            city.folder(),
            &format!(
                "verify -attime {} -crl_check_all -CRLfile root-1.pem -CRLfile issuing-{number}.pem -CAfile root.pem -untrusted issuing.pem leaf.pem",
                now().as_second()
            ),
        );
        assert_eq!(said.status, status, "{}: {said:?}", city.spec);
    }
}

/// Lists as they are streamed, for a certificate that names a shard: BouncyCastle goes by the list of the shard, the deltas
/// to it and the list of the whole, and by no other.
#[test]
fn lists_of_shards_and_deltas_are_gone_by() {
    let Some(judge) = Judge::get() else { return };
    for (spec, parameters, ..) in KINDS {
        let city = City::sharded(spec, parameters, 2);
        let [root, chain, leaf] = ["root.pem", "chain.pem", "leaf.pem"].map(|name| city.file(name));
        let (of_root, _) = city.crl(&city.root, 1, vec![]);
        let own = Shard::in_certificate(&city.leaf).expect("it names a shard");
        let other = Shard::new(3 - own.number()).expect("one of two");
        let serial = city.leaf.serial();
        let held = [entry(serial, Some(Reason::CertificateHold), false)];
        let released = [entry(serial, Some(Reason::RemoveFromCrl), false)];
        let revoked = [entry(serial, Some(Reason::KeyCompromise), true)];

        let of_shard = city.list("shard-2.crl", ListKind::Full, 2, Some(own), &[]);
        let of_other = city.list("other-2.crl", ListKind::Full, 2, Some(other), &[]);
        let delta = city.list("delta-3.crl", ListKind::Delta { base: 2 }, 3, Some(own), &held);
        let with_hold = city.list("shard-4.crl", ListKind::Full, 4, Some(own), &held);
        let release = city.list("delta-5.crl", ListKind::Delta { base: 4 }, 5, Some(own), &released);
        let whole = city.list("whole-6.crl", ListKind::Full, 6, None, &[]);
        let whole_delta = city.list("delta-7.crl", ListKind::Delta { base: 6 }, 7, None, &revoked);

        for (lists, good) in [
            (vec![&of_shard], true),
            (vec![&of_shard, &delta], false),
            (vec![&with_hold], false),
            (vec![&with_hold, &release], true),
            (vec![&of_other], false),
            (vec![&whole], true),
            (vec![&whole, &whole_delta], false),
        ] {
            let crls: Vec<_> = [&of_root].into_iter().chain(lists).cloned().collect();
            let said = judge.path_at(&root, &chain, &leaf, &crls, now());
            assert_eq!(said.is_ok(), good, "{spec}: {crls:?}: {said:?}");
            if spec != KeySpec::Sm2 {
                let said = openssl_verifies(&city, &crls);
                assert_eq!(said.status == 0, good, "{spec}: {crls:?}: {said:?}");
            }
        }
    }
}

/// OpenSSL 3.0 verifies no CRLs of SM2.
fn openssl_verifies(city: &City, crls: &[PathBuf]) -> Ran {
    let mut files = String::new();
    for crl in crls {
        let name = crl.file_stem().and_then(|name| name.to_str()).expect("a name of plain text");
        let made = openssl(city.folder(), &format!("crl -inform DER -in {name}.crl -out {name}.pem"));
        assert_eq!(made.status, 0, "{made:?}");
        files.push_str(&format!("-CRLfile {name}.pem "));
    }
    let at = now().as_second();
    let options = "-crl_check_all -extended_crl -use_deltas -CAfile root.pem -untrusted issuing.pem";
    openssl(city.folder(), &format!("verify -attime {at} {options} {files}leaf.pem"))
}

#[test]
fn a_streamed_list_of_many_entries_is_read_as_it_was_written() {
    let Some(judge) = Judge::get() else { return };
    for (spec, parameters, ..) in KINDS {
        let city = City::new(spec, parameters);
        let mut serials: Vec<_> = (0..3_000).map(|_| SerialNumber::generate(&mut rng())).collect();
        serials.sort_by(|one, other| one.as_bytes().cmp(other.as_bytes()));
        let reasons =
            [None, Some(Reason::KeyCompromise), Some(Reason::CertificateHold), Some(Reason::Superseded)];
        let entries: Vec<_> = serials
            .iter()
            .enumerate()
            .map(|(place, serial)| entry(serial, reasons[place % reasons.len()], place % 3 == 0))
            .collect();
        let file = city.list("many-9.crl", ListKind::Full, 9, None, &entries);
        let said = judge.crl(&city.file("issuing.pem"), &file).expect("BouncyCastle verifies it");
        assert_eq!((said.number, said.entries.len()), (9, entries.len()), "{spec}");
        let told = |entry: &RevokedEntry| {
            let reason = entry.reason.map(|reason| match reason {
                Reason::KeyCompromise => 1,
                Reason::Superseded => 4,
                _ => 6,
            });
            (entry.serial.to_string(), reason, entry.invalidity_date)
        };
        let expected: BTreeSet<_> = entries.iter().map(told).collect();
        assert_eq!(said.entries.into_iter().collect::<BTreeSet<_>>(), expected, "{spec}");
    }
}
