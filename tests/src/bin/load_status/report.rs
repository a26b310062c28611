//! What was measured, and whether it is enough.

use std::net::SocketAddr;
use std::process::ExitCode;
use std::time::Duration;

use tests::load::{Background, Load, Requests};

use crate::{
    BARE_GET, BARE_POST, CFSSL, CONNECTIONS, KEPT_GET, KEPT_POST, LIVE, MANY_LIVE, MANY_POST, OPENSSL,
};

/// Where a contender is.
enum Server<'a> {
    Running(SocketAddr, u32),
    EachRound(&'a dyn Fn() -> (Background, SocketAddr)),
}

/// A way to ask a server, and the best that it did so far.
pub(crate) struct Contender<'a> {
    name: &'static str,
    server: Server<'a>,
    requests: &'a Requests,
    best: Load,
}

impl<'a> Contender<'a> {
    pub(crate) fn new(name: &'static str, address: SocketAddr, process: u32, requests: &'a Requests) -> Self {
        Self::at(name, Server::Running(address, process), requests)
    }

    /// One whose server is started for each round.
    pub(crate) fn started_each_round(
        name: &'static str,
        start: &'a dyn Fn() -> (Background, SocketAddr),
        requests: &'a Requests,
    ) -> Self {
        Self::at(name, Server::EachRound(start), requests)
    }

    fn at(name: &'static str, server: Server<'a>, requests: &'a Requests) -> Self {
        Self { name, server, requests, best: Load { rate: 0.0, microseconds: f64::INFINITY } }
    }

    pub(crate) fn round(&mut self, seconds: u64) {
        let send = |address, process| {
            self.requests.send(address, CONNECTIONS, Duration::from_secs(seconds), process)
        };
        let load = match self.server {
            Server::Running(address, process) => send(address, process),
            Server::EachRound(start) => {
                let (server, address) = start();
                send(address, server.id())
            }
        };
        self.best.rate = self.best.rate.max(load.rate);
        self.best.microseconds = self.best.microseconds.min(load.microseconds);
    }
}

/// A figure with its goal.
pub(crate) struct Figure {
    pub(crate) name: &'static str,
    pub(crate) value: f64,
    pub(crate) unit: &'static str,
    pub(crate) goal: f64,
    /// Whether more is better.
    pub(crate) more: bool,
    pub(crate) peer: &'static str,
}

impl Figure {
    fn is_reached(&self) -> bool {
        if self.more { self.value >= self.goal } else { self.value <= self.goal }
    }
}

/// What the contenders are beside each other.
pub(crate) fn figures(contenders: &[Contender<'_>]) -> Vec<Figure> {
    let of = |name: &str| contenders.iter().find(|found| found.name == name).map(|found| found.best);
    let rate = |name, ours, peer, goal| {
        let value = of(ours)?.rate / of(peer)?.rate;
        Some(Figure { name, value, unit: "times", goal, more: true, peer })
    };
    let cost = |name, ours, peer, goal| {
        let value = of(ours)?.microseconds / of(peer)?.microseconds;
        Some(Figure { name, value, unit: "times", goal, more: false, peer })
    };
    [
        rate("ocsp-kept-post-rate-over-bare", KEPT_POST, BARE_POST, 0.85),
        cost("ocsp-kept-post-cpu-over-bare", KEPT_POST, BARE_POST, 1.5),
        rate("ocsp-kept-get-rate-over-bare", KEPT_GET, BARE_GET, 0.85),
        cost("ocsp-kept-get-cpu-over-bare", KEPT_GET, BARE_GET, 1.5),
        rate("ocsp-kept-post-rate-over-cfssl", KEPT_POST, CFSSL, 3.0),
        cost("ocsp-kept-post-cpu-over-cfssl", KEPT_POST, CFSSL, 0.25),
        cost("ocsp-live-cpu-over-openssl", LIVE, OPENSSL, 0.2),
        rate("ocsp-live-rate-over-openssl", LIVE, OPENSSL, 3.0),
        rate("ocsp-kept-rate-with-many-stored", MANY_POST, KEPT_POST, 0.9),
        rate("ocsp-live-rate-with-many-stored", MANY_LIVE, LIVE, 0.9),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Prints all of it; the exit status says whether every goal is reached.
pub(crate) fn print(contenders: &[Contender<'_>], figures: &[Figure]) -> ExitCode {
    for Figure { name, value, unit, goal, peer, .. } in figures {
        let value = (value * 1000.0).round() / 1000.0;
        println!(
            "{}",
            serde_json::json!({ "name": name, "value": value, "unit": unit, "goal": goal, "peer": peer })
        );
    }
    println!("{:42} {:>12} {:>24}", "", "answers/s", "processor µs an answer");
    for contender in contenders {
        println!("{:42} {:12.0} {:24.2}", contender.name, contender.best.rate, contender.best.microseconds);
    }
    for figure in figures {
        println!(
            "{:36} {:8.3} {}, {} {} {}",
            figure.name,
            figure.value,
            figure.unit,
            if figure.more { "at least" } else { "at most" },
            figure.goal,
            if figure.is_reached() { "reached" } else { "MISSED" }
        );
    }
    if figures.iter().all(Figure::is_reached) { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
