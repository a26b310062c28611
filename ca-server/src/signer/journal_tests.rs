use std::fs;

use ca_core::keystore::file::{Access, replace};
use tempfile::TempDir;

use super::*;

fn at(second: u32) -> Timestamp {
    format!("2026-11-22T09:00:{second:02}Z").parse().unwrap()
}

fn certificate(hash: &str) -> Entry {
    Entry::Certificate {
        at: at(0),
        authority: "issuing".into(),
        serial: "43ab".into(),
        tbs_hash: hash.into(),
        signature: STANDARD.encode(b"signature"),
    }
}

fn list(number: u64) -> Entry {
    let (authority, tbs_hash) = ("issuing".to_owned(), "00".to_owned());
    Entry::List { at: at(0), authority, shard: None, delta: false, number, this_update: at(1), tbs_hash }
}

#[test]
fn what_was_signed_is_found_and_what_was_not_never_will_be() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("signed.log");
    let journal = Journal::open(&path).unwrap();
    journal.append(&certificate("aa")).unwrap();
    assert_eq!(journal.recall(at(1), "issuing", "aa").unwrap().unwrap(), b"signature");
    assert_eq!(journal.recall(at(1), "issuing", "bb").unwrap(), None);
    assert_eq!(journal.append(&certificate("bb")).unwrap_err(), RefusalCode::SignerRecalled);
    drop(journal);
    let journal = Journal::open(&path).unwrap();
    assert_eq!(journal.lines(), 2);
    assert_eq!(journal.recall(at(2), "issuing", "aa").unwrap().unwrap(), b"signature");
    assert_eq!(journal.append(&certificate("bb")).unwrap_err(), RefusalCode::SignerRecalled);
}

#[test]
fn numbers_of_lists_rise_also_after_a_restart() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("signed.log");
    let journal = Journal::open(&path).unwrap();
    journal.append(&list(7)).unwrap();
    assert_eq!(journal.append(&list(7)).unwrap_err(), RefusalCode::SignerCrlOrder);
    drop(journal);
    let journal = Journal::open(&path).unwrap();
    assert_eq!(journal.append(&list(6)).unwrap_err(), RefusalCode::SignerCrlOrder);
    journal.append(&list(8)).unwrap();
    assert_eq!(journal.floor(&("issuing".into(), None, false)).unwrap().number, 8);
}

#[test]
fn a_line_that_was_cut_off_is_removed_and_one_that_was_changed_is_noticed() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("signed.log");
    let journal = Journal::open(&path).unwrap();
    journal.append(&certificate("aa")).unwrap();
    journal.append(&certificate("cc")).unwrap();
    drop(journal);
    let whole = fs::read(&path).unwrap();
    replace(&path, &whole[..whole.len() - 3], Access::Private).unwrap();
    let journal = Journal::open(&path).unwrap();
    assert_eq!(journal.lines(), 1);
    journal.append(&certificate("dd")).unwrap();
    drop(journal);
    assert_eq!(Journal::open(&path).unwrap().lines(), 2);
    let changed = String::from_utf8(whole).unwrap().replace("43ab", "43ac");
    replace(&path, changed.as_bytes(), Access::Private).unwrap();
    assert!(matches!(Journal::open(&path), Err(JournalError::Changed { line: 1, .. })));
}

#[test]
fn lines_of_many_at_once_are_all_there() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("signed.log");
    let journal = Journal::open(&path).unwrap();
    std::thread::scope(|scope| {
        for thread in 0..8 {
            let journal = &journal;
            scope.spawn(move || {
                for number in 0..25 {
                    journal.append(&certificate(&format!("{thread}-{number}"))).unwrap();
                }
            });
        }
    });
    drop(journal);
    assert_eq!(Journal::open(&path).unwrap().lines(), 200);
}
