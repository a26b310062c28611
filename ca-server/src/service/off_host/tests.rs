use std::collections::BTreeMap;
use std::io;
use std::sync::Mutex;

use ca_core::audit::Head;
use ca_core::revocation::{Reason, Status};
use jiff::Timestamp;
use schemas::off_host::{Chain, Fact};

use super::{LogError, Told};
use crate::port::{MAX_APPEND, OffHost};

struct Memory(Mutex<Vec<u8>>);

impl OffHost for Memory {
    fn place(&self) -> String {
        "log".to_owned()
    }

    fn append(&self, octets: &[u8]) -> io::Result<()> {
        self.0.lock().unwrap().extend_from_slice(octets);
        Ok(())
    }

    fn read(&self, sink: &mut dyn FnMut(&[u8]) -> io::Result<()>) -> io::Result<()> {
        // In parts that end anywhere.
        self.0.lock().unwrap().chunks(7).try_for_each(sink)
    }
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + second).unwrap()
}

fn head(sequence: u64) -> Head {
    Head { sequence, hash: [sequence.to_le_bytes()[0]; 32] }
}

fn status(serial: &str, status: Status, position: u64) -> Fact {
    Fact::status("issuing".parse().unwrap(), &serial.parse().unwrap(), &status, position)
}

fn facts() -> Vec<Fact> {
    let revoked = Status::Revoked { at: at(1), reason: Reason::KeyCompromise, invalidity_date: Some(at(0)) };
    vec![
        Fact::Begin { at: at(0), store: "ab".repeat(32) },
        Fact::Floor { authority: "issuing".parse().unwrap(), number: 4 },
        status("43aa", revoked, 7),
        status("43bb", Status::Held { since: at(2) }, 8),
        Fact::head(head(9), at(3)),
        Fact::Floor { authority: "issuing".parse().unwrap(), number: 3 },
        status("43bb", Status::Good, 10),
        // Whoever says so: what was revoked stays revoked.
        status("43aa", Status::Good, 11),
        Fact::head(head(12), at(4)),
    ]
}

fn text(facts: Vec<Fact>) -> Vec<u8> {
    let (mut chain, mut octets) = (Chain::default(), Vec::new());
    for fact in facts {
        chain.write(fact, &mut octets).unwrap();
    }
    octets
}

fn read(octets: &[u8]) -> Result<Told, LogError> {
    Told::read(&Memory(Mutex::new(octets.to_vec())), Some(&"ab".repeat(32)))
}

#[test]
fn what_was_told_is_read_again() {
    let told = read(&text(facts())).unwrap();
    assert_eq!(told.head(), head(12));
    assert_eq!(told.floors, BTreeMap::from([("issuing".parse().unwrap(), 4)]));
    let status = |serial: &str| told.statuses[&("issuing".parse().unwrap(), serial.parse().unwrap())];
    assert!(matches!(status("43aa"), Status::Revoked { reason: Reason::KeyCompromise, .. }));
    assert_eq!(status("43bb"), Status::Good);
    assert_eq!(told.newest, Some(at(4)));
    assert_eq!(read(b"").unwrap().store, None);
}

#[test]
fn of_a_store_that_went_back_only_what_is_left_of_its_history_counts() {
    let mut facts = facts();
    facts.push(Fact::Back { at: at(5), sequence: 9, hash: hex::encode(head(9).hash) });
    assert_eq!(read(&text(facts.clone())).unwrap().head(), head(9));
    facts.push(Fact::head(head(11), at(6)));
    let told = read(&text(facts)).unwrap();
    assert_eq!(told.heads, [head(9), head(11)]);
}

#[test]
fn a_log_with_a_gap_altered_or_of_another_is_refused_by_its_line() {
    let whole = String::from_utf8(text(facts())).unwrap();
    let lines: Vec<&str> = whole.split_inclusive('\n').collect();
    for place in 1..lines.len() - 1 {
        let mut lines = lines.clone();
        lines.remove(place);
        let error = read(lines.concat().as_bytes()).unwrap_err();
        assert_eq!(error.code(), "off-host-gap", "{error}");
    }
    let altered = whole.replace("43bb", "43bc");
    let error = read(altered.as_bytes()).unwrap_err();
    assert!(matches!(error, LogError::Altered { line: 4, .. }), "{error}");
    let swapped = [lines[0], lines[2], lines[1]].concat();
    assert_eq!(read(swapped.as_bytes()).unwrap_err().code(), "off-host-gap");
    let other = Told::read(&Memory(Mutex::new(whole.into_bytes())), Some("cd")).unwrap_err();
    assert_eq!(other.code(), "off-host-of-another");
    for text in ["hello\n", "\n", "00 {}\n", "00 {\"line\":1}\n"] {
        assert_eq!(read(text.as_bytes()).unwrap_err().code(), "off-host-malformed", "{text:?}");
    }
    assert_eq!(read("x".repeat(100_000).as_bytes()).unwrap_err().code(), "off-host-malformed");
}

#[test]
fn many_entries_are_kept_in_bounded_memory() {
    let mut facts = vec![Fact::Begin { at: at(0), store: "ab".repeat(32) }];
    facts.extend((1..=30_000).map(|sequence| Fact::head(head(sequence), at(1))));
    let told = read(&text(facts)).unwrap();
    assert!(told.heads.len() <= 8_192 && told.head() == head(30_000));
    assert!(told.heads.is_sorted_by_key(|head| head.sequence));
}

#[test]
fn what_is_more_than_a_log_takes_at_once_is_told_in_parts() {
    let mut facts = vec![Fact::Begin { at: at(0), store: "ab".repeat(32) }];
    facts.extend((1..=40_000).map(|sequence| Fact::head(head(sequence), at(1))));
    let (parts, chain) = super::parts(Chain::default(), facts.clone()).unwrap();
    let whole = parts.iter().flatten().copied().collect::<Vec<_>>();
    assert!(parts.len() > 4 && parts.iter().all(|part| part.len() <= MAX_APPEND && part.ends_with(b"\n")));
    assert!(whole == text(facts));
    assert_eq!(read(&whole).unwrap().chain, chain);
}

proptest::proptest! {
    #[test]
    fn reading_never_panics(octets in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..400)) {
        let _ = read(&octets);
        let mut behind = text(facts());
        behind.extend_from_slice(&octets);
        let _ = read(&behind);
    }
}
