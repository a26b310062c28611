//! What is SQLite's own.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use diesel::connection::SimpleConnection as _;

use super::{Fixture, act};
use crate::port::StoreError;
use crate::port::store::{AdministratorStore, AuthorityStore};
use crate::store::backend::{self, Purpose};
use crate::store::{Location, SqlStore};

fn open(path: &Path) -> Result<SqlStore, StoreError> {
    SqlStore::open(Location::file(path))
}

fn execute(path: &Path, sql: &str) {
    backend::connect(&Location::file(path), Purpose::Write).unwrap().batch_execute(sql).unwrap();
}

#[test]
fn a_new_store_is_readable_by_its_owner_alone() {
    let fixture = Fixture::new();
    for file in ["cityca.sqlite", "cityca.sqlite-wal"] {
        let mode = std::fs::metadata(fixture.file().with_file_name(file)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{file}");
    }
}

#[test]
fn a_database_of_another_program_is_refused_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("other.sqlite");
    execute(&path, "CREATE TABLE theirs (x)");
    let error = open(&path).err().unwrap();
    assert_eq!(error.code(), "store-cannot-open");
    assert!(error.to_string().contains("another program"), "{error}");
}

#[test]
fn files_that_are_no_store_are_refused_with_their_path() {
    let folder = tempfile::tempdir().unwrap();
    let text = folder.path().join("notes.txt");
    std::fs::File::create(&text).unwrap();
    std::fs::OpenOptions::new()
        .append(true)
        .open(&text)
        .and_then(|mut file| {
            use std::io::Write as _;
            file.write_all(&[b'x'; 5000])
        })
        .unwrap();
    for path in
        [text, folder.path().join("missing/store.sqlite"), ":memory:".into(), folder.path().to_owned()]
    {
        let error = open(&path).err().unwrap();
        assert!(matches!(&error, StoreError::CannotOpen { .. }), "{error:?}");
        assert!(error.to_string().contains(path.to_str().unwrap()), "{error}");
    }
    assert!(!std::path::Path::new(":memory:").exists());
}

#[test]
fn administrators_of_an_older_store_are_kept() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cityca.sqlite");
    let id = "0197f3a0-0000-7000-8000-000000000001";
    let foundation = include_str!("../../../../schemas/sql/sqlite/0001_foundation/up.sql");
    execute(
        &path,
        &format!(
            "PRAGMA application_id = {}; {foundation}
             CREATE TABLE __diesel_schema_migrations (version VARCHAR(50) PRIMARY KEY NOT NULL,
                 run_on TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP);
             INSERT INTO __diesel_schema_migrations (version) VALUES ('0001');
             INSERT INTO authorities VALUES ('{id}', 'root', 'root', NULL, NULL, 'k', 'absent', 'dev', 1, 1);
             INSERT INTO subjects VALUES ('{id}', x'30', NULL, '', 1, 1);
             INSERT INTO intents VALUES ('{id}', 'certificate', '{id}', x'43', NULL, x'30', x'30', 'p', NULL, 'r',
                 NULL, 'done', 1, 1, 1, 2);
             INSERT INTO certificates VALUES ('{id}', '{id}', '{id}', x'43', '{id}', '', 'p', x'30', x'30', x'30',
                 x'30', 'good', NULL, NULL, NULL, NULL, NULL, 1, 2, 'r', 1, 1);
             INSERT INTO administrators VALUES ('{id}', 'old', 'aa', x'30', '{id}', 1, 5, 1);",
            0x4374_4341
        ),
    );
    let store = open(&path).unwrap();
    let kept = store.administrator("aa").unwrap().unwrap();
    assert_eq!((kept.name.as_str(), kept.active, kept.certificate.is_some()), ("old", true, true));
}

/// A fixture with a file as it was before its newest change, in `old`.
fn with_an_older_copy() -> (Fixture, std::path::PathBuf) {
    let fixture = Fixture::new();
    let old = fixture.file().with_file_name("old");
    fixture.store.put_setting(&act(), "a", "1").unwrap();
    fixture.sql("PRAGMA wal_checkpoint(TRUNCATE)");
    std::fs::copy(fixture.file(), &old).unwrap();
    fixture.store.put_setting(&act(), "a", "2").unwrap();
    (fixture, old)
}

/// Puts a copy over a store's file while no server runs.
fn put_over(fixture: Fixture, copy: &Path) -> super::Place {
    let super::FixtureOn { store, place, .. } = fixture;
    drop(store);
    for file in ["cityca.sqlite-wal", "cityca.sqlite-shm"] {
        let _ = std::fs::remove_file(place.file().with_file_name(file));
    }
    std::fs::copy(copy, place.file()).unwrap();
    place
}

#[test]
fn an_older_file_in_the_place_of_the_newest_is_refused() {
    let (fixture, old) = with_an_older_copy();
    let place = put_over(fixture, &old);
    let error = SqlStore::open(place.location()).err().expect("a refusal");
    assert!(matches!(error, StoreError::WentBack { had: 3, has: 2, .. }), "{error:?}");
    assert_eq!((error.code(), error.to_string().lines().count()), ("store-went-back", 1));
}

#[test]
fn an_older_file_that_went_on_by_itself_is_refused_too() {
    let (fixture, old) = with_an_older_copy();
    let elsewhere = open(&old).unwrap();
    elsewhere.put_setting(&act(), "a", "another").unwrap();
    elsewhere.put_setting(&act(), "a", "and on").unwrap();
    drop(elsewhere);
    let place = put_over(fixture, &old);
    assert!(matches!(SqlStore::open(place.location()).err(), Some(StoreError::WentBack { had: 3, .. })));
}

#[test]
fn a_file_that_is_gone_is_not_begun_anew() {
    let fixture = Fixture::new();
    let super::FixtureOn { store, place, .. } = fixture;
    drop(store);
    std::fs::remove_file(place.file()).unwrap();
    assert!(matches!(SqlStore::open(place.location()).err(), Some(StoreError::WentBack { has: 0, .. })));
    assert!(!place.file().exists());
}

#[test]
fn a_witness_that_is_behind_or_unreadable_does_not_stop_the_store() {
    use std::io::Write as _;
    let fixture = Fixture::new();
    let witness = fixture.file().with_file_name("cityca.sqlite-head");
    let behind = std::fs::read(&witness).unwrap();
    fixture.store.put_setting(&act(), "a", "1").unwrap();
    let newest = std::fs::read(&witness).unwrap();
    assert_ne!(behind, newest);
    for text in [behind.as_slice(), b"", b"nonsense", &newest[..40]] {
        std::fs::File::create(&witness).unwrap().write_all(text).unwrap();
        drop(fixture.open());
        assert_eq!(std::fs::read(&witness).unwrap(), newest);
    }
}

#[test]
fn a_write_waits_for_another_process_that_writes() {
    let fixture = Fixture::new();
    let mut other = backend::connect(&fixture.location(), Purpose::Write).unwrap();
    other.batch_execute("BEGIN IMMEDIATE").unwrap();
    std::thread::scope(|scope| {
        let waiting = scope.spawn(|| fixture.store.put_setting(&act(), "a", "1"));
        std::thread::sleep(std::time::Duration::from_millis(200));
        assert!(!waiting.is_finished());
        // Reads go on meanwhile.
        assert_eq!(fixture.store.setting("a").unwrap(), None);
        other.batch_execute("COMMIT").unwrap();
        waiting.join().unwrap().unwrap();
    });
    assert_eq!(fixture.store.setting("a").unwrap().as_deref(), Some("1"));
}
