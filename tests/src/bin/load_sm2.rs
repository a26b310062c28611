//! Times of SM2 beside crate `sm2`, OpenSSL's SM2 and the P-256 of AWS-LC, on one thread: `tests/load/run sm2 [ROUNDS]`.
//!
//! The contenders take turns in short rounds and the fastest round of each counts, so that what else the machine does
//! falls on all of them. Messages have 600 bytes and are hashed.

use std::hint::black_box;
use std::process::{Command, ExitCode};
use std::time::{Duration, Instant};

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{self as p256, KeyPair};
use ca_sm2::{DEFAULT_ID, PrivateKey, SigningKey};
use rand_core::{Rng, UnwrapErr};
use sm2::dsa::signature::{Signer, Verifier};

const ROUNDS: usize = 40;
/// Time of one contender in one round.
const ROUND: Duration = Duration::from_millis(10);
const BATCH: usize = 32;

/// Something to measure: its name, how many operations a call is, and the fastest time of one so far in microseconds.
struct Contender<'a> {
    name: &'static str,
    operations: usize,
    call: Box<dyn FnMut() + 'a>,
    microseconds: f64,
}

impl<'a> Contender<'a> {
    fn new(name: &'static str, operations: usize, call: impl FnMut() + 'a) -> Self {
        Self { name, operations, call: Box::new(call), microseconds: f64::INFINITY }
    }

    fn round(&mut self) {
        let start = Instant::now();
        let mut calls = 0;
        while start.elapsed() < ROUND {
            (self.call)();
            calls += 1;
        }
        let each = start.elapsed().as_secs_f64() * 1e6 / (calls * self.operations) as f64;
        self.microseconds = self.microseconds.min(each);
    }
}

/// How many times as fast as a peer something must be, if there is a goal.
struct Goal {
    name: &'static str,
    ours: &'static str,
    peers: &'static [&'static str],
    at_least: Option<f64>,
}

const GOALS: [Goal; 15] = [
    goal("sm2-sign-over-crate-sm2", "sign", &["crate sm2 sign"], Some(5.0)),
    goal("sm2-sign-over-p256", "sign", &["P-256 sign"], Some(1.0)),
    goal("sm2-sign-over-openssl", "sign", &["OpenSSL sign"], None),
    goal("sm2-sign-batch-over-crate-sm2", "sign, batch", &["crate sm2 sign"], Some(7.0)),
    goal(
        "sm2-sign-checked-over-crate-sm2",
        "sign and check",
        &["crate sm2 sign", "crate sm2 verify"],
        Some(3.5),
    ),
    goal(
        "sm2-sign-checked-batch-over-crate-sm2",
        "sign and check, batch",
        &["crate sm2 sign", "crate sm2 verify"],
        None,
    ),
    goal("sm2-sign-checked-over-p256", "sign and check", &["P-256 sign", "P-256 verify"], None),
    goal("sm2-verify-over-crate-sm2", "verify", &["crate sm2 verify"], Some(3.5)),
    goal("sm2-verify-over-p256", "verify", &["P-256 verify"], Some(1.0 / 1.2)),
    goal("sm2-verify-over-openssl", "verify", &["OpenSSL verify"], None),
    goal("sm2-verify-prepared-over-crate-sm2", "verify, table", &["crate sm2 verify"], None),
    goal("sm2-verify-prepared-over-p256", "verify, table", &["P-256 verify"], Some(1.0)),
    goal("sm2-keygen-over-crate-sm2", "new key", &["crate sm2 new key"], Some(4.0)),
    goal("sm2-keygen-over-p256", "new key", &["P-256 new key"], None),
    goal("sm2-prepare-over-verify", "make table", &["verify"], None),
];

const fn goal(
    name: &'static str,
    ours: &'static str,
    peers: &'static [&'static str],
    at_least: Option<f64>,
) -> Goal {
    Goal { name, ours, peers, at_least }
}

/// Microseconds of OpenSSL's SM2, signing and verifying 32 bytes, where its command line is there.
fn openssl() -> Option<(f64, f64)> {
    let output = Command::new("openssl").args(["speed", "-seconds", "1", "sm2"]).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    let line = text.lines().rfind(|line| line.contains("CurveSM2"))?;
    let mut rates = line.split_whitespace().rev().map(|word| word.parse::<f64>().ok());
    let (verify, sign) = (rates.next()??, rates.next()??);
    Some((1e6 / sign, 1e6 / verify))
}

fn processor() -> String {
    let info = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = info.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    model.map_or_else(|| String::from("unknown processor"), |(_, name)| name.to_owned())
}

fn main() -> ExitCode {
    let rounds = std::env::args().nth(1).map_or(ROUNDS, |text| text.parse().expect("ROUNDS is a number"));
    let mut rng = UnwrapErr(getrandom::SysRng);
    let (mut rng_batch, mut rng_checked, mut rng_checked_batch, mut rng_key) = (rng, rng, rng, rng);
    let mut rng_peer = rng;
    let message = vec![0x5a; 600];
    let messages = [message.as_slice(); BATCH];

    let key = SigningKey::new(PrivateKey::generate(&mut rng), DEFAULT_ID).expect("short identifier");
    let public = key.verifying_key();
    let prepared = public.clone().prepare();
    let signature = key.sign(&message, &mut rng);

    let crate_key =
        sm2::dsa::SigningKey::from_slice("1234567812345678", &*key.private_key().to_bytes()).expect("valid");
    let crate_signature: sm2::dsa::Signature = crate_key.sign(&message);

    let system = SystemRandom::new();
    let p256_key = p256::EcdsaKeyPair::generate(&p256::ECDSA_P256_SHA256_FIXED_SIGNING).expect("generated");
    let p256_public =
        p256::ParsedPublicKey::new(&p256::ECDSA_P256_SHA256_FIXED, p256_key.public_key()).expect("valid");
    let p256_signature = p256_key.sign(&system, &message).expect("signed");

    let mut contenders = [
        Contender::new("sign", 1, || {
            black_box(key.sign(black_box(&message), &mut rng));
        }),
        Contender::new("sign, batch", BATCH, || {
            black_box(key.sign_batch(black_box(&messages), &mut rng_batch));
        }),
        Contender::new("sign and check", 1, || {
            black_box(key.sign_verified(black_box(&message), &mut rng_checked).expect("no fault"));
        }),
        Contender::new("sign and check, batch", BATCH, || {
            black_box(
                key.sign_batch_verified(black_box(&messages), &mut rng_checked_batch).expect("no fault"),
            );
        }),
        Contender::new("verify", 1, || public.verify(black_box(&message), &signature).expect("valid")),
        Contender::new("verify, table", 1, || {
            prepared.verify(black_box(&message), &signature).expect("valid")
        }),
        Contender::new("make table", 1, || {
            black_box(public.clone().prepare());
        }),
        Contender::new("new key", 1, || {
            black_box(PrivateKey::generate(&mut rng_key));
        }),
        Contender::new("crate sm2 sign", 1, || {
            black_box::<sm2::dsa::Signature>(crate_key.sign(black_box(&message)));
        }),
        Contender::new("crate sm2 verify", 1, || {
            crate_key.verifying_key().verify(black_box(&message), &crate_signature).expect("valid");
        }),
        Contender::new("crate sm2 new key", 1, || {
            let mut bytes = [0; 32];
            rng_peer.fill_bytes(&mut bytes);
            bytes[0] &= 0x7f;
            black_box(sm2::SecretKey::from_slice(&bytes).expect("below n").public_key());
        }),
        Contender::new("P-256 sign", 1, || {
            black_box(p256_key.sign(&system, black_box(&message)).expect("signed"));
        }),
        Contender::new("P-256 verify", 1, || {
            p256_public.verify_sig(black_box(&message), p256_signature.as_ref()).expect("valid");
        }),
        Contender::new("P-256 new key", 1, || {
            black_box(
                p256::EcdsaKeyPair::generate(&p256::ECDSA_P256_SHA256_FIXED_SIGNING).expect("generated"),
            );
        }),
    ];
    for _ in 0..rounds {
        contenders.iter_mut().for_each(Contender::round);
    }
    let mut times: Vec<(&str, f64)> = contenders.iter().map(|c| (c.name, c.microseconds)).collect();
    if let Some((sign, verify)) = openssl() {
        times.extend([("OpenSSL sign", sign), ("OpenSSL verify", verify)]);
    }
    print(&times)
}

/// Prints the figures, then the table, and says whether every goal is reached. A figure whose peer is missing is left out.
fn print(times: &[(&str, f64)]) -> ExitCode {
    let time = |name: &str| times.iter().find(|(found, _)| *found == name).map(|(_, time)| *time);
    let mut missed = false;
    let mut table = vec![format!("{}, one thread, microseconds, messages of 600 bytes", processor())];
    table.extend(times.iter().map(|(name, time)| format!("{name:40} {time:10.2}")));
    for goal in &GOALS {
        let peer = goal.peers.iter().map(|peer| time(peer)).sum::<Option<f64>>();
        let (Some(ours), Some(peer)) = (time(goal.ours), peer) else { continue };
        let ratio = peer / ours;
        let reached = goal.at_least.is_none_or(|least| ratio >= least);
        missed |= !reached;
        let peers = goal.peers.join(" + ");
        let line = serde_json::json!({
            "name": goal.name,
            "value": (ratio * 100.0).round() / 100.0,
            "unit": "times as fast",
            "goal": goal.at_least.map(|least| (least * 100.0).round() / 100.0),
            "peer": format!("{peers}, {peer:.1} µs against {ours:.1} µs"),
        });
        println!("{line}");
        let wanted = goal.at_least.map_or_else(String::new, |least| format!("goal {least:.2}"));
        let mark = if reached { "" } else { "  MISSED" };
        table.push(format!("{:40} {ratio:8.2} ×  {wanted}{mark}", goal.name));
    }
    println!("\n{}", table.join("\n"));
    if missed { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}
