//! Clocks that are wrong by an hour or a year, of running servers.

use std::path::Path;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use tests::requester::{Access, request};
use tests::server::get;

use super::database::{Database, Kind};
use super::server::Server;
use super::witness::{Report, Witness};
use super::work::Work;

const HOUR: i64 = 3600;
const YEAR: i64 = 365 * 24 * HOUR;
const PATIENCE: Duration = Duration::from_secs(30);

fn wait(http: std::net::SocketAddr, wanted: u16, witness: &Witness) {
    let begun = Instant::now();
    while get(http, "/readyz").is_none_or(|(status, _)| status != wanted) {
        if begun.elapsed() > PATIENCE {
            return witness.violation(format!("with that clock a server is never {wanted}"));
        }
        std::thread::sleep(Duration::from_millis(50));
    }
}

fn set(file: &Path, seconds: i64) {
    std::fs::write(file, seconds.to_string()).expect("the clock");
}

/// A clock that is behind is noticed by what was recorded, one that is ahead by the clock of PostgreSQL.
pub(crate) fn run(name: &str, kind: Kind) -> Report {
    let folder = tempfile::tempdir().expect("a folder");
    let (data, clock) = (folder.path().join("data"), folder.path().join("clock"));
    set(&clock, 0);
    let database = Database::new(kind, &data);
    let settings = [("CITYCA_CLOCK", clock.display().to_string())];
    let server = Server::start_until(&data, &database, None, &settings, "/readyz").expect("a server");
    let (witness, work, access) = (Witness::new(&data), Work::default(), Access::read(&data));
    let wrong: &[i64] = match kind {
        Kind::File => &[-HOUR, -YEAR],
        Kind::Server => &[-HOUR, -YEAR, HOUR, YEAR],
    };
    let mut client = server.client();
    for seconds in wrong {
        work.enroll_many(&witness, &access, &mut client, 1, PATIENCE);
        set(&clock, *seconds);
        witness.faults.fetch_add(1, Ordering::Relaxed);
        wait(server.http, 503, &witness);
        match access.enroll(&mut client, &request("not-now")) {
            Ok(Err(answer)) if answer.status == 503 => {}
            Ok(Ok(certificate)) => witness
                .violation(format!("{} was issued by a clock off by {seconds} s", certificate.serial())),
            Ok(Err(answer)) => witness.violation(format!("a wrong clock was answered {}", answer.status)),
            Err(error) => witness.violation(format!("a wrong clock was not answered: {error}")),
        }
        let serial = work.finished.lock().expect("no panic").pop();
        if let Some(serial) = serial {
            match access.revoke(&mut client, &serial.to_string()) {
                Ok(answer) if answer.status == 200 => witness.revoked(&serial, client.address()),
                Ok(answer) => witness.violation(format!(
                    "with a clock off by {seconds} s a revocation was answered {} {}",
                    answer.status,
                    String::from_utf8_lossy(&answer.body)
                )),
                Err(error) => witness.violation(format!("a revocation was not answered: {error}")),
            }
        }
        set(&clock, 0);
        wait(server.http, 200, &witness);
        witness.settle(server.http);
    }
    drop(server);
    witness.end(name, &database)
}
