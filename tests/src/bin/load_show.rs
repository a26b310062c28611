//! Time and memory of reading what is hostile or large: `tests/load/run show [ENTRIES]`.
//!
//! Each parser gets 1 MiB of input made to be slow or large in memory: deep nesting, elements of two bytes, indefinite lengths,
//! counts and lengths that promise more than there is. `ca show` gets a megabyte of certificates and of elements, and a
//! revocation list of a million entries (or `ENTRIES`), which it must not hold whole. Each measurement is a process of its own,
//! whose largest resident set the kernel tells (proc(5), VmHWM).

#![allow(clippy::disallowed_methods, reason = "the files that are measured are temporary")]

use std::path::Path;
use std::process::{Command, ExitCode, Stdio};
use std::time::Instant;

use ca_core::algorithm::{KeySpec, Sm2Parameters};
use ca_core::cms::{Content, ContentInfo};
use ca_core::encoding::{ber, der, dump, pem};
use ca_core::key::{PrivateKey, PublicKey};
use ca_core::ocsp::{OcspRequest, OcspResponse};
use ca_core::pkcs12::{CfcaContainer, Pfx};
use ca_core::profile::Profile;
use ca_core::timestamp::{TimeStampRequest, TimeStampResponse};
use ca_core::x509::crl::stream::CrlStream;
use ca_core::x509::{Certificate, CertificateList, CertificationRequest, Name};
use tests::hierarchy::{Hierarchy, Keys, LEAF, Plan};
use tests::workspace;

/// What bad input may cost: seconds for 1 MiB, and MiB of memory.
const SECONDS: f64 = 1.0;
const MEBIBYTES: f64 = 64.0;

const MEGABYTE: usize = 1 << 20;

type Parser = (&'static str, fn(&[u8]));

/// Every parser of formats, by the name of its fuzz target.
const PARSERS: [Parser; 18] = [
    ("ber", |bytes| drop(ber::to_definite(bytes))),
    ("certificate", |bytes| drop(Certificate::from_der(bytes))),
    ("cms", |bytes| {
        if let Ok(message) = ContentInfo::parse(bytes)
            && let Content::SignedData(signed) = message.content()
        {
            drop(signed.verify(None, &[]));
        }
    }),
    ("cfca", |bytes| drop(CfcaContainer::parse(bytes))),
    ("crl", |bytes| drop(CertificateList::from_der(bytes))),
    ("crl_stream", |bytes| {
        if let Ok(mut list) = CrlStream::open(bytes, None) {
            let entries = list.by_ref().take_while(Result::is_ok).count();
            std::hint::black_box(entries);
            drop(list.finish());
        }
    }),
    ("der", |bytes| drop(der::check_structure(bytes))),
    ("dump", |bytes| drop(dump::dump(bytes, Some(dump::Schema::Certificate), dump::DEFAULT_LIMIT))),
    ("name", |bytes| drop(Name::from_der(bytes))),
    ("ocsp_request", |bytes| drop(OcspRequest::from_der(bytes))),
    ("ocsp_response", |bytes| drop(OcspResponse::from_der(bytes))),
    ("pem", |bytes| drop(pem::read_all(bytes))),
    ("pkcs12", |bytes| {
        if let Ok(pfx) = Pfx::parse(bytes) {
            drop(pfx.open(None));
        }
    }),
    ("private_key", |bytes| drop(PrivateKey::from_pkcs8_der(bytes))),
    ("profile", |bytes| drop(std::str::from_utf8(bytes).map(|text| Profile::from_toml("a", text)))),
    ("public_key", |bytes| drop(PublicKey::from_spki_der(bytes))),
    ("request", |bytes| drop(CertificationRequest::from_der(bytes))),
    ("timestamp", |bytes| {
        drop(TimeStampRequest::from_der(bytes));
        drop(TimeStampResponse::from_der(bytes));
    }),
];

/// SEQUENCEs in one another, with lengths that are right, until the megabyte is full.
fn nested() -> Vec<u8> {
    let mut reversed: Vec<u8> = Vec::with_capacity(MEGABYTE + 8);
    while reversed.len() < MEGABYTE {
        let length = reversed.len();
        let octets = length.to_be_bytes();
        let skip = octets.iter().take_while(|octet| **octet == 0).count();
        if length < 0x80 {
            reversed.push(length as u8);
        } else {
            reversed.extend(octets[skip..].iter().rev());
            reversed.push(0x80 | (octets.len() - skip) as u8);
        }
        reversed.push(0x30);
    }
    reversed.reverse();
    reversed
}

/// `id-signedData` and `id-data`, PKCS #7.
const SIGNED_DATA: [u8; 11] = [6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, 2];
const DATA: [u8; 11] = [6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, 1];

/// Inputs that are hostile to any parser, and the heads of real objects with a megabyte in one of their members.
fn hostile(leaf: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
    let tiny = [0x05, 0x00].repeat(MEGABYTE / 2);
    let empty = [0x30, 0x00].repeat(MEGABYTE / 2);
    let name = [0x31, 11, 0x30, 9, 6, 3, 0x55, 4, 3, 0x0c, 2, b'a', b'b'];
    let names = minimal(0x30, &name.repeat(MEGABYTE / name.len()));
    let indefinite = [0x30, 0x80].repeat(MEGABYTE / 2);
    let strings = [[0x24, 0x80].repeat(MEGABYTE / 4), [0, 0].repeat(MEGABYTE / 4)].concat();
    let head = [&[0xa0, 3, 2, 1, 2, 2, 1, 7][..], &ALGORITHM].concat();
    let named = minimal(0x30, &minimal(0x30, &[&head[..], &names].concat()));
    let asked = minimal(0x30, &minimal(0x30, &[&[2, 1, 0][..], &names].concat()));
    let questions = minimal(0x30, &minimal(0x30, &minimal(0x30, &empty)));
    let signed =
        [&[2, 1, 1, 0x31, 0][..], &minimal(0x30, &DATA), &minimal(0xa0, &empty), &[0x31, 0]].concat();
    let signed = minimal(0x30, &[&SIGNED_DATA[..], &minimal(0xa0, &minimal(0x30, &signed))].concat());
    let mut promised = leaf.to_vec();
    promised[2..4].copy_from_slice(&[0xff, 0xff]);
    promised.resize(MEGABYTE, 0x30);
    let endless = [&[0x30, 0x80][..], &SIGNED_DATA, &[0xa0, 0x80], &indefinite].concat();
    let safe = minimal(0xa0, &minimal(4, &minimal(0x30, &empty)));
    let safe = minimal(0x30, &[&[2, 1, 3][..], &minimal(0x30, &[&DATA[..], &safe].concat())].concat());
    let lines = "-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n";
    vec![
        ("deep nesting", nested()),
        ("elements of two bytes", minimal(0x30, &tiny)),
        ("a name without end", names),
        ("indefinite lengths", indefinite),
        ("strings in strings", strings),
        ("a certificate of a long name", named),
        ("a request of a long name", asked),
        ("OCSP of empty questions", questions),
        ("a message of empty certificates", signed),
        ("a list of many entries", list(MEGABYTE / 45)),
        ("a length that promises more", promised),
        ("a message without end", endless),
        ("a container of tiny bags", safe),
        ("zeros", vec![0; MEGABYTE]),
        ("PEM without end", lines.repeat(MEGABYTE / lines.len()).into_bytes()),
        ("TOML of brackets", b"a = ".iter().copied().chain([b'['].repeat(MEGABYTE)).collect()),
        ("TOML of tables", b"[a.b]\nc = 1\n[d]\n".repeat(MEGABYTE / 16)),
    ]
}

/// SM2-SM3 without parameters.
const ALGORITHM: [u8; 12] = [0x30, 10, 6, 8, 0x2a, 0x81, 0x1c, 0xcf, 0x55, 1, 0x83, 0x75];

/// A revocation list of many entries, whose signature nobody checks.
fn list(entries: usize) -> Vec<u8> {
    let entry = |number: usize| {
        let date = [&[0x17, 13][..], b"260101000000Z"].concat();
        let reason = [0x30, 12, 0x30, 10, 6, 3, 0x55, 0x1d, 0x15, 4, 3, 10, 1, 1];
        let serial = [&[2, 9, 0x43][..], &(number as u64).to_be_bytes()].concat();
        let content = [&serial[..], &date, &reason].concat();
        [&[0x30, content.len() as u8][..], &content].concat()
    };
    let all: Vec<u8> = (0..entries).flat_map(entry).collect();
    let name = [0x30, 13, 0x31, 11, 0x30, 9, 6, 3, 0x55, 4, 3, 0x0c, 2, b'c', b'a'];
    let dates = [&[0x17, 13][..], b"260101000000Z", &[0x17, 13], b"360101000000Z"].concat();
    let extensions = [0xa0, 0x0e, 0x30, 12, 0x30, 10, 6, 3, 0x55, 0x1d, 0x14, 4, 3, 2, 1, 7];
    let tbs = [&[2, 1, 1][..], &ALGORITHM, &name, &dates, &minimal(0x30, &all), &extensions].concat();
    minimal(0x30, &[&minimal(0x30, &tbs)[..], &ALGORITHM, &[3, 3, 0, 1, 1]].concat())
}

/// An element with the shortest length, as DER wants it.
fn minimal(tag: u8, content: &[u8]) -> Vec<u8> {
    let octets = content.len().to_be_bytes();
    let skip = octets.iter().take_while(|octet| **octet == 0).count();
    let head = match content.len() {
        0..0x80 => vec![tag, content.len() as u8],
        _ => [&[tag, 0x80 | (octets.len() - skip) as u8][..], &octets[skip..]].concat(),
    };
    [&head[..], content].concat()
}

/// The largest resident set of a process so far, in MiB.
fn resident(process: &str) -> Option<f64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(line.trim().trim_end_matches(" kB").trim().parse::<f64>().ok()? / 1024.0)
}

/// What one measurement took.
#[derive(Clone, Copy, Default)]
struct Cost {
    seconds: f64,
    mebibytes: f64,
}

/// The child: parses a file, and says what it took.
fn parse(name: &str, file: &str) -> ExitCode {
    let (_, parser) = PARSERS.iter().find(|(known, _)| *known == name).expect("a parser");
    let bytes = std::fs::read(file).expect("the input");
    let start = Instant::now();
    parser(&bytes);
    println!("{} {}", start.elapsed().as_secs_f64(), resident("self").expect("a process"));
    ExitCode::SUCCESS
}

/// A parser in a process of its own.
fn measure(name: &str, file: &Path) -> Cost {
    let this = std::env::current_exe().expect("a program");
    let output = Command::new(this).arg("--parse").arg(name).arg(file).output().expect("a process");
    assert!(output.status.success(), "{name} of {}: {output:?}", file.display());
    let text = String::from_utf8(output.stdout).expect("text");
    let mut numbers = text.split_whitespace().map(|number| number.parse().expect("a number"));
    Cost { seconds: numbers.next().expect("seconds"), mebibytes: numbers.next().expect("MiB") }
}

/// The program `ca`; its memory is looked at each millisecond.
fn show(program: &Path, arguments: &[&str], folder: &Path) -> Cost {
    let start = Instant::now();
    let mut child = Command::new(program)
        .arg("show")
        .args(arguments)
        .current_dir(folder)
        .stdout(Stdio::null())
        .spawn()
        .expect("the program starts");
    let process = child.id().to_string();
    let mut mebibytes = 0.0_f64;
    let status = loop {
        mebibytes = mebibytes.max(resident(&process).unwrap_or(0.0));
        match child.try_wait().expect("the program is asked") {
            Some(status) => break status,
            None => std::thread::sleep(std::time::Duration::from_millis(1)),
        }
    };
    assert!(status.success(), "{arguments:?}: {status}");
    Cost { seconds: start.elapsed().as_secs_f64(), mebibytes }
}

/// A figure as a line of JSON; whether its goal is met.
fn figure(name: &str, value: f64, unit: &str, goal: f64) -> bool {
    println!(
        "{}",
        serde_json::json!({ "name": name, "value": value, "unit": unit, "goal": goal, "peer": null })
    );
    value <= goal
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [parse_only, name, file] = &arguments[..]
        && parse_only == "--parse"
    {
        return parse(name, file);
    }
    let entries = arguments.first().map_or(1_000_000, |text| text.parse().expect("a number of entries"));
    let build = ["build", "--release", "--locked", "--quiet", "-p", "ca-cli", "--bin", "ca"];
    let built = Command::new("cargo").args(build).current_dir(workspace::root()).status().expect("cargo");
    assert!(built.success(), "ca is built");
    let program = std::env::current_exe().expect("a program").with_file_name("ca");

    let folder = tempfile::tempdir().expect("a folder");
    let keys = Keys::new([(KeySpec::Sm2, Sm2Parameters::Absent); 4]);
    let Hierarchy { certificates, .. } = Plan::new().make(&keys);
    let leaf = &certificates[LEAF];
    let mut rows = Vec::new();
    let mut met = true;
    let inputs = hostile(leaf.der());
    let mut total = Cost::default();
    for (name, _) in PARSERS {
        let (mut worst, mut slowest) = (Cost::default(), "");
        for (what, bytes) in &inputs {
            let file = folder.path().join("input");
            std::fs::write(&file, bytes).expect("a temporary file");
            let cost = measure(name, &file);
            if cost.seconds > worst.seconds {
                slowest = what;
            }
            worst.seconds = worst.seconds.max(cost.seconds);
            worst.mebibytes = worst.mebibytes.max(cost.mebibytes);
        }
        met &= figure(&format!("parse.{name}.seconds"), worst.seconds, "s", SECONDS);
        met &= figure(&format!("parse.{name}.memory"), worst.mebibytes, "MiB", MEBIBYTES);
        rows.push((format!("{name} (slowest: {slowest})"), worst));
        total.seconds = total.seconds.max(worst.seconds);
        total.mebibytes = total.mebibytes.max(worst.mebibytes);
    }
    rows.push(("any of them".to_owned(), total));

    let one = leaf.to_pem();
    let at = folder.path();
    std::fs::write(at.join("many.pem"), one.repeat(MEGABYTE / one.len())).expect("a temporary file");
    let tiny = minimal(0x30, &[0x30, 0x02, 0x05, 0x00].repeat(MEGABYTE / 4 - 2));
    std::fs::write(at.join("elements.der"), tiny).expect("a temporary file");
    for (name, arguments) in [
        ("certificates", &["many.pem"][..]),
        ("certificates.lint", &["--lint", "many.pem"]),
        ("certificates.json", &["--format", "json", "many.pem"]),
        ("elements", &["elements.der"]),
        ("elements.asn1", &["--asn1", "elements.der"]),
    ] {
        let cost = show(&program, arguments, at);
        met &= figure(&format!("show.{name}.seconds"), cost.seconds, "s", SECONDS);
        rows.push((format!("ca show, 1 MiB of {name}"), cost));
    }
    let bytes = list(entries);
    let size = bytes.len() as f64 / MEGABYTE as f64;
    std::fs::write(at.join("large.crl"), bytes).expect("a temporary file");
    let cost = show(&program, &["large.crl"], at);
    met &= figure("show.crl.memory", cost.mebibytes, "MiB", MEBIBYTES.min(size));
    println!(
        "{}",
        serde_json::json!({ "name": "show.crl.seconds", "value": cost.seconds, "unit": "s", "goal": null, "peer": null })
    );
    rows.push((format!("ca show, a list of {entries} entries, {size:.0} MiB"), cost));

    println!("\n{:70} {:>10} {:>10}", "", "seconds", "MiB");
    for (name, cost) in rows {
        println!("{name:70} {:10.3} {:10.1}", cost.seconds, cost.mebibytes);
    }
    if met { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
