use std::io::{Read as _, Write as _};

use proptest::prelude::*;

use super::{BackupError, CHUNK, Contents, Opened, Sealer, check};
use crate::algorithm::KeySpec;
use crate::key::PrivateKey;
use crate::testing::rng;

fn key() -> PrivateKey {
    PrivateKey::generate(KeySpec::Sm2, &mut rng()).unwrap()
}

fn contents() -> Contents {
    Contents {
        made_at: "2026-01-02T03:04:05Z".parse().unwrap(),
        schema: vec!["0001_foundation".to_owned()],
        audit_sequence: 7,
        audit_hash: "00".repeat(32),
    }
}

fn sealed(key: &PrivateKey, plain: &[u8]) -> Vec<u8> {
    let mut sealer = Sealer::new(Vec::new(), key.public_key(), contents(), &mut rng()).unwrap();
    sealer.write_all(plain).unwrap();
    sealer.finish().unwrap()
}

fn opened(key: &PrivateKey, bytes: &[u8]) -> Result<Vec<u8>, BackupError> {
    let mut opened = Opened::open(bytes, key)?;
    let mut plain = Vec::new();
    match opened.read_to_end(&mut plain) {
        Ok(_) => Ok(plain),
        Err(error) => Err(error.downcast().unwrap()),
    }
}

#[test]
fn what_was_sealed_is_opened_whatever_its_length() {
    let key = key();
    for length in [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK] {
        let plain: Vec<u8> = (0..length).map(|place| (place % 251) as u8).collect();
        let bytes = sealed(&key, &plain);
        assert_eq!(check(bytes.as_slice()).unwrap().contents, contents());
        assert!(opened(&key, &bytes).unwrap() == plain, "{length}");
    }
}

#[test]
fn a_backup_for_another_key_names_both() {
    let (ours, other) = (key(), key());
    let error = opened(&other, &sealed(&ours, b"rows")).unwrap_err();
    let BackupError::OtherKey { wanted, given } = &error else { panic!("{error}") };
    assert_eq!(*wanted, ours.public_key().fingerprint().to_string());
    assert_eq!(*given, other.public_key().fingerprint().to_string());
}

#[test]
fn a_key_of_another_kind_is_refused() {
    let key = PrivateKey::generate(KeySpec::P256, &mut rng()).unwrap();
    let error = Sealer::new(Vec::new(), key.public_key(), contents(), &mut rng()).err().unwrap();
    assert_eq!(error.code(), "backup-key-not-sm2");
}

#[test]
fn chunks_in_another_order_are_altered_ones() {
    let key = key();
    let mut bytes = sealed(&key, &vec![7; 3 * CHUNK]);
    let first = bytes.len() - 32 - 3 * (CHUNK + 20);
    let (a, b) = (first..first + CHUNK + 20, first + CHUNK + 20..first + 2 * (CHUNK + 20));
    let (chunk_a, chunk_b) = (bytes[a.clone()].to_vec(), bytes[b.clone()].to_vec());
    bytes[a].copy_from_slice(&chunk_b);
    bytes[b].copy_from_slice(&chunk_a);
    assert!(matches!(opened(&key, &bytes), Err(BackupError::Altered { number: 0 })));
}

#[test]
fn other_files_are_recognised_as_such() {
    for bytes in [&b""[..], b"CITYCA", b"SQLite format 3\0 and more", b"CITYCA BACKUP 2\n\0\0\0\0"] {
        assert!(matches!(check(bytes), Err(BackupError::NotABackup)), "{bytes:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn every_cut_and_every_changed_byte_is_noticed(
        plain in proptest::collection::vec(any::<u8>(), 0..2000),
        place in any::<prop::sample::Index>(),
        change in 1..=255u8,
    ) {
        let key = key();
        let bytes = sealed(&key, &plain);
        let place = place.index(bytes.len());
        prop_assert!(check(&bytes[..place]).is_err());
        prop_assert!(opened(&key, &bytes[..place]).is_err());
        let mut changed = bytes.clone();
        changed[place] ^= change;
        prop_assert!(check(changed.as_slice()).is_err());
        prop_assert!(opened(&key, &changed).is_err());
        let mut longer = bytes;
        longer.push(change);
        prop_assert!(matches!(check(longer.as_slice()), Err(BackupError::TrailingBytes)));
    }

    #[test]
    fn random_bytes_are_refused(bytes in proptest::collection::vec(any::<u8>(), 0..500)) {
        let whole = [super::MAGIC.as_slice(), &bytes].concat();
        prop_assert!(check(whole.as_slice()).is_err());
    }
}
