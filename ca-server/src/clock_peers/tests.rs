use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

use super::{HttpPeers, agreed};
use crate::port::PeerClocks as _;

const BOUND: SignedDuration = SignedDuration::from_secs(120);

/// A peer that gives this answer to everyone. None: it takes connections and says nothing.
fn peer(answer: Option<String>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let uri = format!("http://{}/", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        let mut kept = Vec::new();
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            match &answer {
                None => kept.push(stream),
                Some(answer) => {
                    let _ = stream.read(&mut [0; 4096]);
                    let _ = stream.write_all(answer.as_bytes());
                }
            }
        }
    });
    uri
}

/// A peer whose clock stands at this time.
fn at(time: &str) -> String {
    peer(Some(format!("HTTP/1.1 200 OK\r\nDate: {time}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")))
}

const NOON: &str = "Mon, 23 Nov 2026 12:00:00 GMT";
const LATER: &str = "Mon, 23 Nov 2026 13:00:00 GMT";

fn noon() -> Timestamp {
    "2026-11-23T12:00:00Z".parse().unwrap()
}

fn asked(peers: Vec<String>) -> HttpPeers {
    let peers = HttpPeers::new(peers, BOUND);
    peers.ask();
    peers
}

fn is_near(time: Option<Timestamp>, expected: Timestamp) -> bool {
    time.is_some_and(|time| time.duration_since(expected).abs() < SignedDuration::from_secs(10))
}

#[test]
fn a_peer_tells_the_time_and_it_goes_on() {
    let peers = asked(vec![at(NOON)]);
    assert!(is_near(peers.time(), noon()));
    assert_eq!(peers.agreeing(), 1);
    let before = peers.time();
    std::thread::sleep(Duration::from_millis(2));
    assert!(peers.time() > before);
}

#[test]
fn most_peers_outvote_one_that_is_wrong_or_away() {
    let away = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let away = format!("http://{away}/");
    let peers = asked(vec![at(LATER), at(NOON), away, at(NOON)]);
    assert!(is_near(peers.time(), noon()));
    assert_eq!(peers.agreeing(), 2);
}

#[test]
fn peers_that_disagree_are_not_believed() {
    let peers = asked(vec![at(LATER), at(NOON)]);
    assert_eq!((peers.time(), peers.agreeing()), (None, 0));
}

#[test]
fn what_is_no_time_is_none() {
    let answers = [
        "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n".to_owned(),
        "HTTP/1.1 200 OK\r\nDate: yesterday\r\nContent-Length: 0\r\n\r\n".to_owned(),
        format!("HTTP/1.1 200 OK\r\nX: {}\r\nDate: {NOON}\r\n\r\n", "x".repeat(1 << 20)),
        "what?\r\n\r\n".to_owned(),
        String::new(),
    ];
    for answer in answers {
        let peers = asked(vec![peer(Some(answer.clone()))]);
        assert_eq!(peers.time(), None, "{answer:.60}");
    }
}

#[test]
fn a_redirect_is_an_answer_and_is_not_followed() {
    let elsewhere = at(LATER);
    let redirect =
        format!("HTTP/1.1 302 Found\r\nDate: {NOON}\r\nLocation: {elsewhere}\r\nContent-Length: 0\r\n\r\n");
    assert!(is_near(asked(vec![peer(Some(redirect))]).time(), noon()));
}

#[test]
fn silent_peers_are_waited_for_together_and_not_for_long() {
    let begun = Instant::now();
    let peers = asked(vec![peer(None), peer(None), peer(None), at(NOON)]);
    assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());
    assert!(is_near(peers.time(), noon()));
}

proptest! {
    #[test]
    fn what_is_agreed_is_near_most_of_what_was_told(seconds in proptest::collection::vec(0i64..1000, 0..9)) {
        let times: Vec<Timestamp> = seconds.iter().map(|second| Timestamp::from_second(*second).unwrap()).collect();
        let near = |time: Timestamp| times.iter().filter(|told| told.duration_since(time).abs() <= BOUND).count();
        match agreed(times.clone(), BOUND) {
            Some((time, count)) => {
                prop_assert!(times.contains(&time));
                prop_assert_eq!(near(time), count);
                prop_assert!(count * 2 > times.len());
            }
            // The middle is among any majority that agrees.
            None => {
                let mut sorted = times.clone();
                sorted.sort_unstable();
                let middle = sorted.get(times.len() / 2);
                prop_assert!(middle.is_none_or(|middle| near(*middle) * 2 <= times.len()));
            }
        }
    }
}
