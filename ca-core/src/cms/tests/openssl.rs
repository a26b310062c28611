//! Messages that OpenSSL makes.
#![allow(clippy::disallowed_methods, reason = "the files of a test are temporary")]

use std::path::Path;
use std::process::Command;

use super::*;

/// Runs openssl; none, said aloud, where it is not installed.
fn run(folder: &Path, arguments: &str) -> Option<()> {
    let output = Command::new("openssl").args(arguments.split_whitespace()).current_dir(folder).output();
    let Ok(output) = output else {
        println!("skipped: the openssl command is not installed");
        return None;
    };
    assert!(output.status.success(), "{arguments}: {}", String::from_utf8_lossy(&output.stderr));
    Some(())
}

/// A folder with `data`, `key.pem` and `cert.pem`.
fn folder(key: &str) -> Option<tempfile::TempDir> {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("data"), b"content\n".repeat(2000)).unwrap();
    run(
        folder.path(),
        &format!("req -x509 -newkey {key} -nodes -subj /CN=one -keyout key.pem -out cert.pem"),
    )?;
    Some(folder)
}

#[test]
fn what_it_signs_verifies() {
    for key in ["rsa:2048", "ec -pkeyopt ec_paramgen_curve:P-256", "ec -pkeyopt ec_paramgen_curve:P-384"] {
        let Some(folder) = folder(key) else { return };
        let at = folder.path();
        let data = std::fs::read(at.join("data")).unwrap();
        for more in [
            "",
            "-stream",
            "-noattr",
            "-md sha384",
            "-keyid",
            "-stream -nocerts",
            "-noattr -keyid -md sha384",
        ] {
            let make = "cms -sign -binary -in data -signer cert.pem -inkey key.pem -outform DER -out message";
            run(at, &format!("{make} -nodetach {more}")).unwrap();
            let bytes = std::fs::read(at.join("message")).unwrap();
            let message = ContentInfo::parse(&bytes).unwrap();
            assert_eq!(message.was_ber(), more.contains("-stream"), "{more}");
            let signed = message.signed_data().unwrap();
            assert_eq!(signed.content(), Some(&data[..]), "{more}");
            let pem = std::fs::read(at.join("cert.pem")).unwrap();
            let certificate = crate::encoding::pem::read_all(&pem).unwrap().swap_remove(0).der;
            let certificate = crate::x509::Certificate::from_der(&certificate).unwrap();
            let verified = signed.verify(None, std::slice::from_ref(&certificate)).unwrap();
            assert_eq!(*verified[0].certificate(), certificate);
            assert_eq!(verified[0].info().signing_time().is_some(), !more.contains("-noattr"));

            // Where the length is not known yet, OpenSSL puts the content in.
            if more.contains("-stream") {
                continue;
            }
            run(at, &format!("{make} {more}")).unwrap();
            let message = ContentInfo::parse(&std::fs::read(at.join("message")).unwrap()).unwrap();
            let signed = message.signed_data().unwrap();
            let given = [certificate];
            assert_eq!(signed.verify(None, &given).unwrap_err().code(), "cms-detached-content");
            assert!(signed.verify(Some(&data), &given).is_ok());
            assert!(signed.verify(Some(b"other"), &given).is_err());
        }
    }
}

#[test]
fn what_it_encrypts_opens() {
    let Some(folder) = folder("rsa:2048") else { return };
    let at = folder.path();
    let data = std::fs::read(at.join("data")).unwrap();
    let key = PrivateKey::from_pem(&std::fs::read(at.join("key.pem")).unwrap(), None).unwrap();
    for how in [
        "cms -encrypt -aes-128-cbc",
        "cms -encrypt -aes-192-cbc -stream",
        "cms -encrypt -aes-256-cbc -keyid",
        "smime -encrypt -aes-256-cbc",
        "smime -encrypt -aes-256-cbc -stream",
        "cms -encrypt -sm4-cbc",
    ] {
        run(at, &format!("{how} -binary -in data -outform DER -out message cert.pem")).unwrap();
        open(at, &key, &data, how);
    }
    for hash in ["sha1", "sha256", "sha512"] {
        let more = format!("-recip cert.pem -keyopt rsa_padding_mode:oaep -keyopt rsa_oaep_md:{hash}");
        run(at, &format!("cms -encrypt -binary -in data -outform DER -out message -aes-256-cbc {more}"))
            .unwrap();
        open(at, &key, &data, hash);
    }
}

fn open(at: &Path, key: &PrivateKey, data: &[u8], how: &str) {
    let message = ContentInfo::parse(&std::fs::read(at.join("message")).unwrap()).unwrap();
    let Content::EnvelopedData(sealed) = message.content() else { panic!("{message:?}") };
    assert_eq!(&sealed.open(key, None).unwrap()[..], data, "{how}");
}
