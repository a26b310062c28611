//! Servers that are killed at each step of issuing, revoking and writing CRLs.

use std::ops::Range;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tests::requester::Access;

use super::database::{Database, Kind};
use super::server::Server;
use super::witness::{Report, Witness};
use super::work::Work;

/// The steps, as `CITYCA_FAULT` names them, and how often one server comes there at least.
const STEPS: [(&str, usize); 10] = [
    ("intent-stored", 6),
    ("signed", 6),
    ("stored", 6),
    ("group-commit", 8),
    ("group-committed", 8),
    ("write-commit", 3),
    ("write-committed", 3),
    ("crl-intent-stored", 1),
    ("crl-signed", 1),
    ("crl-stored", 1),
];

const CLIENTS: usize = 3;
/// Enrolments of each client while one server runs.
const ENROLMENTS: usize = 3;

/// One server until it ends.
fn turn(data: &Path, database: &Database, fault: &str, witness: &Witness, work: &Work, access: &Access) {
    let Some(mut server) = Server::start(data, database, Some(fault)) else {
        witness.faults.fetch_add(1, Ordering::Relaxed);
        return;
    };
    let _ = witness.look(server.http);
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let clients: Vec<_> = (0..CLIENTS)
            .map(|_| {
                let mut client = server.client();
                scope.spawn(move || {
                    work.enroll_again(witness, access, &mut client, Duration::ZERO);
                    work.enroll_many(witness, access, &mut client, ENROLMENTS, Duration::ZERO);
                })
            })
            .collect();
        let (mut client, done) = ([server.client()], &done);
        scope.spawn(move || work.revoke(witness, access, &mut client, done));
        for client in clients {
            client.join().expect("a client does not panic");
        }
        done.store(true, Ordering::Relaxed);
    });
    let _ = witness.look(server.http);
    if server.has_ended() {
        witness.faults.fetch_add(1, Ordering::Relaxed);
    }
    // Whoever came through is killed here.
}

/// Kills servers over one store, each of these numbers at another step.
pub(crate) fn run(name: &str, kind: Kind, numbers: Range<usize>) -> Report {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data");
    let database = Database::new(kind, &data);
    drop(Server::start(&data, &database, None));
    let (witness, work, access) = (Witness::new(&data), Work::default(), Access::read(&data));
    for number in numbers {
        let (step, times) = STEPS[number % STEPS.len()];
        let at = 1 + (number / STEPS.len()) % times;
        turn(&data, &database, &format!("{step}@{at}=kill"), &witness, &work, &access);
    }
    let server = Server::start(&data, &database, None).expect("it starts after all that");
    work.enroll_again(&witness, &access, &mut server.client(), Duration::from_secs(30));
    for request in work.unanswered.lock().expect("no panic").iter() {
        witness.violation(format!("a request of {} octets is never answered", request.len()));
    }
    witness.settle(server.http);
    witness.wait_for_intents(&database);
    drop(server);
    witness.end(name, &database)
}
