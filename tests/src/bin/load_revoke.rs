//! Revoking many certificates: `tests/load/run revoke [CERTIFICATES]`, 100,000 where nothing is said. `ca revoke` plans it over HTTPS
//! against `ca-server dev` with its store in a file, and carries the plan out; the limit is a minute for 100,000.

#![allow(clippy::disallowed_methods, reason = "the files of a measurement are temporary")]

use std::process::ExitCode;
use std::time::Instant;

use tests::https::{Client, trust};
use tests::requester::{Access, request};
use tests::server::DevServer;
use tests::{stored, tools};

const CERTIFICATES: u64 = 100_000;

/// Seconds that so many may take.
const LIMIT: f64 = 60.0;

fn main() -> ExitCode {
    let count = match std::env::args().nth(1).map(|word| word.parse()) {
        None => CERTIFICATES,
        Some(Ok(count)) => count,
        Some(Err(_)) => {
            eprintln!("usage: tests/load/run revoke [CERTIFICATES]");
            return ExitCode::from(2);
        }
    };
    let folder = tempfile::tempdir().expect("a folder");
    let first = DevServer::start(&folder.path().join("one"));
    let access = Access::read(first.data());
    let mut client = Client::new(first.https(), trust(&first.data().join("tls-ca.pem")));
    access.enroll(&mut client, &request("device")).expect("an answer").expect("a certificate");
    let many = stored::start(&first, &folder.path().join("many"), count - 1);
    stored::readdress(&first, &many.server);
    let timed = |arguments: &[&str]| {
        let begun = Instant::now();
        let ran = tools::ca(&many.server, arguments);
        let seconds = begun.elapsed().as_secs_f64();
        let report: serde_json::Value =
            serde_json::from_str(&ran.stdout).unwrap_or_else(|_| panic!("{ran:?}"));
        (seconds, report)
    };
    let plan = ["revoke", "--profile", "device", "--reason", "superseded", "--format", "json"];
    let (planned, report) = timed(&plan);
    assert_eq!(report["total"], count, "{report}");
    let apply = ["revoke", "--apply", "revocation-plan.json", "--yes", "--format", "json"];
    let (revoked, report) = timed(&apply);
    assert_eq!(report["revoked"], count, "{report}");
    let (again, report) = timed(&apply);
    assert_eq!(report["already_revoked"], count, "{report}");

    let goal = LIMIT * count as f64 / CERTIFICATES as f64;
    let mut reached = true;
    for (name, value) in [("revoke-plan", planned), ("revoke-apply", revoked), ("revoke-apply-again", again)]
    {
        println!(
            "{}",
            serde_json::json!({ "name": name, "value": value, "unit": "s", "goal": goal, "peer": null })
        );
        reached &= value <= goal;
    }
    println!(
        "\n{count} certificates: planned in {planned:.1} s, revoked in {revoked:.1} s, again in {again:.1} s; at most {goal:.1} s each"
    );
    if reached { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
