//! What fuzzing found to be worth keeping is given to the functions that it runs, without a fuzzer.

#![allow(unused_attributes, reason = "targets are programs, whose attributes have no meaning in a module")]
#![allow(clippy::disallowed_methods, reason = "test data is read where it is")]

use base64::Engine as _;

// The targets name the macro of libFuzzer by its crate.
extern crate self as libfuzzer_sys;

/// Stands in for the macro of libFuzzer: what would be fuzzed becomes a function.
#[macro_export]
macro_rules! fuzz_target {
    (|$input:ident: &[u8]| $body:block) => {
        pub(crate) fn run($input: &[u8]) {
            $body
        }
    };
}

#[path = "../fuzz/targets/backup.rs"]
mod backup;
#[path = "../fuzz/targets/ber.rs"]
mod ber;
#[path = "../fuzz/targets/ceremony_exchange.rs"]
mod ceremony_exchange;
#[path = "../fuzz/targets/ceremony_plan.rs"]
mod ceremony_plan;
#[path = "../fuzz/targets/ceremony_share.rs"]
mod ceremony_share;
#[path = "../fuzz/targets/ceremony_transcript.rs"]
mod ceremony_transcript;
#[path = "../fuzz/targets/certificate.rs"]
mod certificate;
#[path = "../fuzz/targets/cms.rs"]
mod cms;
#[path = "../fuzz/targets/crl.rs"]
mod crl;
#[path = "../fuzz/targets/crl_stream.rs"]
mod crl_stream;
#[path = "../fuzz/targets/der.rs"]
mod der;
#[path = "../fuzz/targets/dump.rs"]
mod dump;
#[path = "../fuzz/targets/list_scan.rs"]
mod list_scan;
#[path = "../fuzz/targets/name.rs"]
mod name;
#[path = "../fuzz/targets/ocsp_request.rs"]
mod ocsp_request;
#[path = "../fuzz/targets/ocsp_response.rs"]
mod ocsp_response;
#[path = "../fuzz/targets/off_host_line.rs"]
mod off_host_line;
#[path = "../fuzz/targets/pem.rs"]
mod pem;
#[path = "../fuzz/targets/pkcs12.rs"]
mod pkcs12;
#[path = "../fuzz/targets/private_key.rs"]
mod private_key;
#[path = "../fuzz/targets/public_key.rs"]
mod public_key;
#[path = "../fuzz/targets/request.rs"]
mod request;
#[path = "../fuzz/targets/show.rs"]
mod show;
#[path = "../fuzz/targets/signer_message.rs"]
mod signer_message;
#[path = "../fuzz/targets/timestamp.rs"]
mod timestamp;

type Target = (&'static str, fn(&[u8]));

const TARGETS: [Target; 25] = [
    ("backup", backup::run),
    ("ber", ber::run),
    ("ceremony_exchange", ceremony_exchange::run),
    ("ceremony_plan", ceremony_plan::run),
    ("ceremony_share", ceremony_share::run),
    ("ceremony_transcript", ceremony_transcript::run),
    ("certificate", certificate::run),
    ("cms", cms::run),
    ("crl", crl::run),
    ("crl_stream", crl_stream::run),
    ("der", der::run),
    ("dump", dump::run),
    ("list_scan", list_scan::run),
    ("name", name::run),
    ("ocsp_request", ocsp_request::run),
    ("ocsp_response", ocsp_response::run),
    ("off_host_line", off_host_line::run),
    ("pem", pem::run),
    ("pkcs12", pkcs12::run),
    ("private_key", private_key::run),
    ("public_key", public_key::run),
    ("request", request::run),
    ("show", show::run),
    ("signer_message", signer_message::run),
    ("timestamp", timestamp::run),
];

#[test]
fn kept_seeds_find_nothing() {
    let folder = tests::workspace::root().join("tests/fuzz/seeds");
    let mut replayed = 0;
    for entry in std::fs::read_dir(folder).expect("the seeds") {
        let entry = entry.expect("an entry");
        let name = entry.file_name().into_string().expect("a name");
        let known = TARGETS.iter().find(|(target, _)| *target == name);
        let (_, run) = known.unwrap_or_else(|| panic!("{name} is no target that is known here"));
        for (number, line) in std::fs::read_to_string(entry.path()).expect("text").lines().enumerate() {
            let seed = base64::engine::general_purpose::STANDARD.decode(line).expect("base64");
            println!("{name}: line {}", number + 1);
            run(&seed);
            replayed += 1;
        }
    }
    assert!(replayed > 200, "{replayed}");
}

#[test]
fn collected_files_find_nothing_in_any_target() {
    let Some(vectors) = tests::workspace::shared("vectors") else { return };
    for folder in [vectors.clone(), vectors.join("operating-cas")] {
        for entry in std::fs::read_dir(folder).expect("the vectors") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                continue;
            }
            let bytes = std::fs::read(&path).expect("a file");
            let objects = ca_core::encoding::pem::read_all(&bytes).unwrap_or_default();
            for (name, run) in TARGETS {
                println!("{name}: {}", path.display());
                run(&bytes);
                objects.iter().for_each(|object| run(&object.der));
            }
        }
    }
}
