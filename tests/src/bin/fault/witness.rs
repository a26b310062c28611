//! The outside observer: what clients were told, compared with what servers say later and with what the store holds.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use ca_core::algorithm::digest::DigestAlgorithm;
use ca_core::encoding::pem;
use ca_core::ocsp::{CertId, CertStatus, OcspRequest, OcspResponse};
use ca_core::x509::crl::CertificateList;
use ca_core::x509::{Certificate, SerialNumber};
use ca_server::port::store::CertificateStore as _;
use ca_server::store::{SqlStore, observer};
use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use tests::server::{exchange, get};

use super::database::Database;

/// Revocations about which OCSP is asked at each look: the newest.
const ASKED: usize = 8;
/// Longer than the lease of a server that was killed while it wrote a CRL.
const PATIENCE: Duration = Duration::from_secs(60);

pub(crate) struct Report {
    pub(crate) violations: Vec<String>,
}

struct Revocation {
    serial: SerialNumber,
    at: Timestamp,
    by: SocketAddr,
}

/// What is known from outside.
#[derive(Default)]
pub(crate) struct Witness {
    issuer: Option<Certificate>,
    received: Mutex<BTreeMap<String, Certificate>>,
    revoked: Mutex<Vec<Revocation>>,
    crls: Mutex<BTreeMap<u64, Vec<u8>>>,
    violations: Mutex<Vec<String>>,
    pub(crate) faults: AtomicUsize,
    pub(crate) retries: AtomicUsize,
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Witness {
    pub(crate) fn new(data: &std::path::Path) -> Self {
        let text = std::fs::read(data.join("issuing.pem")).expect("issuing.pem");
        let objects = pem::read_all(&text).expect("PEM");
        let issuer = Certificate::from_der(&objects.first().expect("a certificate").der).expect("issuing");
        Self { issuer: Some(issuer), ..Self::default() }
    }

    fn issuer(&self) -> &Certificate {
        self.issuer.as_ref().expect("made by new")
    }

    pub(crate) fn violation(&self, text: String) {
        lock(&self.violations).push(text);
    }

    /// A client got a certificate, and the same one when it asked again.
    pub(crate) fn received(&self, certificate: &Certificate) {
        let key = self.issuer().public_key().expect("a key");
        if certificate.verify_signed_by(&key).is_err() {
            self.violation(format!("certificate {} is not signed by its issuer", certificate.serial()));
        }
        let serial = certificate.serial().to_string();
        let mut received = lock(&self.received);
        let known = received.entry(serial.clone()).or_insert_with(|| certificate.clone());
        if known.der() != certificate.der() {
            drop(received);
            self.violation(format!("two certificates have serial {serial}"));
        }
    }

    /// A client was told that a certificate is revoked.
    pub(crate) fn revoked(&self, serial: &SerialNumber, by: SocketAddr) {
        lock(&self.revoked).push(Revocation { serial: serial.clone(), at: Timestamp::now(), by });
    }

    /// The store went back: it does not have all that clients received.
    pub(crate) fn forget(&self) {
        lock(&self.received).clear();
    }

    /// Compares what a server says now with what clients were told before. Gives how many revocations are not on the CRL
    /// yet. A server that does not answer says nothing.
    pub(crate) fn look(&self, http: SocketAddr) -> Option<usize> {
        let before = lock(&self.crls).keys().last().copied().unwrap_or_default();
        let (status, der) = get(http, "/crl/issuing.crl")?;
        if status != 200 {
            return None;
        }
        let missing = match CertificateList::from_der(&der) {
            Ok(crl) => self.compare(&crl, before),
            Err(error) => {
                self.violation(format!("a CRL does not parse: {error}"));
                return None;
            }
        };
        let now = Timestamp::now();
        let asked: Vec<SerialNumber> = {
            let revoked = lock(&self.revoked);
            // Other servers hear of a revocation within ten seconds.
            let heard = |one: &&Revocation| {
                one.by == http || now.duration_since(one.at) > SignedDuration::from_secs(10)
            };
            revoked.iter().rev().filter(heard).take(ASKED).map(|one| one.serial.clone()).collect()
        };
        for serial in asked {
            self.ask(http, &serial)?;
        }
        Some(missing)
    }

    fn compare(&self, crl: &CertificateList, before: u64) -> usize {
        if crl.verify_signed_by(&self.issuer().public_key().expect("a key")).is_err() {
            self.violation("a CRL is not signed by its issuer".to_owned());
        }
        let number = crl.number().ok().flatten().and_then(|number| number.to_u64()).unwrap_or_default();
        if number < before {
            self.violation(format!("after CRL {before} came {number}"));
        }
        let same =
            lock(&self.crls).entry(number).or_insert_with(|| crl.der().to_vec()).as_slice() == crl.der();
        if !same {
            self.violation(format!("two CRLs have number {number}"));
        }
        let revoked = lock(&self.revoked);
        let missing: Vec<&Revocation> =
            revoked.iter().filter(|one| crl.find(&one.serial).is_none()).collect();
        for one in missing.iter().filter(|one| one.at <= crl.this_update()) {
            lock(&self.violations)
                .push(format!("{} was revoked at {}, CRL {number} does not say so", one.serial, one.at));
        }
        missing.len()
    }

    /// Asks by OCSP about a certificate that is known to be revoked.
    pub(crate) fn ask(&self, http: SocketAddr, serial: &SerialNumber) -> Option<()> {
        let id = CertId::new(DigestAlgorithm::Sha1, self.issuer(), serial).expect("a CertID");
        let request = OcspRequest::new(vec![id], Some(&serial.as_bytes()[..16])).expect("a request");
        let mut bytes = format!(
            "POST /ocsp HTTP/1.1\r\nHost: {http}\r\nConnection: close\r\nContent-Type: application/ocsp-request\r\n\
             Content-Length: {}\r\n\r\n",
            request.der().len()
        )
        .into_bytes();
        bytes.extend_from_slice(request.der());
        let answer = exchange(http, &bytes, Duration::from_secs(10));
        let end = answer.windows(4).position(|window| window == b"\r\n\r\n")?;
        let response = OcspResponse::from_der(&answer[end + 4..]).ok()?;
        // tryLater is no answer.
        let basic = response.basic()?;
        let status = basic.answers().first().map(|answer| answer.status);
        if !matches!(status, Some(CertStatus::Revoked { .. })) {
            self.violation(format!("{serial} was revoked, OCSP says {status:?}"));
        }
        Some(())
    }

    /// Waits until the CRL of a server says all that was acknowledged.
    pub(crate) fn settle(&self, http: SocketAddr) {
        let begun = std::time::Instant::now();
        while self.look(http) != Some(0) {
            if begun.elapsed() > PATIENCE {
                return self.violation("a revocation does not come to the CRL".to_owned());
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        self.ask_all(http);
    }

    /// Asks by OCSP about all that is known to be revoked.
    pub(crate) fn ask_all(&self, http: SocketAddr) {
        let all: Vec<SerialNumber> = lock(&self.revoked).iter().map(|one| one.serial.clone()).collect();
        for serial in all {
            let _ = self.ask(http, &serial);
        }
    }

    /// Waits until what was left open is finished, whoever asked for it.
    pub(crate) fn wait_for_intents(&self, database: &Database) {
        let store = SqlStore::open(database.location()).expect("the store can be opened");
        let begun = std::time::Instant::now();
        while store.open_intents(Timestamp::now(), 1).expect("the store answers").len() == 1
            && begun.elapsed() < PATIENCE
        {
            std::thread::sleep(Duration::from_millis(100));
        }
    }

    /// Looks into the store, whose servers have ended, and prints what was counted.
    pub(crate) fn end(self, name: &str, database: &Database) -> Report {
        let seen = observer::observe(&database.location()).expect("the store can be read");
        let store = SqlStore::open(database.location()).expect("the store can be opened");
        let mut violations = lock(&self.violations).clone();
        violations.extend(seen.violations);
        let authority = "issuing".parse().expect("a name");
        let received = lock(&self.received);
        for (serial, certificate) in received.iter() {
            let stored = store.certificate(&authority, certificate.serial()).expect("the store answers");
            if stored.is_none_or(|stored| stored.der != certificate.der()) {
                violations.push(format!("a client has certificate {serial}, the store has not"));
            }
        }
        let open = store.open_intents(Timestamp::now(), 100).expect("the store answers").len();
        if open > 0 {
            violations.push(format!("{open} intents are still open"));
        }
        let line = json!({
            "name": name, "faults": self.faults.load(Ordering::Relaxed), "retries": self.retries.load(Ordering::Relaxed),
            "received": received.len(), "stored": seen.certificates, "revocations": lock(&self.revoked).len(),
            "crls": seen.crls, "changes": seen.changes, "violations": violations.len(),
        });
        println!("{line}");
        Report { violations }
    }
}
