//! Times of path validation on one thread, DER decoding included: `tests/load/run validate [ROUNDS]`.
//!
//! A chain of three: an end entity, an authority, and the anchor, whose key is decoded beforehand as in a server. P-256 stands
//! beside rustls-webpki with the same provider, SM2 beside OpenSSL's command line, which validates it link by link. The contenders
//! take turns and the fastest round of each counts.

#![allow(clippy::disallowed_methods, reason = "the files that OpenSSL reads are temporary")]

use std::hint::black_box;
use std::process::{Command, ExitCode};
use std::time::{Duration, Instant};

use ca_core::algorithm::{KeySpec, Sm2Parameters};
use ca_core::path::{Answer, Question, TrustAnchor, Verified, judge};
use ca_core::x509::Certificate;
use rustls_pki_types::{CertificateDer, UnixTime};
use tests::hierarchy::{FIRST, Hierarchy, Keys, LEAF, Plan, SECOND, now};

const ROUNDS: usize = 40;
/// Time of one contender in one round.
const ROUND: Duration = Duration::from_millis(10);

/// A measured chain: anchor, authority, end entity in DER. The anchor is the middle one of three authorities: it need not be signed
/// by its own key.
struct Chain([Vec<u8>; 3]);

impl Chain {
    fn of(spec: KeySpec) -> Self {
        let keys = Keys::new([(spec, Sm2Parameters::Absent); 4]);
        let Hierarchy { certificates, .. } = Plan::new().make(&keys);
        Self([FIRST, SECOND, LEAF].map(|position| certificates[position].der().to_vec()))
    }

    fn anchor(&self) -> TrustAnchor {
        TrustAnchor::from_certificate(&Certificate::from_der(&self.0[0]).expect("DER")).expect("an anchor")
    }

    fn validate(&self, anchors: &[TrustAnchor]) {
        self.validate_by(anchors, |question| judge(question).is_accepted());
    }

    /// With the signatures and keys of earlier judgements remembered.
    fn validate_knowing(&self, anchors: &[TrustAnchor], verified: &Verified) {
        self.validate_by(anchors, |question| matches!(verified.judge(question), Answer::Accepted(_)));
    }

    fn validate_by(&self, anchors: &[TrustAnchor], accepts: impl Fn(&Question<'_>) -> bool) {
        let read = |der: &[u8]| Certificate::from_der(black_box(der)).expect("DER");
        let (authority, leaf) = ([read(&self.0[1])], read(&self.0[2]));
        let question = Question { intermediates: &authority, ..Question::new(&leaf, anchors, now()) };
        assert!(accepts(&question), "the chain is valid");
    }

    fn validate_with_webpki(&self, anchors: &[rustls_pki_types::TrustAnchor<'_>]) {
        let authority = [CertificateDer::from(black_box(self.0[1].as_slice()))];
        let leaf = CertificateDer::from(black_box(self.0[2].as_slice()));
        let leaf = webpki::EndEntityCert::try_from(&leaf).expect("DER");
        let seconds = u64::try_from(now().as_second()).expect("after 1970");
        leaf.verify_for_usage(
            webpki::ALL_VERIFICATION_ALGS,
            anchors,
            &authority,
            UnixTime::since_unix_epoch(Duration::from_secs(seconds)),
            webpki::KeyUsage::server_auth(),
            None,
            None,
        )
        .expect("the chain is valid");
    }
}

/// The fastest time of one call so far, in microseconds.
struct Contender<'a> {
    name: &'static str,
    call: Box<dyn FnMut() + 'a>,
    microseconds: f64,
}

impl<'a> Contender<'a> {
    fn new(name: &'static str, call: impl FnMut() + 'a) -> Self {
        Self { name, call: Box::new(call), microseconds: f64::INFINITY }
    }

    fn round(&mut self) {
        let start = Instant::now();
        let mut calls = 0_u32;
        while start.elapsed() < ROUND {
            (self.call)();
            calls += 1;
        }
        self.microseconds = self.microseconds.min(start.elapsed().as_secs_f64() * 1e6 / f64::from(calls));
    }
}

/// How many links OpenSSL validates in one process, so that its start falls out of the difference to one.
const LINKS: usize = 400;

/// Microseconds in which OpenSSL's command line validates both links of an SM2 chain, where it is there. It can only do so link by
/// link, and reads the end entity's certificate from its file each time, as it decodes what it is given.
fn openssl(chain: &Chain) -> Option<f64> {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, der) in ["0.pem", "1.pem", "2.pem"].iter().zip(&chain.0) {
        let text = Certificate::from_der(der).expect("DER").to_pem();
        std::fs::write(folder.path().join(name), text).expect("a temporary file is written");
    }
    let at = now().as_second().to_string();
    let validate = |issuer: &str, subject: &str, links: usize| {
        let start = Instant::now();
        let output = Command::new("openssl")
            .args(["verify", "-partial_chain", "-vfyopt", "distid:1234567812345678", "-attime", &at])
            .args(["-trusted", issuer])
            .args(vec![subject; links])
            .current_dir(folder.path())
            .output()
            .ok()?;
        output.status.success().then(|| start.elapsed().as_secs_f64() * 1e6)
    };
    let fastest = |issuer, subject, links| {
        let times = (0..5).map(|_| validate(issuer, subject, links)).collect::<Option<Vec<_>>>()?;
        times.into_iter().reduce(f64::min)
    };
    let each = |issuer, subject| {
        let (many, one) = (fastest(issuer, subject, LINKS + 1)?, fastest(issuer, subject, 1)?);
        Some((many - one) / LINKS as f64)
    };
    Some(each("0.pem", "1.pem")? + each("1.pem", "2.pem")?)
}

fn main() -> ExitCode {
    let rounds = std::env::args().nth(1).map_or(ROUNDS, |text| text.parse().expect("ROUNDS is a number"));
    let [sm2, p256] = [KeySpec::Sm2, KeySpec::P256].map(Chain::of);
    let (sm2_anchor, p256_anchor) = ([sm2.anchor()], [p256.anchor()]);
    let root = CertificateDer::from(p256.0[0].as_slice());
    let webpki_anchor = [webpki::anchor_from_trusted_cert(&root).expect("an anchor")];
    let verified = Verified::new(100);
    let mut contenders = [
        Contender::new("SM2 chain", || sm2.validate(&sm2_anchor)),
        Contender::new("SM2 chain, remembered", || sm2.validate_knowing(&sm2_anchor, &verified)),
        Contender::new("P-256 chain", || p256.validate(&p256_anchor)),
        Contender::new("P-256 chain, rustls-webpki", || p256.validate_with_webpki(&webpki_anchor)),
    ];
    for _ in 0..rounds {
        contenders.iter_mut().for_each(Contender::round);
    }
    let time = |name: &str| {
        contenders.iter().find(|found| found.name == name).map(|found| found.microseconds).expect("measured")
    };
    let mut figures = vec![
        (
            "p256-chain-over-webpki",
            time("P-256 chain, rustls-webpki") / time("P-256 chain"),
            0.7,
            "rustls-webpki",
        ),
        (
            "sm2-chain-remembered-over-new",
            time("SM2 chain") / time("SM2 chain, remembered"),
            10.0,
            "the same chain, never seen before",
        ),
    ];
    let by_openssl = openssl(&sm2);
    figures.extend(
        by_openssl
            .map(|peer| ("sm2-chain-over-openssl", peer / time("SM2 chain"), 5.0, "OpenSSL, link by link")),
    );
    for (name, value, goal, peer) in &figures {
        let figure = serde_json::json!({ "name": name, "value": (value * 100.0).round() / 100.0, "unit": "times", "goal": goal, "peer": peer });
        println!("{figure}");
    }
    println!("one thread, microseconds");
    for contender in &contenders {
        println!("{:40} {:10.2}", contender.name, contender.microseconds);
    }
    if let Some(by_openssl) = by_openssl {
        println!("{:40} {by_openssl:10.2}", "SM2 chain, OpenSSL link by link");
    }
    let mut missed = false;
    for (name, value, goal, _) in &figures {
        let reached = value >= goal;
        missed |= !reached;
        println!("{name:40} {value:10.2} of {goal:.2} {}", if reached { "reached" } else { "MISSED" });
    }
    if missed { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}
