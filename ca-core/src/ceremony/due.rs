//! What comes when: read off the ceremonies that were held.

use jiff::{SignedDuration, Timestamp};

use super::plan::{Kind, Mode};
use super::transcript::Slot;
use super::verify::Report;
use crate::x509::{Certificate, CertificateList};

/// How long before nextUpdate the next list is signed: a ceremony has to be called, and may have to be called again.
pub const LIST_MARGIN_DAYS: i64 = 14;
/// How often each officer opens the share once.
pub const SHARE_CHECK_DAYS: i64 = 365;
/// How long before its end a responder's certificate is replaced.
pub const RESPONDER_MARGIN_DAYS: i64 = 7;
/// How long before its end a cross-certificate is looked at again.
pub const CROSS_MARGIN_DAYS: i64 = 180;
/// How long before its end an issuing authority is followed by another: what it issues must not outlast it.
pub const ISSUING_MARGIN_DAYS: i64 = 2 * 365;
/// What an issuing authority is taken to last where none was certified yet.
const ISSUING_DAYS: i64 = 3_652;
/// How long before the root is too short-lived for another authority its key is replaced.
pub const ROLLOVER_MARGIN_DAYS: i64 = 365;

/// What is due.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum What {
    /// The next revocation list of the root.
    RootCrl {
        /// The number it gets at least.
        number: u64,
    },
    /// A new root key: afterwards the root ends before an authority below it would.
    Rollover,
    /// An officer opens the share once.
    ShareCheck {
        /// Who.
        officer: String,
    },
    /// Another issuing authority.
    Issuing {
        /// The subject of the one that ends.
        subject: String,
    },
    /// Another OCSP responder's certificate.
    OcspSigner {
        /// The subject of the one that ends.
        subject: String,
    },
    /// A cross-certificate ends.
    Cross {
        /// The subject of the one that ends.
        subject: String,
    },
}

/// Something to be done.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Due {
    /// By when.
    pub at: Timestamp,
    /// What.
    pub what: What,
    /// Whether that is past.
    pub overdue: bool,
}

fn before(time: Timestamp, days: i64) -> Timestamp {
    time.checked_sub(SignedDuration::from_hours(days * 24)).unwrap_or(Timestamp::MIN)
}

fn after(time: Timestamp, days: i64) -> Timestamp {
    time.checked_add(SignedDuration::from_hours(days * 24)).unwrap_or(Timestamp::MAX)
}

/// What comes when, the first first. `history` are the real ceremonies of a root in their order, `share_checks` the times at
/// which officers opened their shares alone.
#[must_use]
pub fn due(history: &[Report], share_checks: &[(String, Timestamp)], now: Timestamp) -> Vec<Due> {
    let counted: Vec<&Report> =
        history.iter().filter(|report| report.mode == Mode::Real && report.voided.is_none()).collect();
    if counted.iter().any(|report| report.kind == Kind::Termination) {
        return Vec::new();
    }
    let mut found: Vec<(Timestamp, What)> = Vec::new();
    root(&counted, &mut found);
    list(&counted, &mut found);
    certificates(&counted, &mut found);
    shares(&counted, share_checks, &mut found);
    let mut due: Vec<Due> = found.into_iter().map(|(at, what)| Due { at, what, overdue: at < now }).collect();
    due.sort();
    due
}

/// The certificates that ceremonies of a kind made.
fn made<'a>(counted: &'a [&Report], kind: Kind, output: &'a str) -> impl Iterator<Item = Certificate> + 'a {
    counted
        .iter()
        .filter(move |report| report.kind == kind)
        .flat_map(|report| &report.documents)
        .filter(move |(name, _)| name == output)
        .filter_map(|(_, der)| Certificate::from_der(der).ok())
}

fn root(counted: &[&Report], found: &mut Vec<(Timestamp, What)>) {
    let roots = made(counted, Kind::Root, "root").chain(made(counted, Kind::Rollover, "root"));
    let Some(root) = roots.last() else { return };
    let seconds = |certificate: Certificate| {
        let validity = certificate.validity();
        validity.not_after.as_second() - validity.not_before.as_second()
    };
    let longest = made(counted, Kind::Issuing, "issuing").map(seconds).max();
    let days = longest.map_or(ISSUING_DAYS, |seconds| seconds / 86_400 + 1);
    found.push((before(root.validity().not_after, days + ROLLOVER_MARGIN_DAYS), What::Rollover));
}

fn list(counted: &[&Report], found: &mut Vec<(Timestamp, What)>) {
    let lists = counted.iter().filter(|report| report.kind == Kind::Crl).flat_map(|report| &report.documents);
    match lists.filter_map(|(_, der)| CertificateList::from_der(der).ok()).next_back() {
        Some(list) => {
            let number = list.number().ok().flatten().and_then(|number| number.to_u64()).unwrap_or_default();
            let next = list.next_update().unwrap_or_else(|| list.this_update());
            found.push((before(next, LIST_MARGIN_DAYS), What::RootCrl { number: number.saturating_add(1) }));
        }
        // What was certified can be revoked, so that a list is due with the first certificate.
        None => {
            let first =
                counted.iter().filter(|report| report.kind == Kind::Issuing).find_map(|report| report.time);
            found.extend(first.map(|time| (time, What::RootCrl { number: 1 })));
        }
    }
}

fn certificates(counted: &[&Report], found: &mut Vec<(Timestamp, What)>) {
    for (kind, output, margin) in [
        (Kind::Issuing, "issuing", ISSUING_MARGIN_DAYS),
        (Kind::OcspSigner, "ocsp-signer", RESPONDER_MARGIN_DAYS),
        (Kind::Cross, "cross", CROSS_MARGIN_DAYS),
    ] {
        let all: Vec<Certificate> = made(counted, kind, output).collect();
        for (at, certificate) in all.iter().enumerate() {
            // One that was replaced by a later one of the same name is not due any more.
            let replaced = all[at + 1..].iter().any(|later| later.subject().matches(certificate.subject()));
            if replaced {
                continue;
            }
            let subject = certificate.subject().to_string();
            let what = match kind {
                Kind::Issuing => What::Issuing { subject },
                Kind::OcspSigner => What::OcspSigner { subject },
                _ => What::Cross { subject },
            };
            found.push((before(certificate.validity().not_after, margin), what));
        }
    }
}

/// Each officer's share was opened when it was made, when it was given in a ceremony, and when it was checked alone.
fn shares(counted: &[&Report], checks: &[(String, Timestamp)], found: &mut Vec<(Timestamp, What)>) {
    let last = counted.iter().rev().find_map(|report| Some((report.made.as_ref()?, report.time?)));
    let Some(((sealed_key, set), made)) = last else { return };
    for holder in &set.holders {
        let own = checks.iter().filter(|(officer, _)| *officer == holder.officer).map(|(_, at)| *at);
        let gave = |report: &&&Report| {
            report.used == Some(*sealed_key)
                && report.given.contains(&(Slot::Existing, holder.officer.clone()))
        };
        let given = counted.iter().filter(gave).filter_map(|report| report.time);
        let last = own.chain(given).chain([made]).max().unwrap_or(made);
        found.push((after(last, SHARE_CHECK_DAYS), What::ShareCheck { officer: holder.officer.clone() }));
    }
}
