#![allow(clippy::disallowed_methods, reason = "the files of a test are temporary")]

use std::process::Command;

use proptest::prelude::*;
use zeroize::Zeroizing;

use super::*;
use crate::algorithm::{KeySpec, Sm2Parameters};
use crate::key::{EncryptionForm, Password, PrivateKey};
use crate::testing::rng;
use crate::x509::testing::{Draft, sign, vector};

fn password(text: &str) -> Password {
    Password::new(Zeroizing::new(text.into())).ok().unwrap()
}

/// A key with a certificate for it, and another certificate.
fn contents(spec: KeySpec) -> Contents {
    let key = PrivateKey::generate(spec, &mut rng()).unwrap();
    let copy = PrivateKey::from_pkcs8_der(&key.to_pkcs8_der().unwrap()).unwrap();
    let signer = copy.into_signer(Sm2Parameters::Absent);
    let draft = Draft::end_entity("摄像头").spec(spec);
    let subject = draft.subject.clone();
    let certificate = sign(&draft.tbs(&subject, key.public_key(), &signer), &signer);
    let other = Draft::authority("another").self_signed().certificate;
    Contents {
        keys: vec![Entry::named(key, "设备 1")],
        certificates: vec![certificate.into(), Entry::named(other, "anchor")],
        ..Contents::default()
    }
}

#[test]
fn what_is_written_is_read() {
    let (right, wrong) = (password("密码 right"), password("wrong"));
    for form in [EncryptionForm::Aes256, EncryptionForm::Sm4] {
        let written = contents(KeySpec::Sm2);
        let file = written.write(&right, form, &mut rng()).unwrap();
        let pfx = Pfx::parse(&file).unwrap();
        assert_eq!(pfx.der(), file);
        assert_eq!(pfx.parts().len(), 2);
        let read = pfx.open(Some(&right)).unwrap();
        assert_eq!(read.keys[0].value.public_key(), written.keys[0].value.public_key());
        assert_eq!(read.keys[0].friendly_name.as_deref(), Some("设备 1"));
        assert_eq!(read.certificates[0].value, written.certificates[0].value);
        assert_eq!(read.certificates[0].local_key_id, read.keys[0].local_key_id);
        assert_eq!(read.certificates[1].friendly_name.as_deref(), Some("anchor"));
        assert_eq!(read.certificates[1].local_key_id, None);
        assert_eq!(pfx.open(Some(&wrong)).err().unwrap().code(), "pkcs12-password-wrong");
        assert_eq!(pfx.open(None).err().unwrap().code(), "pkcs12-password-needed");
    }
}

#[test]
fn any_change_is_found() {
    let secret = password("1234");
    let file = contents(KeySpec::Sm2).write(&secret, EncryptionForm::Aes256, &mut rng()).unwrap();
    for at in [file.len() / 3, file.len() / 2, file.len() - 40] {
        let mut changed = file.clone();
        changed[at] ^= 1;
        assert!(Pfx::parse(&changed).and_then(|pfx| pfx.open(Some(&secret))).is_err(), "octet {at}");
    }
}

/// Runs the command in a folder; none, said aloud, where it is not installed.
fn openssl(folder: &std::path::Path, arguments: &str) -> Option<(bool, String)> {
    let output = Command::new("openssl").args(arguments.split(' ')).current_dir(folder).output();
    let Ok(output) = output else {
        println!("skipped: the openssl command is not installed");
        return None;
    };
    let text =
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    Some((output.status.success(), text))
}

#[test]
fn openssl_reads_ours_and_we_read_its() {
    let folder = tempfile::tempdir().unwrap();
    let secret = password("1234");
    for spec in [KeySpec::P256, KeySpec::Sm2, KeySpec::Rsa { bits: 2048 }] {
        let written = contents(spec);
        let file = written.write(&secret, EncryptionForm::Aes256, &mut rng()).unwrap();
        std::fs::write(folder.path().join("ours.p12"), file).unwrap();
        let reads = "pkcs12 -in ours.p12 -passin pass:1234 -nodes -out plain.pem";
        let Some((read, said)) = openssl(folder.path(), reads) else { return };
        assert!(read, "{spec}: {said}");
        let text = std::fs::read(folder.path().join("plain.pem")).unwrap();
        let key = PrivateKey::from_pem(&text, None).unwrap();
        assert_eq!(key.public_key(), written.keys[0].value.public_key());

        for more in ["", " -macalg sha512 -maciter", " -keypbe NONE -certpbe NONE", " -nomac"] {
            let make =
                format!("pkcs12 -export -in plain.pem -passout pass:1234 -name device -out its.p12{more}");
            let (made, said) = openssl(folder.path(), &make).unwrap();
            assert!(made, "{make}: {said}");
            let bytes = std::fs::read(folder.path().join("its.p12")).unwrap();
            let read = Pfx::parse(&bytes).unwrap().open(Some(&secret)).unwrap();
            assert_eq!(read.keys[0].value.public_key(), key.public_key(), "{make}");
            assert_eq!(read.keys[0].friendly_name.as_deref(), Some("device"));
            assert_eq!(read.certificates.len(), 2);
        }
    }
}

#[test]
fn the_older_ways_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let secret = password("1234");
    let file = contents(KeySpec::P256).write(&secret, EncryptionForm::Aes256, &mut rng()).unwrap();
    std::fs::write(folder.path().join("ours.p12"), file).unwrap();
    let reads = "pkcs12 -in ours.p12 -passin pass:1234 -nodes -out plain.pem";
    if openssl(folder.path(), reads).is_none() {
        return;
    }
    let make = "pkcs12 -legacy -export -in plain.pem -passout pass:1234 -out old.p12";
    let (made, said) = openssl(folder.path(), make).unwrap();
    if !made {
        println!("skipped: this openssl has no older ways: {said}");
        return;
    }
    let bytes = std::fs::read(folder.path().join("old.p12")).unwrap();
    let refusal = Pfx::parse(&bytes).unwrap().open(Some(&secret)).err().unwrap();
    assert_eq!(refusal.code(), "pkcs12-encryption-unsupported");
    assert!(refusal.to_string().contains("RC2-40"), "{refusal}");
}

#[test]
fn the_work_a_file_asks_for_is_bounded() {
    let secret = password("1234");
    let file = contents(KeySpec::Sm2).write(&secret, EncryptionForm::Sm4, &mut rng()).unwrap();
    // The iterations of the MAC stand at the very end: 600,000 in three bytes.
    let mut greedy = file.clone();
    let end = greedy.len();
    assert_eq!(greedy[end - 5..], [0x02, 0x03, 0x09, 0x27, 0xc0]);
    greedy[end - 3..].copy_from_slice(&[0x7f, 0xff, 0xff]);
    // Refused for what it asks: nothing is derived first, or the password would be called wrong.
    let refusal = Pfx::parse(&greedy).unwrap().open(Some(&secret)).err().unwrap();
    assert_eq!(refusal.code(), "key-encryption-parameters");
}

#[test]
fn a_container_of_cfca_opens_with_its_password() {
    let Some(der) = vector("cfca-test.sm2") else { return };
    let container = CfcaContainer::parse(&der).unwrap();
    assert_eq!(container.der(), der);
    let key = container.open(&password("123456")).unwrap();
    assert_eq!(*key.public_key(), container.certificate().public_key().unwrap());
    assert_eq!(container.open(&password("654321")).err().unwrap().code(), "pkcs12-password-wrong");
    for cut in 0..der.len() {
        assert!(CfcaContainer::parse(&der[..cut]).is_err());
    }
}

proptest! {
    #[test]
    fn any_damage_is_read_or_refused(changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8)) {
        let Some(mut der) = vector("cfca-test.sm2") else { return Ok(()) };
        for (index, value) in changes {
            let at = index.index(der.len());
            der[at] = value;
        }
        let _ = CfcaContainer::parse(&der).map(|container| container.open(&password("123456")));
        let _ = Pfx::parse(&der);
    }
}
