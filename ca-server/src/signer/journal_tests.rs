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
    // Of a third line half came to the disk.
    let half = [&whole[..], &whole[whole.len() / 2..whole.len() - 3]].concat();
    replace(&path, &half, Access::Private).unwrap();
    let journal = Journal::open(&path).unwrap();
    assert_eq!(journal.lines(), 2);
    journal.append(&certificate("dd")).unwrap();
    drop(journal);
    assert_eq!(Journal::open(&path).unwrap().lines(), 3);
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

#[test]
fn a_record_that_was_replaced_by_an_older_copy_is_refused() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("signed.log");
    let journal = Journal::open(&path).unwrap();
    journal.append(&list(7)).unwrap();
    let old = fs::read(&path).unwrap();
    journal.append(&list(8)).unwrap();
    drop(journal);
    let newest = fs::read(&path).unwrap();
    for older in [&old[..], b""] {
        replace(&path, older, Access::Private).unwrap();
        let refused = Journal::open(&path).err().unwrap();
        assert!(matches!(refused, JournalError::WentBack { had: 2, .. }), "{refused}");
        assert_eq!(fs::read(&path).unwrap(), older, "nothing was changed");
    }
    // One of another history is as long.
    fs::remove_file(&path).unwrap();
    let other = folder.path().join("other.log");
    let journal = Journal::open(&other).unwrap();
    journal.append(&certificate("aa")).unwrap();
    journal.append(&certificate("bb")).unwrap();
    drop(journal);
    fs::copy(&other, &path).unwrap();
    assert!(matches!(Journal::open(&path), Err(JournalError::WentBack { had: 2, .. })));
    // The newest one is taken; so is an older one after somebody decided so.
    replace(&path, &newest, Access::Private).unwrap();
    assert_eq!(Journal::open(&path).unwrap().lines(), 2);
    replace(&path, &old, Access::Private).unwrap();
    fs::remove_file(head::path_of(&path)).unwrap();
    assert_eq!(Journal::open(&path).unwrap().lines(), 1);
}

#[test]
fn a_record_that_is_divided_forgets_nothing() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("signed.log");
    let journal = Journal::open(&path).unwrap();
    journal.append(&certificate("aa")).unwrap();
    journal.append(&list(7)).unwrap();
    assert_eq!(journal.recall(at(1), "issuing", "bb").unwrap(), None);
    let journal = journal.divided(at(2), 1 << 20).unwrap();
    assert_eq!((journal.lines(), volumes::older(&path).unwrap().len()), (3, 0), "it is short");
    let journal = journal.divided(at(2), 10).unwrap();
    assert_eq!(journal.lines(), 6, "what came before, and the list and the recall once more");
    let check = |journal: &Journal| {
        assert_eq!(journal.recall(at(3), "issuing", "aa").unwrap().unwrap(), b"signature");
        assert_eq!(journal.append(&list(7)).unwrap_err(), RefusalCode::SignerCrlOrder);
        assert_eq!(journal.append(&certificate("bb")).unwrap_err(), RefusalCode::SignerRecalled);
    };
    check(&journal);
    journal.append(&certificate("cc")).unwrap();
    let journal = journal.divided(at(4), 10).unwrap();
    check(&journal);
    assert_eq!(journal.recall(at(5), "issuing", "cc").unwrap().unwrap(), b"signature");
    assert_eq!(volumes::older(&path).unwrap().len(), 2);
    drop(journal);
    // An older volume in the place of the newest is an older copy of the record.
    let newest = fs::read(&path).unwrap();
    fs::copy(folder.path().join("signed.log.2"), &path).unwrap();
    assert!(matches!(Journal::open(&path), Err(JournalError::WentBack { .. })));
    replace(&path, &newest, Access::Private).unwrap();
    check(&Journal::open(&path).unwrap());
    // A division that was cut short is finished, or done anew.
    fs::rename(&path, folder.path().join("signed.log-next")).unwrap();
    check(&Journal::open(&path).unwrap());
    replace(&folder.path().join("signed.log-next"), b"half of", Access::Private).unwrap();
    check(&Journal::open(&path).unwrap().divided(at(6), 10).unwrap());
}
