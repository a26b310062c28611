//! OCSP answers a second and what each costs: `tests/load/run status [SECONDS]`, on loopback, keep-alive, 64 connections, 500
//! certificates.
//!
//! Kept answers stand beside the same HTTP library with a handler that does nothing, and cfssl's `ocspserve`, which gives out files
//! that were signed beforehand. Answers signed at once stand beside `openssl ocsp` with SM2, which does the same. The servers take
//! turns, and the best round of each counts.

#![allow(clippy::disallowed_methods, reason = "the files of a measurement are temporary")]

use std::net::SocketAddr;
use std::path::Path;
use std::process::{Command, ExitCode};
use std::time::Duration;

use actix_web::{App, HttpResponse, HttpServer, web};
use base64::Engine as _;
use ca_core::algorithm::digest::DigestAlgorithm;
use ca_core::algorithm::{KeySpec, Sm2Parameters};
use ca_core::encoding::pem;
use ca_core::key::PrivateKey;
use ca_core::ocsp::{CertId, CertStatus, OcspRequest, Responder, SingleAnswer};
use ca_core::x509::name::AttributeKind;
use ca_core::x509::{Certificate, CertificationRequest, Extensions, Name, SerialNumber};
use getrandom::SysRng;
use getrandom::rand_core::UnwrapErr;
use tests::hierarchy::{FIRST, Hierarchy, Keys, Plan, now};
use tests::load::{Background, Load, Method, Requests};
use tests::server::{DevServer, free_port};
use tests::tools;

const CERTIFICATES: usize = 500;
const CONNECTIONS: u32 = 64;
const ROUNDS: usize = 3;
const SECONDS: u64 = 3;
/// Octets of the answer that the handler gives that does nothing: those of an SM2 answer with its certificate.
const BARE_ANSWER: [u8; 900] = [0x30; 900];

fn loopback() -> SocketAddr {
    SocketAddr::from(([127, 0, 0, 1], free_port()))
}

/// The first certificate of a PEM file.
fn certificate(text: &str) -> Certificate {
    let objects = pem::read_all(text.as_bytes()).expect("PEM");
    Certificate::from_der(&objects.first().expect("an object").der).expect("a certificate")
}

/// The HTTP library alone.
fn bare(address: SocketAddr) -> ExitCode {
    let answer =
        || async { HttpResponse::Ok().content_type("application/ocsp-response").body(&BARE_ANSWER[..]) };
    let run = actix_web::rt::System::new().block_on(async move {
        HttpServer::new(move || {
            App::new().route("/ocsp", web::post().to(answer)).route("/ocsp/{request}", web::get().to(answer))
        })
        .workers(2)
        .bind(address)?
        .run()
        .await
    });
    if run.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Enrols devices by one `curl`, and gives their serials.
fn enroll(server: &DevServer, folder: &Path) -> Vec<SerialNumber> {
    let mut rng = UnwrapErr(SysRng);
    let credentials =
        std::fs::read_to_string(server.data().join("est.credentials")).expect("est.credentials");
    let mut config = String::new();
    for number in 0..CERTIFICATES {
        let key =
            PrivateKey::generate(KeySpec::Sm2, &mut rng).expect("a key").into_signer(Sm2Parameters::Absent);
        let subject =
            Name::from_parts(&[(AttributeKind::CommonName, format!("camera-{number}"))]).expect("a name");
        let request = CertificationRequest::create(&subject, &Extensions::default(), &key, &mut rng)
            .expect("a request");
        std::fs::write(folder.join(format!("{number}.csr")), request.der()).expect("a file");
        config.push_str(&format!(
            "{}url = \"https://{}/.well-known/est/simpleenroll\"\nuser = \"{}\"\ncacert = \"{}\"\nheader = \"Content-Type: application/pkcs10\"\n\
             header = \"Accept: application/x-pem-file\"\ndata-binary = \"@{number}.csr\"\noutput = \"{number}.pem\"\nfail\n",
            if number == 0 { "" } else { "next\n" },
            server.https(),
            credentials.trim(),
            server.data().join("tls-ca.pem").display(),
        ));
    }
    std::fs::write(folder.join("curl.conf"), config).expect("a file");
    tools::run(folder, "curl", &["-sS", "-K", "curl.conf"]).ok();
    (0..CERTIFICATES)
        .map(|number| {
            let text = std::fs::read_to_string(folder.join(format!("{number}.pem"))).expect("a certificate");
            certificate(&text).serial().clone()
        })
        .collect()
}

fn questions(issuer: &Certificate, serials: &[SerialNumber], nonce: bool) -> Vec<Vec<u8>> {
    serials
        .iter()
        .map(|serial| {
            let id = CertId::new(DigestAlgorithm::Sha1, issuer, serial).expect("a CertID");
            let nonce = nonce.then(|| &serial.as_bytes()[..16]);
            OcspRequest::new(vec![id], nonce).expect("a request").der().to_vec()
        })
        .collect()
}

/// Answers signed beforehand in the file that cfssl reads, by an authority of its own with P-256, and the questions.
fn cfssl_answers(folder: &Path) -> Vec<Vec<u8>> {
    let mut rng = UnwrapErr(SysRng);
    let keys = Keys::new([(KeySpec::P256, Sm2Parameters::Absent); 4]);
    let Hierarchy { certificates, .. } = Plan::new().make(&keys);
    let issuer = &certificates[FIRST];
    let responder =
        Responder::new(issuer.clone(), keys.signer(FIRST)).expect("an authority answers for itself");
    let serials: Vec<SerialNumber> = (0..CERTIFICATES as u64)
        .map(|number| SerialNumber::from_bytes(&(0x43_0000 + number).to_be_bytes()).expect("a serial"))
        .collect();
    let questions = questions(issuer, &serials, false);
    let answer = SingleAnswer {
        status: CertStatus::Good,
        this_update: now(),
        next_update: now() + jiff::SignedDuration::from_hours(24 * 365),
    };
    let lines: Vec<String> = questions
        .iter()
        .map(|question| {
            let request = OcspRequest::from_der(question).expect("a request");
            let der = responder.respond(&request, vec![answer], now(), &mut rng).expect("an answer");
            base64::engine::general_purpose::STANDARD.encode(der)
        })
        .collect();
    std::fs::write(folder.join("responses"), lines.join("\n")).expect("a file");
    questions
}

/// An authority of SM2 for `openssl ocsp`, with its index, and a question about each line.
fn openssl_authority(folder: &Path) -> Vec<Vec<u8>> {
    tools::openssl(folder, "ecparam -name SM2 -genkey -noout -out key.pem").ok();
    tools::openssl(folder, "req -x509 -new -key key.pem -sm3 -sigopt distid:1234567812345678 -subj /CN=peer -days 365 -out ca.pem").ok();
    let index: String = (0..CERTIFICATES)
        .map(|number| {
            format!("V\t350101000000Z\t\t{:016X}\tunknown\t/CN=camera-{number}\n", 0x43_0000 + number)
        })
        .collect();
    std::fs::write(folder.join("index.txt"), index).expect("a file");
    let issuer = certificate(&std::fs::read_to_string(folder.join("ca.pem")).expect("ca.pem"));
    let serials: Vec<SerialNumber> = (0..CERTIFICATES as u64)
        .map(|number| SerialNumber::from_bytes(&(0x43_0000 + number).to_be_bytes()).expect("a serial"))
        .collect();
    questions(&issuer, &serials, true)
}

/// A way to ask a server, and the best that it did so far.
struct Contender<'a> {
    name: &'static str,
    address: SocketAddr,
    process: u32,
    requests: &'a Requests,
    best: Load,
}

impl<'a> Contender<'a> {
    fn new(name: &'static str, address: SocketAddr, process: u32, requests: &'a Requests) -> Self {
        Self { name, address, process, requests, best: Load { rate: 0.0, microseconds: f64::INFINITY } }
    }

    fn round(&mut self, seconds: u64) {
        let load = self.requests.send(self.address, CONNECTIONS, Duration::from_secs(seconds), self.process);
        self.best.rate = self.best.rate.max(load.rate);
        self.best.microseconds = self.best.microseconds.min(load.microseconds);
    }
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [flag, address] = &arguments[..]
        && flag == "--bare"
    {
        return bare(address.parse().expect("an address"));
    }
    let seconds = arguments.first().map_or(SECONDS, |text| text.parse().expect("SECONDS is a number"));
    let folder = tempfile::tempdir().expect("a folder");
    let place = |name: &str| {
        let path = folder.path().join(name);
        std::fs::create_dir(&path).expect("a folder");
        path
    };
    let server = DevServer::start(&place("city"));
    let serials = enroll(&server, &place("devices"));
    let issuer = std::fs::read_to_string(server.data().join("issuing.pem")).expect("issuing.pem");
    let issuer = certificate(&issuer);
    let scripts = place("scripts");
    let (plain, fresh) = (questions(&issuer, &serials, false), questions(&issuer, &serials, true));
    let post = Requests::write(&scripts, "post", Method::Post("/ocsp"), false, &plain);
    let get = Requests::write(&scripts, "get", Method::Get("/ocsp/"), false, &plain);
    let live = Requests::write(&scripts, "live", Method::Post("/ocsp"), true, &fresh);

    let address = loopback();
    let itself = std::env::current_exe().expect("a running program has a path");
    let bare = Background::start(Command::new(itself).args(["--bare", &address.to_string()]), address);
    let mut contenders = vec![
        Contender::new("City CA, kept, POST", server.http(), server.id(), &post),
        Contender::new("City CA, kept, GET", server.http(), server.id(), &get),
        Contender::new("City CA, signed live, a connection each", server.http(), server.id(), &live),
        Contender::new("actix-web, nothing done, POST", address, bare.id(), &post),
        Contender::new("actix-web, nothing done, GET", address, bare.id(), &get),
    ];

    let files = place("cfssl");
    let peer_post = Requests::write(&scripts, "cfssl", Method::Post("/"), false, &cfssl_answers(&files));
    let address = loopback();
    let cfssl = Background::start(
        Command::new("cfssl")
            .current_dir(&files)
            .args(["ocspserve", "-address=127.0.0.1", "-responses=responses", "-loglevel=5"])
            .arg(format!("-port={}", address.port())),
        address,
    );
    contenders.push(Contender::new("cfssl ocspserve, POST", address, cfssl.id(), &peer_post));

    let files = place("openssl");
    let peer_live = Requests::write(&scripts, "openssl", Method::Post("/"), true, &openssl_authority(&files));
    let address = loopback();
    let openssl = Background::start(
        Command::new("openssl")
            .current_dir(&files)
            .args([
                "ocsp",
                "-index",
                "index.txt",
                "-CA",
                "ca.pem",
                "-rsigner",
                "ca.pem",
                "-rkey",
                "key.pem",
                "-rmd",
                "sm3",
                "-rsigopt",
                "distid:1234567812345678",
                "-port",
            ])
            .arg(address.to_string()),
        address,
    );
    contenders.push(Contender::new(
        "openssl ocsp, SM2, a connection each",
        address,
        openssl.id(),
        &peer_live,
    ));

    for _ in 0..ROUNDS {
        contenders.iter_mut().for_each(|contender| contender.round(seconds));
    }
    report(&contenders)
}

fn report(contenders: &[Contender<'_>]) -> ExitCode {
    let of = |name: &str| {
        contenders.iter().find(|found| found.name == name).map(|found| found.best).expect("measured")
    };
    let (post, get, live) =
        (of("City CA, kept, POST"), of("City CA, kept, GET"), of("City CA, signed live, a connection each"));
    let (bare_post, bare_get) = (of("actix-web, nothing done, POST"), of("actix-web, nothing done, GET"));
    let (cfssl, openssl) = (of("cfssl ocspserve, POST"), of("openssl ocsp, SM2, a connection each"));
    // The name, the figure, the goal, whether more is better, and the peer.
    let figures = [
        ("ocsp-kept-post-rate-over-bare", post.rate / bare_post.rate, 0.85, true, "actix-web, nothing done"),
        (
            "ocsp-kept-post-cpu-over-bare",
            post.microseconds / bare_post.microseconds,
            1.5,
            false,
            "actix-web, nothing done",
        ),
        ("ocsp-kept-get-rate-over-bare", get.rate / bare_get.rate, 0.85, true, "actix-web, nothing done"),
        (
            "ocsp-kept-get-cpu-over-bare",
            get.microseconds / bare_get.microseconds,
            1.5,
            false,
            "actix-web, nothing done",
        ),
        ("ocsp-kept-post-rate-over-cfssl", post.rate / cfssl.rate, 3.0, true, "cfssl ocspserve"),
        (
            "ocsp-kept-post-cpu-over-cfssl",
            post.microseconds / cfssl.microseconds,
            0.25,
            false,
            "cfssl ocspserve",
        ),
        (
            "ocsp-live-cpu-over-openssl",
            live.microseconds / openssl.microseconds,
            0.2,
            false,
            "openssl ocsp, SM2",
        ),
        ("ocsp-live-rate-over-openssl", live.rate / openssl.rate, 3.0, true, "openssl ocsp, SM2"),
    ];
    let mut missed = false;
    for (name, value, goal, _, peer) in &figures {
        let value = (value * 1000.0).round() / 1000.0;
        println!(
            "{}",
            serde_json::json!({ "name": name, "value": value, "unit": "times", "goal": goal, "peer": peer })
        );
    }
    println!("{:42} {:>12} {:>24}", "", "answers/s", "processor µs an answer");
    for contender in contenders {
        println!("{:42} {:12.0} {:24.2}", contender.name, contender.best.rate, contender.best.microseconds);
    }
    for (name, value, goal, more, _) in &figures {
        let reached = if *more { value >= goal } else { value <= goal };
        missed |= !reached;
        println!(
            "{name:36} {value:8.3}, {} {goal} {}",
            if *more { "at least" } else { "at most" },
            if reached { "reached" } else { "MISSED" }
        );
    }
    if missed { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}
