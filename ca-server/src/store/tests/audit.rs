use ca_core::audit::{Chain, ChainError};

use super::{Fixture, act};
use crate::port::store::{AuditStore, AuthorityStore};

#[test]
fn every_row_version_has_one_entry_of_the_chain() {
    let fixture = Fixture::new();
    fixture.issue("one");
    fixture.store.put_setting(&act(), "a", "1").unwrap();
    fixture.store.put_setting(&act(), "a", "2").unwrap();
    fixture.store.put_setting(&act(), "a", "2").unwrap();
    let report = fixture.observe();
    assert_eq!(report.violations, Vec::<String>::new());
    // authority, intent twice, subject, certificate, setting twice
    assert_eq!(report.changes, 7);
}

#[test]
fn a_change_to_any_column_of_the_audit_is_found() {
    for change in [
        "at = at + 1",
        "actor = 'someone'",
        "action = 'nothing'",
        "table_name = 'elsewhere'",
        "row_id = row_id || 'y'",
        "row_version = row_version + 7",
        "detail = replace(detail, 'open', 'done')",
        "evidence = x'00'",
        "previous = x'0000000000000000000000000000000000000000000000000000000000000000'",
        "hash = x'0000000000000000000000000000000000000000000000000000000000000000'",
    ] {
        let fixture = Fixture::new();
        fixture.issue("one");
        fixture.sql(&format!("UPDATE audit_entries SET {change} WHERE sequence = 2"));
        let error = Chain::verify(fixture.store.audit_entries(0, 100).unwrap()).unwrap_err();
        assert_eq!(error.sequence(), 2, "{change}: {error}");
    }
}

#[test]
fn a_removed_entry_is_found() {
    let fixture = Fixture::new();
    fixture.issue("one");
    fixture.sql("DELETE FROM audit_entries WHERE sequence = 3");
    let error = Chain::verify(fixture.store.audit_entries(0, 100).unwrap()).unwrap_err();
    assert_eq!(error, ChainError::Sequence { expected: 3, found: 4 });
}

#[test]
fn an_entry_made_up_with_a_fitting_hash_breaks_what_follows() {
    let fixture = Fixture::new();
    fixture.issue("one");
    let mut entry = fixture.store.audit_entries(1, 1).unwrap().remove(0);
    entry.actor = "nobody".to_owned();
    let hash = hex::encode(entry.computed_hash());
    fixture.sql(&format!("UPDATE audit_entries SET actor = 'nobody', hash = x'{hash}' WHERE sequence = 2"));
    let error = Chain::verify(fixture.store.audit_entries(0, 100).unwrap()).unwrap_err();
    assert_eq!(error, ChainError::Previous { sequence: 3 });
}

#[test]
fn a_row_changed_past_the_store_disagrees_with_the_audit() {
    let fixture = Fixture::new();
    fixture.issue("one");
    fixture.sql("UPDATE certificates SET status = 'held', status_since = 1");
    let report = fixture.observe();
    assert_eq!(report.violations.len(), 1, "{:?}", report.violations);
    assert!(report.violations[0].contains("newest version"), "{:?}", report.violations);
}

#[test]
fn the_audit_pages_in_order() {
    let fixture = Fixture::new();
    fixture.issue("one");
    let all = fixture.store.audit_entries(0, 100).unwrap();
    let mut paged = Vec::new();
    while let Some(last) =
        fixture.store.audit_entries(paged.len() as u64, 2).unwrap().into_iter().reduce(|a, b| {
            paged.push(a);
            b
        })
    {
        paged.push(last);
    }
    assert_eq!(paged, all);
    assert!(fixture.store.audit_entries(u64::MAX, 10).unwrap().is_empty());
}
