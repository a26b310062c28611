//! Custody by the software device of `tests/sdf-software`, and by the same device when it misbehaves.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a test fails and speaks so"
)]

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use ca_core::algorithm::{self, KeySpec, Signer, Sm2Parameters};
use ca_core::custody::{Custody, CustodyError, KeyName, Kind, Protection};
use ca_core::key::{Password, PrivateKey, PublicKey};
use ca_core::keystore::file::{Access, write_new};
use ca_sdf::SdfCustody;
use getrandom::SysRng;
use rand_core::UnwrapErr;
use sdf_software::{Key, install, passwords_shown, set_fault};
use tempfile::TempDir;

const PASSWORD: &str = "Right-7531";
const LIMIT: Duration = Duration::from_secs(20);

struct Device {
    folder: TempDir,
    library: PathBuf,
    /// The public keys of the indices 1 and 2.
    keys: [PublicKey; 2],
}

fn rng() -> UnwrapErr<SysRng> {
    UnwrapErr(SysRng)
}

fn name(text: &str) -> KeyName {
    text.parse().unwrap()
}

fn code<T>(result: Result<T, CustodyError>) -> &'static str {
    result.err().map_or("none", |error| error.code())
}

impl Device {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let keys = [0, 1].map(|_| PrivateKey::generate(KeySpec::Sm2, &mut rng()).unwrap());
        let stored = [0, 1].map(|at: usize| Key {
            index: at as u32 + 1,
            password: PASSWORD,
            scalar: keys[at].to_scalar().unwrap().as_slice().try_into().unwrap(),
        });
        let library = install(folder.path(), &stored);
        Self { library, keys: keys.map(|key| key.public_key().clone()), folder }
    }

    fn custody_with(&self, password: Option<&str>, limit: Duration) -> SdfCustody {
        let password = password.map(|text| Password::new(text.to_owned().into()).unwrap());
        let keys = [("root", 1), ("issuing", 2), ("empty", 3)].map(|(text, index)| (name(text), index));
        SdfCustody::new(self.library.clone(), keys.into(), password, 2, limit).unwrap()
    }

    fn custody(&self) -> SdfCustody {
        self.custody_with(Some(PASSWORD), LIMIT)
    }

    fn fault(&self, name: &str) {
        set_fault(self.folder.path(), name);
    }
}

fn signer(custody: &SdfCustody) -> Arc<dyn Signer> {
    custody.open(&name("root"), Sm2Parameters::Absent).unwrap()
}

#[test]
fn keys_of_the_device_sign_by_their_indices() {
    let device = Device::new();
    let custody = device.custody();
    custody.check().unwrap();
    for (text, key) in ["root", "issuing"].iter().zip(&device.keys) {
        assert_eq!(custody.public_key(&name(text)).unwrap(), *key);
        for parameters in [Sm2Parameters::Absent, Sm2Parameters::Null] {
            let signer = custody.open(&name(text), parameters).unwrap();
            let signature = signer.sign(b"message", &mut rng()).unwrap();
            algorithm::verify(signer.identifier(), key, b"message", &signature).unwrap();
            assert_eq!(signer.identifier().parameters.is_some(), parameters == Sm2Parameters::Null);
        }
    }
    assert_eq!(custody.protection(&name("root")).unwrap(), Protection::DeviceWithCopies);
    assert!(!custody.protection(&name("root")).unwrap().is_software());
    let description = custody.describe().unwrap();
    assert_eq!(description.kind, Kind::Sdf);
    assert!(
        description.to_string().contains("manufacturer City CA, model software SDF, serial 2026112200000001")
    );
}

#[test]
fn a_key_that_is_not_there_is_told() {
    let device = Device::new();
    let custody = device.custody();
    for text in ["empty", "unnamed"] {
        assert_eq!(code(custody.public_key(&name(text))), "custody-key-missing");
        assert_eq!(code(custody.open(&name(text), Sm2Parameters::Absent)), "custody-key-missing");
    }
}

#[test]
fn keys_are_made_and_destroyed_by_the_administration_of_the_device() {
    let device = Device::new();
    let custody = device.custody();
    assert_eq!(code(custody.generate(&name("new"), KeySpec::Sm2, &mut rng())), "custody-made-elsewhere");
    assert_eq!(code(custody.generate(&name("new"), KeySpec::P256, &mut rng())), "custody-key-unsupported");
    assert_eq!(code(custody.destroy(&name("root"))), "custody-made-elsewhere");
    assert_eq!(custody.public_key(&name("root")).unwrap(), device.keys[0]);
}

#[test]
fn a_wrong_password_is_presented_once_for_each_key() {
    let device = Device::new();
    let custody = device.custody_with(Some("Wrong-7531"), LIMIT);
    let signers = ["root", "issuing"].map(|text| custody.open(&name(text), Sm2Parameters::Absent).unwrap());
    std::thread::scope(|scope| {
        for signer in signers.iter().cycle().take(10) {
            scope.spawn(|| {
                let error = signer.sign(b"message", &mut rng()).unwrap_err();
                assert_eq!(error.code(), "custody-pin-wrong");
                assert!(!format!("{error} {error:?}").contains("7531"));
            });
        }
    });
    assert_eq!(passwords_shown(device.folder.path()), 2);
    signer(&device.custody()).sign(b"message", &mut rng()).unwrap();
}

#[test]
fn without_a_password_the_device_says_that_it_needs_one() {
    let device = Device::new();
    let custody = device.custody_with(None, LIMIT);
    let error = signer(&custody).sign(b"message", &mut rng()).unwrap_err();
    assert_eq!(error.code(), "custody-pin-needed");
    // Devices refuse short passwords as arguments.
    let custody = device.custody_with(Some("short"), LIMIT);
    assert_eq!(signer(&custody).sign(b"message", &mut rng()).unwrap_err().code(), "custody-device");
}

#[test]
fn a_missing_or_foreign_library_is_told() {
    let device = Device::new();
    let of = |path: PathBuf| {
        let keys = [(name("root"), 1)];
        SdfCustody::new(path, keys.into(), None, 1, LIMIT).unwrap()
    };
    assert_eq!(code(of(device.folder.path().join("none.so")).check()), "custody-library-missing");
    let text = device.folder.path().join("text.so");
    write_new(&text, b"no library", Access::Public).unwrap();
    assert_eq!(code(of(text).check()), "custody-library-missing");
    let foreign = of("libm.so.6".into()).check().unwrap_err();
    assert_eq!(foreign.code(), "custody-library-unusable");
    assert!(foreign.to_string().contains("SDF_OpenDevice"), "{foreign}");
}

#[test]
fn a_wrong_signature_is_not_released() {
    let device = Device::new();
    let custody = device.custody();
    let signer = signer(&custody);
    for (fault, expected) in [
        ("wrong-signature", "signing-fault"),
        ("zero-signature", "custody-misbehaved"),
        ("left-aligned", "custody-misbehaved"),
        ("vendor-error", "custody-device"),
    ] {
        device.fault(fault);
        let error = signer.sign(b"message", &mut rng()).unwrap_err();
        assert_eq!(error.code(), expected, "{fault}: {error}");
        device.fault("");
        signer.sign(b"message", &mut rng()).unwrap();
    }
}

#[test]
fn a_library_of_another_layout_is_noticed() {
    let device = Device::new();
    for (fault, expected) in [
        ("wrong-bits", "custody-key-unusable"),
        ("off-curve", "custody-key-unusable"),
        ("small-fields", "custody-key-unusable"),
        ("large-structures", "custody-library-unusable"),
    ] {
        device.fault(fault);
        assert_eq!(code(device.custody().public_key(&name("root"))), expected, "{fault}");
    }
}

#[test]
fn a_device_that_computes_wrongly_does_not_pass_its_check() {
    let device = Device::new();
    for (fault, expected) in [
        ("wrong-hash", "custody-misbehaved"),
        ("long-digest", "custody-library-unusable"),
        ("no-randomness", "custody-misbehaved"),
        ("gone", "custody-device"),
    ] {
        device.fault(fault);
        assert_eq!(code(device.custody().check()), expected, "{fault}");
        device.fault("");
        device.custody().check().unwrap();
    }
}

#[test]
fn after_a_restart_of_the_device_signing_goes_on() {
    let device = Device::new();
    let signer = signer(&device.custody());
    for fault in ["restart", "lost-line", "restart"] {
        signer.sign(b"message", &mut rng()).unwrap();
        device.fault(fault);
        signer.sign(b"message", &mut rng()).unwrap();
    }
}

#[test]
fn a_device_that_does_not_answer_holds_nobody_up() {
    let device = Device::new();
    let custody = device.custody_with(Some(PASSWORD), Duration::from_millis(1500));
    let signer = signer(&custody);
    device.fault("hang");
    let began = Instant::now();
    assert_eq!(signer.sign(b"message", &mut rng()).unwrap_err().code(), "custody-timed-out");
    assert!(began.elapsed() < Duration::from_secs(10));
    device.fault("");
    // The other session goes on.
    signer.sign(b"message", &mut rng()).unwrap();
}

#[test]
fn several_threads_sign_at_once() {
    const THREADS: u32 = 8;
    const EACH: u32 = 100;
    let device = Device::new();
    let custody = device.custody();
    let signer = signer(&custody);
    let began = Instant::now();
    std::thread::scope(|scope| {
        for thread in 0..THREADS {
            let signer = &signer;
            scope.spawn(move || {
                for round in 0..EACH {
                    signer.sign(format!("{thread}: {round}").as_bytes(), &mut rng()).unwrap();
                }
            });
        }
    });
    let rate = f64::from(THREADS * EACH) / began.elapsed().as_secs_f64();
    println!("software SDF: {rate:.0} signatures of SM2 a second by {THREADS} threads over 2 sessions");
    // Each session asked for the right once.
    assert!((1..=2).contains(&passwords_shown(device.folder.path())));
}
