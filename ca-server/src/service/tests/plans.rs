//! How the database finds what the services ask for, statement by statement.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::{LazyLock, Mutex};

use ca_core::revocation::Reason;
use diesel::connection::SimpleConnection as _;
use diesel::connection::{Connection as _, InstrumentationEvent, set_default_instrumentation};
use diesel::{PgConnection, QueryableByName, RunQueryDsl as _, SqliteConnection, sql_query};
use jiff::SignedDuration;

use super::Instance;
use crate::port::record::CertificateFilter;
use crate::service::settings::Lists;

/// Every statement of this process, without what was bound.
static ASKED: LazyLock<Mutex<BTreeSet<String>>> = LazyLock::new(Mutex::default);

#[derive(QueryableByName)]
struct Detail {
    #[diesel(sql_type = diesel::sql_types::Text)]
    detail: String,
}

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = diesel::sql_types::Text, column_name = "QUERY PLAN")]
    text: String,
}

/// Indexes of few rows.
const PARTS: [&str; 1] = ["intents_open"];

/// What a city has few of, and what SQLite calls a row without a table.
const SHORT: [&str; 9] = [
    "CONSTANT",
    "__diesel_schema_migrations",
    "access",
    "administrators",
    "authorities",
    "leases",
    "ocsp_signers",
    "settings",
    "sqlite_master",
];

/// What an instance asks in its life.
fn live() -> Instance {
    let instance = Instance::new().with_settings(|settings| {
        let lists = Lists { deltas: true, shards: 2, ..Lists::default() };
        settings.lists.insert("issuing".parse().unwrap(), lists);
    });
    let issuing = "issuing".parse().unwrap();
    let records: Vec<_> = (0..6).map(|number| instance.issue(&format!("camera-{number}"))).collect();
    let (act, services) = (instance.act(), &instance.services);
    let certificates = &services.certificates;
    for (record, reason) in records.iter().zip([Reason::Superseded, Reason::KeyCompromise]) {
        certificates.revoke(&act, &issuing, &record.serial, reason, None).unwrap();
    }
    for record in &records[2..] {
        certificates.hold(&act, &issuing, &record.serial).unwrap();
    }
    services.crl.publish(&act, &issuing, false).unwrap();
    for record in &records[4..] {
        certificates.release(&act, &issuing, &record.serial).unwrap();
    }
    services.crl.publish_change(&act, &issuing).unwrap();
    services.crl.publish(&act, &issuing, true).unwrap();
    for record in &records {
        certificates.get(&act, &issuing, &record.serial).unwrap();
        instance.ocsp("issuing", &record.serial);
    }
    let of_authority = CertificateFilter { authority: Some(issuing), ..CertificateFilter::default() };
    for filter in [CertificateFilter::default(), of_authority] {
        certificates.list(&act, &filter, None, Some(2)).unwrap();
    }
    instance.clock.advance(SignedDuration::from_hours(20));
    instance.renew();
    instance.restart()
}

/// What SQLite reads through, of these statements.
fn read_through_by_sqlite(path: &Path, asked: &[String]) -> Vec<String> {
    let mut bad = Vec::new();
    let mut connection = SqliteConnection::establish(path.to_str().unwrap()).unwrap();
    for statement in asked {
        let plan: Vec<Detail> =
            sql_query(format!("EXPLAIN QUERY PLAN {statement}")).load(&mut connection).unwrap();
        for Detail { detail } in &plan {
            let table = detail.strip_prefix("SCAN ").and_then(|rest| rest.split_whitespace().next());
            let is_long = table.is_some_and(|table| !SHORT.contains(&table) && !table.starts_with("pragma_"));
            // A scan in the order of an index or of the table's own ends at its limit.
            let is_bounded = statement.contains("LIMIT");
            if is_long && !is_bounded || detail.contains("TEMP B-TREE") {
                bad.push(format!("{detail}: {statement}"));
            }
        }
        if statement.contains("shard > 0") {
            assert!(
                plan[0].detail.contains("COVERING INDEX certificates_listed_shard"),
                "{}",
                plan[0].detail
            );
        }
    }
    bad
}

/// What PostgreSQL reads through, of these statements: tables, and indexes of all rows without a condition.
fn read_through_by_postgresql(server: &str, asked: &[String]) -> Vec<String> {
    let mut bad = Vec::new();
    let mut connection = PgConnection::establish(server).unwrap();
    // As the store's own connections are.
    connection
        .batch_execute("SET plan_cache_mode = force_generic_plan; SET enable_seqscan = off; SET jit = off")
        .unwrap();
    for statement in asked {
        let parameters = (1..).take_while(|number| statement.contains(&format!("${number}"))).count();
        let values = match parameters {
            0 => String::new(),
            count => format!("({})", vec!["NULL"; count].join(", ")),
        };
        connection.batch_execute(&format!("PREPARE asked AS {statement}")).unwrap();
        let plan: Vec<Line> =
            sql_query(format!("EXPLAIN (COSTS OFF) EXECUTE asked{values}")).load(&mut connection).unwrap();
        connection.batch_execute("DEALLOCATE asked").unwrap();
        let lines: Vec<&str> = plan.iter().map(|line| line.text.trim()).collect();
        for (place, line) in lines.iter().enumerate() {
            let is_found = lines.get(place + 1).is_some_and(|next| next.starts_with("Index Cond:"));
            let (scan, name) = line.trim_start_matches("->  ").split_once(" on ").unwrap_or_default();
            let table = name.split_whitespace().next().unwrap_or_default();
            let is_short = SHORT.contains(&table) || table.starts_with("pg_");
            let is_bounded = statement.contains("LIMIT");
            let is_part = PARTS.iter().any(|index| scan.contains(index));
            let reads = scan == "Seq Scan" || scan.starts_with("Index") && !is_found && !is_part;
            if reads && !is_short && !is_bounded {
                bad.push(format!("{line}: {statement}"));
            }
        }
    }
    bad
}

#[test]
fn nothing_that_grows_is_read_through_to_find_a_row() {
    set_default_instrumentation(|| {
        Some(Box::new(|event: InstrumentationEvent<'_>| {
            if let InstrumentationEvent::StartQuery { query, .. } = event {
                let text = query.to_string();
                let statement = text.split(" -- binds").next().unwrap_or_default().to_owned();
                ASKED.lock().unwrap().insert(statement);
            }
        }))
    })
    .unwrap();
    let instance = live();
    let mut asked: Vec<String> = ASKED.lock().unwrap().iter().cloned().collect();
    asked.retain(|text| ["SELECT", "UPDATE", "DELETE"].iter().any(|word| text.starts_with(word)));
    let bad = match instance.place.url() {
        None => read_through_by_sqlite(&instance.place.file(), &asked),
        Some(url) => read_through_by_postgresql(&url, &asked),
    };
    assert!(asked.len() > 40, "{}", asked.len());
    assert!(bad.is_empty(), "{}", bad.join("\n\n"));
}
