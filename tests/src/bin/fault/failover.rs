//! A standby that lags takes the place of PostgreSQL: commits that were acknowledged are gone, and servers run on.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use tests::requester::Access;
use tests::server::get;

use super::back::{EACH, How, PATIENCE, Place, check_quarantine};
use super::cluster::Cluster;
use super::database::Database;
use super::witness::{Report, Witness};
use super::work::Work;

/// Between two questions.
const PAUSE: Duration = Duration::from_millis(20);

/// Fails over so many times.
pub(crate) fn run(name: &str, rounds: usize) -> Report {
    let mut cluster = Cluster::start();
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data");
    let database = Database::of(&cluster.url(), &data);
    let place =
        Place { folder: folder.path().to_owned(), data: data.clone(), database, how: How::FailedOver };
    std::fs::File::create(place.log()).expect("a log");
    let server = place.start("/readyz");
    let (witness, work, access) = (Witness::new(&data), Work::default(), Access::read(&data));
    let mut client = server.client();
    for _ in 0..rounds {
        work.enroll_many(&witness, &access, &mut client, EACH, PATIENCE);
        cluster.leave_behind();
        let kept = work.finished.lock().expect("no panic").clone();
        work.enroll_many(&witness, &access, &mut client, EACH, PATIENCE);
        // One that the standby knows as good, and one of which it does not know.
        let all = work.finished.lock().expect("no panic").clone();
        for serial in [kept.last(), all.last()].into_iter().flatten() {
            match access.revoke(&mut client, &serial.to_string()) {
                Ok(answer) if answer.status == 200 => witness.revoked(serial, client.address()),
                other => witness.violation(format!("a revocation was not answered: {}", other.is_ok())),
            }
        }
        witness.settle(server.http);
        cluster.kill();
        witness.faults.fetch_add(1, Ordering::Relaxed);
        witness.forget();
        *work.finished.lock().expect("no panic") = kept[..kept.len().saturating_sub(1)].to_vec();
        let done = AtomicBool::new(false);
        std::thread::scope(|scope| {
            scope.spawn(|| {
                while !done.load(Ordering::Relaxed) {
                    let _ = witness.look(server.http);
                    witness.ask_all(server.http);
                }
            });
            // Somebody asks all the time. What is issued before it is noticed has to be in the store as all else.
            scope.spawn(|| {
                let mut client = server.client();
                while !done.load(Ordering::Relaxed) {
                    work.enroll_many(&witness, &access, &mut client, 1, Duration::ZERO);
                    std::thread::sleep(PAUSE);
                }
            });
            cluster.promote();
            let begun = Instant::now();
            while get(server.http, "/readyz").is_none_or(|(status, body)| {
                status != 503 || !String::from_utf8_lossy(&body).contains("quarantined")
            }) {
                if begun.elapsed() > PATIENCE {
                    witness.violation("a failover that lost commits is not noticed".to_owned());
                    break;
                }
                std::thread::sleep(PAUSE);
            }
            done.store(true, Ordering::Relaxed);
        });
        check_quarantine(&place, &server, &witness, &work, &access);
        work.enroll_again(&witness, &access, &mut client, PATIENCE);
    }
    drop((client, server));
    witness.wait_for_intents(&place.database);
    witness.end(name, &place.database)
}
