//! `ca monitor`: lists and answers as relying parties get them, from outside and with no more trust than theirs.

mod answer;
mod list;
mod metrics;
mod state;
mod targets;

use std::time::Duration;

use ca_core::keystore::file::{Access, replace};
use ca_core::x509::SerialNumber;
use jiff::{SignedDuration, Timestamp};

use self::state::State;
use self::targets::Target;
use super::Context;
use crate::args::MonitorArgs;
use crate::client::Fetcher;
use crate::failure::{Exit, Failure};
use crate::input;
use crate::report::{Check, CheckKind, Health, Outcome, Report, Watched};

/// The longest list that is read: ten million entries take about 500 MB.
const MAX_LIST: u64 = 1 << 30;

/// The longest answer that is read, as `ca_core` bounds it.
const MAX_ANSWER: u64 = ca_core::ocsp::MAX_RESPONSE as u64;

/// How far the publisher's clock may be ahead of this one.
const MAX_AHEAD: SignedDuration = SignedDuration::from_mins(5);

/// The part of a validity at whose end a warning is due, where no time is given.
const PART: i32 = 5;

/// Looks at everything, once or again and again.
pub(super) fn run(args: &MonitorArgs, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    let targets = targets::read(args)?;
    let trust = args.trust.as_deref().map(|file| Ok::<_, Failure>((file, input::read_file(file)?)));
    let trust = trust.transpose()?;
    let trust = trust.as_ref().map(|(file, content)| (*file, content.as_slice()));
    let fetcher = Fetcher::new(trust, args.timeout)?;
    for target in &targets {
        for url in target.lists.iter().chain(&target.deltas).chain(&target.responders) {
            fetcher.check(url)?;
        }
    }
    let ends = Ends { list: args.warn_before, answer: args.warn_before_ocsp };
    loop {
        let watched = look(&targets, args, &fetcher, &ends, context)?;
        let exit = if watched.well { Exit::Done } else { Exit::Refused };
        let report = Report::Watched(watched);
        let Some(seconds) = args.every else {
            return Ok(Outcome { report, exit, warnings: Vec::new() });
        };
        let shown = context.watcher.report(&report);
        shown.map_err(|error| Failure::usage("standard-output", error.to_string()))?;
        std::thread::sleep(Duration::from_secs(seconds));
    }
}

/// Looks at everything once, and keeps what was seen.
fn look(
    targets: &[Target],
    args: &MonitorArgs,
    fetcher: &Fetcher,
    ends: &Ends,
    context: &Context<'_>,
) -> Result<Watched, Failure> {
    let time = (context.clock)();
    let mut state = args.state.as_deref().map(State::read).transpose()?.unwrap_or_default();
    let mut checks = Vec::new();
    for target in targets {
        look_at(target, fetcher, ends, &mut state, &mut checks, context);
    }
    let count = |health| checks.iter().filter(|check| check.health == health).count();
    let (failed, warned) = (count(Health::Failed), count(Health::Warning));
    let watched = Watched { time, well: failed == 0 && warned == 0, failed, warned, checks };
    if let Some(file) = &args.state {
        state.write(file)?;
    }
    if let Some(file) = &args.metrics {
        replace(file, metrics::text(&watched).as_bytes(), Access::Public)?;
    }
    Ok(watched)
}

/// Looks at what one authority publishes.
fn look_at(
    target: &Target,
    fetcher: &Fetcher,
    ends: &Ends,
    state: &mut State,
    checks: &mut Vec<Check>,
    context: &Context<'_>,
) {
    let name = target.issuer.subject().to_string();
    let mut revoked: Vec<(SerialNumber, Timestamp)> = Vec::new();
    let lists = target.lists.iter().map(|url| (CheckKind::Crl, url));
    let first = checks.len();
    for (kind, url) in lists.chain(target.deltas.iter().map(|url| (CheckKind::Delta, url))) {
        let mut check = Check::new(kind, url, name.clone());
        let begun = (context.clock)();
        let read = list::look(&mut check, &target.issuer, &target.serials, fetcher, ends, begun);
        if let Some(seen) = read.seen {
            let before = state.lists.get(url);
            match before.and_then(|before| before.contradiction(&seen)) {
                Some(code) => {
                    let detail = before.map_or_else(String::new, |before| {
                        format!("number {} of {} was seen before", before.number, before.this_update)
                    });
                    check.note(Health::Failed, code, detail);
                }
                None => {
                    state.lists.insert(url.clone(), seen);
                }
            }
        }
        revoked.extend(read.revoked);
        check.milliseconds = elapsed(begun, context);
        checks.push(check);
    }
    if let ([_], [_]) = (target.lists.as_slice(), target.deltas.as_slice()) {
        together(&mut checks[first..]);
    }
    for url in &target.responders {
        for serial in &target.serials {
            let mut check = Check::new(CheckKind::Ocsp, url, name.clone());
            check.serial = Some(serial.to_string());
            let begun = (context.clock)();
            if let Some(seen) = answer::look(&mut check, &target.issuer, serial, fetcher, ends, begun) {
                let known = format!("{url} {serial}");
                let by_list = revoked.iter().find(|(listed, _)| listed == serial).map(|(_, at)| *at);
                let before = state.answers.get(&known).and_then(|before| before.revoked);
                match before.or(by_list).filter(|_| seen.revoked.is_none()) {
                    Some(at) => withdrawn(&mut check, at),
                    None => {
                        state.answers.insert(known, seen);
                    }
                }
            }
            check.milliseconds = elapsed(begun, context);
            checks.push(check);
        }
    }
}

/// An answer does not say revoked of what was revoked for good, as a list or an earlier answer told: it is older than that, or
/// someone took it back.
fn withdrawn(check: &mut Check, at: Timestamp) {
    if check.this_update.is_some_and(|this_update| this_update > at) {
        let detail = format!("it was revoked for good on {at}, as a list or an earlier answer said");
        check.note(Health::Failed, "revocation-withdrawn", detail);
    } else {
        let detail = format!("it is from before the revocation on {at}: a cache still gives it out");
        check.note(Health::Warning, "answer-before-revocation", detail);
    }
}

/// A delta must add to the full list that is published beside it (RFC 5280 §5.2.4).
fn together(checks: &mut [Check]) {
    let [full, delta] = checks else { return };
    let (Some(number), Some(base)) = (&full.number, &delta.base) else { return };
    if let (Ok(number), Ok(base)) = (number.parse::<u64>(), base.parse::<u64>())
        && base > number
    {
        let detail = format!("it adds to number {base}, and the full list has number {number}");
        delta.note(Health::Failed, "delta-base-not-published", detail);
    }
}

fn elapsed(begun: Timestamp, context: &Context<'_>) -> u64 {
    let elapsed = (context.clock)().duration_since(begun).as_millis();
    u64::try_from(elapsed).unwrap_or_default()
}

/// When it is time to warn that something ends.
struct Ends {
    list: Option<Duration>,
    answer: Option<Duration>,
}

impl Ends {
    fn of_list(&self, check: &mut Check, begin: Timestamp, end: Option<Timestamp>, now: Timestamp) {
        judge(check, begin, end, now, self.list);
    }

    fn of_answer(&self, check: &mut Check, begin: Timestamp, end: Option<Timestamp>, now: Timestamp) {
        judge(check, begin, end, now, self.answer);
    }
}

fn judge(
    check: &mut Check,
    begin: Timestamp,
    end: Option<Timestamp>,
    now: Timestamp,
    before: Option<Duration>,
) {
    if begin.duration_since(now) > MAX_AHEAD {
        check.note(Health::Failed, "not-yet-valid", format!("it begins on {begin}"));
    }
    let Some(end) = end else {
        check.note(Health::Failed, "next-update-missing", "it does not say when the next one comes");
        return;
    };
    let left = end.duration_since(now);
    let before = before
        .and_then(|before| SignedDuration::try_from(before).ok())
        .unwrap_or_else(|| end.duration_since(begin) / PART);
    if left.is_negative() {
        check.note(Health::Failed, "expired", format!("it ended on {end}"));
    } else if left < before {
        check.note(Health::Warning, "ends-soon", format!("it ends on {end}"));
    }
}

/// Some clients look at the media type first.
fn media_type(check: &mut Check, found: Option<&str>, expected: &str) {
    let found = found.unwrap_or_default();
    let essence = found.split(';').next().unwrap_or_default().trim();
    if !essence.eq_ignore_ascii_case(expected) {
        check.note(Health::Warning, "media-type", format!("its media type is {found:?}, not {expected}"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(begin: i64, end: Option<i64>, now: i64, before: Option<u64>) -> (Health, Vec<String>) {
        let at = |second| Timestamp::from_second(second).unwrap();
        let mut check = Check::new(CheckKind::Crl, "http://a", String::new());
        judge(&mut check, at(begin), end.map(at), at(now), before.map(Duration::from_secs));
        (check.health, check.problems.into_iter().map(|problem| problem.code).collect())
    }

    #[test]
    fn what_ends_soon_is_a_warning_and_what_ended_a_failure() {
        let soon = |health, code: &str| (health, vec![code.to_owned()]);
        assert_eq!(judged(0, Some(1000), 799, None), (Health::Well, Vec::new()));
        assert_eq!(judged(0, Some(1000), 801, None), soon(Health::Warning, "ends-soon"));
        assert_eq!(judged(0, Some(1000), 500, Some(501)), soon(Health::Warning, "ends-soon"));
        assert_eq!(judged(0, Some(1000), 500, Some(500)), (Health::Well, Vec::new()));
        assert_eq!(judged(0, Some(1000), 1000, Some(0)), (Health::Well, Vec::new()));
        assert_eq!(judged(0, Some(1000), 1001, None), soon(Health::Failed, "expired"));
        assert_eq!(judged(301, Some(1000), 0, None), soon(Health::Failed, "not-yet-valid"));
        assert_eq!(judged(300, Some(1000), 0, None), (Health::Well, Vec::new()));
        assert_eq!(judged(0, None, 0, None), soon(Health::Failed, "next-update-missing"));
    }

    #[test]
    fn a_delta_adds_to_a_list_that_is_there() {
        let checks = |number: &str, base: &str| {
            let mut full = Check::new(CheckKind::Crl, "http://a", String::new());
            full.number = Some(number.to_owned());
            let mut delta = Check::new(CheckKind::Delta, "http://b", String::new());
            delta.base = Some(base.to_owned());
            let mut both = [full, delta];
            together(&mut both);
            both[1].health
        };
        assert_eq!(checks("7", "7"), Health::Well);
        assert_eq!(checks("9", "7"), Health::Well);
        assert_eq!(checks("7", "9"), Health::Failed);
    }
}
