//! Two servers over one PostgreSQL, with and without a PostgreSQL that fails them.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use tests::requester::Access;

use super::cluster::Cluster;
use super::database::{self, Database, Kind};
use super::server::Server;
use super::witness::{Report, Witness};
use super::work::Work;

/// Clients of each server.
const CLIENTS: usize = 4;
/// A client asks for so long: more than PostgreSQL takes to start again.
const PATIENCE: Duration = Duration::from_secs(60);

/// The folder of a server for another one: keys and credentials are the same.
pub(crate) fn copy(from: &Path, to: &Path) {
    let status = std::process::Command::new("cp").arg("-a").args([from, to]).status().expect("cp");
    assert!(status.success());
}

/// Two servers issue, a third client revokes through both, and `meanwhile` runs until it is told to end.
fn both(
    name: &str,
    each: usize,
    cluster: Option<&Cluster>,
    meanwhile: impl Fn(&Witness, &str, &AtomicBool) + Sync,
) -> Report {
    let folder = tempfile::tempdir().expect("a folder");
    let data = ["a", "b"].map(|name| folder.path().join(name));
    let database = match cluster {
        None => Database::new(Kind::Server, &data[0]),
        Some(cluster) => Database::of(&cluster.url(), &data[0]),
    };
    let first = Server::start(&data[0], &database, None).expect("a server");
    copy(&data[0], &data[1]);
    let second = Server::start(&data[1], &database, None).expect("a server");
    let (witness, work, access) = (Witness::new(&data[0]), Work::default(), Access::read(&data[0]));
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let (witness, work, access, done) = (&witness, &work, &access, &done);
        let mut clients = Vec::new();
        for server in [&first, &second] {
            for _ in 0..CLIENTS {
                let mut client = server.client();
                clients.push(scope.spawn(move || {
                    work.enroll_many(witness, access, &mut client, each / CLIENTS, PATIENCE);
                }));
            }
            scope.spawn(move || {
                while !done.load(Ordering::Relaxed) {
                    let _ = witness.look(server.http);
                    std::thread::sleep(Duration::from_millis(200));
                }
            });
        }
        let mut administrators = [first.client(), second.client()];
        scope.spawn(move || work.revoke(witness, access, &mut administrators, done));
        let (meanwhile, url) = (&meanwhile, database.url().expect("PostgreSQL"));
        scope.spawn(move || meanwhile(witness, url, done));
        for client in clients {
            client.join().expect("a client does not panic");
        }
        done.store(true, Ordering::Relaxed);
    });
    work.enroll_again(&witness, &access, &mut first.client(), PATIENCE);
    if !work.unanswered.lock().expect("no panic").is_empty() {
        witness.violation("a request is never answered".to_owned());
    }
    // Both say all that was acknowledged by either.
    std::thread::sleep(Duration::from_secs(10));
    witness.settle(first.http);
    witness.settle(second.http);
    witness.wait_for_intents(&database);
    drop((first, second));
    witness.end(name, &database)
}

/// Nothing fails.
pub(crate) fn run(name: &str, each: usize) -> Report {
    both(name, each, None, |_, _, _| {})
}

/// Connections to PostgreSQL are cut, between commit and answer too, and PostgreSQL is killed and started again.
pub(crate) fn cut(name: &str, each: usize, restarts: usize) -> Report {
    let cluster = Cluster::start();
    both(name, each, Some(&cluster), |witness, url, done| {
        let mut restarted = 0;
        let mut next = Instant::now() + Duration::from_secs(2);
        // At least once each, however fast the clients are.
        while !done.load(Ordering::Relaxed) || restarted == 0 {
            std::thread::sleep(Duration::from_millis(150));
            witness.faults.fetch_add(database::cut(url), Ordering::Relaxed);
            if restarted < restarts && Instant::now() >= next {
                cluster.restart();
                witness.faults.fetch_add(1, Ordering::Relaxed);
                restarted += 1;
                next = Instant::now() + Duration::from_secs(2);
            }
        }
    })
}
