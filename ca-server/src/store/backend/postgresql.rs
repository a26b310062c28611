//! PostgreSQL: any number of servers over one database.
//!
//! **How writes are ordered.** Every write takes an advisory lock that lasts to its end, so that of all replicas one writes
//! at a time: the audit is one hash chain, and each entry needs the one before. Most begin with it. The isolation is
//! READ COMMITTED, in which every statement sees what was committed before it began; the lock is given up after the
//! commit became visible, so whoever gets it next reads all that its predecessor wrote. Under a stricter isolation
//! the snapshot would be that of the wait's beginning. The lock only queues: were it lost, two writes would read one
//! end of the chain, write two entries of one sequence, and the second would fail at the primary key. By that a group of
//! certificates that no other server writes beside does without a transaction of several statements: see `together`.
//!
//! **How rows are found.** Each statement is meant to go by an index. Plans are made once for a connection, whatever is bound, and do
//! not depend on what the statistics say: one made while a table was empty would read it through when it has millions of rows.
//!
//! **A replica that stops in the middle** (paused, cut off) holds the lock until PostgreSQL ends its session, after
//! `idle_in_transaction_session_timeout`; its changes are rolled back.

use diesel::connection::{AnsiTransactionManager, SimpleConnection};
use diesel::migration::MigrationSource as _;
use diesel::result::{ConnectionError, Error};
use diesel::sql_types::{BigInt, Bool, Integer, Text};
use diesel::{Connection as _, PgConnection, QueryableByName, RunQueryDsl, sql_query};

use super::migration::{self, Applied, Migrations};
use super::{Purpose, store_error};
use crate::port::StoreError;
use crate::port::store::ConnectFault;
use crate::store::location::PostgresqlServer;

/// Number of the lock that orders writes ("CtCA", 1). Advisory locks belong to one database.
pub(super) const WRITE_LOCK: &str = "1131692865, 1";
/// Number of the lock that lets one replica migrate at a time.
const MIGRATION_LOCK: &str = "1131692865, 2";

/// The oldest version whose partitions, foreign keys and session limits are as the schema expects them.
const OLDEST: i32 = 130_000;

#[derive(QueryableByName)]
struct Facts {
    #[diesel(sql_type = Integer)]
    version: i32,
    #[diesel(sql_type = Text)]
    encoding: String,
    #[diesel(sql_type = Bool)]
    durable: bool,
}

#[derive(QueryableByName)]
struct Answer {
    #[diesel(sql_type = Bool)]
    value: bool,
}

fn refused(server: &PostgresqlServer, fault: ConnectFault, detail: impl std::fmt::Display) -> StoreError {
    // What a library says may have several lines.
    let detail = detail.to_string().split_whitespace().collect::<Vec<_>>().join(" ");
    StoreError::CannotConnect { place: server.to_string(), fault, detail }
}

pub(super) fn connect(server: &PostgresqlServer, purpose: Purpose) -> Result<PgConnection, StoreError> {
    let mut connection = PgConnection::establish(server.connection_string()).map_err(|error| {
        let detail = match &error {
            ConnectionError::BadConnection(detail) => detail.clone(),
            other => other.to_string(),
        };
        refused(server, fault_of(&detail), detail)
    })?;
    let milliseconds = server.statement_timeout().as_millis();
    // Half of it, so that a session that stopped does not make the others that wait for its lock fail.
    let idle = (milliseconds / 2).max(1);
    let read_only = if purpose == Purpose::Read { "on" } else { "off" };
    connection
        .batch_execute(&format!(
            "SET default_transaction_isolation = 'read committed'; SET default_transaction_read_only = {read_only}; \
             SET statement_timeout = {milliseconds}; SET lock_timeout = 0; \
             SET idle_in_transaction_session_timeout = {idle}; SET client_min_messages = warning; \
             SET plan_cache_mode = force_generic_plan; SET enable_seqscan = off; SET jit = off; \
             SELECT set_config('synchronous_commit', 'on', false) \
                 WHERE current_setting('synchronous_commit') = 'off';"
        ))
        .map_err(|error| refused(server, ConnectFault::NoAnswer, error))?;
    let started: Time =
        sql_query("SELECT (extract(epoch FROM pg_postmaster_start_time()) * 1000000)::bigint AS micros")
            .get_result(&mut connection)
            .map_err(|error| refused(server, ConnectFault::NoAnswer, error))?;
    if !server.start().meet(started.micros) {
        return Err(StoreError::Unavailable {
            detail: format!(
                "{server} was started anew, or another server took its place: it is compared first with what is known of it"
            ),
        });
    }
    Ok(connection)
}

/// What libpq or the server means by its text. There is no code for a connection that did not come about.
fn fault_of(detail: &str) -> ConnectFault {
    let says = |words: &[&str]| words.iter().any(|word| detail.contains(word));
    if says(&["authentication failed", "no password supplied", "pg_hba.conf", "no PostgreSQL user name"])
        || (detail.contains("role \"") && detail.contains("does not exist"))
    {
        ConnectFault::Credentials
    } else if says(&["SSL", "certificate", "TLS"]) {
        ConnectFault::Tls
    } else if detail.contains("database \"") && detail.contains("does not exist") {
        ConnectFault::Missing
    } else if says(&["session is read-only", "server is in hot standby", "not accepting writes"]) {
        ConnectFault::ReadOnly
    } else {
        ConnectFault::NoAnswer
    }
}

/// Connects for writing, checks that the server can keep what it is given, and brings the schema up to this
/// program's. Of several replicas that do so at once one migrates and the others find it done.
pub(super) fn prepare(server: &PostgresqlServer) -> Result<PgConnection, StoreError> {
    prepare_as(server, None)
}

/// The same with no other migrations than those named, where some are.
pub(super) fn prepare_as(
    server: &PostgresqlServer,
    schema: Option<&[String]>,
) -> Result<PgConnection, StoreError> {
    let mut connection = connect(server, Purpose::Write)?;
    check(server, &mut connection)?;
    let failed = |detail: String| refused(server, ConnectFault::Migration, detail);
    let mut known = migration::POSTGRESQL.migrations().map_err(|error| failed(error.to_string()))?;
    if let Some(schema) = schema {
        known = migration::only(known, schema)?;
    }
    connection.transaction(|connection| {
        // Migrations of large tables take their time, and so does waiting for another replica's.
        connection.batch_execute(&format!(
            "SET LOCAL statement_timeout = 0; SELECT pg_advisory_xact_lock({MIGRATION_LOCK});"
        ))?;
        is_ours(server, connection)?;
        migration::run(connection, known, failed)
    })?;
    Ok(connection)
}

pub(super) fn pending(server: &PostgresqlServer) -> Result<Vec<String>, StoreError> {
    let mut connection = connect(server, Purpose::Read)?;
    check(server, &mut connection)?;
    let failed = |detail: String| refused(server, ConnectFault::Migration, detail);
    let known: Migrations<diesel::pg::Pg> =
        migration::POSTGRESQL.migrations().map_err(|error| failed(error.to_string()))?;
    if !is_ours(server, &mut connection)? {
        return Ok(migration::names(&known));
    }
    let applied: Vec<Applied> = sql_query(migration::APPLIED).load(&mut connection)?;
    let applied: Vec<_> = applied.into_iter().map(Into::into).collect();
    Ok(migration::names(&migration::pending(known, &applied)?))
}

fn check(server: &PostgresqlServer, connection: &mut PgConnection) -> Result<(), StoreError> {
    let facts: Facts = sql_query(
        "SELECT current_setting('server_version_num')::int AS version, \
         current_setting('server_encoding') AS encoding, \
         coalesce(current_setting('fsync', true), 'on') = 'on' \
             AND coalesce(current_setting('full_page_writes', true), 'on') = 'on' AS durable",
    )
    .get_result(connection)
    .map_err(|error| refused(server, ConnectFault::NoAnswer, error))?;
    unsuitable(&facts).map_or(Ok(()), |detail| Err(refused(server, ConnectFault::Unsuitable, detail)))
}

fn unsuitable(facts: &Facts) -> Option<String> {
    let Facts { version, encoding, durable } = facts;
    if *version < OLDEST {
        return Some(format!(
            "it is version {}, and {} is the oldest that will do",
            version / 10_000,
            OLDEST / 10_000
        ));
    }
    if encoding != "UTF8" {
        return Some(format!("its encoding is {encoding}: make the database with ENCODING 'UTF8'"));
    }
    (!durable).then(|| {
        "fsync or full_page_writes is off: what it acknowledges would not survive a power cut".to_owned()
    })
}

/// Whether the database holds our schema; an error where it holds tables of ours that our migrations did not make.
fn is_ours(server: &PostgresqlServer, connection: &mut PgConnection) -> Result<bool, StoreError> {
    let mut exists = |table: &str| {
        sql_query(format!("SELECT to_regclass('{table}') IS NOT NULL AS value"))
            .get_result::<Answer>(connection)
            .map(|answer| answer.value)
    };
    if exists("__diesel_schema_migrations")? {
        return Ok(true);
    }
    if exists("authorities")? || exists("certificates")? {
        return Err(refused(server, ConnectFault::Unsuitable, "it holds tables of another program"));
    }
    Ok(false)
}

/// Begins a write and takes the lock that orders writes, in one round trip.
pub(super) fn begin_write(connection: &mut PgConnection) -> Result<(), StoreError> {
    begin(
        connection,
        &format!("BEGIN ISOLATION LEVEL READ COMMITTED; SELECT pg_advisory_xact_lock({WRITE_LOCK})"),
    )
}

/// Begins reads over one state.
pub(super) fn begin_snapshot(connection: &mut PgConnection) -> Result<(), StoreError> {
    begin(connection, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
}

fn begin(connection: &mut PgConnection, sql: &str) -> Result<(), StoreError> {
    AnsiTransactionManager::begin_transaction_sql(connection, sql)
        .map_err(|error: Error| store_error("the write lock", error))
}

/// A crash may lose such a commit, never one that was waited for after it.
pub(super) fn let_commit_early(connection: &mut PgConnection) -> Result<(), StoreError> {
    connection
        .batch_execute("SET LOCAL synchronous_commit = off")
        .map_err(|error| store_error("a write", error))
}

#[derive(QueryableByName)]
struct Time {
    #[diesel(sql_type = BigInt)]
    micros: i64,
}

/// The server's clock, which all replicas share.
pub(super) fn now(connection: &mut PgConnection) -> Result<i64, StoreError> {
    sql_query("SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint AS micros")
        .get_result::<Time>(connection)
        .map(|time| time.micros)
        .map_err(|error| store_error("the time", error))
}
