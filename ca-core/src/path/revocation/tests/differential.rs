//! Lists of all kinds in all mixtures, judged by OpenSSL too.

use super::context::Context;
use super::kit::*;
use crate::algorithm::KeySpec;
use crate::path::TrustAnchor;
use crate::x509::extension::{DistributionPoint, GeneralName, IssuingDistributionPoint, ReasonCode};
use crate::x509::testing::{Draft, Party, at, name, openssl};
use crate::x509::{Certificate, CertificateList};
use std::io::Write;

/// How many mixtures are judged. OpenSSL takes some ten milliseconds for each.
const CASES: u64 = 300;

/// Numbers that are the same in each run (Knuth's MMIX generator).
struct Choices(u64);

impl Choices {
    fn below(&mut self, count: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % count
    }

    fn one_in(&mut self, count: u64) -> bool {
        self.below(count) == 0
    }
}

struct World {
    root: Party,
    lister: Party,
    leaves: Vec<Party>,
}

fn world() -> World {
    let p256 = |draft: Draft| draft.spec(KeySpec::P256);
    let root = p256(Draft::authority("root")).self_signed();
    let lister = p256(Draft::authority("lister")).issued_by(&root);
    let at_place = |uri: &str| DistributionPoint { name: Some(place(uri)), ..Default::default() };
    let indirect = DistributionPoint {
        crl_issuer: vec![GeneralName::Directory(lister.certificate.subject().clone())],
        ..at_place("http://x/1")
    };
    let of_reasons = |uri, reasons| DistributionPoint { reasons: Some(reasons), ..at_place(uri) };
    let leaf = |name: &str, of: Vec<DistributionPoint>| {
        let draft = p256(Draft::end_entity(name));
        if of.is_empty() { draft } else { draft.with(points(of)) }.issued_by(&root)
    };
    let leaves = vec![
        leaf("plain", vec![]),
        leaf("one", vec![at_place("http://x/1")]),
        leaf("both", vec![at_place("http://x/1"), at_place("http://x/2")]),
        leaf(
            "by-reasons",
            vec![of_reasons("http://x/1", KEY_COMPROMISE), of_reasons("http://x/2", ALL_BUT_KEY_COMPROMISE)],
        ),
        leaf("indirect", vec![indirect.clone()]),
        leaf("indirect-or-two", vec![indirect, at_place("http://x/2")]),
    ];
    World { root, lister, leaves }
}

/// A list of some kind, of which no other in the mixture has the date.
fn list(choices: &mut Choices, world: &World, leaf: &Party, day: usize) -> CertificateList {
    const DATES: [&str; 3] = ["2026-11-19T00:00:00Z", "2026-11-20T00:00:00Z", "2026-11-21T00:00:00Z"];
    let of_lister = choices.one_in(3);
    let signer = if of_lister { &world.lister } else { &world.root };
    let ends = if choices.one_in(6) { "2026-11-22T00:00:00Z" } else { "2026-11-27T00:00:00Z" };
    let mut list = List::of(signer).dates(DATES[day], ends).number(10 + day as u64);
    let mut scope = IssuingDistributionPoint { indirect: of_lister, ..Default::default() };
    match choices.below(8) {
        0 => scope.name = Some(place("http://x/1")),
        1 => scope.name = Some(place("http://x/2")),
        2 => scope.only_user_certificates = true,
        3 => scope.only_ca_certificates = true,
        4 => scope.only_some_reasons = Some(KEY_COMPROMISE),
        5 => scope.only_some_reasons = Some(ALL_BUT_KEY_COMPROMISE),
        _ => {}
    }
    if scope != IssuingDistributionPoint::default() {
        list = list.scope(scope);
    }
    match choices.below(4) {
        0 if of_lister && choices.one_in(2) => list.revoking_of(&world.root, leaf),
        0 => list.revoking(leaf, Some(ReasonCode::Superseded)),
        _ => list,
    }
    .sign()
}

/// The code of our refusal.
fn ours(world: &World, leaf: &Party, crls: Vec<CertificateList>) -> Result<(), &'static str> {
    let anchor = TrustAnchor::from_certificate(&world.root.certificate).unwrap();
    let pool: [Certificate; 1] = [world.lister.certificate.clone()];
    let evidence = lists(crls);
    let judged = Context::new(&anchor, &pool, &evidence, at(NOW)).judge(&leaf.certificate);
    judged.map(|_| ()).map_err(|cause| cause.code())
}

fn theirs(world: &World, leaf: &Party, crls: &[CertificateList]) -> Option<(bool, String)> {
    let file = |text: String| {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(text.as_bytes()).unwrap();
        file
    };
    let crls = file(crls.iter().map(CertificateList::to_pem).collect());
    let [root, lister, leaf] =
        [&world.root, &world.lister, leaf].map(|party| file(party.certificate.to_pem()));
    let path = |file: &tempfile::NamedTempFile| file.path().to_str().unwrap().to_owned();
    let time = at(NOW).as_second().to_string();
    let arguments = [
        "verify",
        "-no-CApath",
        "-CAfile",
        &path(&root),
        "-untrusted",
        &path(&lister),
        "-CRLfile",
        &path(&crls),
        "-crl_check",
        "-extended_crl",
        "-use_deltas",
        "-attime",
        &time,
        &path(&leaf),
    ];
    openssl(&arguments, b"")
}

/// Why OpenSSL and we may differ.
fn is_explained(leaf: &Party, crls: &[CertificateList], ours: Result<(), &str>) -> bool {
    let is_complete = |list: &&CertificateList| {
        list.extensions()
            .find::<IssuingDistributionPoint>()
            .unwrap()
            .is_none_or(|scope| scope.only_user_certificates && scope.name.is_none() && !scope.indirect)
    };
    match ours {
        // A list for all reasons answers for a certificate whose points are for some each: RFC 5280 §6.3.3 adds the point that is
        // the issuer itself, which OpenSSL does not.
        Ok(()) => {
            leaf.certificate.subject().matches(&name("by-reasons"))
                && crls.iter().any(|list| is_complete(&list))
        }
        // A revocation in an older list, or in one that OpenSSL does not need, cannot be taken back.
        Err(code) => code == "certificate-revoked",
    }
}

#[test]
fn openssl_judges_alike() {
    let world = world();
    let mut choices = Choices(1);
    let (mut accepted, mut explained) = (0, 0);
    for case in 0..CASES {
        let leaf = &world.leaves[choices.below(world.leaves.len() as u64) as usize];
        // What answers for the signer of indirect lists.
        let authorities = IssuingDistributionPoint { only_ca_certificates: true, ..Default::default() };
        let base = List::of(&world.root).dates("2026-11-18T00:00:00Z", "2026-11-28T00:00:00Z");
        let mut crls = vec![base.scope(authorities).sign()];
        for day in 0..=choices.below(3) as usize {
            crls.push(list(&mut choices, &world, leaf, day));
        }
        let Some((good, text)) = theirs(&world, leaf, &crls) else { return };
        let ours = ours(&world, leaf, crls.clone());
        accepted += u64::from(ours.is_ok());
        if ours.is_ok() != good {
            assert!(is_explained(leaf, &crls, ours), "case {case}: we say {ours:?}, OpenSSL says\n{text}");
            explained += 1;
        }
    }
    assert!((CASES / 10..CASES * 9 / 10).contains(&accepted), "{accepted}");
    assert!(explained < CASES / 10, "{explained}");
}
