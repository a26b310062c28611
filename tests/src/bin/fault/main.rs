//! What faults leave behind: see `tests/fault/run`.

#![allow(clippy::disallowed_methods, reason = "files and times of a test are its own")]

mod back;
mod clock;
mod cluster;
mod database;
mod disk;
mod failover;
mod kill;
mod replicas;
mod server;
mod stop;
mod unsynced;
mod witness;
mod work;

use std::ops::Range;
use std::process::ExitCode;
use std::sync::Mutex;

use back::How;
use database::Kind;
use witness::Report;

/// Servers that are killed where nothing is said.
const COUNT: usize = 300;
/// Certificates of each of two servers where nothing is said.
const EACH: usize = 1000;
/// Certificates of each of two servers in a short run.
const SHORT: usize = 40;
/// Servers that are killed over one store in a short run: several stores take their share at once.
const CHAIN: usize = 30;

struct Plan {
    count: usize,
    each: usize,
    restarts: usize,
    rounds: usize,
    /// Whether a minute's worth is enough.
    short: bool,
    /// The only fault that is tried.
    only: Option<String>,
}

impl Plan {
    /// The parts of a row of kills, each of which is over one store.
    fn chains(&self, numbers: Range<usize>) -> Vec<Range<usize>> {
        let length = if self.short { CHAIN } else { numbers.len().max(1) };
        let part = |start| start..numbers.end.min(start + length);
        numbers.clone().step_by(length).map(part).collect()
    }
}

fn plan() -> Option<Plan> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let short = words.iter().any(|word| word == "--short");
    let each = if short { SHORT } else { EACH };
    let (restarts, rounds) = if short { (1, 1) } else { (10, 5) };
    let mut plan = Plan { count: COUNT, each, restarts, rounds, short, only: None };
    let mut words = words.into_iter().filter(|word| word != "--short");
    while let Some(word) = words.next() {
        match word.as_str() {
            "--count" => plan.count = words.next()?.parse().ok()?,
            "--each" => plan.each = words.next()?.parse().ok()?,
            "--only" => plan.only = Some(words.next()?),
            _ => return None,
        }
    }
    Some(plan)
}

fn main() -> ExitCode {
    let Some(plan) = plan() else {
        eprintln!("usage: tests/fault/run [--count N] [--each N] [--short] [--only FAULT]");
        return ExitCode::from(2);
    };
    let mut faults = faults(&plan);
    if let Some(only) = &plan.only {
        faults.retain(|(name, _)| name == only);
    }
    if faults.is_empty() {
        eprintln!("there is no such fault");
        return ExitCode::from(2);
    }
    let reports = if plan.short { at_once(faults) } else { in_turn(faults) };
    let violations: usize = reports.iter().map(|report| report.violations.len()).sum();
    for violation in reports.iter().flat_map(|report| &report.violations) {
        eprintln!("violation: {violation}");
    }
    if violations == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// A fault with its name.
type Fault<'a> = (&'static str, Box<dyn FnOnce(&str) -> Report + Send + 'a>);

/// All faults, each in a place of its own; those that take longest first.
fn faults(plan: &Plan) -> Vec<Fault<'_>> {
    let rounds = plan.rounds;
    let mut faults: Vec<Fault<'_>> = Vec::new();
    if database::is_there() {
        faults.push(("cut-connections", Box::new(|name| replicas::cut(name, plan.each, plan.restarts))));
        for numbers in plan.chains(plan.count / 2..plan.count) {
            faults.push(("kill-postgresql", Box::new(|name| kill::run(name, Kind::Server, numbers))));
        }
        faults.push(("failed-over", Box::new(move |name| failover::run(name, rounds))));
        faults.push(("two-servers", Box::new(|name| replicas::run(name, plan.each))));
        faults.push(("stopped-past-take-over", Box::new(|name| stop::run(name, plan.short))));
        faults.push((
            "old-backup-restored-postgresql",
            Box::new(move |name| back::run(name, Kind::Server, How::Restored, rounds)),
        ));
        faults.push(("clock-postgresql", Box::new(|name| clock::run(name, Kind::Server))));
    } else {
        println!("skipped: faults of PostgreSQL, because CITYCA_TEST_POSTGRESQL names none");
    }
    for numbers in plan.chains(0..plan.count / 2) {
        faults.push(("kill-sqlite", Box::new(|name| kill::run(name, Kind::File, numbers))));
    }
    faults.push(("disk-full", Box::new(move |name| disk::run(name, rounds))));
    faults.push(("disk-does-not-keep", Box::new(move |name| unsynced::run(name, rounds))));
    faults.push((
        "old-file-copied-over",
        Box::new(move |name| back::run(name, Kind::File, How::Copied, rounds)),
    ));
    faults
        .push(("machine-went-back", Box::new(move |name| back::run(name, Kind::File, How::Machine, rounds))));
    faults.push((
        "old-backup-restored",
        Box::new(move |name| back::run(name, Kind::File, How::Restored, rounds)),
    ));
    faults.push(("clock-sqlite", Box::new(|name| clock::run(name, Kind::File))));
    faults
}

/// One after another, so that times say something.
fn in_turn(faults: Vec<Fault<'_>>) -> Vec<Report> {
    faults.into_iter().map(|(name, fault)| fault(name)).collect()
}

/// Several at once: most wait for something to happen most of their time.
fn at_once(mut faults: Vec<Fault<'_>>) -> Vec<Report> {
    faults.reverse();
    let faults = Mutex::new(faults);
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..AT_ONCE)
            .map(|_| {
                scope.spawn(|| {
                    let mut reports = Vec::new();
                    while let Some((name, fault)) = next(&faults) {
                        reports.push(fault(name));
                    }
                    reports
                })
            })
            .collect();
        threads.into_iter().flat_map(|thread| thread.join().expect("no panic")).collect()
    })
}

fn next<'a>(faults: &Mutex<Vec<Fault<'a>>>) -> Option<Fault<'a>> {
    faults.lock().expect("no panic").pop()
}

/// Faults that are tried at once in a short run.
const AT_ONCE: usize = 10;
