//! Custody by a token of SoftHSM.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a test fails and speaks so"
)]

#[allow(dead_code, unreachable_pub, reason = "shared with the other tests of the crate")]
mod token;

use std::convert::Infallible;
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

use ca_core::algorithm::{self, KeySpec, Signer, Sm2Parameters};
use ca_core::custody::{Custody, Kind, Protection};
use ca_core::issuance::{Choices, Issuer, Urls, hierarchy, root};
use ca_core::key::{BlockedKeys, NormalizedKey, PrivateKey};
use ca_core::keystore::file::{Access, write_new};
use ca_core::profile::ProfileSet;
use ca_core::x509::name::AttributeKind;
use ca_core::x509::{Name, SerialNumber};
use ca_pkcs11::{Pkcs11Custody, Wanted};
use cryptoki::context::{CInitializeArgs, CInitializeFlags, Pkcs11};
use cryptoki::mechanism::Mechanism;
use cryptoki::object::{Attribute, AttributeType, ObjectClass};
use cryptoki::session::{Session, UserType};
use cryptoki::types::AuthPin;
use token::{LABEL, PIN, code, module, name, password, rng, with_token};

/// A session of this test's own with the token, beside the custody.
fn session() -> Session {
    let module = Pkcs11::new(module().unwrap()).unwrap();
    // The custody has initialised it where it came first.
    let _ = module.initialize(CInitializeArgs::new(CInitializeFlags::OS_LOCKING_OK));
    let slot = module
        .get_slots_with_initialized_token()
        .unwrap()
        .into_iter()
        .find(|slot| module.get_token_info(*slot).unwrap().label() == LABEL)
        .unwrap();
    let session = module.open_rw_session(slot).unwrap();
    let _ = session.login(UserType::User, Some(&AuthPin::from(PIN.to_owned())));
    session
}

#[test]
fn a_key_is_made_in_the_token_and_signs_there() {
    with_token(|token| {
        let custody = token.custody();
        for spec in [KeySpec::P256, KeySpec::P384] {
            let name = name(&format!("root-{spec}"));
            assert_eq!(code(custody.public_key(&name)), "custody-key-missing");
            assert_eq!(custody.protection_of(spec).unwrap(), Protection::Device);
            let made = custody.generate(&name, spec, &mut rng()).unwrap();
            assert_eq!(made.spec(), spec);
            assert_eq!(custody.protection(&name).unwrap(), Protection::Device);
            assert_eq!(code(custody.generate(&name, spec, &mut rng())), "custody-key-exists");

            // Another process finds the same key.
            let again = token.custody();
            assert_eq!(again.public_key(&name).unwrap(), made);
            let signer = again.open(&name, Sm2Parameters::Absent).unwrap();
            let signature = signer.sign(b"message", &mut rng()).unwrap();
            algorithm::verify(signer.identifier(), &made, b"message", &signature).unwrap();

            custody.destroy(&name).unwrap();
            assert_eq!(code(custody.destroy(&name)), "custody-key-missing");
            assert_eq!(signer.sign(b"message", &mut rng()).unwrap_err().code(), "custody-key-missing");
        }
        assert_eq!(session().find_objects(&[]).unwrap().len(), 0);
    });
}

#[test]
fn a_key_made_in_the_token_cannot_leave_it() {
    with_token(|token| {
        token.custody().generate(&name("root"), KeySpec::P256, &mut rng()).unwrap();
        let session = session();
        let template = [Attribute::Class(ObjectClass::PRIVATE_KEY), Attribute::Label(b"root".to_vec())];
        let key = session.find_objects(&template).unwrap()[0];
        assert!(session.get_attributes(key, &[AttributeType::Value]).unwrap().is_empty());
        let template = [Attribute::ValueLen(32.into()), Attribute::Wrap(true), Attribute::Encrypt(true)];
        let wrapping = session.generate_key(&Mechanism::AesKeyGen, &template).unwrap();
        assert!(session.wrap_key(&Mechanism::AesKeyWrapPad, wrapping, key).is_err());
    });
}

#[test]
fn a_key_that_was_brought_into_the_token_is_told_apart() {
    with_token(|token| {
        let session = session();
        let common = [Attribute::Token(true), Attribute::Label(b"old".to_vec()), Attribute::Id(vec![1])];
        let curve = [0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07].to_vec();
        let public = [&common[..], &[Attribute::EcParams(curve), Attribute::Verify(true)]].concat();
        let private = [
            &common[..],
            &[
                Attribute::Sign(true),
                Attribute::Private(true),
                Attribute::Extractable(true),
                Attribute::Sensitive(true),
            ],
        ]
        .concat();
        session.generate_key_pair(&Mechanism::EccKeyPairGen, &public, &private).unwrap();
        let custody = token.custody();
        assert_eq!(custody.protection(&name("old")).unwrap(), Protection::DeviceWithCopies);
        let signer = custody.open(&name("old"), Sm2Parameters::Absent).unwrap();
        signer.sign(b"message", &mut rng()).unwrap();

        // A second key of the same name leaves open which one would sign.
        session.generate_key_pair(&Mechanism::EccKeyPairGen, &public, &private).unwrap();
        assert_eq!(code(custody.public_key(&name("old"))), "custody-key-ambiguous");
        assert_eq!(code(custody.generate(&name("old"), KeySpec::P256, &mut rng())), "custody-key-exists");
        assert_eq!(code(custody.destroy(&name("old"))), "custody-key-ambiguous");
    });
}

#[test]
fn a_private_key_without_its_public_one_is_refused() {
    with_token(|token| {
        let custody = token.custody();
        custody.generate(&name("root"), KeySpec::P256, &mut rng()).unwrap();
        let session = session();
        let public = session.find_objects(&[Attribute::Class(ObjectClass::PUBLIC_KEY)]).unwrap();
        session.destroy_object(public[0]).unwrap();
        assert_eq!(code(custody.public_key(&name("root"))), "custody-key-unusable");
    });
}

#[test]
fn a_key_of_sm2_is_wrapped_and_its_custody_said_to_be_software() {
    with_token(|token| {
        let custody = token.custody();
        assert_eq!(custody.protection_of(KeySpec::Sm2).unwrap(), Protection::SoftwareWrapped);
        let made = custody.generate(&name("root"), KeySpec::Sm2, &mut rng()).unwrap();
        let protection = token.custody().protection(&name("root")).unwrap();
        assert!(protection.is_software());
        assert!(protection.to_string().starts_with("custody is software"));
        assert_eq!(code(custody.generate(&name("root"), KeySpec::P256, &mut rng())), "custody-key-exists");

        let signer = token.custody().open(&name("root"), Sm2Parameters::Null).unwrap();
        assert_eq!(*signer.public_key(), made);
        let signature = signer.sign(b"message", &mut rng()).unwrap();
        algorithm::verify(signer.identifier(), &made, b"message", &signature).unwrap();
        assert!(signer.identifier().parameters.is_some());

        // Neither the scalar nor the wrapping key can be read from the token, and no copy of the scalar stays in it.
        let session = session();
        let secrets = session.find_objects(&[Attribute::Class(ObjectClass::SECRET_KEY)]).unwrap();
        assert_eq!(secrets.len(), 1);
        assert!(session.get_attributes(secrets[0], &[AttributeType::Value]).unwrap().is_empty());

        // The wrapped form is of no use without the key that wraps it.
        let data = session.find_objects(&[Attribute::Class(ObjectClass::DATA)]).unwrap();
        let kept = [AttributeType::Application, AttributeType::Label, AttributeType::Value];
        let kept = session.get_attributes(data[0], &kept).unwrap();
        let [Attribute::Application(_), Attribute::Label(_), Attribute::Value(value)] = &kept[..] else {
            panic!("a wrapped form: {kept:?}")
        };
        let replace = |value: Vec<u8>| {
            for data in session.find_objects(&[Attribute::Class(ObjectClass::DATA)]).unwrap() {
                session.destroy_object(data).unwrap();
            }
            let mut template = kept[..2].to_vec();
            template.extend([
                Attribute::Class(ObjectClass::DATA),
                Attribute::Token(true),
                Attribute::Private(true),
            ]);
            template.push(Attribute::Value(value));
            session.create_object(&template).unwrap();
        };
        for (altered, expected) in [
            (value[..value.len() - 1].to_vec(), "custody-key-unusable"),
            (value[..3].to_vec(), "custody-key-unusable"),
            ([&[0; 16], &value[16..]].concat(), "custody-key-unusable"),
            ([&value[..55], &[value[55] ^ 1]].concat(), "custody-device"),
        ] {
            replace(altered);
            assert_eq!(code(custody.public_key(&name("root"))), expected);
        }
        replace(value.clone());
        assert_eq!(custody.public_key(&name("root")).unwrap(), made);
        custody.destroy(&name("root")).unwrap();
        assert_eq!(code(custody.public_key(&name("root"))), "custody-key-missing");
        assert_eq!(session.find_objects(&[]).unwrap().len(), 0);
    });
}

#[test]
fn other_kinds_of_keys_are_refused() {
    with_token(|token| {
        for spec in [KeySpec::Ed25519, KeySpec::Rsa { bits: 3072 }] {
            let custody = token.custody();
            assert_eq!(code(custody.protection_of(spec)), "custody-key-unsupported");
            assert_eq!(code(custody.generate(&name("root"), spec, &mut rng())), "custody-key-unsupported");
        }
    });
}

#[test]
fn a_token_is_found_by_label_or_serial_number_and_nothing_else() {
    with_token(|token| {
        token.add("other");
        token.add("twin");
        token.add("twin");
        let of = |label: Option<&str>, serial: Option<&str>| {
            let wanted = Wanted { label: label.map(str::to_owned), serial: serial.map(str::to_owned) };
            Pkcs11Custody::new(module().unwrap(), wanted, password(PIN), 1, Duration::from_secs(20)).unwrap()
        };
        let description = of(Some(LABEL), None).describe().unwrap();
        assert_eq!(description.kind, Kind::Pkcs11);
        let fact = |name| &description.device.iter().find(|(fact, _)| *fact == name).unwrap().1;
        assert_eq!(fact("token"), LABEL);
        let serial = fact("serial").clone();
        assert_eq!(of(None, Some(&serial)).describe().unwrap(), description);
        assert_eq!(of(Some(LABEL), Some(&serial)).describe().unwrap(), description);
        of(Some(LABEL), None).check().unwrap();

        assert_eq!(code(of(Some("other"), Some(&serial)).describe()), "custody-token-missing");
        assert_eq!(code(of(Some("twin"), None).describe()), "custody-token-ambiguous");
        let missing = of(Some("City"), None).describe().unwrap_err();
        assert_eq!(missing.code(), "custody-token-missing");
        assert!(missing.to_string().contains(&serial), "{missing}");
    });
}

#[test]
fn a_missing_or_foreign_library_is_told() {
    let of = |path: &std::path::Path| {
        let wanted = Wanted { label: Some(LABEL.to_owned()), serial: None };
        Pkcs11Custody::new(path.to_owned(), wanted, password(PIN), 1, Duration::from_secs(20)).unwrap()
    };
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(code(of(&folder.path().join("none.so")).check()), "custody-library-missing");
    let text = folder.path().join("text.so");
    write_new(&text, b"no library", Access::Public).unwrap();
    assert_eq!(code(of(&text).check()), "custody-library-missing");
    assert_eq!(code(of(std::path::Path::new("libm.so.6")).check()), "custody-library-unusable");
}

#[test]
fn after_a_logout_the_token_is_logged_into_again() {
    with_token(|token| {
        let custody = token.custody();
        custody.generate(&name("root"), KeySpec::P256, &mut rng()).unwrap();
        let signer = custody.open(&name("root"), Sm2Parameters::Absent).unwrap();
        let session = session();
        for _ in 0..3 {
            session.logout().unwrap();
            signer.sign(b"message", &mut rng()).unwrap();
        }
        session.logout().unwrap();
        custody.generate(&name("next"), KeySpec::P384, &mut rng()).unwrap();
    });
}

#[test]
fn several_threads_sign_at_once() {
    with_token(|token| {
        const THREADS: u32 = 8;
        const EACH: u32 = 100;
        let custody = token.custody();
        custody.generate(&name("root"), KeySpec::P256, &mut rng()).unwrap();
        let signer = custody.open(&name("root"), Sm2Parameters::Absent).unwrap();
        let began = Instant::now();
        std::thread::scope(|scope| {
            for thread in 0..THREADS {
                let signer = signer.clone();
                scope.spawn(move || {
                    for round in 0..EACH {
                        let message = format!("{thread}: {round}");
                        let signature = signer.sign(message.as_bytes(), &mut rng()).unwrap();
                        algorithm::verify(
                            signer.identifier(),
                            signer.public_key(),
                            message.as_bytes(),
                            &signature,
                        )
                        .unwrap();
                    }
                });
            }
        });
        let rate = f64::from(THREADS * EACH) / began.elapsed().as_secs_f64();
        println!("SoftHSM: {rate:.0} signatures of P-256 a second by {THREADS} threads over 4 sessions");
    });
}

struct NoneBlocked;

impl BlockedKeys for NoneBlocked {
    fn is_blocked(&self, _: &NormalizedKey) -> bool {
        false
    }
}

#[test]
fn openssl_verifies_what_a_root_in_the_token_issues() {
    with_token(|token| {
        let profiles = ProfileSet::load(schemas::profiles::DEFAULT.iter().copied()).unwrap();
        let now = jiff::Timestamp::from_second(1_790_000_000).unwrap();
        let subject = |text: &str| Name::from_parts(&[(AttributeKind::CommonName, text.to_owned())]).unwrap();
        for spec in [KeySpec::P256, KeySpec::P384] {
            let custody = token.custody();
            let key = name(&format!("root-{spec}"));
            custody.generate(&key, spec, &mut rng()).unwrap();
            let signer: Arc<dyn Signer> = custody.open(&key, Sm2Parameters::Absent).unwrap();
            let serial = SerialNumber::generate(&mut rng());
            let profile = profiles.get("root").unwrap();
            let prepared =
                root::prepare(profile, &subject("Root"), signer.clone(), None, serial, now, &mut rng())
                    .unwrap();
            let committed = prepared.commit(|_| Ok::<_, Infallible>(())).unwrap();
            let root = root::sign(committed, &*signer, &mut rng()).unwrap().into_document();

            let authority = "root".parse().unwrap();
            let urls = Urls::under("http://pki.example.cn", &authority).unwrap();
            let issuer = Issuer::new(authority, root.clone(), signer, urls, &mut rng()).unwrap();
            let below = PrivateKey::generate(spec, &mut rng()).unwrap().into_signer(Sm2Parameters::Absent);
            let request = hierarchy::request(&subject("Issuing"), &below, &mut rng()).unwrap();
            let profile = profiles.get("issuing").unwrap().clone();
            let request = hierarchy::authorize(profile, request, Choices::default(), &NoneBlocked).unwrap();
            let serial = SerialNumber::generate(&mut rng());
            let prepared = issuer.prepare(request, serial, now, &mut rng()).unwrap();
            let committed = prepared.commit(|_| Ok::<_, Infallible>(())).unwrap();
            let issuing = issuer.sign(committed, &mut rng()).unwrap().into_document();

            let file = |kind: &str, text: String| {
                let path = token.folder().join(format!("{kind}-{spec}.pem"));
                write_new(&path, text.as_bytes(), Access::Public).unwrap();
                path
            };
            let output = Command::new("openssl")
                .args(["verify", "-x509_strict", "-check_ss_sig", "-attime", "1790000100", "-CAfile"])
                .arg(file("root", root.to_pem()))
                .arg(file("issuing", issuing.to_pem()))
                .output()
                .unwrap();
            assert!(output.status.success(), "{output:?}");
        }
    });
}
