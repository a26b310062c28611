//! What is PostgreSQL's own.

use std::collections::BTreeSet;

use diesel::connection::SimpleConnection as _;

use super::{Fixture, act};
use crate::port::StoreError;
use crate::port::store::AuthorityStore;
use crate::store::testing::postgresql::TestDatabase;
use crate::store::{Location, PostgresqlOptions, SqlStore};

fn open(url: &str) -> Result<SqlStore, StoreError> {
    SqlStore::open(Location::parse(url, PostgresqlOptions::default()).unwrap())
}

fn refusal(url: &str) -> StoreError {
    let error = open(url).err().expect("a refusal");
    assert_eq!(error.to_string().lines().count(), 1, "{error}");
    error
}

#[test]
fn what_cannot_be_connected_to_is_refused_by_what_is_wrong() {
    let database = TestDatabase::take();
    let Ok(tcp) = std::env::var("CITYCA_TEST_POSTGRESQL_TCP") else {
        println!("skipped: CITYCA_TEST_POSTGRESQL_TCP is not set");
        return;
    };
    let authority = std::env::var("CITYCA_TEST_POSTGRESQL_CA").unwrap();
    let name = database.name();
    let (user, host) = tcp.strip_prefix("postgresql://").unwrap().split_once('@').unwrap();
    let verified = format!("sslmode=verify-full&sslrootcert={authority}");
    open(&format!("{tcp}/{name}?{verified}")).unwrap();
    let elsewhere = host.replace("localhost", "127.0.0.1");
    for (code, url) in [
        ("database-credentials", format!("postgresql://cityca:wrong@{host}/{name}?{verified}")),
        ("database-credentials", format!("postgresql://nobody:x@{host}/{name}?{verified}")),
        ("database-missing", format!("{tcp}/not_there?{verified}")),
        ("database-no-answer", format!("postgresql://{user}@127.0.0.1:1/{name}")),
        // No certificate says 127.0.0.1, and the system's authorities did not certify this one.
        ("database-tls", format!("postgresql://{user}@{elsewhere}/{name}?{verified}")),
        ("database-tls", format!("{tcp}/{name}?sslmode=verify-full")),
    ] {
        let error = refusal(&url);
        assert_eq!(error.code(), code, "{error}");
        assert!(!error.to_string().contains(user.split_once(':').unwrap().1), "{error}");
    }
}

#[test]
fn tables_of_another_program_are_left_alone() {
    let database = TestDatabase::empty();
    database.connect().batch_execute("CREATE TABLE certificates (theirs text)").unwrap();
    let error = refusal(&database.url());
    assert_eq!(error.code(), "database-unsuitable");
    database.connect().batch_execute("SELECT theirs FROM certificates").unwrap();
    database.connect().batch_execute("DROP TABLE certificates").unwrap();
}

#[test]
fn servers_that_start_on_one_empty_database_at_once_settle_by_themselves() {
    let database = TestDatabase::empty();
    std::thread::scope(|scope| {
        let starts: Vec<_> = (0..6).map(|_| scope.spawn(|| open(&database.url()).map(drop))).collect();
        for start in starts {
            start.join().unwrap().unwrap();
        }
    });
    assert_eq!(SqlStore::pending_migrations(&location(&database)).unwrap(), Vec::<String>::new());
}

fn location(database: &TestDatabase) -> Location {
    Location::parse(&database.url(), PostgresqlOptions::default()).unwrap()
}

#[test]
fn a_dry_run_names_what_would_be_done_and_does_nothing() {
    let database = TestDatabase::empty();
    let first = SqlStore::pending_migrations(&location(&database)).unwrap();
    assert_eq!(first[0], "0001_foundation");
    assert_eq!(SqlStore::pending_migrations(&location(&database)).unwrap(), first);
    open(&database.url()).unwrap();
    assert!(SqlStore::pending_migrations(&location(&database)).unwrap().is_empty());
}

#[test]
fn a_store_goes_on_after_its_connections_were_cut() {
    let fixture = Fixture::new();
    for turn in 0..3 {
        fixture.store.put_setting(&act(), "turn", &turn.to_string()).unwrap();
        fixture.place.postgresql().disconnect_others();
        // Long enough for connections not to be taken for sound without asking.
        std::thread::sleep(std::time::Duration::from_millis(600));
        assert_eq!(fixture.store.setting("turn").unwrap(), Some(turn.to_string()));
    }
    assert_eq!(fixture.observe().violations, Vec::<String>::new());
}

#[test]
fn cut_in_the_middle_of_a_write_it_says_that_it_does_not_know_and_keeps_nothing() {
    let fixture = Fixture::new();
    let cut = fixture.store.write(&act(), |transaction| {
        crate::store::setting::put(transaction, "half", "done")?;
        fixture.place.postgresql().disconnect_others();
        crate::store::setting::put(transaction, "other", "half")
    });
    assert!(matches!(cut, Err(StoreError::Unavailable { .. })), "{cut:?}");
    std::thread::sleep(std::time::Duration::from_millis(600));
    fixture.store.put_setting(&act(), "whole", "done").unwrap();
    assert_eq!(fixture.store.setting("half").unwrap(), None);
    assert_eq!(fixture.observe().violations, Vec::<String>::new());
}

#[test]
fn who_stops_in_the_middle_of_a_write_does_not_stop_the_others() {
    let fixture = Fixture::new();
    let options =
        PostgresqlOptions { statement_timeout: std::time::Duration::from_secs(2), ..Default::default() };
    let url = fixture.place.postgresql().url();
    let slow = SqlStore::open(Location::parse(&url, options).unwrap()).unwrap();
    let (began, begun) = std::sync::mpsc::channel();
    std::thread::scope(|scope| {
        let stopped = scope.spawn(|| {
            slow.write(&act(), |transaction| {
                crate::store::setting::put(transaction, "half", "done")?;
                began.send(()).unwrap();
                std::thread::sleep(std::time::Duration::from_secs(3));
                crate::store::setting::put(transaction, "other", "half")
            })
        });
        begun.recv().unwrap();
        fixture.store.put_setting(&act(), "another", "done").unwrap();
        assert!(matches!(stopped.join().unwrap(), Err(StoreError::Unavailable { .. })));
    });
    assert_eq!(fixture.store.setting("half").unwrap(), None);
}

#[test]
fn several_servers_write_one_chain() {
    let fixture = Fixture::new();
    let stores: Vec<SqlStore> = (0..3).map(|_| fixture.open()).collect();
    std::thread::scope(|scope| {
        for (number, store) in stores.iter().enumerate() {
            scope.spawn(move || {
                for turn in 0..20 {
                    store.put_setting(&act(), &format!("of {number}"), &turn.to_string()).unwrap();
                }
            });
        }
    });
    let report = fixture.observe();
    assert_eq!(report.violations, Vec::<String>::new());
    assert_eq!(report.changes, 1 + 3 * 20);
}

#[test]
fn a_connection_for_reads_cannot_write() {
    let fixture = Fixture::new();
    let refused = fixture.store.read(|connection| {
        connection.batch_execute("INSERT INTO settings VALUES ('a', 'b', 1, 1)").map_err(StoreError::from)
    });
    assert!(refused.is_err());
    assert_eq!(fixture.store.setting("a").unwrap(), None);
}

/// The statements that issuing, status and the timer make, with what they are asked.
const HOT: &[(&str, usize)] = &[
    ("SELECT status FROM certificates WHERE serial = '\\x43' AND authority_id = 'a'", 1),
    (
        "SELECT certificates.id FROM certificates JOIN authorities a ON a.id = authority_id WHERE a.name = 'x' AND serial = '\\x43'",
        1,
    ),
    ("SELECT id FROM intents WHERE id = 'a'", 1),
    ("SELECT 1 FROM intents WHERE closed_at IS NULL AND created_at < 5 ORDER BY created_at LIMIT 10", 1),
    (
        "SELECT crl_number FROM intents WHERE authority_id = 'a' AND crl_number IS NOT NULL ORDER BY crl_number DESC LIMIT 1",
        1,
    ),
    ("SELECT id FROM subjects WHERE name_hash = '\\x43'", 1),
    ("SELECT sequence, hash FROM audit_entries ORDER BY sequence DESC LIMIT 1", 1),
    ("SELECT 1 FROM blocked_keys WHERE key = '\\x43'", 1),
    ("SELECT id FROM crls WHERE authority_id = 'a' ORDER BY number DESC LIMIT 1", 1),
    ("SELECT id FROM certificates WHERE key_fingerprint = '\\x43'", 16),
    ("SELECT id FROM certificates ORDER BY id DESC LIMIT 50", 16),
    (
        "SELECT status_position FROM certificates WHERE authority_id = 'a' AND status_position IS NOT NULL \
         ORDER BY status_position DESC LIMIT 1",
        16,
    ),
    (
        "SELECT serial FROM certificates WHERE authority_id = 'a' AND status_since IS NOT NULL AND serial > '\\x43' \
         ORDER BY serial LIMIT 5000",
        16,
    ),
];

#[test]
fn what_is_asked_often_is_found_by_an_index_in_the_part_that_holds_it() {
    #[derive(diesel::QueryableByName)]
    struct Line {
        #[diesel(sql_type = diesel::sql_types::Text, column_name = "QUERY PLAN")]
        text: String,
    }
    use diesel::RunQueryDsl as _;
    let fixture = Fixture::new();
    let mut connection = fixture.place.postgresql().connect();
    // With few rows reading all is cheapest: what is asked is whether an index would serve.
    connection.batch_execute("SET enable_seqscan = off").unwrap();
    for (query, parts) in HOT {
        let plan: Vec<Line> = diesel::sql_query(format!("EXPLAIN {query}")).load(&mut connection).unwrap();
        let text: String = plan.iter().map(|line| format!("{}\n", line.text)).collect();
        assert!(!text.contains("Seq Scan"), "{query}\n{text}");
        assert!(
            !text.contains("Sort Key: certificates.id") || text.contains("Merge Append"),
            "{query}\n{text}"
        );
        let scanned: BTreeSet<&str> = text
            .split(" on ")
            .skip(1)
            .filter_map(|rest| rest.split_whitespace().next())
            .filter(|name| name.starts_with("certificates_") && name.ends_with(|c: char| c.is_ascii_digit()))
            .collect();
        assert!(scanned.len() <= *parts, "{query}\n{text}");
    }
}
