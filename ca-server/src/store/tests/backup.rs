use std::collections::BTreeSet;
use std::ops::ControlFlow;

use diesel::sql_types::Text;
use diesel::{QueryableByName, RunQueryDsl as _, sql_query};

use super::FixtureOn;
use crate::port::StoreError;
use crate::port::store::{BackupStore as _, Part};
use crate::store::backend::{self, Connection, Purpose};
use crate::store::backup::tables::{LEFT_OUT, TABLES};
use crate::store::testing::{Kind, Place, Postgresql, Sqlite};
use crate::store::{Row, SqlStore};

type Dump = (Vec<String>, u64, Vec<Row>);

fn dump(store: &SqlStore) -> Dump {
    let (mut state, mut rows) = (None, Vec::new());
    store
        .dump(&mut |part| {
            match part {
                Part::State { schema, head } => state = Some((schema, head.sequence)),
                Part::Row { table, json } => rows.push((table.to_owned(), json)),
            }
            ControlFlow::Continue(())
        })
        .unwrap();
    let (schema, sequence) = state.unwrap();
    (schema, sequence, rows)
}

fn restore(place: &Place, dump: &Dump) -> Result<u64, StoreError> {
    let mut rows = dump.2.iter().cloned();
    SqlStore::restore(&place.location(), &dump.0, &mut || Ok(rows.next()))
}

/// JSON of one value as another database writes it.
fn values(rows: &[Row]) -> Vec<(String, serde_json::Value)> {
    rows.iter().map(|(table, json)| (table.clone(), serde_json::from_str(json).unwrap())).collect()
}

/// A store with an authority and certificates.
fn filled(certificates: usize) -> FixtureOn<Sqlite> {
    let fixture = FixtureOn::new();
    for number in 0..certificates {
        fixture.issue(&format!("城市 \"{number}\" \\ '"));
    }
    fixture
}

#[derive(QueryableByName)]
struct Named {
    #[diesel(sql_type = Text)]
    name: String,
}

#[test]
fn every_table_is_backed_up_or_left_out_for_a_reason() {
    let place = Sqlite::place();
    place.open();
    let Connection::Sqlite(mut connection) = backend::connect(&place.location(), Purpose::Read).unwrap()
    else {
        panic!("another database")
    };
    let there: Vec<Named> = sql_query(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE '__diesel%'",
    )
    .load(&mut connection)
    .unwrap();
    let there: BTreeSet<&str> = there.iter().map(|table| table.name.as_str()).collect();
    let known: BTreeSet<&str> =
        TABLES.iter().map(|(table, _)| *table).chain(LEFT_OUT.iter().copied()).collect();
    assert_eq!(known, there);
}

#[test]
fn a_store_goes_from_one_database_into_the_other_and_back() {
    let (second, third) = (Postgresql::place(), Sqlite::place());
    let fixture = filled(600);
    for (list, part) in [("a", 0), ("a", 1), ("b", 0)] {
        let authority = fixture.authority;
        fixture.sql(&format!("INSERT INTO crl_parts VALUES ('{list}', {part}, '{authority}', x'00ff')"));
    }
    let original = dump(&fixture.store);
    assert_eq!(original.2.iter().filter(|(table, _)| table == "crl_parts").count(), 3);
    assert!(original.2.len() > 3_000, "{} rows", original.2.len());
    assert_eq!(restore(&second, &original).unwrap(), original.2.len() as u64);
    let copied = dump(&second.open());
    assert!(values(&copied.2) == values(&original.2));
    restore(&third, &copied).unwrap();
    let back = dump(&third.open());
    assert!(back == original);
    for place in [&second, &third] {
        assert_eq!(place.observe().violations, Vec::<String>::new());
    }
}

fn a_place_in_use_is_left_alone<K: Kind>() {
    let fixture = FixtureOn::<K>::new();
    let held = dump(&fixture.store);
    let error = restore(&fixture, &held).unwrap_err();
    assert!(matches!(error, StoreError::NotEmpty { .. }), "{error}");
    assert!(dump(&fixture.store) == held);
}

#[test]
fn a_store_that_is_there_is_left_alone() {
    a_place_in_use_is_left_alone::<Sqlite>();
    a_place_in_use_is_left_alone::<Postgresql>();
}

fn what_fails_on_the_way_leaves_nothing(place: &Place) {
    let whole = dump(&filled(300).store);
    let mut left = whole.2.len() / 2;
    let mut rows = whole.2.iter().cloned();
    let error = SqlStore::restore(&place.location(), &whole.0, &mut || {
        left -= 1;
        if left == 0 { Err(StoreError::Damaged { detail: "cut".to_owned() }) } else { Ok(rows.next()) }
    });
    assert!(matches!(error, Err(StoreError::Damaged { .. })));
    // The next try finds an empty place.
    assert_eq!(restore(place, &whole).unwrap(), whole.2.len() as u64);
    assert!(values(&dump(&place.open()).2) == values(&whole.2));
}

#[test]
fn a_restore_that_was_cut_leaves_nothing() {
    what_fails_on_the_way_leaves_nothing(&Sqlite::place());
    what_fails_on_the_way_leaves_nothing(&Postgresql::place());
}

#[test]
fn a_backup_of_a_newer_program_is_refused() {
    let (mut schema, head, rows) = dump(&filled(0).store);
    schema.push("9999_future".to_owned());
    let error = restore(&Sqlite::place(), &(schema, head, rows)).unwrap_err();
    assert!(matches!(error, StoreError::SchemaFromFuture { .. }), "{error}");
}

#[test]
fn rows_in_no_place_are_refused() {
    let (schema, head, mut rows) = dump(&filled(1).store);
    rows.reverse();
    let error = restore(&Sqlite::place(), &(schema, head, rows)).unwrap_err();
    assert!(matches!(error, StoreError::Damaged { .. }), "{error}");
}
