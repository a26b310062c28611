//! A disk that is full: files of the server cannot grow beyond a bound.

use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use tests::requester::{Access, request};

use super::database::{Database, Kind};
use super::server::Server;
use super::witness::{Report, Witness};
use super::work::Work;

/// Kibibytes beyond which no file grows: a start finds room, and some certificates do.
const BOUND: u64 = 1_200;
/// Enrolments until there must be no room any more.
const MANY: usize = 400;
const PATIENCE: Duration = Duration::from_secs(30);

/// Fills the disk so many times.
pub(crate) fn run(name: &str, rounds: usize) -> Report {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data");
    let database = Database::new(Kind::File, &data);
    drop(Server::start(&data, &database, None));
    let (witness, work, access) = (Witness::new(&data), Work::default(), Access::read(&data));
    for round in 0..rounds {
        let bound = BOUND + 200 * round as u64;
        let bound = [("FAULT_FILE_KIB", bound.to_string())];
        let Some(server) = Server::start_until(&data, &database, Some(""), &bound, "/readyz") else {
            witness.violation("a server ended where the disk was not full yet".to_owned());
            break;
        };
        let mut client = server.client();
        let mut is_full = false;
        for number in 0..MANY {
            let request = request(&format!("disk-{round}-{number}"));
            if !work.enroll(&witness, &access, &mut client, request, Instant::now()) {
                is_full = true;
                break;
            }
        }
        if is_full {
            witness.faults.fetch_add(1, Ordering::Relaxed);
        } else {
            witness.violation("the disk was never full".to_owned());
        }
        // What cannot be recorded is not acknowledged; what can be is.
        let serial = work.finished.lock().expect("no panic").pop();
        if let Some(serial) = serial
            && let Ok(answer) = access.revoke(&mut client, &serial.to_string())
            && answer.status == 200
        {
            witness.revoked(&serial, client.address());
        }
        let _ = witness.look(server.http);
        drop(server);
        let server = Server::start(&data, &database, None).expect("a server where there is room again");
        work.enroll_again(&witness, &access, &mut server.client(), PATIENCE);
        witness.settle(server.http);
    }
    witness.wait_for_intents(&database);
    witness.end(name, &database)
}
