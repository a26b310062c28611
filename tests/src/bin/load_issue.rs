//! Certificates a second, stored durably: `tests/load/run issue [--seconds N] [--rows N]`.
//!
//! Distinct SM2 requests go over HTTPS connections that are kept, to EST with proof of possession checked. PostgreSQL stands
//! beside cfssl over the same PostgreSQL with P-256; SQLite beside the durable commits of single rows that the disk gives, and
//! beside `openssl ca` with an index of 1,000 lines. With `--rows` the rate over a store with so many certificates stands
//! beside the one before it was filled. All run one after another on the same cores.

#![allow(clippy::disallowed_methods, reason = "the files of a measurement are temporary")]

use std::net::SocketAddr;
use std::path::Path;
use std::process::{Command, ExitCode};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use ca_core::algorithm::{KeySpec, Sm2Parameters};
use ca_core::encoding::pem;
use ca_core::issuance::{AuthorizedRequest, Choices, Issuer, Urls};
use ca_core::key::{BlockedKeys, NormalizedKey, PrivateKey};
use ca_core::profile::Profile;
use ca_core::x509::name::AttributeKind;
use ca_core::x509::{Certificate, CertificationRequest, Extensions, Name, SerialNumber};
use getrandom::SysRng;
use getrandom::rand_core::UnwrapErr;
use serde_json::{Value, json};
use tests::https::{self, Client};
use tests::load::{Background, processor_seconds, processor_seconds_of};
use tests::requester::{Access, request};
use tests::server::{DevServer, free_port};
use tests::tools;

const SECONDS: u64 = 4;
/// More than are issued in a round.
const REQUESTS_A_SECOND: usize = 8_000;
/// Requests of the peer, which does not mind repetitions.
const PEER_REQUESTS: usize = 500;
const VARIABLE: &str = "CITYCA_TEST_POSTGRESQL";

struct Plan {
    seconds: u64,
    rows: Option<usize>,
}

fn plan() -> Option<Plan> {
    let mut plan = Plan { seconds: SECONDS, rows: None };
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        let value = words.next()?.parse::<usize>().ok()?;
        match word.as_str() {
            "--seconds" => plan.seconds = value as u64,
            "--rows" => plan.rows = Some(value),
            _ => return None,
        }
    }
    Some(plan)
}

/// What was measured, and against what.
#[derive(Default)]
struct Figures {
    lines: Vec<(String, f64, &'static str, Option<f64>, String)>,
}

impl Figures {
    fn add(&mut self, name: &str, value: f64, unit: &'static str) -> f64 {
        self.compare(name, value, unit, None, "")
    }

    fn compare(&mut self, name: &str, value: f64, unit: &'static str, goal: Option<f64>, peer: &str) -> f64 {
        println!("{}", json!({ "name": name, "value": value, "unit": unit, "goal": goal, "peer": peer }));
        self.lines.push((name.to_owned(), value, unit, goal, peer.to_owned()));
        value
    }

    fn end(self) -> ExitCode {
        println!();
        let mut missed = 0;
        for (name, value, unit, goal, peer) in self.lines {
            let verdict = match goal {
                Some(goal) if value < goal => {
                    missed += 1;
                    format!("goal {goal}: MISSED ({peer})")
                }
                Some(goal) => format!("goal {goal} ({peer})"),
                None => String::new(),
            };
            println!("{name:<44} {value:>10.2} {unit:<8} {verdict}");
        }
        if missed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }
}

/// Requests that were never sent, made on all cores.
fn requests(count: usize) -> Vec<Vec<u8>> {
    static COUNT: AtomicUsize = AtomicUsize::new(0);
    let threads = std::thread::available_parallelism().map_or(2, usize::from);
    std::thread::scope(|scope| {
        let makers: Vec<_> = (0..threads)
            .map(|_| {
                scope.spawn(|| {
                    let make = |_| request(&format!("meter-{}", COUNT.fetch_add(1, Ordering::Relaxed)));
                    (0..count.div_ceil(threads)).map(make).collect::<Vec<_>>()
                })
            })
            .collect();
        makers.into_iter().flat_map(|maker| maker.join().expect("requests are made")).collect()
    })
}

/// Sends with so many clients for a time. Gives how many were answered a second.
fn send(clients: usize, seconds: u64, each: impl Fn(usize) -> Option<bool> + Sync) -> f64
where
{
    let done = AtomicUsize::new(0);
    let begun = Instant::now();
    let end = begun + Duration::from_secs(seconds);
    std::thread::scope(|scope| {
        for client in 0..clients {
            let (each, done) = (&each, &done);
            scope.spawn(move || {
                while Instant::now() < end {
                    match each(client) {
                        Some(true) => drop(done.fetch_add(1, Ordering::Relaxed)),
                        Some(false) => {}
                        None => return,
                    }
                }
            });
        }
    });
    done.load(Ordering::Relaxed) as f64 / begun.elapsed().as_secs_f64()
}

/// Processor time of a server for each certificate, in microseconds.
#[derive(Clone, Copy, Default)]
struct Spent {
    all: f64,
    /// By the thread that writes to the store; with SQLite that is the database too.
    store: f64,
    /// By the threads that read and write connections.
    connections: f64,
}

impl Spent {
    /// In seconds since the server began.
    fn until_now(server: &DevServer) -> Self {
        let of = |name| processor_seconds_of(server.id(), name);
        Self { all: processor_seconds(server.id()), store: of("store)"), connections: of("actix-rt") }
    }

    fn since(self, before: Self, certificates: f64) -> Self {
        let each = |now: f64, before: f64| (now - before) * 1e6 / certificates.max(1.0);
        Self {
            all: each(self.all, before.all),
            store: each(self.store, before.store),
            connections: each(self.connections, before.connections),
        }
    }

    /// Says it by part. The first parts are measured alone.
    fn add_to(self, figures: &mut Figures, name: &str, parts: &[(&str, f64)]) {
        figures.add(&format!("processor time, {name}"), self.all, "us");
        let mut rest = self.all;
        let threads = [("store", self.store), ("TLS and HTTP", self.connections)];
        for (part, each) in parts.iter().chain(&threads) {
            figures.add(&format!("  {part}"), *each, "us");
            rest -= each;
        }
        figures.add("  waiting, waking, names, logs", rest, "us");
    }
}

/// The rate of City CA, and what it costs.
fn ours(server: &DevServer, clients: usize, seconds: u64) -> (f64, Spent) {
    let access = Access::read(server.data());
    let trust = https::trust(&server.data().join("tls-ca.pem"));
    let all: Vec<std::sync::Mutex<Client>> = (0..clients)
        .map(|_| std::sync::Mutex::new(Client::new(server.https(), Arc::clone(&trust))))
        .collect();
    let requests = requests(REQUESTS_A_SECOND * seconds as usize);
    let next = AtomicUsize::new(0);
    let before = Spent::until_now(server);
    let rate = send(clients, seconds, |client| {
        let request = requests.get(next.fetch_add(1, Ordering::Relaxed))?;
        let mut client = all[client].lock().expect("one thread each");
        match access.enroll(&mut client, request).expect("the server answers") {
            Ok(_) => Some(true),
            Err(answer) => panic!("{} {}", answer.head, String::from_utf8_lossy(&answer.body)),
        }
    });
    (rate, Spent::until_now(server).since(before, rate * seconds as f64))
}

/// The tables of cfssl as its migrations make them.
const CFSSL_TABLES: &str = "CREATE TABLE certificates (serial_number bytea NOT NULL, authority_key_identifier bytea NOT NULL, \
    ca_label bytea, status bytea NOT NULL, reason int, expiry timestamptz, revoked_at timestamptz, pem bytea NOT NULL, \
    PRIMARY KEY (serial_number, authority_key_identifier)); \
    CREATE TABLE ocsp_responses (serial_number bytea NOT NULL, authority_key_identifier bytea NOT NULL, body bytea NOT NULL, \
    expiry timestamptz, PRIMARY KEY (serial_number, authority_key_identifier))";

fn psql(url: &str, sql: &str) -> String {
    let mut all: Vec<_> = std::fs::read_dir("/usr/lib/postgresql")
        .expect("Debian's PostgreSQL")
        .filter_map(|entry| Some(entry.ok()?.path().join("bin/psql")))
        .collect();
    all.sort();
    let output = Command::new(all.pop().expect("psql"))
        .args(["-q", "-At", "-v", "ON_ERROR_STOP=1", url, "-c", sql])
        .output()
        .expect("psql runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

/// A new database, by its URL.
fn database(name: &str) -> String {
    let base = std::env::var(VARIABLE).expect("PostgreSQL");
    psql(&base, &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
    psql(&base, &format!("CREATE DATABASE {name} TEMPLATE template0"));
    base.replace("/postgres?", &format!("/{name}?"))
}

/// cfssl with P-256 over HTTPS and PostgreSQL.
struct Cfssl {
    process: Background,
    address: SocketAddr,
    trust: Arc<rustls::ClientConfig>,
    requests: Vec<Vec<u8>>,
}

impl Cfssl {
    fn start(folder: &Path) -> Self {
        let url = database("cityca_peer");
        psql(&url, CFSSL_TABLES);
        tools::openssl(folder, "ecparam -name prime256v1 -genkey -noout -out ca-key.pem").ok();
        tools::openssl(folder, "req -x509 -new -key ca-key.pem -sha256 -subj /CN=peer -days 365 -out ca.pem")
            .ok();
        tools::openssl(folder, "ecparam -name prime256v1 -genkey -noout -out tls-key.pem").ok();
        tools::openssl(folder, "req -new -key tls-key.pem -subj /CN=127.0.0.1 -out tls.csr").ok();
        std::fs::write(folder.join("tls.ext"), "subjectAltName=IP:127.0.0.1").expect("a file");
        tools::openssl(
            folder,
            "x509 -req -in tls.csr -CA ca.pem -CAkey ca-key.pem -CAcreateserial -days 365 -extfile tls.ext -out tls.pem",
        )
        .ok();
        let config = json!({ "signing": { "default": { "expiry": "8760h", "usages": ["digital signature", "client auth"] } } });
        std::fs::write(folder.join("config.json"), config.to_string()).expect("a file");
        let secure = std::env::var(format!("{VARIABLE}_TCP")).expect("PostgreSQL over TCP");
        let source = format!("{secure}/cityca_peer?sslmode=disable");
        let db = json!({ "driver": "postgres", "data_source": source });
        std::fs::write(folder.join("db.json"), db.to_string()).expect("a file");
        let address = SocketAddr::from(([127, 0, 0, 1], free_port()));
        let mut command = Command::new("cfssl");
        command.current_dir(folder).args([
            "serve",
            "-address",
            "127.0.0.1",
            "-port",
            &address.port().to_string(),
        ]);
        command.args([
            "-ca",
            "ca.pem",
            "-ca-key",
            "ca-key.pem",
            "-config",
            "config.json",
            "-db-config",
            "db.json",
        ]);
        command.args(["-tls-cert", "tls.pem", "-tls-key", "tls-key.pem", "-loglevel", "2"]);
        let process = Background::start(&mut command, address);
        let mut rng = UnwrapErr(SysRng);
        let requests = (0..PEER_REQUESTS)
            .map(|number| {
                let key = PrivateKey::generate(KeySpec::P256, &mut rng).expect("a key");
                let key = key.into_signer(Sm2Parameters::Absent);
                let name = Name::from_parts(&[(AttributeKind::CommonName, format!("meter-{number}"))]);
                let request = CertificationRequest::create(
                    &name.expect("a name"),
                    &Extensions::default(),
                    &key,
                    &mut rng,
                );
                let text = pem::write("CERTIFICATE REQUEST", request.expect("a request").der());
                json!({ "certificate_request": text }).to_string().into_bytes()
            })
            .collect();
        Self { process, address, trust: https::trust(&folder.join("ca.pem")), requests }
    }

    fn rate(&self, clients: usize, seconds: u64) -> (f64, f64) {
        let all: Vec<std::sync::Mutex<Client>> = (0..clients)
            .map(|_| std::sync::Mutex::new(Client::new(self.address, Arc::clone(&self.trust))))
            .collect();
        let next = AtomicUsize::new(0);
        let before = processor_seconds(self.process.id());
        let rate = send(clients, seconds, |client| {
            let request = &self.requests[next.fetch_add(1, Ordering::Relaxed) % self.requests.len()];
            let mut client = all[client].lock().expect("one thread each");
            let headers = [("Content-Type", "application/json")];
            let answer = client.send("POST", "/api/v1/cfssl/sign", &headers, request).expect("cfssl answers");
            let text: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
            assert!(text["success"] == true, "{} {text}", answer.head);
            Some(true)
        });
        (rate, (processor_seconds(self.process.id()) - before) * 1e6 / (rate * seconds as f64).max(1.0))
    }
}

/// Durable commits of one row a second that SQLite gives on this disk.
fn commits(folder: &Path, seconds: u64) -> f64 {
    let program = format!(
        "import sqlite3,time\nc=sqlite3.connect('floor.sqlite',isolation_level=None)\n\
         c.execute('PRAGMA journal_mode=WAL');c.execute('PRAGMA synchronous=FULL');c.execute('CREATE TABLE t(x BLOB)')\n\
         n=0;b=time.time()\nwhile time.time()<b+{seconds}:\n c.execute('INSERT INTO t VALUES(?)',(b'x'*600,));n+=1\n\
         print(n/(time.time()-b))"
    );
    tools::run(folder, "python3", &["-c", &program]).ok().trim().parse().expect("a rate")
}

/// Certificates a second of `openssl ca` with an index of 1,000 lines.
fn openssl_ca(folder: &Path) -> f64 {
    const RUNS: usize = 20;
    tools::openssl(folder, "ecparam -name prime256v1 -genkey -noout -out ca-key.pem").ok();
    tools::openssl(folder, "req -x509 -new -key ca-key.pem -sha256 -subj /CN=peer -days 365 -out ca.pem")
        .ok();
    tools::openssl(folder, "ecparam -name prime256v1 -genkey -noout -out key.pem").ok();
    let index: String = (0..1000)
        .map(|number| {
            format!("V\t350101000000Z\t\t{:06X}\tunknown\t/CN=meter-{number}\n", 0x10_0000 + number)
        })
        .collect();
    std::fs::write(folder.join("index.txt"), index).expect("a file");
    std::fs::write(folder.join("serial"), "200000\n").expect("a file");
    std::fs::create_dir_all(folder.join("new")).expect("a folder");
    let config = "[ca]\ndefault_ca=d\n[d]\ndatabase=index.txt\nserial=serial\nnew_certs_dir=new\ncertificate=ca.pem\n\
                  private_key=ca-key.pem\ndefault_md=sha256\ndefault_days=365\npolicy=p\nunique_subject=no\n[p]\ncommonName=supplied\n";
    std::fs::write(folder.join("ca.cnf"), config).expect("a file");
    tools::openssl(folder, "req -new -key key.pem -subj /CN=one -out one.csr").ok();
    let begun = Instant::now();
    for _ in 0..RUNS {
        tools::openssl(folder, "ca -batch -notext -config ca.cnf -in one.csr -out one.pem").ok();
    }
    RUNS as f64 / begun.elapsed().as_secs_f64()
}

struct NothingBlocked;

impl BlockedKeys for NothingBlocked {
    fn is_blocked(&self, _: &NormalizedKey) -> bool {
        false
    }
}

/// Processor time of the steps of issuing on one thread, in microseconds: the request with its proof of possession, the
/// rehearsal with lint, the signature with its check.
fn parts(data: &Path) -> [(&'static str, f64); 3] {
    const COUNT: usize = 2_000;
    let mut rng = UnwrapErr(SysRng);
    let read = |name: &str| std::fs::read(data.join(name)).expect("a file of the server");
    let objects = pem::read_all(&read("issuing.pem")).expect("PEM");
    let certificate = Certificate::from_der(&objects.first().expect("one").der).expect("issuing");
    let key = PrivateKey::from_pem(&read("keys/issuing.key"), None).expect("the key of issuing");
    let name = "issuing".parse().expect("a name");
    let urls = Urls::under("http://127.0.0.1:8080", &name).expect("an address");
    let signer = Arc::new(key.into_signer(Sm2Parameters::Absent));
    let issuer = Issuer::new(name, certificate, signer, urls, &mut rng).expect("an issuer");
    let (_, text) = schemas::profiles::DEFAULT.iter().find(|(name, _)| *name == "device").expect("device");
    let profile = Arc::new(Profile::from_toml("device", text).expect("a profile"));
    let requests = requests(COUNT);
    let own = std::process::id();
    // Each step for all, so that the clock of the processor is fine enough.
    let begun = processor_seconds(own);
    let authorized: Vec<_> = requests
        .iter()
        .map(|der| {
            let verified =
                CertificationRequest::from_der(der).and_then(CertificationRequest::verify).expect("good");
            AuthorizedRequest::new(Arc::clone(&profile), verified, Choices::default(), &NothingBlocked)
                .expect("the profile agrees")
        })
        .collect();
    let after_requests = processor_seconds(own);
    let committed: Vec<_> = authorized
        .into_iter()
        .map(|request| {
            let serial = SerialNumber::generate(&mut rng);
            let prepared =
                issuer.prepare(request, serial, jiff::Timestamp::now(), &mut rng).expect("prepared");
            prepared.commit(|_| Ok::<(), ()>(())).expect("committed")
        })
        .collect();
    let after_rehearsals = processor_seconds(own);
    for committed in committed {
        issuer.sign(committed, &mut rng).expect("signed");
    }
    let after_signatures = processor_seconds(own);
    let each =
        [after_requests - begun, after_rehearsals - after_requests, after_signatures - after_rehearsals]
            .map(|spent| spent * 1e6 / requests.len() as f64);
    [("request and proof", each[0]), ("rehearsal and lint", each[1]), ("signature and check", each[2])]
}

fn main() -> ExitCode {
    let Some(plan) = plan() else {
        eprintln!("usage: tests/load/run issue [--seconds N] [--rows N]");
        return ExitCode::from(2);
    };
    let mut figures = Figures::default();
    let folder = tempfile::tempdir().expect("a folder");
    let place = |name: &str| {
        let path = folder.path().join(name);
        std::fs::create_dir_all(&path).expect("a folder");
        path
    };
    let quiet = ("CITYCA__LOG__FILTER", "warn");

    let floor = figures.add("durable commits of one row", commits(&place("floor"), plan.seconds), "/s");
    let slow = figures.add("openssl ca, 1,000 lines", openssl_ca(&place("openssl")), "/s");
    {
        let server = DevServer::start_with(&folder.path().join("sqlite"), &[quiet]);
        let (one, _) = ours(&server, 1, plan.seconds);
        let (many, spent) = ours(&server, 64, plan.seconds);
        figures.add("SQLite, 1 client", one, "/s");
        figures.add("SQLite, 64 clients", many, "/s");
        figures.compare(
            "SQLite, 1 client, over commits",
            one / floor,
            "times",
            Some(0.4),
            "single-row commits",
        );
        figures.compare(
            "SQLite, 64 clients, over commits",
            many / floor,
            "times",
            Some(5.0),
            "single-row commits",
        );
        figures.compare(
            "SQLite, 64 clients, over openssl ca",
            many / slow,
            "times",
            Some(20.0),
            "openssl ca",
        );
        spent.add_to(&mut figures, "SQLite, 64 clients", &parts(server.data()));
    }
    if std::env::var_os(VARIABLE).is_none() {
        println!("skipped: PostgreSQL, because {VARIABLE} names none");
        return figures.end();
    }
    let url = database("cityca_load");
    let server =
        DevServer::start_with(&folder.path().join("postgresql"), &[quiet, ("CITYCA__DATABASE", &url)]);
    let peer = Cfssl::start(&place("cfssl"));
    let mut before = 0.0;
    for clients in [16, 64] {
        let (mut best, mut best_peer) = ((0.0_f64, Spent::default()), (0.0_f64, 0.0));
        // Taking turns, so that what else the machine does falls on both.
        for _ in 0..2 {
            let (own, other) = (ours(&server, clients, plan.seconds), peer.rate(clients, plan.seconds));
            best = if own.0 > best.0 { own } else { best };
            best_peer = if other.0 > best_peer.0 { other } else { best_peer };
        }
        figures.add(&format!("PostgreSQL, {clients} clients"), best.0, "/s");
        figures.add(&format!("cfssl, {clients} clients"), best_peer.0, "/s");
        best.1.add_to(&mut figures, &format!("PostgreSQL, {clients} clients"), &parts(server.data()));
        figures.add(&format!("processor time, cfssl, {clients} clients"), best_peer.1, "us");
        let name = format!("PostgreSQL, {clients} clients, over cfssl");
        figures.compare(&name, best.0 / best_peer.0, "times", Some(3.0), "cfssl over PostgreSQL");
        before = best.0;
    }
    drop(peer);
    if let Some(rows) = plan.rows {
        let fill = tests::workspace::root().join("tests/load/fill");
        tools::run(folder.path(), fill, &[url.as_str(), &rows.to_string()]).ok();
        let after = ours(&server, 64, plan.seconds).0.max(ours(&server, 64, plan.seconds).0);
        figures.add(&format!("PostgreSQL, 64 clients, {rows} stored"), after, "/s");
        let name = format!("{rows} stored over few");
        figures.compare(&name, after / before, "times", Some(0.9), "the same store before");
    }
    figures.end()
}
