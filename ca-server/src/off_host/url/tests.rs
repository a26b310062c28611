use std::fs;
use std::io::{ErrorKind, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use actix_web::dev::ServerHandle;
use actix_web::rt::System;
use ca_core::audit::Head;
use ca_core::keystore::file::{Access, write_new};
use ca_core::keystore::load_password;
use jiff::Timestamp;
use schemas::off_host::{Chain, Fact};
use tempfile::TempDir;

use super::{LogUrl, Sink};
use crate::http::tls::{self, OwnTls};
use crate::http::witness;
use crate::off_host::LogFile;
use crate::off_host::tests::text;
use crate::port::OffHost as _;
use crate::service::off_host::Witness;

/// A witness in this process.
struct Keeper {
    address: SocketAddr,
    handle: ServerHandle,
    thread: Option<JoinHandle<()>>,
}

impl Keeper {
    fn start(file: &Path, token: Option<&Path>, own: Option<&OwnTls>) -> Self {
        let kept = Witness::take_up(Arc::new(LogFile::open(file).unwrap())).unwrap();
        let token = token.map(|file| load_password(file).unwrap());
        let tls = own.map(|own| tls::server_config(&own.certificate, &own.key).unwrap());
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (sender, handle) = mpsc::channel();
        let thread = std::thread::spawn(move || {
            System::new().block_on(async move {
                let server = witness::start(kept, token, listener, tls).unwrap();
                sender.send(server.handle()).unwrap();
                server.await.unwrap();
            });
        });
        Self { address, handle: handle.recv().unwrap(), thread: Some(thread) }
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        System::new().block_on(self.handle.stop(false));
        let _ = self.thread.take().map(JoinHandle::join);
    }
}

const FORWARD: u8 = 0;
/// The request arrives, and its answer does not; what comes after that arrives again.
const SWALLOW: u8 = 1;
/// The same, and what comes after that is refused.
const SWALLOW_AND_REFUSE: u8 = 2;
/// The request does not arrive.
const REFUSE: u8 = 3;
/// Nothing is said.
const SILENT: u8 = 4;

/// A bad line to a witness: each request has a connection of its own.
struct Line {
    address: SocketAddr,
    mode: Arc<AtomicU8>,
    to: Arc<Mutex<SocketAddr>>,
}

impl Line {
    fn to(keeper: &Keeper) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (mode, to) = (Arc::new(AtomicU8::new(FORWARD)), Arc::new(Mutex::new(keeper.address)));
        let line = Self { address, mode: Arc::clone(&mode), to: Arc::clone(&to) };
        std::thread::spawn(move || {
            let mut held = Vec::new();
            for stream in listener.incoming() {
                let mut client = stream.unwrap();
                let request = request(&mut client);
                match mode.load(Ordering::SeqCst) {
                    REFUSE => continue,
                    SILENT => {
                        held.push(client);
                        continue;
                    }
                    _ => {}
                }
                let mut sink = TcpStream::connect(*to.lock().unwrap()).unwrap();
                sink.write_all(&request).unwrap();
                let mut answer = Vec::new();
                sink.read_to_end(&mut answer).unwrap();
                match mode.load(Ordering::SeqCst) {
                    SWALLOW => mode.store(FORWARD, Ordering::SeqCst),
                    SWALLOW_AND_REFUSE => mode.store(REFUSE, Ordering::SeqCst),
                    _ => drop(client.write_all(&answer)),
                }
            }
        });
        line
    }

    fn set(&self, mode: u8) {
        self.mode.store(mode, Ordering::SeqCst);
    }
}

/// The head and the body of a request, which is told to be the last one.
fn request(client: &mut TcpStream) -> Vec<u8> {
    let (mut octets, mut part) = (Vec::new(), [0; 65_536]);
    loop {
        let text = String::from_utf8_lossy(&octets).into_owned();
        if let Some((head, _)) = text.split_once("\r\n\r\n") {
            let length = head.lines().find_map(|line| {
                line.to_ascii_lowercase().strip_prefix("content-length: ").map(|it| it.parse().unwrap())
            });
            if octets.len() >= head.len() + 4 + length.unwrap_or(0) {
                let closing = text.replacen("\r\n\r\n", "\r\nConnection: close\r\n\r\n", 1);
                return closing.into_bytes();
            }
        }
        let length = client.read(&mut part).unwrap();
        if length == 0 {
            return octets;
        }
        octets.extend_from_slice(&part[..length]);
    }
}

struct World {
    folder: TempDir,
    chain: Chain,
    text: String,
}

impl World {
    fn new() -> Self {
        let folder = TempDir::new().unwrap();
        fs::File::create(folder.path().join("log")).unwrap();
        Self { folder, chain: Chain::default(), text: String::new() }
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join("log")
    }

    /// The next line.
    fn next(&mut self) -> Vec<u8> {
        let at = Timestamp::from_second(1_800_000_000).unwrap();
        let fact = match self.chain.lines() {
            0 => Fact::Begin { at, store: "ab".repeat(32) },
            sequence => Fact::head(Head { sequence, hash: [7; 32] }, at),
        };
        let mut octets = Vec::new();
        self.chain.write(fact, &mut octets).unwrap();
        self.text.push_str(std::str::from_utf8(&octets).unwrap());
        octets
    }

    fn secret(&self, name: &str, text: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        write_new(&path, text.as_bytes(), Access::Private).unwrap();
        path
    }

    fn own_tls(&self, name: &str) -> OwnTls {
        let folder = self.folder.path().join(name);
        fs::create_dir(&folder).unwrap();
        let now = Timestamp::try_from(std::time::UNIX_EPOCH + elapsed()).unwrap();
        OwnTls::ensure(&folder, &folder, &[], now).unwrap()
    }

    /// All that was written is at the sink, once.
    fn is_there(&self) {
        assert_eq!(fs::read_to_string(self.file()).unwrap(), self.text);
    }
}

/// Certificates of TLS are compared with the clock of this machine.
#[expect(clippy::disallowed_methods, reason = "so does the library that is tested with")]
fn elapsed() -> Duration {
    std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap()
}

/// A log that is reached over a bad line.
fn over_a_line() -> (World, Keeper, Line, LogUrl) {
    let world = World::new();
    let keeper = Keeper::start(&world.file(), None, None);
    let line = Line::to(&keeper);
    let log = LogUrl::open(&plain(line.address)).unwrap();
    (world, keeper, line, log)
}

fn plain(address: SocketAddr) -> Sink {
    Sink { url: format!("http://{address}/"), trust: None, token_file: None }
}

#[test]
fn what_is_appended_is_at_the_sink_and_is_read_again() {
    let mut world = World::new();
    let (own, token) = (world.own_tls("tls"), world.secret("token", "Zg9-long\nmore\n"));
    let keeper = Keeper::start(&world.file(), Some(&token), Some(&own));
    let url = format!("https://{}/", keeper.address);
    let sink = Sink { url, trust: Some(own.authority.clone()), token_file: Some(token.clone()) };
    let log = LogUrl::open(&sink).unwrap();
    assert_eq!(text(&log), "");
    for _ in 0..20 {
        log.append(&world.next()).unwrap();
        world.is_there();
    }
    let again = LogUrl::open(&sink).unwrap();
    assert_eq!(text(&again), world.text);
    again.append(&world.next()).unwrap();
    world.is_there();
    // The other one did not notice.
    assert_eq!(log.append(&world.next()).unwrap_err().kind(), ErrorKind::InvalidData);

    let other = world.own_tls("other");
    let not_trusted = LogUrl::open(&Sink { trust: Some(other.authority), ..sink.clone() });
    let error = not_trusted.unwrap_err().to_string();
    assert!(error.contains("invalid peer certificate"), "{error}");
    for token_file in [None, Some(world.secret("wrong", "Zg9-lonG"))] {
        let error = LogUrl::open(&Sink { token_file, ..sink.clone() }).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::PermissionDenied);
        assert!(error.to_string().contains("status 401"), "{error}");
    }
    let open = world.folder.path().join("open");
    write_new(&open, b"Zg9-long", Access::Public).unwrap();
    assert!(LogUrl::open(&Sink { token_file: Some(open), ..sink }).is_err(), "others may read the token");
}

#[test]
fn an_append_whose_answer_was_lost_is_done_once() {
    let (mut world, _keeper, line, log) = over_a_line();
    let mut lines = vec![world.next()];
    log.append(&lines[0]).unwrap();
    for (mode, asked_again) in [(SWALLOW, false), (SWALLOW_AND_REFUSE, true), (REFUSE, true)] {
        lines.push(world.next());
        let given = lines.last().unwrap();
        line.set(mode);
        let answered = log.append(given);
        assert_eq!(answered.is_err(), asked_again, "{answered:?}");
        line.set(FORWARD);
        if asked_again {
            log.append(given).unwrap();
        }
        world.is_there();
    }
    let last = world.next();
    log.append(&last).unwrap();
    world.is_there();
    assert_eq!(text(&log), world.text);
}

#[test]
fn a_sink_that_says_nothing_is_not_waited_for_by_all_in_line() {
    let (mut world, _keeper, line, log) = over_a_line();
    let given = world.next();
    line.set(SILENT);
    let begun = Instant::now();
    assert_eq!(log.append(&given).unwrap_err().kind(), ErrorKind::TimedOut);
    assert!(begun.elapsed() >= super::ANSWER_WITHIN);
    let begun = Instant::now();
    for _ in 0..10 {
        assert_eq!(log.append(&given).unwrap_err().kind(), ErrorKind::TimedOut);
    }
    assert!(begun.elapsed() < super::REST);
    line.set(FORWARD);
    std::thread::sleep(super::REST);
    log.append(&given).unwrap();
    world.is_there();
}

#[test]
fn a_sink_that_lost_or_gained_lines_gets_no_more() {
    let (mut world, keeper, line, log) = over_a_line();
    let first = world.next();
    log.append(&first).unwrap();
    log.append(&world.next()).unwrap();
    drop(keeper);
    let back = World::new();
    fs::File::options().append(true).open(back.file()).unwrap().write_all(&first).unwrap();
    let keeper = Keeper::start(&back.file(), None, None);
    *line.to.lock().unwrap() = keeper.address;
    let given = world.next();
    for mode in [FORWARD, REFUSE, FORWARD] {
        line.set(mode);
        let error = log.append(&given).unwrap_err();
        assert_eq!(error.to_string().contains("lost or gained lines"), mode == FORWARD, "{error}");
    }
    assert_eq!(log.read(&mut |_| Ok(())).unwrap_err().kind(), ErrorKind::InvalidData);
    assert_eq!(fs::read(back.file()).unwrap(), first);
}

/// Answers everything with this.
fn canned(answer: String) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut client = stream.unwrap();
            request(&mut client);
            let _ = client.write_all(answer.as_bytes());
        }
    });
    address
}

#[test]
fn what_does_not_answer_as_a_sink_is_none() {
    let answers = [
        ("302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0", "302"),
        ("200 OK\r\nTransfer-Encoding: chunked", "how many octets"),
        ("200 OK\r\nContent-Length: +5", ""),
        ("404 Not Found\r\nContent-Length: 0", "404"),
        ("500 Oops\r\nContent-Length: 0", "500"),
    ];
    for (answer, said) in answers {
        let address = canned(format!("HTTP/1.1 {answer}\r\nConnection: close\r\n\r\n"));
        let error = LogUrl::open(&plain(address)).unwrap_err();
        assert!(error.to_string().contains(said), "{answer}: {error}");
    }
    // An answer to the question how long it is, to that for all of it, and to an append.
    let address = canned("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nshort".to_owned());
    let log = LogUrl::open(&plain(address)).unwrap();
    assert!(log.read(&mut |_| Ok(())).unwrap_err().to_string().contains("cut short"));
    assert!(log.append(b"x\n").is_err());
    let nobody = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    assert_eq!(LogUrl::open(&plain(nobody)).unwrap_err().kind(), ErrorKind::ConnectionRefused);
}

/// Status, code of the problem and Upload-Offset of an answer to a request as it is.
fn ask(keeper: &Keeper, method: &str, headers: &str, body: &[u8]) -> (u16, String, Option<u64>) {
    let mut stream = TcpStream::connect(keeper.address).unwrap();
    let length = body.len();
    let head = format!(
        "{method} / HTTP/1.1\r\nHost: log\r\nConnection: close\r\n{headers}Content-Length: {length}\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).unwrap();
    // The witness may not want all of it.
    let _ = stream.write_all(body);
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    let answer = String::from_utf8(answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    let code = body.split("\"code\":\"").nth(1).map(|rest| rest.split('"').next().unwrap().to_owned());
    let offset = head.lines().find_map(|line| line.strip_prefix("upload-offset: ")?.parse().ok());
    (answer[9..12].parse().unwrap(), code.unwrap_or_default(), offset)
}

#[test]
fn a_witness_takes_only_lines_that_continue_its_log() {
    let mut world = World::new();
    let keeper = Keeper::start(&world.file(), None, None);
    let (first, second) = (world.next(), world.next());
    let post =
        |offset: usize, body: &[u8]| ask(&keeper, "POST", &format!("Upload-Offset: {offset}\r\n"), body);
    assert_eq!(post(0, &second), (422, "off-host-gap".to_owned(), None));
    assert_eq!(post(0, &first).0, 204);
    let end = first.len();
    assert_eq!(post(0, &first), (409, "off-host-offset".to_owned(), Some(end as u64)));
    assert_eq!(post(end, &first), (422, "off-host-gap".to_owned(), None));
    let altered = String::from_utf8(second.clone()).unwrap().replace("0707", "0708");
    assert_eq!(post(end, altered.as_bytes()), (422, "off-host-altered".to_owned(), None));
    let cut = &second[..second.len() - 1];
    for malformed in [&b""[..], b"\n", b"hello\n", cut, &[&second[..], b"\n"].concat(), &[b'x'; 70_000]] {
        assert_eq!(post(end, malformed), (422, "off-host-malformed".to_owned(), None));
    }
    // One line that would continue it, longer than any.
    let (hash, json) = std::str::from_utf8(cut).unwrap().split_once(' ').unwrap();
    let long = format!("{hash} {}{json}\n", " ".repeat(70_000));
    assert_eq!(post(end, long.as_bytes()).1, "off-host-malformed");
    assert_eq!(post(end, &vec![b'x'; crate::port::MAX_APPEND + 1]).0, 413);
    for headers in
        ["", "Upload-Offset: +0\r\n", "Upload-Offset: -1\r\n", "Upload-Offset: 99999999999999999999\r\n"]
    {
        assert_eq!(ask(&keeper, "POST", headers, &second).1, "off-host-offset-missing", "{headers}");
    }
    assert_eq!(ask(&keeper, "DELETE", "", b"").0, 405);
    assert_eq!(fs::read(world.file()).unwrap(), first, "nothing of that is there");
    assert_eq!(post(end, &second).0, 204);
    world.is_there();
}

#[test]
fn a_log_that_was_altered_is_not_kept_on() {
    let mut world = World::new();
    let text = [world.next(), world.next()].concat();
    let altered = String::from_utf8(text).unwrap().replace("0707", "0708");
    fs::File::options().append(true).open(world.file()).unwrap().write_all(altered.as_bytes()).unwrap();
    let log = Arc::new(LogFile::open(&world.file()).unwrap());
    assert_eq!(Witness::take_up(log).err().unwrap().code(), "off-host-altered");
}

#[test]
fn a_log_that_is_longer_than_a_part_is_read_whole_while_it_grows() {
    let mut world = World::new();
    let keeper = Keeper::start(&world.file(), None, None);
    let log = LogUrl::open(&plain(keeper.address)).unwrap();
    for _ in 0..4 {
        let lines: Vec<u8> = (0..4_000).flat_map(|_| world.next()).collect();
        log.append(&lines).unwrap();
    }
    let reader = LogUrl::open(&plain(keeper.address)).unwrap();
    let before = world.text.clone();
    log.append(&world.next()).unwrap();
    assert!(before.len() > 2_000_000 && text(&reader) == before);
    assert!(text(&log) == world.text);
}
