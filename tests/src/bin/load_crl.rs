//! CRLs of many entries: `tests/load/run crl [ENTRIES]`, a million where nothing is said.
//!
//! From memory a list takes the way of every list (written, hashed, signed by the throwaway key, read back, linted, signed,
//! verified, written where it is published); its floor is to build, hash, write and sync the same octets. From the store it is
//! also read from the database, compared with the one before, and stored. The peer is `openssl ca -gencrl` over as many entries.

#![allow(clippy::disallowed_methods, reason = "the files of a measurement are temporary")]

use std::convert::Infallible;
use std::fmt::Write as _;
use std::fs::File;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, ExitCode, Stdio};
use std::sync::Arc;
use std::time::Instant;

use ca_core::algorithm::digest::sm3;
use ca_core::algorithm::{KeySpec, Sm2Parameters};
use ca_core::crl::RevokedEntry;
use ca_core::crl::list::{ListDraft, ListKind, ListPlan};
use ca_core::issuance::{Issuer, Urls};
use ca_core::profile::ProfileSet;
use ca_core::revocation::Reason;
use ca_core::x509::SerialNumber;
use ca_server::folder::Folder;
use ca_server::port::{Act, Ports, Publisher as _, SystemClock, SystemRandomness};
use ca_server::service::Services;
use ca_server::service::bootstrap::{self, DevPlan};
use ca_server::store::{Location, SqlStore};
use getrandom::SysRng;
use getrandom::rand_core::UnwrapErr;
use jiff::{SignedDuration, Timestamp};
use tests::hierarchy::{FIRST, Hierarchy, Keys, Plan, now};
use tests::tools;

const ENTRIES: usize = 1_000_000;
const ROUNDS: usize = 3;

/// Serials in their order, as random as those that are issued.
fn entries(count: usize, at: Timestamp) -> Vec<RevokedEntry> {
    let mut serials: Vec<[u8; 17]> = (0..count as u64)
        .map(|number| {
            let mut serial = [0x43; 17];
            serial[1..].copy_from_slice(&sm3(&number.to_be_bytes())[..16]);
            serial
        })
        .collect();
    serials.sort_unstable();
    serials
        .iter()
        .map(|serial| RevokedEntry {
            serial: SerialNumber::from_bytes(serial).expect("a serial"),
            at,
            reason: Some(Reason::KeyCompromise),
            invalidity_date: None,
        })
        .collect()
}

fn issuer() -> Issuer {
    let keys = Keys::new([(KeySpec::Sm2, Sm2Parameters::Absent); 4]);
    let Hierarchy { certificates, .. } = Plan::new().make(&keys);
    let name = "issuing".parse().expect("a name");
    let urls = Urls::under("http://pki.example.cn", &name).expect("addresses");
    let signer = keys.signer(FIRST);
    Issuer::new(name, certificates[FIRST].clone(), signer, urls, &mut UnwrapErr(SysRng)).expect("an issuer")
}

/// The whole way of a list from memory to where it is published.
fn from_memory(issuer: &Issuer, folder: &Folder, entries: &[RevokedEntry], at: Timestamp) -> (f64, u64) {
    let begin = Instant::now();
    let next = at + SignedDuration::from_hours(24);
    let plan = ListPlan::after(None, 1, at, next, ListKind::Full).expect("a plan");
    let mut draft = ListDraft::new(plan, folder.scratch().expect("a scratch"));
    for entry in entries {
        draft.push(entry.clone()).expect("in order");
    }
    let mut rng = UnwrapErr(SysRng);
    let prepared = issuer.prepare_list(draft, &mut rng).expect("passes the rules");
    let committed = prepared.commit(|_| Ok::<_, Infallible>(())).expect("no store");
    let signed = issuer.sign_list(committed, &mut rng).expect("signed");
    let staged = folder.stage("issuing.crl", &mut |sink| signed.visit(sink)).expect("room");
    let published = staged.publish().expect("renamed");
    (begin.elapsed().as_secs_f64(), published.octets())
}

/// What cannot be done without: the octets built, hashed once, written and synced.
fn floor(folder: &Path, entries: &[RevokedEntry]) -> f64 {
    let begin = Instant::now();
    let mut octets = Vec::with_capacity(entries.len() * 52);
    for entry in entries {
        let serial = entry.serial.as_bytes();
        octets.extend_from_slice(&[0x30, 48, 0x02, 17]);
        octets.extend_from_slice(serial);
        octets.extend_from_slice(b"\x17\x0d261122090000Z");
        octets.extend_from_slice(&[0x30, 12, 0x30, 10, 0x06, 3, 0x55, 0x1d, 0x15, 0x04, 3, 0x0a, 1, 1]);
    }
    let hash = sm3(&octets);
    let mut file = File::create(folder.join("floor")).expect("a file");
    file.write_all(&octets).expect("room");
    file.write_all(&hash).expect("room");
    file.sync_all().expect("synced");
    begin.elapsed().as_secs_f64()
}

/// An instance whose issuing authority has revoked so many certificates, written past the services.
fn fill(data: &Path, count: usize) {
    drop(services(data));
    let script = format!(
        "PRAGMA foreign_keys = OFF; PRAGMA synchronous = OFF;\n\
         INSERT INTO certificates (id, intent_id, authority_id, serial, subject_id, subject, profile, profile_hash, der, \
         tbs_hash, key_fingerprint, status, status_since, reason, status_changed_at, status_position, not_before, not_after, \
         requester, issued_at, version)\n\
         WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count})\n\
         SELECT printf('00000000-0000-7000-8000-%012x', i), printf('00000000-0000-7000-9000-%012x', i), a.id, \
         CAST(x'43' || randomblob(16) AS BLOB), s.id, 'CN=camera', 'device', randomblob(32), randomblob(600), randomblob(32), \
         randomblob(32), 'revoked', 1700000000000000, 'keyCompromise', 1700000000000000, i, 1700000000000000, \
         4000000000000000, 'system:test', 1700000000000000, 2\n\
         FROM n, (SELECT id FROM authorities WHERE name = 'issuing') a, (SELECT id FROM subjects LIMIT 1) s;\n"
    );
    let mut child = Command::new("sqlite3")
        .arg(data.join("cityca.sqlite"))
        .stdin(Stdio::piped())
        .spawn()
        .expect("sqlite3 is installed (Debian package sqlite3)");
    child.stdin.take().expect("a pipe").write_all(script.as_bytes()).expect("it reads");
    assert!(child.wait().expect("it ends").success());
}

fn services(data: &Path) -> (Ports, Services) {
    let ports = Ports {
        store: Arc::new(SqlStore::open(Location::file(data.join("cityca.sqlite"))).expect("a store")),
        clock: Arc::new(SystemClock),
        randomness: Arc::new(SystemRandomness),
        publisher: Arc::new(Folder::open(data.join("publication")).expect("a folder")),
        off_host: None,
        peers: None,
    };
    let profiles = ProfileSet::load(schemas::profiles::DEFAULT.iter().copied()).expect("profiles");
    let profiles = Arc::new(profiles);
    let plan = DevPlan {
        data: data.to_owned(),
        public_url: None,
        default_public_url: "http://127.0.0.1:8080".to_owned(),
    };
    let state = bootstrap::dev(&ports, &plan, &profiles).expect("authorities");
    let services = Services::start(ports.clone(), state.settings, profiles).expect("services");
    (ports, services)
}

/// Publishes from the store, in a process of its own so that its memory is its own: seconds, and the peak in megabytes.
fn publish(data: &Path) -> ExitCode {
    let (ports, services) = services(data);
    let act = Act::system("load", uuid::Uuid::nil(), ports.clock.now());
    let begin = Instant::now();
    let summary = services.crl.publish(&act, &"issuing".parse().expect("a name"), false).expect("published");
    let seconds = begin.elapsed().as_secs_f64();
    let status = std::fs::read_to_string("/proc/self/status").expect("proc(5)");
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("proc(5)");
    let kilobytes: f64 = peak.trim().trim_end_matches(" kB").parse().expect("a number");
    println!("{seconds} {} {}", kilobytes / 1024.0, summary.entries);
    ExitCode::SUCCESS
}

fn publish_apart(data: &Path, count: usize) -> (f64, f64) {
    let program = std::env::current_exe().expect("this program");
    let output =
        Command::new(program).arg("publish").arg(data).stderr(Stdio::inherit()).output().expect("it runs");
    assert!(output.status.success());
    let text = String::from_utf8(output.stdout).expect("text");
    let figures: Vec<f64> = text.split_whitespace().map(|word| word.parse().expect("a number")).collect();
    assert!(figures[2] as usize >= count, "{text}");
    (figures[0], figures[1])
}

fn openssl(folder: &Path, entries: &[RevokedEntry]) -> f64 {
    let mut index = String::with_capacity(entries.len() * 90);
    for entry in entries {
        let serial = entry.serial.to_string().to_uppercase();
        let _ =
            writeln!(index, "R\t491231235959Z\t231114221320Z,keyCompromise\t{serial}\tunknown\t/CN=camera");
    }
    std::fs::write(folder.join("index.txt"), index).expect("a file");
    std::fs::write(folder.join("number"), "01\n").expect("a file");
    let config = "[ca]\ndefault_ca=c\n[c]\ndatabase=index.txt\ncrlnumber=number\ndefault_md=sha256\ndefault_crl_days=1\n\
                  unique_subject=no\n";
    std::fs::write(folder.join("ca.cnf"), config).expect("a file");
    tools::run(
        folder,
        "openssl",
        &[
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:P-256",
            "-nodes",
            "-keyout",
            "key.pem",
            "-out",
            "ca.pem",
            "-subj",
            "/CN=peer",
            "-days",
            "10",
        ],
    )
    .ok();
    let begin = Instant::now();
    tools::run(
        folder,
        "openssl",
        &["ca", "-gencrl", "-config", "ca.cnf", "-cert", "ca.pem", "-keyfile", "key.pem", "-out", "peer.crl"],
    )
    .ok();
    begin.elapsed().as_secs_f64()
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [what, data] = arguments.as_slice()
        && what == "publish"
    {
        return publish(Path::new(data));
    }
    let count = arguments.first().map_or(ENTRIES, |text| text.parse().expect("a number of entries"));
    let folder = tempfile::tempdir().expect("a folder");
    let (issuer, at) = (issuer(), now());
    let entries = entries(count, at);
    let published = Folder::open(folder.path().join("published")).expect("a folder");
    let (mut least, mut memory, mut octets) = (f64::MAX, f64::MAX, 0);
    for _ in 0..ROUNDS {
        least = least.min(floor(folder.path(), &entries));
        let (seconds, length) = from_memory(&issuer, &published, &entries, at);
        (memory, octets) = (memory.min(seconds), length);
    }
    let peer = openssl(folder.path(), &entries);
    let data = folder.path().join("data");
    std::fs::create_dir(&data).expect("a folder");
    fill(&data, count);
    let (mut store, mut peak) = (f64::MAX, 0.0_f64);
    // The first is compared with an empty list, the others with one as long.
    for round in 0..=ROUNDS {
        let (seconds, megabytes) = publish_apart(&data, count);
        if round > 0 {
            store = store.min(seconds);
        }
        peak = peak.max(megabytes);
    }
    report(count, octets, least, memory, store, peak, peer)
}

fn report(count: usize, octets: u64, floor: f64, memory: f64, store: f64, peak: f64, peer: f64) -> ExitCode {
    // The name, the figure, its unit, the goal, whether more is better, and the peer.
    let figures = [
        ("crl-memory-over-floor", memory / floor, "times", 3.0, false, "build, hash, write, sync"),
        ("crl-store-over-floor", store / floor, "times", 10.0, false, "build, hash, write, sync"),
        ("crl-store-seconds", store, "s", 2.0, false, ""),
        ("crl-openssl-over-store", peer / store, "times", 10.0, true, "openssl ca -gencrl"),
        ("crl-peak-memory", peak, "MB", 150.0, false, ""),
    ];
    let mut missed = false;
    for (name, value, unit, goal, _, peer) in &figures {
        let value = (value * 1000.0).round() / 1000.0;
        println!(
            "{}",
            serde_json::json!({ "name": name, "value": value, "unit": unit, "goal": goal, "peer": peer })
        );
    }
    println!(
        "{count} entries, {octets} octets: floor {floor:.3} s, from memory {memory:.3} s, from the store {store:.3} s,"
    );
    println!("openssl ca -gencrl {peer:.3} s, peak of memory {peak:.0} MB");
    for (name, value, unit, goal, more, _) in &figures {
        let reached = if *more { value >= goal } else { value <= goal };
        missed |= !reached;
        let words = if *more { "at least" } else { "at most" };
        println!(
            "{name:28} {value:10.3} {unit:6} {words} {goal} {}",
            if reached { "reached" } else { "MISSED" }
        );
    }
    if missed { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}
