//! The time that others tell: the `Date` of their answers over HTTP (RFC 9110 §6.6.1).
//!
//! What they say is compared with the clock and never taken over. So it is asked for over plain HTTP: whether a certificate of
//! theirs is valid would depend on the very clock that is in doubt.

#[cfg(test)]
mod tests;

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use jiff::fmt::rfc2822::DateTimeParser;
use jiff::{SignedDuration, Timestamp};

use crate::port::PeerClocks;

/// How long a peer has for its answer, to the end of its head.
const PATIENCE: Duration = Duration::from_secs(3);
/// How old the newest answers may be: longer ones are carried on by a clock that a machine that sleeps stops.
const STANDS: Duration = Duration::from_secs(300);
/// Octets of the head of an answer.
const MAX_HEAD: usize = 16 << 10;
/// `Date` has whole seconds: in the middle of them it is nearest.
const HALF: SignedDuration = SignedDuration::from_millis(500);

static DATE: DateTimeParser = DateTimeParser::new();

/// Peers that are asked for the time.
pub struct HttpPeers {
    peers: Vec<String>,
    /// How far they may be apart.
    bound: SignedDuration,
    agent: ureq::Agent,
    heard: Mutex<Heard>,
}

/// What was heard when all were asked last.
#[derive(Default)]
struct Heard {
    /// How many agree.
    count: usize,
    /// The time by them, and when that was.
    time: Option<(Timestamp, Instant)>,
}

impl HttpPeers {
    /// Over these addresses. Nobody is asked yet.
    pub fn new(peers: Vec<String>, bound: SignedDuration) -> Self {
        let config = ureq::Agent::config_builder()
            .timeout_global(Some(PATIENCE))
            .max_redirects(0)
            .max_redirects_will_error(false)
            .max_response_header_size(MAX_HEAD)
            .http_status_as_error(false)
            .proxy(None)
            .user_agent("cityca")
            .build();
        Self { peers, bound, agent: config.into(), heard: Mutex::default() }
    }

    /// The time by one peer, and when that was.
    fn one(&self, peer: &str) -> Result<(Timestamp, Instant), String> {
        let begun = Instant::now();
        let answer = self.agent.head(peer).call().map_err(|error| error.to_string())?;
        let ended = Instant::now();
        let date = answer.headers().get("date").ok_or("its answer has no Date")?;
        let date = DATE.parse_timestamp(date.as_bytes()).map_err(|error| format!("its Date: {error}"))?;
        let way = SignedDuration::try_from((ended - begun) / 2).unwrap_or(SignedDuration::ZERO);
        let date = date.checked_add(HALF + way).map_err(|error| format!("its Date: {error}"))?;
        Ok((date, ended))
    }
}

/// The times at one moment.
fn at(heard: &[(Timestamp, Instant)], moment: Instant) -> Vec<Timestamp> {
    heard
        .iter()
        .filter_map(|(time, when)| time.checked_add(moment.saturating_duration_since(*when)).ok())
        .collect()
}

/// The middle of times of which most are no farther from it than the bound, and how many those are.
fn agreed(mut times: Vec<Timestamp>, bound: SignedDuration) -> Option<(Timestamp, usize)> {
    times.sort_unstable();
    let middle = *times.get(times.len() / 2)?;
    let count = times.iter().filter(|time| time.duration_since(middle).abs() <= bound).count();
    (count * 2 > times.len()).then_some((middle, count))
}

impl PeerClocks for HttpPeers {
    fn ask(&self) {
        let heard: Vec<(Timestamp, Instant)> = std::thread::scope(|scope| {
            let asked: Vec<_> =
                self.peers.iter().map(|peer| (peer, scope.spawn(|| self.one(peer)))).collect();
            let heard = asked.into_iter().filter_map(|(peer, thread)| {
                let answer = thread.join().unwrap_or_else(|_| Err("asking it failed".to_owned()));
                let told = |detail: &String| {
                    tracing::warn!(outcome = "clock-peer-unanswered", %peer, %detail, "a peer did not tell the time");
                };
                answer.inspect_err(told).ok()
            });
            heard.collect()
        });
        let now = Instant::now();
        let times = at(&heard, now);
        let agreed = agreed(times, self.bound);
        if agreed.is_none() && !heard.is_empty() {
            tracing::warn!(
                outcome = "clock-peers-disagree",
                peers = heard.len(),
                "the peers tell different times: none of them is believed"
            );
        }
        let count = agreed.map_or(0, |(_, count)| count);
        metrics::gauge!("cityca_clock_peers").set(u32::try_from(count).unwrap_or(u32::MAX));
        let heard = Heard { count, time: agreed.map(|(time, _)| (time, now)) };
        *self.heard.lock().unwrap_or_else(PoisonError::into_inner) = heard;
    }

    fn time(&self) -> Option<Timestamp> {
        let heard = self.heard.lock().unwrap_or_else(PoisonError::into_inner);
        let (time, when) = heard.time.filter(|(_, when)| when.elapsed() < STANDS)?;
        time.checked_add(when.elapsed()).ok()
    }

    fn agreeing(&self) -> usize {
        self.time().map_or(0, |_| self.heard.lock().unwrap_or_else(PoisonError::into_inner).count)
    }
}
