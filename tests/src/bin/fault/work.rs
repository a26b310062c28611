//! What clients do while servers fail: all they ask they ask twice, and what was not answered they ask again.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use ca_core::x509::{Certificate, SerialNumber};
use tests::https::Client;
use tests::requester::{Access, request};

use super::witness::Witness;

/// Between two tries.
const PAUSE: Duration = Duration::from_millis(50);

/// Work that outlasts the servers.
#[derive(Default)]
pub(crate) struct Work {
    /// Requests without an answer.
    pub(crate) unanswered: Mutex<Vec<Vec<u8>>>,
    /// Certificates that may be revoked.
    pub(crate) finished: Mutex<Vec<SerialNumber>>,
}

/// Asks until there is an answer, or until nobody is there any more.
fn ask(
    witness: &Witness,
    access: &Access,
    client: &mut Client,
    request: &[u8],
    until: Instant,
) -> Option<Certificate> {
    loop {
        match access.enroll(client, request) {
            Ok(Ok(certificate)) => return Some(certificate),
            Ok(Err(answer)) if [409, 503].contains(&answer.status) => {}
            Ok(Err(answer)) => {
                witness.violation(format!(
                    "an enrolment was answered {} {}",
                    answer.head,
                    String::from_utf8_lossy(&answer.body)
                ));
                return None;
            }
            Err(_) => {}
        }
        if Instant::now() >= until {
            return None;
        }
        witness.retries.fetch_add(1, Ordering::Relaxed);
        std::thread::sleep(PAUSE);
    }
}

impl Work {
    /// Enrols with one request, twice. Without an answer by `until` it is kept for later.
    pub(crate) fn enroll(
        &self,
        witness: &Witness,
        access: &Access,
        client: &mut Client,
        request: Vec<u8>,
        until: Instant,
    ) -> bool {
        let Some(first) = ask(witness, access, client, &request, until) else {
            self.unanswered.lock().expect("no panic").push(request);
            return false;
        };
        witness.received(&first);
        if let Some(again) = ask(witness, access, client, &request, until) {
            witness.received(&again);
            if again.der() != first.der() {
                witness.violation(format!("{} was answered with another certificate", first.serial()));
            }
        }
        self.finished.lock().expect("no panic").push(first.serial().clone());
        true
    }

    /// Enrols so many devices.
    pub(crate) fn enroll_many(
        &self,
        witness: &Witness,
        access: &Access,
        client: &mut Client,
        count: usize,
        patience: Duration,
    ) {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        for _ in 0..count {
            let name = format!("device-{}", COUNT.fetch_add(1, Ordering::Relaxed));
            if !self.enroll(witness, access, client, request(&name), Instant::now() + patience) {
                return;
            }
        }
    }

    /// Asks again for what was not answered.
    pub(crate) fn enroll_again(
        &self,
        witness: &Witness,
        access: &Access,
        client: &mut Client,
        patience: Duration,
    ) {
        let waiting = std::mem::take(&mut *self.unanswered.lock().expect("no panic"));
        for request in waiting {
            self.enroll(witness, access, client, request, Instant::now() + patience);
        }
    }

    /// Revokes what was received, every so often, until it is told to end.
    pub(crate) fn revoke(
        &self,
        witness: &Witness,
        access: &Access,
        clients: &mut [Client],
        done: &AtomicBool,
    ) {
        let mut turn = 0;
        while !done.load(Ordering::Relaxed) {
            let next = self.finished.lock().expect("no panic").pop();
            let Some(serial) = next else {
                std::thread::sleep(PAUSE);
                continue;
            };
            let count = clients.len();
            let client = &mut clients[turn % count];
            turn += 1;
            match access.revoke(client, &serial.to_string()) {
                // Refused where it is revoked: an earlier request was done, and its answer lost.
                Ok(answer) if [200, 409].contains(&answer.status) => {
                    witness.revoked(&serial, client.address())
                }
                Ok(answer) if answer.status == 503 => self.finished.lock().expect("no panic").push(serial),
                Ok(answer) => witness.violation(format!(
                    "a revocation was answered {} {}",
                    answer.status,
                    String::from_utf8_lossy(&answer.body)
                )),
                Err(_) => {
                    self.finished.lock().expect("no panic").push(serial);
                    witness.retries.fetch_add(1, Ordering::Relaxed);
                    std::thread::sleep(PAUSE);
                }
            }
        }
    }
}
