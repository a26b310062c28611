use proptest::prelude::*;

use super::*;
use crate::algorithm::KeySpec;
use crate::ceremony::{Digest, Mode};
use crate::key::PrivateKey;
use crate::testing::rng;

fn passphrase(name: &str) -> Passphrase {
    Passphrase::new(&format!("the passphrase of {name}")).unwrap()
}

fn sealed(officers: &[&str], threshold: u8) -> (Digest, SharesMade) {
    let key = PrivateKey::generate(KeySpec::Sm2, &mut rng()).unwrap();
    let phrases: Vec<Passphrase> = officers.iter().map(|name| passphrase(name)).collect();
    let officers: Vec<(&str, &Passphrase)> = officers.iter().copied().zip(&phrases).collect();
    let made = seal(&key, Mode::Real, Digest::of(b"a plan"), 1, threshold, &officers, &mut rng()).unwrap();
    (Digest::of(key.public_key().spki_der()), made)
}

fn collect(made: &SharesMade, which: &[usize]) -> Collection {
    let mut collection = Collection::new();
    for at in which {
        let share = &made.shares[*at];
        collection.add(share.open(made.sealed.set(), &passphrase(share.officer())).unwrap()).unwrap();
    }
    collection
}

#[test]
fn a_sealed_key_opens_with_any_threshold_of_shares_and_not_with_fewer() {
    let (key, made) = sealed(&["赵", "钱", "孙"], 2);
    for pair in [[0, 1], [0, 2], [2, 1]] {
        let opened = made.sealed.open(&collect(&made, &pair)).unwrap();
        assert_eq!(Digest::of(opened.public_key().spki_der()), key);
    }
    assert_eq!(made.sealed.open(&collect(&made, &[1])).err().unwrap().code(), "shares-too-few");
    let mut twice = collect(&made, &[0]);
    let again = made.shares[0].open(made.sealed.set(), &passphrase("赵")).unwrap();
    assert_eq!(twice.add(again).unwrap_err().code(), "share-twice");
}

#[test]
fn a_share_has_three_forms_that_read_back() {
    let (_, made) = sealed(&["Qian Li", "孙伟"], 2);
    for share in &made.shares {
        let words = write_words(share).join("\n");
        for form in [share.to_pem(), share.to_qr(), words.clone(), words.to_uppercase()] {
            assert_eq!(&Share::read(form.as_bytes()).unwrap(), share, "{form}");
        }
        let bare: Vec<&str> = words.lines().map(|line| line.get(4..).unwrap()).collect();
        assert_eq!(&read_words(&bare.join("\n")).unwrap(), share);
    }
    let text = made.sealed.to_pem().unwrap();
    assert_eq!(SealedKey::from_pem(text.as_bytes()).unwrap(), made.sealed);
}

#[test]
fn a_mistake_in_the_words_is_found_in_its_line() {
    let (_, made) = sealed(&["Qian", "Sun"], 2);
    let lines = write_words(&made.shares[0]);
    let code = |lines: &[String]| read_words(&lines.join("\n")).unwrap_err();
    for at in [0, 3, lines.len() - 1] {
        let mut wrong = lines.clone();
        let last = wrong[at].pop().unwrap();
        wrong[at].push(if last == 'b' { 'd' } else { 'b' });
        assert!(matches!(code(&wrong), ShareError::WordsLine { line, .. } if line == at + 1));
    }
    let mut swapped = lines.clone();
    swapped.swap(1, 2);
    assert!(matches!(code(&swapped), ShareError::WordsLine { line: 2, .. }));
    // Without their numbers the check words tell.
    let bare: Vec<String> = swapped.iter().map(|line| line[4..].to_owned()).collect();
    assert!(matches!(code(&bare), ShareError::WordsLine { line: 2, .. }));
    assert_eq!(code(&lines[..lines.len() - 1]).code(), "share-words-lines");
    assert_eq!(read_words("").unwrap_err().code(), "share-malformed");
}

#[test]
fn a_wrong_or_damaged_share_is_named_by_its_officer() {
    let (_, made) = sealed(&["Qian", "Sun"], 2);
    let (_, other) = sealed(&["Qian", "Sun"], 2);
    let set = made.sealed.set();
    let share = &made.shares[0];
    let refused = |share: &Share, set: &ShareSet, phrase: &str| {
        let error = share.open(set, &passphrase(phrase)).err().unwrap();
        assert!(error.to_string().contains("Qian"), "{error}");
        error.code()
    };
    assert_eq!(refused(share, set, "Sun"), "share-not-opened");
    assert_eq!(refused(share, other.sealed.set(), "Qian"), "share-foreign");
    let mut octets = share.to_bytes();
    octets[60] ^= 1;
    assert_eq!(refused(&Share::from_bytes(&octets).unwrap(), set, "Qian"), "share-not-opened");
    // The one of another officer, under another name.
    let mut octets = share.to_bytes();
    octets[31] = 2;
    assert_eq!(refused(&Share::from_bytes(&octets).unwrap(), set, "Qian"), "share-not-a-holder");
    // A file cannot make this program compute for hours.
    let mut octets = share.to_bytes();
    octets[32..36].copy_from_slice(&u32::MAX.to_be_bytes());
    assert_eq!(refused(&Share::from_bytes(&octets).unwrap(), set, "Qian"), "share-parameters");
    // A share that opens is still compared with what was committed to.
    let mut lying = set.clone();
    lying.holders[0].commitment = Digest([7; 32]);
    assert_eq!(refused(share, &lying, "Qian"), "share-commitment");
    let mut later = set.clone();
    later.generation = 2;
    assert_eq!(refused(share, &later, "Qian"), "share-outdated");
    let mut resealed = set.clone();
    resealed.id = [9; 16];
    assert_eq!(refused(share, &resealed, "Qian"), "share-other-sealing");
}

#[test]
fn an_altered_sealed_key_does_not_open() {
    let (_, made) = sealed(&["Qian", "Sun"], 2);
    let text = made.sealed.to_pem().unwrap();
    let json = crate::encoding::pem::read_all(text.as_bytes()).unwrap().remove(0).der;
    let mut value: serde_json::Value = serde_json::from_slice(&json).unwrap();
    value["set"]["threshold"] = 1.into();
    let altered: SealedKey = serde_json::from_value(value).unwrap();
    let file = altered.to_pem().unwrap();
    assert_eq!(SealedKey::from_pem(file.as_bytes()).unwrap_err().code(), "share-threshold");
    let retold = text.replace("Opened by 2", "Opened by 1");
    assert_eq!(SealedKey::from_pem(retold.as_bytes()).unwrap_err().code(), "share-malformed");
    let renamed = text.replace("CITY CA SEALED", "CITY CA REHEARSAL SEALED");
    assert_eq!(SealedKey::from_pem(renamed.as_bytes()).unwrap_err().code(), "rehearsal-mixed-with-real");
    let collection = collect(&made, &[0, 1]);
    let mut value: serde_json::Value = serde_json::from_slice(&json).unwrap();
    value["set"]["holders"][0]["officer"] = "Zhao".into();
    let altered: SealedKey = serde_json::from_value(value).unwrap();
    assert_eq!(altered.open(&collection).err().unwrap().code(), "sealed-key-damaged");
}

#[test]
fn poor_sharings_are_not_made() {
    let key = PrivateKey::generate(KeySpec::Ed25519, &mut rng()).unwrap();
    let (one, other) = (passphrase("one"), passphrase("other"));
    let code = |threshold, officers: &[(&str, &Passphrase)]| {
        let made = seal(&key, Mode::Real, Digest::of(b""), 1, threshold, officers, &mut rng());
        made.err().unwrap().code()
    };
    assert_eq!(code(1, &[("A", &one), ("B", &other)]), "share-threshold");
    assert_eq!(code(3, &[("A", &one), ("B", &other)]), "share-threshold");
    assert_eq!(code(2, &[("A", &one), ("A", &other)]), "share-officer-twice");
    assert_eq!(code(2, &[("A", &one), ("B", &one)]), "share-same-passphrase");
}

proptest! {
    #[test]
    fn any_threshold_of_values_restores_and_one_less_does_not(
        key: [u8; 32],
        (officers, threshold) in (2usize..9).prop_flat_map(|officers| (Just(officers), 2..=officers)),
        order in Just((0..9usize).collect::<Vec<_>>()).prop_shuffle(),
    ) {
        let values = shamir::split(&key, threshold as u8, officers as u8, &mut rng());
        let chosen: Vec<usize> = order.into_iter().filter(|at| *at < officers).take(threshold).collect();
        let shares: Vec<(u8, &[u8])> =
            chosen.iter().map(|at| (*at as u8 + 1, values[*at].as_slice())).collect();
        prop_assert_eq!(*shamir::restore::<32>(&shares), key);
        // Whoever pretends that fewer are enough gets another key, but for one in 2²⁵⁶.
        prop_assert_ne!(*shamir::restore::<32>(&shares[1..]), key);
    }

    #[test]
    fn any_octets_are_judged_without_panic(octets in prop::collection::vec(any::<u8>(), 0..200), text in "[ -~\n]{0,300}") {
        if let Ok(share) = Share::from_bytes(&octets) {
            prop_assert_eq!(share.to_bytes(), octets.clone());
            prop_assert_eq!(&read_words(&write_words(&share).join("\n")).unwrap(), &share);
        }
        let _ = Share::read(&octets);
        let _ = Share::read(text.as_bytes());
        let _ = SealedKey::from_pem(&octets);
    }
}
