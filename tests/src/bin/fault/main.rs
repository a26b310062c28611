//! What faults leave behind: see `tests/fault/run`.

#![allow(clippy::disallowed_methods, reason = "files and times of a test are its own")]

mod database;
mod kill;
mod replicas;
mod server;
mod stop;
mod witness;
mod work;

use std::process::ExitCode;

/// Servers that are killed where nothing is said.
const COUNT: usize = 300;
/// Certificates of each of two servers where nothing is said.
const EACH: usize = 1000;

struct Plan {
    count: usize,
    each: usize,
    restarts: usize,
    /// Whether a minute's worth is enough.
    short: bool,
}

fn plan() -> Option<Plan> {
    let mut plan = Plan { count: COUNT, each: EACH, restarts: 10, short: false };
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        match word.as_str() {
            "--short" => plan = Plan { count: 20, each: 40, restarts: 1, short: true },
            "--count" => plan.count = words.next()?.parse().ok()?,
            "--each" => plan.each = words.next()?.parse().ok()?,
            _ => return None,
        }
    }
    Some(plan)
}

fn main() -> ExitCode {
    let Some(plan) = plan() else {
        eprintln!("usage: tests/fault/run [--count N] [--each N] [--short]");
        return ExitCode::from(2);
    };
    let mut reports = vec![kill::run("kill-sqlite", database::Kind::File, plan.count / 2)];
    if database::is_there() {
        reports.push(kill::run("kill-postgresql", database::Kind::Server, plan.count - plan.count / 2));
        if !plan.short {
            reports.push(replicas::run("two-servers", plan.each));
        }
        reports.push(stop::run("stopped-past-take-over", plan.short));
        reports.push(replicas::cut("cut-connections", plan.each, plan.restarts));
    } else {
        println!("skipped: faults of PostgreSQL, because CITYCA_TEST_POSTGRESQL names none");
    }
    let violations: usize = reports.iter().map(|report| report.violations.len()).sum();
    for violation in reports.iter().flat_map(|report| &report.violations) {
        eprintln!("violation: {violation}");
    }
    if violations == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
