//! Thousands of clients that waste the server's time, and one that does not.

use std::io::{ErrorKind, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use crate::support::client::{Response, head};
use crate::support::ocsp;
use crate::support::request::{certificates, enroll};
use crate::support::server::Server;

const SLOW_CLIENTS: usize = 1000;
/// For as long as they go on, which is more than the time for a head.
const DURATION: Duration = Duration::from_secs(8);
/// On a machine that does other things too, deadlines are met later than they are set.
const PATIENCE: Duration = Duration::from_secs(20);
/// An answer to the client that is not slow must come before this, though tests run beside others.
const SOON: Duration = Duration::from_secs(2);

fn connect(address: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect(address).unwrap();
    stream.set_nodelay(true).unwrap();
    stream
}

/// Seconds of processor time that the server took so far.
fn processor_seconds(server: &Server) -> f64 {
    let line = std::fs::read_to_string(format!("/proc/{}/stat", server.id())).unwrap();
    let fields: Vec<&str> = line.rsplit(") ").next().unwrap().split(' ').collect();
    let ticks = |at: usize| fields[at].parse::<f64>().unwrap();
    (ticks(11) + ticks(12)) / 100.0
}

/// Mebibytes of memory that the server has now.
fn memory(server: &Server) -> f64 {
    let pages = std::fs::read_to_string(format!("/proc/{}/statm", server.id())).unwrap();
    pages.split(' ').nth(1).unwrap().parse::<f64>().unwrap() * 4096.0 / f64::from(1 << 20)
}

/// Asks for an OCSP answer, kept and live in turn, and says how long the longest took.
fn ask_meanwhile(server: &Server, until: Instant) -> Duration {
    let issuing = certificates(&server.file("issuing.pem")).remove(0);
    let device = enroll(server, "patient");
    let kept = ocsp::request_for(&issuing, &device);
    let live = ocsp::request(&issuing, device.serial().as_bytes(), Some(&[7; 32]));
    let mut longest = Duration::ZERO;
    while Instant::now() < until {
        for body in [&kept, &live] {
            let begun = Instant::now();
            let headers = [("Content-Type", "application/ocsp-request")];
            let Response { status, .. } = server.plain().send("POST", "/ocsp", &headers, body);
            assert_eq!(status, 200);
            longest = longest.max(begun.elapsed());
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    longest
}

/// Sends the beginning of a request on many connections, then a byte each second on every one.
fn drip(address: SocketAddr, beginning: &[u8], until: Instant) -> usize {
    let mut streams: Vec<TcpStream> = (0..SLOW_CLIENTS).map(|_| connect(address)).collect();
    streams.iter_mut().for_each(|stream| stream.write_all(beginning).unwrap());
    while Instant::now() < until {
        std::thread::sleep(Duration::from_secs(1));
        for stream in &mut streams {
            // The server may have closed it.
            let _ = stream.write_all(b"a");
        }
    }
    // Those on which the server says that it is over, in the end.
    let end = Instant::now() + PATIENCE;
    let is_over = |stream: &mut TcpStream| {
        let left = end.saturating_duration_since(Instant::now()).max(Duration::from_millis(1));
        stream.set_read_timeout(Some(left)).unwrap();
        match stream.peek(&mut [0; 1]) {
            Ok(_) => true,
            Err(error) => !matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut),
        }
    };
    streams.iter_mut().filter_map(|stream| is_over(stream).then_some(())).count()
}

fn others_are_served_beside(server: &Server, beginning: &[u8]) {
    let idle = memory(server);
    let (spent, begun) = (processor_seconds(server), Instant::now());
    let until = begun + DURATION;
    let longest = std::thread::scope(|scope| {
        let slow = scope.spawn(|| drip(server.http, beginning, until));
        let longest = ask_meanwhile(server, until);
        assert_eq!(slow.join().unwrap(), SLOW_CLIENTS, "no slow client keeps its connection");
        longest
    });
    assert!(longest < SOON, "{longest:?}");
    let busy = (processor_seconds(server) - spent) / begun.elapsed().as_secs_f64();
    assert!(busy < 0.5, "{busy} of a processor");
    let grown = memory(server) - idle;
    assert!(grown < 64.0, "{grown} MiB");
}

#[test]
fn a_thousand_half_sent_heads_hinder_nobody() {
    let server = Server::start();
    others_are_served_beside(&server, b"POST /ocsp HTTP/1.1\r\nHost: city\r\nX-Slow: a");
}

#[test]
fn a_thousand_half_sent_bodies_hinder_nobody() {
    let server = Server::start_with(&[("CITYCA__LIMITS__BODY_TIMEOUT_SECONDS", "5")]);
    let headers = [("Content-Type", "application/ocsp-request")];
    others_are_served_beside(&server, head(server.http, "POST", "/ocsp", &headers, Some(200)).as_bytes());
}

#[test]
fn connections_that_close_at_once_cost_nothing() {
    let server = Server::start();
    let idle = memory(&server);
    for number in 0..5000 {
        let mut stream = connect(server.http);
        if number % 2 == 0 {
            stream.write_all(b"POST /ocsp HTTP/1.1\r\n").unwrap();
        }
    }
    let begun = Instant::now();
    assert_eq!(server.plain().get("/healthz").status, 200);
    assert!(begun.elapsed() < SOON);
    let grown = memory(&server) - idle;
    assert!(grown < 32.0, "{grown} MiB");
}

#[test]
fn who_asks_and_never_reads_is_sent_away() {
    let server = Server::start_with(&[
        ("CITYCA__LIMITS__WRITE_TIMEOUT_SECONDS", "1"),
        ("CITYCA__LIMITS__KEEP_ALIVE_SECONDS", "600"),
        ("CITYCA__LIMITS__HEADER_TIMEOUT_SECONDS", "600"),
    ]);
    let ask = head(server.http, "GET", "/ca/issuing.cer", &[], None);
    let mut stream = connect(server.http);
    stream.set_write_timeout(Some(Duration::from_millis(500))).unwrap();
    let begun = Instant::now();
    // Until both sides' buffers are full, and then until the server gives up.
    let (mut full, idle) = (false, memory(&server));
    let end = loop {
        match stream.write(ask.as_bytes()) {
            Ok(_) => {}
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => full = true,
            Err(error) => break error,
        }
        assert!(begun.elapsed() < Duration::from_secs(60), "it waits for ever");
    };
    assert!(full, "the buffers were never full: {end}");
    assert!(matches!(end.kind(), ErrorKind::ConnectionReset | ErrorKind::BrokenPipe), "{end}");
    let grown = memory(&server) - idle;
    assert!(grown < 32.0, "{grown} MiB");
    assert_eq!(server.plain().get("/healthz").status, 200);
}
