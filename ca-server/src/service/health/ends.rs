//! Certificates that end, and who has to hear of it when; those of HTTPS and of administrators.

use jiff::{SignedDuration, Timestamp};

use super::finding::{Finding, Unit};
use super::{Inner, State};
use crate::port::StoreError;
use crate::port::record::{AdministratorRecord, CertificateRecord};

/// How long before its end somebody has to hear of it: so many days, and no more than a part of what it is valid for.
pub(super) struct Notice {
    warning_days: i32,
    critical_days: i32,
}

/// Making another authority takes a ceremony, and months until nobody needs the old one.
pub(super) const AUTHORITY: Notice = Notice { warning_days: 180, critical_days: 30 };
/// Renewed after two thirds of its validity; that of an offline root comes out of a ceremony each month.
pub(super) const RESPONDER: Notice = Notice { warning_days: 8, critical_days: 2 };
const HTTPS: Notice = Notice { warning_days: 30, critical_days: 7 };
/// Another administrator can register the next one.
const ADMINISTRATOR: Notice = Notice { warning_days: 30, critical_days: 0 };

const DAY: SignedDuration = SignedDuration::from_hours(24);

impl Notice {
    /// How long before the end it is a warning, and critical.
    fn bounds(&self, not_before: Timestamp, not_after: Timestamp) -> (SignedDuration, SignedDuration) {
        let valid = not_after.duration_since(not_before);
        let before = |days: i32, part: i32| DAY.saturating_mul(days).min(valid / part);
        (before(self.warning_days, 4), before(self.critical_days, 10))
    }

    fn state(&self, not_before: Timestamp, not_after: Timestamp, now: Timestamp) -> State {
        let (left, (warning, critical)) = (not_after.duration_since(now), self.bounds(not_before, not_after));
        match () {
            () if left < critical => State::Critical,
            () if left < warning => State::Warning,
            () => State::Ok,
        }
    }

    /// A certificate that is valid from then until then; codes of what ends soon and of what ended.
    pub(super) fn judge(
        &self,
        finding: Finding,
        (not_before, not_after): (Timestamp, Timestamp),
        now: Timestamp,
        (soon, ended): (&'static str, &'static str),
    ) -> Finding {
        let state = self.state(not_before, not_after, now);
        let (warning, critical) = self.bounds(not_before, not_after);
        let finding =
            finding.until("left", not_after, now).bounds(Some(warning.as_secs()), Some(critical.as_secs()));
        if not_after <= now {
            finding.critical(ended, format!("it ended at {not_after}"))
        } else {
            finding.fault(state, soon, format!("it ends at {not_after}"))
        }
    }
}

/// The certificate of HTTPS.
pub(super) fn https(inner: &Inner) -> Vec<Finding> {
    let finding = Finding::well("certificate").about("https");
    let judge = |times| HTTPS.judge(finding, times, inner.now(), ("https-ends-soon", "https-ended"));
    inner.surroundings.https.map(judge).into_iter().collect()
}

/// Whether somebody may administer, and for how long.
pub(super) fn administrators(inner: &Inner) -> Vec<Finding> {
    let finding = Finding::well("administrator");
    let (store, now) = (&inner.services.ports.store, inner.now());
    let read = || -> Result<Vec<(String, Option<CertificateRecord>)>, StoreError> {
        let registered = store.administrators()?.into_iter().filter(|one| one.active);
        let with = |one: AdministratorRecord| {
            let certificate = one.certificate.map(|id| store.certificate_by_id(id)).transpose()?;
            Ok((one.name, certificate.flatten()))
        };
        registered.map(with).collect()
    };
    let registered = match read() {
        Ok(registered) => registered,
        Err(error) => return vec![finding.critical(error.code(), error)],
    };
    if registered.is_empty() {
        return vec![finding.critical("administrator-missing", "nobody is registered, or nobody is active")];
    }
    let count = i64::try_from(registered.len()).unwrap_or(i64::MAX);
    let mut findings = vec![finding.figure("active", count, Unit::Count)];
    // Who is registered by key alone has no end.
    for (name, certificate) in registered.into_iter().filter_map(|(name, one)| Some((name, one?))) {
        let finding = Finding::well("administrator").about(name);
        let (not_before, not_after) = (certificate.not_before, certificate.not_after);
        findings.push(if not_after <= now {
            let detail = format!("the certificate ended at {not_after}");
            finding.until("left", not_after, now).warning("administrator-ended", detail)
        } else {
            let codes = ("administrator-ends-soon", "administrator-ended");
            ADMINISTRATOR.judge(finding, (not_before, not_after), now, codes)
        });
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_has_to_do_something_hears_of_it_in_time() {
        let begin = Timestamp::UNIX_EPOCH;
        let state = |notice: &Notice, valid: i64, left: i64| {
            let days = |days: i64| begin + SignedDuration::from_hours(24 * days);
            notice.state(begin, days(valid), days(valid - left))
        };
        let year = [(31, State::Ok), (29, State::Warning), (6, State::Critical), (-1, State::Critical)];
        for (left, expected) in year {
            assert_eq!(state(&HTTPS, 365, left), expected, "{left} days of a year");
        }
        // Of what lives for days a part is left.
        let days = [(30, State::Ok), (24, State::Warning), (9, State::Critical)];
        for (left, expected) in days {
            assert_eq!(state(&AUTHORITY, 100, left), expected, "{left} days of 100");
        }
    }
}
