use super::{Fixture, act};
use crate::port::StoreError;
use crate::port::store::AuthorityStore;
use crate::store::SqlStore;

#[test]
fn what_was_stored_is_there_after_opening_again() {
    let fixture = Fixture::new();
    fixture.store.put_setting(&act(), "public_url", "http://ca.example").unwrap();
    let again = fixture.open();
    assert_eq!(again.setting("public_url").unwrap().as_deref(), Some("http://ca.example"));
    assert_eq!(again.authorities().unwrap().len(), 1);
}

#[test]
fn a_schema_from_the_future_is_refused() {
    let fixture = Fixture::new();
    fixture.sql("INSERT INTO __diesel_schema_migrations (version) VALUES ('9999')");
    match SqlStore::open(fixture.location()) {
        Err(StoreError::SchemaFromFuture { found, known }) => {
            let schemas = concat!(env!("CARGO_MANIFEST_DIR"), "/../schemas/sql/sqlite");
            let folders = std::fs::read_dir(schemas).unwrap();
            let names = folders.map(|folder| folder.unwrap().file_name().into_string().unwrap());
            let newest = names.map(|name| name[..4].to_owned()).max().unwrap();
            assert_eq!((found, known), ("9999".to_owned(), newest));
        }
        other => panic!("{:?}", other.err()),
    }
}

#[test]
fn a_write_that_panics_leaves_nothing_and_the_store_goes_on() {
    let fixture = Fixture::new();
    let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        fixture.store.write(&act(), |transaction| {
            crate::store::setting::put(transaction, "half", "done").unwrap();
            if true {
                panic!("in the middle");
            }
            Ok(())
        })
    }));
    assert!(panicked.is_err());
    assert_eq!(fixture.store.setting("half").unwrap(), None);
    fixture.store.put_setting(&act(), "half", "whole").unwrap();
    assert_eq!(fixture.store.setting("half").unwrap().as_deref(), Some("whole"));
}
