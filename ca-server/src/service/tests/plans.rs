//! How SQLite finds what the services ask for, statement by statement.

use std::collections::BTreeSet;
use std::sync::{LazyLock, Mutex};

use ca_core::revocation::Reason;
use diesel::connection::{Connection as _, InstrumentationEvent, set_default_instrumentation};
use diesel::sqlite::SqliteConnection;
use diesel::{QueryableByName, RunQueryDsl as _, sql_query};
use jiff::SignedDuration;

use super::Instance;
use crate::port::record::CertificateFilter;
use crate::service::settings::Lists;

/// Every statement of this process, without what was bound.
static ASKED: LazyLock<Mutex<BTreeSet<String>>> = LazyLock::new(Mutex::default);

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = diesel::sql_types::Text)]
    detail: String,
}

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
    let asked = ASKED.lock().unwrap().clone();
    assert!(asked.len() > 50, "{}", asked.len());
    let mut bad = Vec::new();
    let mut connection = SqliteConnection::establish(instance.place.file().to_str().unwrap()).unwrap();
    for statement in asked {
        let is_of_rows = ["SELECT", "UPDATE", "DELETE"].iter().any(|word| statement.starts_with(word));
        if !is_of_rows {
            continue;
        }
        let plan: Vec<Line> =
            sql_query(format!("EXPLAIN QUERY PLAN {statement}")).load(&mut connection).unwrap();
        for Line { detail } in &plan {
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
    assert!(bad.is_empty(), "{}", bad.join("\n\n"));
}
