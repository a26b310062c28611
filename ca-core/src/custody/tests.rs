use std::fs;
use std::os::unix::fs::PermissionsExt;

use super::*;
use crate::algorithm;
use crate::key::Password;
use crate::testing::rng;

fn name(text: &str) -> KeyName {
    text.parse().unwrap()
}

fn password(text: &str) -> Option<Password> {
    Some(Password::new(text.to_owned().into()).unwrap())
}

fn code<T>(result: Result<T, CustodyError>) -> &'static str {
    result.err().map_or("none", |error| error.code())
}

#[test]
fn a_key_in_a_file_is_made_opened_and_destroyed() {
    let folder = tempfile::tempdir().unwrap();
    let custody = FileCustody::new(folder.path().to_owned(), password("a"));
    for spec in [KeySpec::Sm2, KeySpec::P256, KeySpec::P384, KeySpec::Ed25519] {
        let name = name(&format!("key-{spec}"));
        assert_eq!(code(custody.open(&name, Sm2Parameters::Absent).map(|_| ())), "custody-key-missing");
        assert_eq!(custody.protection_of(spec).unwrap(), Protection::Software);
        let made = custody.generate(&name, spec, &mut rng()).unwrap();
        assert_eq!(custody.public_key(&name).unwrap(), made);
        assert_eq!(custody.protection(&name).unwrap(), Protection::Software);
        let mode = fs::metadata(custody.path(&name)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        assert!(fs::read_to_string(custody.path(&name)).unwrap().contains("ENCRYPTED PRIVATE KEY"));
        let signer = custody.open(&name, Sm2Parameters::Null).unwrap();
        let signature = signer.sign(b"message", &mut rng()).unwrap();
        algorithm::verify(signer.identifier(), &made, b"message", &signature).unwrap();
        assert_eq!(signer.identifier().parameters.is_some(), spec == KeySpec::Sm2);
        custody.destroy(&name).unwrap();
        assert_eq!(code(custody.public_key(&name)), "custody-key-missing");
        assert_eq!(code(custody.destroy(&name)), "custody-key-missing");
    }
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn a_key_is_never_replaced() {
    let folder = tempfile::tempdir().unwrap();
    let custody = FileCustody::new(folder.path().to_owned(), password("a"));
    let made = custody.generate(&name("root"), KeySpec::Sm2, &mut rng()).unwrap();
    assert_eq!(code(custody.generate(&name("root"), KeySpec::Sm2, &mut rng())), "custody-key-exists");
    assert_eq!(custody.public_key(&name("root")).unwrap(), made);
}

#[test]
fn a_folder_that_others_can_look_into_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let custody = FileCustody::new(folder.path().to_owned(), None);
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o700)).unwrap();
    custody.check().unwrap();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o750)).unwrap();
    assert_eq!(code(custody.check()), "key-folder-too-open");
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o700)).unwrap();
    custody.generate(&name("a"), KeySpec::Sm2, &mut rng()).unwrap();
    assert_eq!(code(FileCustody::new(custody.path(&name("a")), None).check()), "file-io");
    assert_eq!(code(FileCustody::new(folder.path().join("none"), None).check()), "file-not-found");
}

#[test]
fn a_missing_and_a_wrong_password_are_told_apart() {
    let folder = tempfile::tempdir().unwrap();
    let custody = |password| FileCustody::new(folder.path().to_owned(), password);
    custody(password("a")).generate(&name("root"), KeySpec::P256, &mut rng()).unwrap();
    assert_eq!(code(custody(None).public_key(&name("root"))), "key-password-needed");
    assert_eq!(code(custody(password("b")).public_key(&name("root"))), "key-password-wrong");
    let elsewhere = FileCustody::new(folder.path().join("none"), None);
    assert_eq!(code(elsewhere.public_key(&name("root"))), "file-not-found");
}

#[test]
fn settings_are_read_strictly() {
    let read = |text: &str| -> Result<Settings, String> {
        Settings::from_toml(text).map_err(|error| format!("{}: {error}", error.code()))
    };
    let file = read("custody = \"file\"\npassword_file = \"/etc/password\"").unwrap();
    assert_eq!((file.kind(), file.secret_file()), (Kind::File, Some("/etc/password".as_ref())));
    let sdf = read("custody = \"sdf\"\nlibrary = \"/lib/s.so\"\nkeys = { issuing = 1, root = 2 }").unwrap();
    let Settings::Sdf { sessions: 4, timeout_seconds: Timeout(10), keys, .. } = &sdf else {
        panic!("{sdf:?}")
    };
    assert_eq!(keys[&name("root")], 2);
    let written = toml::to_string(&sdf).unwrap();
    assert_eq!(read(&written), Ok(sdf));

    let pkcs11 = "custody = \"pkcs11\"\nmodule = \"/lib/p.so\"\n";
    for (text, expected) in [
        ("custody = \"tpm\"", "unknown variant `tpm`"),
        ("custody = \"file\"\nfolders = \"x\"", "unknown field `folders`"),
        ("custody = \"file\"\nmodule = \"/x\"", "unknown field `module`"),
        ("custody = \"pkcs11\"", "missing field `module`"),
        (pkcs11, "custody-setting: token: "),
        (&format!("{pkcs11}token = \"a\"\npin = \"1234\""), "unknown field `pin`"),
        (&format!("{pkcs11}token = \"a\"\nsessions = 0"), "custody-setting: sessions: "),
        (&format!("{pkcs11}token = \"a\"\nsessions = 65"), "custody-setting: sessions: "),
        (&format!("{pkcs11}token = \"a\"\ntimeout_seconds = 601"), "custody-setting: timeout_seconds: "),
        ("custody = \"pkcs11\"\nmodule = \"p.so\"\ntoken = \"a\"", "custody-setting: module: "),
        ("custody = \"sdf\"\nlibrary = \"/s.so\"\nkeys = {}", "custody-setting: keys: name at least one"),
        ("custody = \"sdf\"\nlibrary = \"/s.so\"\nkeys = { a = 0 }", "custody-setting: keys: indices begin"),
        (
            "custody = \"sdf\"\nlibrary = \"/s.so\"\nkeys = { a = 1, b = 1 }",
            "custody-setting: keys: two names",
        ),
        ("custody = \"sdf\"\nlibrary = \"/s.so\"\nkeys = { \"../a\" = 1 }", "\"../a\" is not a name"),
    ] {
        let refused = read(text).unwrap_err();
        assert!(refused.contains(expected), "{text}: {refused}");
    }
}
