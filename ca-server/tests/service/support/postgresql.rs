//! Databases of PostgreSQL for tests, which take turns with a few of them: emptying one is faster than making one.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::{Mutex, OnceLock};

use diesel::connection::SimpleConnection as _;
use diesel::sql_types::Bool;
use diesel::{Connection as _, PgConnection, QueryableByName, RunQueryDsl as _, sql_query};

/// More than tests run at once.
const DATABASES: u32 = 256;

/// Rows of all tables but that of the migrations, whatever refers to what.
const EMPTY: &str = "DO $$ DECLARE name text; BEGIN
    DELETE FROM __diesel_schema_migrations WHERE version >= '9000';
    FOR pass IN 1..5 LOOP
        FOR name IN SELECT c.relname FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace
            AND c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relname <> '__diesel_schema_migrations'
        LOOP
            BEGIN EXECUTE format('DELETE FROM %I', name);
            EXCEPTION WHEN foreign_key_violation THEN NULL; END;
        END LOOP;
    END LOOP;
END $$";

#[derive(QueryableByName)]
struct Answer {
    #[diesel(sql_type = Bool)]
    value: bool,
}

fn ask(connection: &mut PgConnection, query: &str) -> bool {
    sql_query(format!("SELECT ({query}) AS value")).get_result::<Answer>(connection).unwrap().value
}

/// The server for the tests of this process.
fn server() -> &'static str {
    static SERVER: OnceLock<(String, Option<(Child, ChildStdin)>)> = OnceLock::new();
    let (url, _) = SERVER.get_or_init(|| {
        if let Ok(url) = std::env::var("CITYCA_TEST_POSTGRESQL") {
            return (url, None);
        }
        if std::env::var("NEXTEST_EXECUTION_MODE").is_ok_and(|mode| mode == "process-per-test") {
            println!("skipped: no PostgreSQL; run the tests by `tests/postgresql cargo nextest run …`");
            std::process::exit(0);
        }
        start()
    });
    url
}

/// Starts a server that stops when this process ends, because its input does.
fn start() -> (String, Option<(Child, ChildStdin)>) {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/postgresql");
    let mut child = Command::new(script)
        .args(["sh", "-c", "echo \"$CITYCA_TEST_POSTGRESQL\"; cat"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut url = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut url).unwrap();
    assert!(!url.is_empty(), "no PostgreSQL could be started: apt-get install postgresql");
    let input = child.stdin.take().unwrap();
    (url.trim_end().to_owned(), Some((child, input)))
}

/// A database that this test has for itself.
pub(crate) struct TestDatabase {
    /// Holds the lock on the database.
    turn: Mutex<PgConnection>,
    name: String,
}

impl TestDatabase {
    /// A database with no rows, and with whatever schema is there: a store that is opened over it sees to that.
    pub(crate) fn take() -> Self {
        let mut turn = PgConnection::establish(server()).unwrap();
        let number = (0..DATABASES)
            .find(|number| ask(&mut turn, &format!("pg_try_advisory_lock(1131692865, {number})")))
            .expect("a database that no other test uses");
        let name = format!("cityca_test_{number}");
        if !ask(&mut turn, &format!("EXISTS (SELECT FROM pg_database WHERE datname = '{name}')")) {
            turn.batch_execute(&format!("CREATE DATABASE {name} TEMPLATE template0")).unwrap();
        }
        // A test that failed may have closed it.
        turn.batch_execute(&format!("ALTER DATABASE {name} ALLOW_CONNECTIONS true")).unwrap();
        let database = Self { turn: Mutex::new(turn), name };
        database.disconnect_others();
        let mut own = database.connect();
        if ask(&mut own, "to_regclass('__diesel_schema_migrations') IS NOT NULL") {
            own.batch_execute(EMPTY).unwrap();
        }
        database
    }

    /// A database with nothing in it.
    #[allow(dead_code, reason = "not every crate of tests asks")]
    pub(crate) fn empty() -> Self {
        let database = Self::take();
        database.connect().batch_execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public").unwrap();
        database
    }

    /// The database's URL.
    pub(crate) fn url(&self) -> String {
        server().replacen("/postgres?", &format!("/{}?", self.name), 1)
    }

    /// Its name.
    #[allow(dead_code, reason = "not every crate of tests asks")]
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// A connection past the store.
    pub(crate) fn connect(&self) -> PgConnection {
        PgConnection::establish(&self.url()).unwrap()
    }

    /// Runs a statement about the database from another one.
    #[allow(dead_code, reason = "not every crate of tests asks")]
    pub(crate) fn administer(&self, sql: &str) {
        self.turn.lock().unwrap().batch_execute(sql).unwrap();
    }

    /// Ends all connections to the database, as a restart of the server does.
    pub(crate) fn disconnect_others(&self) {
        let query = format!(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
             WHERE datname = '{}' AND pid <> pg_backend_pid() AND backend_type = 'client backend'",
            self.name
        );
        self.turn.lock().unwrap().batch_execute(&query).unwrap();
    }
}
