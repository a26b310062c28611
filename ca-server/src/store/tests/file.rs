//! What is SQLite's own.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use diesel::connection::SimpleConnection as _;

use super::Fixture;
use crate::port::StoreError;
use crate::port::store::AdministratorStore;
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
