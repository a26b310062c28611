//! `ca convert` from outside.

#![allow(clippy::unwrap_used, reason = "tests may panic")]

#[path = "support/program.rs"]
mod program;
mod support;

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use program::{json, run};
use support::{World, file};

fn world(folder: &Path) -> World {
    let mut world = World::new();
    let pem = world.key.to_pem(None, &mut world.rng).unwrap();
    file(folder, "key.pem", pem.as_bytes());
    file(folder, "device.pem", world.device.to_pem());
    file(folder, "issuing.pem", world.issuing.certificate().to_pem());
    file(folder, "crl.pem", world.root_crl().to_pem());
    file(folder, "request.pem", world.request.to_pem());
    file(folder, "secret", "secret\n");
    file(folder, "other", "another\n");
    world
}

fn convert(folder: &Path, arguments: &[&str]) {
    let (status, output, error) = run(folder, &[&["convert"], arguments].concat());
    assert_eq!((status, error.as_str()), (0, ""), "{arguments:?}: {output}");
}

fn refused(folder: &Path, arguments: &[&str]) -> String {
    let (status, output, error) = run(folder, &[&["convert"], arguments].concat());
    assert!(status != 0 && output.is_empty(), "{arguments:?}: {output}");
    error
}

fn read(folder: &Path, name: &str) -> Vec<u8> {
    std::fs::read(folder.join(name)).unwrap()
}

fn mode(folder: &Path, name: &str) -> u32 {
    std::fs::metadata(folder.join(name)).unwrap().permissions().mode() & 0o777
}

#[test]
fn objects_come_back_from_der_as_they_were() {
    let folder = tempfile::tempdir().unwrap();
    let world = world(folder.path());
    for (name, der) in [("device", world.device.der()), ("request", world.request.der())] {
        let [pem, binary, back] = ["pem", "der", "back"].map(|end| format!("{name}.{end}"));
        convert(folder.path(), &[&pem, &binary, "--to", "der"]);
        assert_eq!(read(folder.path(), &binary), der);
        assert_eq!(mode(folder.path(), &binary), 0o644);
        convert(folder.path(), &[&binary, &back, "--to", "pem"]);
        assert_eq!(read(folder.path(), &back), read(folder.path(), &pem));
    }
    let error = refused(folder.path(), &["device.pem", "issuing.pem", "x.der", "--to", "der"]);
    assert!(error.contains("[several-objects]"), "{error}");
}

#[test]
fn certificates_travel_in_pkcs7() {
    let folder = tempfile::tempdir().unwrap();
    world(folder.path());
    convert(folder.path(), &["device.pem", "issuing.pem", "crl.pem", "all.p7b", "--to", "pkcs7"]);
    let shown = json(folder.path(), &["show", "all.p7b"]);
    assert_eq!(shown["objects"][0]["certificates"].as_array().unwrap().len(), 2);
    assert_eq!(shown["objects"][0]["crl_count"], 1);
    convert(folder.path(), &["all.p7b", "all.pem", "--to", "pem"]);
    let text = String::from_utf8(read(folder.path(), "all.pem")).unwrap();
    for name in ["device.pem", "issuing.pem", "crl.pem"] {
        assert!(text.contains(&String::from_utf8(read(folder.path(), name)).unwrap()), "{name}");
    }
    let error = refused(folder.path(), &["key.pem", "device.pem", "x.p7b", "--to", "pkcs7"]);
    assert!(error.contains("[not-held]"), "{error}");
}

#[test]
fn keys_change_their_form_and_stay_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let world = world(folder.path());
    let fingerprint = |file: &str, password: &str| {
        let shown = json(folder.path(), &["show", file, "--password-file", password]);
        shown["objects"][0]["public_key"]["fingerprint"].as_str().map(str::to_owned)
    };
    let own = Some(world.key.public_key().fingerprint().to_string());
    for cipher in ["aes", "sm4"] {
        let name = format!("{cipher}.pem");
        let arguments =
            ["key.pem", &name, "--to", "pkcs8", "--cipher", cipher, "--out-password-file", "secret"];
        convert(folder.path(), &arguments);
        assert_eq!(fingerprint(&name, "secret"), own);
        assert_eq!(fingerprint(&name, "other"), None);
        let encryption = if cipher == "aes" { "AES-256-CBC" } else { "SM4-CBC" };
        let (_, page, _) = run(folder.path(), &["show", &name]);
        assert!(page.contains(encryption), "{page}");
        // The password stays where nothing else is said.
        let again = format!("again-{cipher}.pem");
        convert(folder.path(), &[&name, &again, "--to", "pkcs8", "--password-file", "secret"]);
        assert_eq!(fingerprint(&again, "secret"), own);
        let text = String::from_utf8(read(folder.path(), &again)).unwrap();
        assert!(text.starts_with("-----BEGIN ENCRYPTED PRIVATE KEY-----"), "{text}");
    }
    convert(folder.path(), &["sm4.pem", "sec1.pem", "--to", "sec1", "--plain", "--password-file", "secret"]);
    assert_eq!(fingerprint("sec1.pem", "secret"), own);
    convert(folder.path(), &["sec1.pem", "plain.der", "--to", "der"]);
    assert_eq!(read(folder.path(), "plain.der"), *world.key.to_pkcs8_der().unwrap());
    let error = refused(folder.path(), &["sm4.pem", "x.pem", "--to", "sec1", "--password-file", "secret"]);
    assert!(error.contains("[sec1-not-encrypted]"), "{error}");
    let error = refused(folder.path(), &["sm4.pem", "x.pem", "--to", "pkcs8", "--password-file", "other"]);
    assert!(error.contains("password"), "{error}");
    let error = refused(folder.path(), &["device.pem", "x.pem", "--to", "pkcs8"]);
    assert!(error.contains("[not-one-key]"), "{error}");
}

#[test]
fn a_key_and_its_chain_travel_in_pkcs12() {
    let folder = tempfile::tempdir().unwrap();
    let world = world(folder.path());
    for cipher in ["aes", "sm4"] {
        let container = format!("{cipher}.p12");
        let inputs = ["key.pem", "device.pem", "issuing.pem"];
        let options = [&container, "--to", "pkcs12", "--cipher", cipher, "--out-password-file", "secret"];
        convert(folder.path(), &[&inputs[..], &options].concat());
        assert_eq!(mode(folder.path(), &container), 0o600);
        let out = format!("{cipher}.out");
        convert(folder.path(), &[&container, &out, "--to", "pem", "--plain", "--password-file", "secret"]);
        assert_eq!(mode(folder.path(), &out), 0o600);
        let shown = json(folder.path(), &["show", &out]);
        let types: Vec<&str> =
            shown["objects"].as_array().unwrap().iter().map(|it| it["type"].as_str().unwrap()).collect();
        assert_eq!(types, ["private_key", "certificate", "certificate"]);
        let text = String::from_utf8(read(folder.path(), &out)).unwrap();
        assert!(text.contains(&world.device.to_pem()), "{text}");
    }
    let error = refused(folder.path(), &["key.pem", "x.p12", "--to", "pkcs12", "--plain"]);
    assert!(error.contains("[password-required]"), "{error}");
    let error = refused(folder.path(), &["key.pem", "x.p12", "--to", "pkcs12"]);
    assert!(error.contains("[password-required]"), "{error}");
}

#[test]
fn private_keys_are_for_their_owner_only_and_nothing_is_overwritten_unasked() {
    let folder = tempfile::tempdir().unwrap();
    world(folder.path());
    convert(folder.path(), &["key.pem", "copy.pem", "--to", "pem"]);
    assert_eq!(mode(folder.path(), "copy.pem"), 0o600);
    let before = read(folder.path(), "device.pem");
    let error = refused(folder.path(), &["key.pem", "device.pem", "--to", "pem"]);
    assert!(error.contains("[file-exists]"), "{error}");
    assert_eq!(read(folder.path(), "device.pem"), before);
    // A file that everyone could read becomes one that only its owner can.
    let open = std::fs::Permissions::from_mode(0o644);
    std::fs::set_permissions(folder.path().join("device.pem"), open).unwrap();
    convert(folder.path(), &["key.pem", "device.pem", "--to", "pem", "--force"]);
    assert_eq!(mode(folder.path(), "device.pem"), 0o600);
    let error = refused(folder.path(), &["key.pem", "-", "--to", "pem"]);
    assert!(error.contains("[key-to-standard-output]"), "{error}");
    let (status, output, _) = run(folder.path(), &["convert", "issuing.pem", "-", "--to", "pem"]);
    assert_eq!(status, 0);
    assert!(output.starts_with("-----BEGIN CERTIFICATE-----"), "{output}");
    let (status, ..) = run(folder.path(), &["convert", "key.pem", "--to", "pem"]);
    assert_eq!(status, 2);
}

#[test]
fn rsa_keys_in_their_old_form_are_read() {
    let folder = tempfile::tempdir().unwrap();
    let (status, ..) = run(folder.path(), &["key", "new", "--out", "k.pem", "--algorithm", "rsa-2048"]);
    assert_eq!(status, 0);
    convert(folder.path(), &["k.pem", "k.der", "--to", "der"]);
    let pkcs8 = read(folder.path(), "k.der");
    // Version, algorithm and the header of the string stand before the old form.
    let old = ca_core::encoding::pem::write("RSA PRIVATE KEY", &pkcs8[26..]);
    file(folder.path(), "old.pem", old);
    convert(folder.path(), &["old.pem", "new.der", "--to", "der"]);
    assert_eq!(read(folder.path(), "new.der"), pkcs8);
}
