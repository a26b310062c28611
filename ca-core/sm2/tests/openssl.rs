//! Signatures exchanged with the OpenSSL command line, in both directions.

#![expect(clippy::expect_used, reason = "tests")]

use std::path::Path;
use std::process::Command;

use ca_sm2::{DEFAULT_ID, PrivateKey, Signature, SigningKey};
use rand_core::UnwrapErr;

const ROUNDS: usize = 20;
/// 1.2.156.10197.1.301.
const CURVE: [u8; 10] = [0x06, 0x08, 0x2a, 0x81, 0x1c, 0xcf, 0x55, 0x01, 0x82, 0x2d];
/// 1.2.840.10045.2.1.
const EC_KEY: [u8; 9] = [0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01];

/// A value of fewer than 128 bytes in DER.
fn der(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let content = parts.concat();
    let length = u8::try_from(content.len()).expect("short");
    assert!(length < 128);
    [&[tag, length], content.as_slice()].concat()
}

fn openssl(folder: &Path, arguments: &[&str]) -> bool {
    let options = [
        "-rawin",
        "-digest",
        "sm3",
        "-pkeyopt",
        "distid:1234567812345678",
        "-keyform",
        "DER",
        "-in",
        "message",
    ];
    let output =
        Command::new("openssl").arg("pkeyutl").args(arguments).args(options).current_dir(folder).output();
    output.expect("openssl runs").status.success()
}

#[test]
fn openssl_and_we_verify_each_other() {
    if !Command::new("openssl").arg("version").output().is_ok_and(|output| output.status.success()) {
        eprintln!("skipped: there is no openssl");
        return;
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    let folder = folder.path();
    let file = |name: &str, bytes: &[u8]| {
        std::fs::File::create(folder.join(name))
            .and_then(|mut file| std::io::Write::write_all(&mut file, bytes))
    };
    let mut rng = UnwrapErr(getrandom::SysRng);
    for round in 0..ROUNDS {
        let key = SigningKey::new(PrivateKey::generate(&mut rng), DEFAULT_ID).expect("short identifier");
        let point = key.verifying_key().public_key().to_sec1_bytes();
        let spki = der(0x30, &[&der(0x30, &[&EC_KEY, &CURVE]), &der(0x03, &[&[0], &point])]);
        let d = der(0x04, &[&*key.private_key().to_bytes()]);
        let sec1 = der(
            0x30,
            &[&[0x02, 1, 1], &d, &der(0xa0, &[&CURVE]), &der(0xa1, &[&der(0x03, &[&[0], &point])])],
        );
        let message = vec![round as u8; 37 * round];
        file("public", &spki).and(file("private", &sec1)).and(file("message", &message)).expect("written");

        let ours = key.sign_verified(&message, &mut rng).expect("no fault");
        file("signature", &ours.to_der()).expect("written");
        let verify = ["-verify", "-pubin", "-inkey", "public", "-sigfile", "signature"];
        assert!(openssl(folder, &verify), "{}", hex::encode(spki));
        file("message", &[&message[..], b"x"].concat()).expect("written");
        assert!(!openssl(folder, &verify));

        file("message", &message).expect("written");
        assert!(openssl(folder, &["-sign", "-inkey", "private", "-out", "theirs"]));
        let theirs = std::fs::read(folder.join("theirs")).expect("signed");
        let theirs = Signature::from_der(&theirs).expect("strict DER");
        assert_eq!(key.verifying_key().verify(&message, &theirs), Ok(()));
    }
}
