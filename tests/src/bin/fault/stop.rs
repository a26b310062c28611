//! A server that is stopped in the middle of its work for longer than others wait for it, and then goes on.

use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use ca_server::port::record::IntentState;
use ca_server::port::store::CertificateStore as _;
use ca_server::store::SqlStore;
use jiff::Timestamp;
use tests::requester::{Access, request};

use super::database::{Database, Kind};
use super::replicas::copy;
use super::server::Server;
use super::witness::{Report, Witness};

const PATIENCE: Duration = Duration::from_secs(60);

fn wait(what: &str, witness: &Witness, mut is_so: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        if begun.elapsed() > PATIENCE {
            return witness.violation(format!("in vain: {what}"));
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// Where it is stopped: when it has signed, within a transaction, and at the steps between.
const STEPS: [&str; 5] = ["signed", "group-commit", "intent-stored", "group-committed", "stored"];
/// The first of these are enough for a short run.
const SHORT: usize = 2;

/// Stops one of two servers at each step.
pub(crate) fn run(name: &str, short: bool) -> Report {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("other");
    let database = Database::new(Kind::Server, &data);
    let other = Server::start(&data, &database, None).expect("a server");
    let (witness, access) = (Witness::new(&data), Access::read(&data));
    let store = SqlStore::open(database.location()).expect("the store");
    let steps = if short { &STEPS[..SHORT] } else { &STEPS[..] };
    for (turn, step) in steps.iter().copied().enumerate() {
        let own = folder.path().join(format!("stopped-{turn}"));
        copy(&data, &own);
        let _ = std::fs::remove_file(own.join("lock"));
        // The second commit of an issue is the one that stores the certificate.
        let at = if step.starts_with("group") { 2 } else { 1 };
        let slow = Server::start(&own, &database, Some(&format!("{step}@{at}=stop"))).expect("a server");
        let certificate = std::thread::scope(|scope| {
            let mut client = slow.client();
            let access = &access;
            let asked =
                scope.spawn(move || access.enroll(&mut client, &request(&format!("stopped-at-{step}"))));
            wait("it stops", &witness, || slow.is_stopped());
            witness.faults.fetch_add(1, Ordering::Relaxed);
            // The other one goes on issuing, and finishes what was left.
            let mut client = other.client();
            wait("the other one issues", &witness, || {
                matches!(access.enroll(&mut client, &request("meanwhile")), Ok(Ok(_)))
            });
            wait("the other one finishes what was left", &witness, || {
                store.open_intents(Timestamp::now(), 10).is_ok_and(|open| open.is_empty())
            });
            slow.go_on();
            asked.join().expect("the client does not panic")
        });
        match certificate {
            Ok(Ok(certificate)) => {
                witness.received(&certificate);
                check(&store, &witness, &certificate, step);
            }
            Ok(Err(answer)) if [409, 503].contains(&answer.status) => {}
            Ok(Err(answer)) => witness.violation(format!("after {step}: {}", answer.head)),
            Err(error) => witness.violation(format!("after {step}: {error}")),
        }
    }
    drop(store);
    drop(other);
    witness.end(name, &database)
}

/// What was signed by the one that was overtaken is nowhere.
fn check(store: &SqlStore, witness: &Witness, certificate: &ca_core::x509::Certificate, step: &str) {
    let authority = "issuing".parse().expect("a name");
    let Ok(Some(record)) = store.certificate(&authority, certificate.serial()) else {
        return witness.violation(format!("after {step} the store has no {}", certificate.serial()));
    };
    let intent = store.intent(record.intent).expect("the store answers").expect("an intent");
    let overtaken = intent.fencing > 1;
    if intent.state != IntentState::Done || (["signed", "intent-stored"].contains(&step) && !overtaken) {
        witness.violation(format!("after {step} the intent is {:?} under {}", intent.state, intent.fencing));
    }
}
