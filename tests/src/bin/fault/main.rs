//! What faults leave behind: see `tests/fault/run`.

#![allow(clippy::disallowed_methods, reason = "files and times of a test are its own")]

mod back;
mod clock;
mod database;
mod disk;
mod kill;
mod replicas;
mod server;
mod stop;
mod witness;
mod work;

use std::process::ExitCode;
use std::sync::Mutex;

use back::How;
use database::Kind;
use witness::Report;

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
    let reports = if plan.short { short(&plan) } else { whole(&plan) };
    let violations: usize = reports.iter().map(|report| report.violations.len()).sum();
    for violation in reports.iter().flat_map(|report| &report.violations) {
        eprintln!("violation: {violation}");
    }
    if violations == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

type Fault<'a> = Box<dyn FnOnce() -> Report + Send + 'a>;

/// Faults over files, each in a folder of its own.
fn of_files(plan: &Plan) -> Vec<Fault<'_>> {
    let rounds = if plan.short { 1 } else { 5 };
    vec![
        Box::new(move || kill::run("kill-sqlite", Kind::File, plan.count / 2)),
        Box::new(move || back::run("old-file-copied-over", Kind::File, How::Copied, rounds)),
        Box::new(move || back::run("machine-went-back", Kind::File, How::Machine, rounds)),
        Box::new(move || back::run("old-backup-restored", Kind::File, How::Restored, rounds)),
        Box::new(|| clock::run("clock-sqlite", Kind::File)),
        Box::new(move || disk::run("disk-full", rounds)),
    ]
}

/// Faults over databases of PostgreSQL that leave the server of PostgreSQL alone.
fn of_databases(plan: &Plan) -> Vec<Fault<'_>> {
    let rounds = if plan.short { 1 } else { 5 };
    vec![
        Box::new(|| kill::run("kill-postgresql", Kind::Server, plan.count - plan.count / 2)),
        Box::new(move || back::run("old-backup-restored-postgresql", Kind::Server, How::Restored, rounds)),
        Box::new(|| clock::run("clock-postgresql", Kind::Server)),
        Box::new(|| stop::run("stopped-past-take-over", plan.short)),
    ]
}

fn no_postgresql() {
    println!("skipped: faults of PostgreSQL, because CITYCA_TEST_POSTGRESQL names none");
}

/// One after another, so that times say something.
fn whole(plan: &Plan) -> Vec<Report> {
    let mut reports: Vec<Report> = of_files(plan).into_iter().map(|fault| fault()).collect();
    if database::is_there() {
        reports.extend(of_databases(plan).into_iter().map(|fault| fault()));
        reports.push(replicas::run("two-servers", plan.each));
        reports.push(replicas::cut("cut-connections", plan.each, plan.restarts));
    } else {
        no_postgresql();
    }
    reports
}

/// Several at once; the one that restarts PostgreSQL comes after all others.
fn short(plan: &Plan) -> Vec<Report> {
    let mut faults = of_files(plan);
    if database::is_there() {
        faults.extend(of_databases(plan));
    } else {
        no_postgresql();
    }
    let faults = Mutex::new(faults);
    let mut reports = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..AT_ONCE)
            .map(|_| {
                scope.spawn(|| {
                    let mut reports = Vec::new();
                    while let Some(fault) = next(&faults) {
                        reports.push(fault());
                    }
                    reports
                })
            })
            .collect();
        threads.into_iter().flat_map(|thread| thread.join().expect("no panic")).collect::<Vec<_>>()
    });
    if database::is_there() {
        reports.push(replicas::cut("cut-connections", plan.each, plan.restarts));
    }
    reports
}

fn next<'a>(faults: &Mutex<Vec<Fault<'a>>>) -> Option<Fault<'a>> {
    faults.lock().expect("no panic").pop()
}

/// Faults that are tried at once in a short round.
const AT_ONCE: usize = 4;
