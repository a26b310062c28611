//! The programs of others that do the same work.

use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;

use base64::Engine as _;
use ca_core::algorithm::{KeySpec, Sm2Parameters};
use ca_core::ocsp::{CertStatus, OcspRequest, Responder, SingleAnswer};
use ca_core::x509::SerialNumber;
use ca_core::x509::extension::{ExtensionValue as _, KeyUsage, KeyUsages};
use getrandom::SysRng;
use getrandom::rand_core::UnwrapErr;
use tests::hierarchy::{FIRST, Hierarchy, Keys, Plan, now};
use tests::load::{Background, Method, Requests};
use tests::tools;

use crate::{CERTIFICATES, certificate, loopback, questions};

/// cfssl over a folder, with the requests for it.
pub(crate) fn cfssl(folder: &Path, scripts: &Path) -> (Requests, Background, SocketAddr) {
    let requests = Requests::write(scripts, "cfssl", Method::Post("/"), false, &cfssl_answers(folder));
    let address = loopback();
    let server = Background::start(
        Command::new("cfssl")
            .current_dir(folder)
            .args(["ocspserve", "-address=127.0.0.1", "-responses=responses", "-loglevel=5"])
            .arg(format!("-port={}", address.port())),
        address,
    );
    (requests, server, address)
}

/// The requests for OpenSSL over a folder.
pub(crate) fn openssl_requests(folder: &Path, scripts: &Path) -> Requests {
    Requests::write(scripts, "openssl", Method::Post("/"), true, &openssl_authority(folder))
}

/// OpenSSL over a folder. It takes a port and no address: `tests/load/run` gives all of this a network of its own, which has
/// nothing but loopback. After a connection that ends without a request it turns in circles: each round needs a new one.
pub(crate) fn openssl(folder: &Path) -> (Background, SocketAddr) {
    let address = loopback();
    let words = "ocsp -index index.txt -CA ca.pem -rsigner ca.pem -rkey key.pem -rmd sm3 \
                 -rsigopt distid:1234567812345678 -port";
    let mut command = Command::new("openssl");
    command.current_dir(folder).args(words.split_whitespace()).arg(address.port().to_string());
    (Background::start(&mut command, address), address)
}

/// Answers signed beforehand in the file that cfssl reads, by an authority of its own with P-256, and the questions.
fn cfssl_answers(folder: &Path) -> Vec<Vec<u8>> {
    let mut rng = UnwrapErr(SysRng);
    let keys = Keys::new([(KeySpec::P256, Sm2Parameters::Absent); 4]);
    let mut plan = Plan::new();
    let usages = KeyUsages::from([KeyUsage::KeyCertSign, KeyUsage::CrlSign, KeyUsage::DigitalSignature]);
    plan.certificates[FIRST].set(usages.to_extension(true));
    let Hierarchy { certificates, .. } = plan.make(&keys);
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
        archive_cutoff: None,
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
