//! OCSP answers a second and what each costs: `tests/load/run status [SECONDS] [--stored [CERTIFICATES]]`, on loopback,
//! keep-alive, 64 connections, 500 certificates.
//!
//! Kept answers stand beside the same HTTP library with a handler that does nothing, and cfssl's `ocspserve`, which gives out
//! files that were signed beforehand. Answers signed at once stand beside `openssl ocsp` with SM2, which does the same. With
//! `--stored` another server has a million certificates, or as many as is said. The servers take turns, and the best round
//! of each counts.

#![allow(clippy::disallowed_methods, reason = "the files of a measurement are temporary")]

mod peers;
mod report;

use std::net::SocketAddr;
use std::path::Path;
use std::process::{Command, ExitCode};

use actix_web::{App, HttpResponse, HttpServer, web};
use ca_core::algorithm::digest::DigestAlgorithm;
use ca_core::algorithm::{KeySpec, Sm2Parameters};
use ca_core::encoding::pem;
use ca_core::key::PrivateKey;
use ca_core::ocsp::{CertId, OcspRequest};
use ca_core::x509::name::AttributeKind;
use ca_core::x509::{Certificate, CertificationRequest, Extensions, Name, SerialNumber};
use getrandom::SysRng;
use getrandom::rand_core::UnwrapErr;
use tests::load::{Background, Method, Requests};
use tests::server::{DevServer, free_port};
use tests::stored;
use tests::tools;

use self::report::Contender;

const CERTIFICATES: usize = 500;
const CONNECTIONS: u32 = 64;
const ROUNDS: usize = 3;
const SECONDS: u64 = 3;
/// Stored where nothing else is said.
const STORED: u64 = 1_000_000;

const KEPT_POST: &str = "City CA, kept, POST";
const KEPT_GET: &str = "City CA, kept, GET";
const LIVE: &str = "City CA, signed live, a connection each";
const BARE_POST: &str = "actix-web, nothing done, POST";
const BARE_GET: &str = "actix-web, nothing done, GET";
const CFSSL: &str = "cfssl ocspserve, POST";
const OPENSSL: &str = "openssl ocsp, SM2, a connection each";
const MANY_POST: &str = "City CA, many stored, kept, POST";
const MANY_LIVE: &str = "City CA, many stored, signed live";

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

/// The HTTP library alone: it reads the request, looks at nothing, not even for a route, and answers.
fn bare(address: SocketAddr) -> ExitCode {
    let answer = |_: web::Bytes| async {
        HttpResponse::Ok().content_type("application/ocsp-response").body(&BARE_ANSWER[..])
    };
    let run = actix_web::rt::System::new().block_on(async move {
        HttpServer::new(move || App::new().default_service(web::to(answer)))
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
            // Any nonce makes an answer live.
            let nonce = nonce.then_some(&[0x43; 16][..]);
            OcspRequest::new(vec![id], nonce).expect("a request").der().to_vec()
        })
        .collect()
}

/// Seconds of a round, and how many certificates are stored beside the few.
struct Wish {
    seconds: u64,
    stored: Option<u64>,
}

fn wish(arguments: &[String]) -> Option<Wish> {
    let mut wish = Wish { seconds: SECONDS, stored: None };
    let mut words = arguments.iter();
    while let Some(word) = words.next() {
        match word.as_str() {
            "--stored" => {
                wish.stored = Some(match words.next() {
                    Some(count) => count.parse().ok()?,
                    None => STORED,
                });
            }
            seconds => wish.seconds = seconds.parse().ok()?,
        }
    }
    Some(wish)
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [flag, address] = &arguments[..]
        && flag == "--bare"
    {
        return bare(address.parse().expect("an address"));
    }
    let Some(Wish { seconds, stored }) = wish(&arguments) else {
        eprintln!("usage: tests/load/run status [SECONDS] [--stored [CERTIFICATES]]");
        return ExitCode::from(2);
    };
    let folder = tempfile::tempdir().expect("a folder");
    let place = |name: &str| {
        let path = folder.path().join(name);
        std::fs::create_dir(&path).expect("a folder");
        path
    };
    let server = DevServer::start(&folder.path().join("city"));
    let serials = enroll(&server, &place("devices"));
    let issuer =
        certificate(&std::fs::read_to_string(server.data().join("issuing.pem")).expect("issuing.pem"));
    let scripts = place("scripts");
    let (plain, fresh) = (questions(&issuer, &serials, false), questions(&issuer, &serials, true));
    let post = Requests::write(&scripts, "post", Method::Post("/ocsp"), false, &plain);
    let get = Requests::write(&scripts, "get", Method::Get("/ocsp/"), false, &plain);
    let live = Requests::write(&scripts, "live", Method::Post("/ocsp"), true, &fresh);

    let address = loopback();
    let itself = std::env::current_exe().expect("a running program has a path");
    let bare = Background::start(Command::new(itself).args(["--bare", &address.to_string()]), address);
    let mut contenders = vec![
        Contender::new(KEPT_POST, server.http(), server.id(), &post),
        Contender::new(BARE_POST, address, bare.id(), &post),
        Contender::new(KEPT_GET, server.http(), server.id(), &get),
        Contender::new(BARE_GET, address, bare.id(), &get),
        Contender::new(LIVE, server.http(), server.id(), &live),
    ];
    let (peer_post, cfssl, at) = peers::cfssl(&place("cfssl"), &scripts);
    contenders.push(Contender::new(CFSSL, at, cfssl.id(), &peer_post));
    let files = place("openssl");
    let peer_live = peers::openssl_requests(&files, &scripts);
    let start = || peers::openssl(&files);
    contenders.push(Contender::started_each_round(OPENSSL, &start, &peer_live));

    let many = stored.map(|count| {
        let many = stored::start(&server, &folder.path().join("many"), count);
        let serials = stored::serials(&many.server, CERTIFICATES);
        let plain = questions(&issuer, &serials, false);
        let post = Requests::write(&scripts, "many", Method::Post("/ocsp"), false, &plain);
        let fresh = questions(&issuer, &serials, true);
        (many, post, Requests::write(&scripts, "many-live", Method::Post("/ocsp"), true, &fresh))
    });
    if let Some((many, post, live)) = &many {
        contenders.push(Contender::new(MANY_POST, many.server.http(), many.server.id(), post));
        contenders.push(Contender::new(MANY_LIVE, many.server.http(), many.server.id(), live));
    }
    for _ in 0..ROUNDS {
        contenders.iter_mut().for_each(|contender| contender.round(seconds));
    }
    let mut figures = report::figures(&contenders);
    if let Some((many, ..)) = &many {
        figures.push(report::Figure {
            name: "start-with-many-stored",
            value: many.ready_after.as_secs_f64(),
            unit: "s",
            goal: 2.0,
            more: false,
            peer: "",
        });
    }
    report::print(&contenders, &figures)
}
