//! Keys and messages of GmSSL's command, where it is installed.
#![allow(clippy::disallowed_methods, reason = "the files of a test are temporary")]

use std::path::Path;
use std::process::Command;

use zeroize::Zeroizing;

use super::*;
use crate::algorithm::{KeySpec, sm2};
use crate::encoding::pem;
use crate::key::{EncryptionForm, Password};
use crate::testing::rng;

/// Runs gmssl; none, said aloud, where it is not installed.
fn run(folder: &Path, arguments: &str) -> Option<()> {
    let output = Command::new("gmssl").args(arguments.split_whitespace()).current_dir(folder).output();
    let Ok(output) = output else {
        println!("skipped: the gmssl command is not installed");
        return None;
    };
    assert!(output.status.success(), "{arguments}: {}", String::from_utf8_lossy(&output.stderr));
    Some(())
}

fn password() -> Password {
    Password::new(Zeroizing::new("1234".into())).ok().unwrap()
}

#[test]
fn it_signs_with_a_key_that_is_written_here() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let key = PrivateKey::generate(KeySpec::Sm2, &mut rng()).unwrap();
    let sealed = key.to_encrypted_pkcs8_der(&password(), EncryptionForm::Sm4, &mut rng()).unwrap();
    std::fs::write(at.join("key.pem"), pem::write("ENCRYPTED PRIVATE KEY", &sealed)).unwrap();
    std::fs::write(at.join("data"), b"data").unwrap();
    if run(at, "sm2sign -key key.pem -pass 1234 -in data -out signature").is_none() {
        return;
    }
    let signature = std::fs::read(at.join("signature")).unwrap();
    sm2::verify_with_id(key.public_key(), sm2::DEFAULT_ID, b"data", &signature).unwrap();
}

#[test]
fn its_messages_are_read_and_open() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    std::fs::write(at.join("data"), b"data").unwrap();
    if run(at, "sm2keygen -pass 1234 -out key.pem -pubout public.pem").is_none() {
        return;
    }
    let usage = "-key_usage digitalSignature -key_usage keyEncipherment";
    run(at, &format!("certgen -C CN -CN one {usage} -days 9 -key key.pem -pass 1234 -out certificate.pem"));
    run(at, "cmssign -key key.pem -pass 1234 -cert certificate.pem -in data -out signed.pem");
    run(at, "cmsencrypt -rcptcert certificate.pem -in data -out sealed.pem");
    let key = PrivateKey::from_pem(&std::fs::read(at.join("key.pem")).unwrap(), Some(&password())).unwrap();
    let message = |file| {
        let object = pem::read_all(&std::fs::read(at.join(file)).unwrap()).unwrap().swap_remove(0);
        ContentInfo::parse(&object.der).unwrap()
    };
    let signed = message("signed.pem");
    assert_eq!(signed.content_type().dialect(), Some(Dialect::GmT0010));
    let signed = signed.signed_data().unwrap();
    // GmSSL signs the content with the header of its ContentInfo before it; RFC 2315 §9.3 has the content alone, and so do others
    // who write GM/T 0010. Such a signature is not taken for one over the content.
    assert_eq!(signed.verify(None, &[]).unwrap_err().code(), "cms-signature-invalid");
    let certificate = &signed.certificates()[0];
    assert_eq!(certificate.public_key().unwrap(), *key.public_key());
    assert!(signed.signers()[0].party().is(certificate));
    assert_eq!(signed.content(), Some(&b"data"[..]));
    let sealed = message("sealed.pem");
    let Content::EnvelopedData(sealed) = sealed.content() else { panic!("{sealed:?}") };
    assert_eq!(&sealed.open(&key, None).unwrap()[..], b"data");
}
