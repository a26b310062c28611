//! Whole hierarchies, by every algorithm.

use std::io::Write;
use std::sync::Arc;

use super::world::*;
use crate::algorithm::{KeySpec, SignatureAlgorithm, Sm2Parameters};
use crate::issuance::{Choices, hierarchy, root};
use crate::lint;
use crate::profile::tests::default_profile;
use crate::x509::certificate::Certificate;
use crate::x509::extension::{
    ExtendedKeyUsage, ExtensionValue, GeneralName, KeyUsage, OcspNoCheck, SubjectAlternativeName,
};
use crate::x509::name::Name;
use crate::x509::serial::SerialNumber;
use crate::x509::testing::openssl;

const SPECS: [KeySpec; 5] =
    [KeySpec::Sm2, KeySpec::P256, KeySpec::P384, KeySpec::Ed25519, KeySpec::Rsa { bits: 3072 }];

fn assert_sound(world: &World, certificate: &Certificate) {
    assert_eq!(lint::certificate(certificate, Some(world.issuing.certificate())), []);
    certificate.verify_signed_by(world.issuing.public_key()).unwrap();
    assert_path(world, certificate);
}

#[test]
fn authorities_of_every_algorithm_issue_to_keys_of_every_algorithm() {
    let keys = SPECS.map(|spec| key(spec, Sm2Parameters::Absent));
    for spec in SPECS {
        let world = World::of(spec, Sm2Parameters::Absent);
        assert_eq!(lint::certificate(world.root.certificate(), None), []);
        assert_eq!(lint::certificate(world.issuing.certificate(), Some(world.root.certificate())), []);
        for key in &keys {
            let request = request(&name("camera-1"), vec![], key.as_ref());
            let issued = world.issue("device", request, Choices::default());
            let certificate = issued.certificate();
            assert_sound(&world, certificate);
            assert_eq!(certificate.public_key().unwrap(), *key.public_key());
            let algorithm = SignatureAlgorithm::of_key(spec.algorithm()).identifier(Sm2Parameters::Absent);
            assert_eq!(*certificate.signature_algorithm(), algorithm, "{spec}");
        }
    }
}

#[test]
fn sm2_parameters_are_null_throughout_where_the_authority_says_so() {
    let world = World::of(KeySpec::Sm2, Sm2Parameters::Null);
    let key = key(KeySpec::Sm2, Sm2Parameters::Absent);
    let issued = world.issue("device", request(&name("camera-1"), vec![], key.as_ref()), Choices::default());
    let null = SignatureAlgorithm::Sm2Sm3.identifier(Sm2Parameters::Null);
    for certificate in [world.root.certificate(), world.issuing.certificate(), issued.certificate()] {
        assert_eq!(*certificate.signature_algorithm(), null);
        assert_eq!(*certificate.tbs_signature_algorithm(), null);
    }
    assert_sound(&world, issued.certificate());
}

#[test]
fn each_default_profile_makes_a_sound_certificate() {
    let key = key(KeySpec::P256, Sm2Parameters::Absent);
    for (profile, subject, host) in [
        ("person-signing", "王小明", None),
        ("organization-signing", "City Water", None),
        ("device", "camera-1", None),
        ("service", "portal", Some("portal.example.cn")),
        ("tls-client", "batch-job", None),
    ] {
        let subject = if profile == "organization-signing" {
            use crate::x509::name::AttributeKind::*;
            Name::from_parts(&[
                (Country, "CN".into()),
                (Organization, subject.into()),
                (CommonName, subject.into()),
            ])
            .unwrap()
        } else {
            name(subject)
        };
        let names: Vec<_> = host.iter().map(|host| GeneralName::dns(host).unwrap()).collect();
        let asked =
            if names.is_empty() { vec![] } else { vec![SubjectAlternativeName(names).to_extension(false)] };
        let issued = WORLD.issue(profile, request(&subject, asked, key.as_ref()), Choices::default());
        let certificate = issued.certificate();
        assert_sound(&WORLD, certificate);
        assert_eq!(issued.facts().profile, profile);
        assert_eq!(*certificate.subject(), subject);
        assert_eq!(certificate.basic_constraints().unwrap(), None);
        let non_repudiation = certificate.key_usage().unwrap().unwrap().contains(KeyUsage::NonRepudiation);
        assert_eq!(non_repudiation, profile.ends_with("-signing"), "{profile}");
    }
}

#[test]
fn an_ocsp_responder_is_short_lived_unchecked_and_points_nowhere() {
    let responder = key(KeySpec::P256, Sm2Parameters::Absent);
    let prepared = subordinate(&WORLD.issuing, "ocsp-signing", "City OCSP", responder.as_ref()).unwrap();
    let issued = WORLD.issuing.sign(committed(prepared), &mut rng()).unwrap();
    let certificate = issued.certificate();
    assert_sound(&WORLD, certificate);
    assert!(certificate.extensions().find::<OcspNoCheck>().unwrap().is_some());
    let purposes = certificate.extended_key_usages().unwrap().unwrap();
    assert_eq!(purposes.0, [ExtendedKeyUsage::OCSP_SIGNING]);
    // Key identifiers, key usage, purpose and ocsp-nocheck.
    assert_eq!(certificate.extensions().len(), 5);
    let length = certificate.validity().not_after.duration_since(certificate.validity().not_before);
    assert_eq!(length.as_hours(), 14 * 24 - 1);
}

#[test]
fn an_issuing_authority_cannot_make_another() {
    let below = key(KeySpec::P256, Sm2Parameters::Absent);
    let error = subordinate(&WORLD.issuing, "issuing", "Below", below.as_ref()).err().unwrap();
    assert_eq!(error.code(), "lint-error");
    assert!(error.to_string().contains("path-length"), "{error}");
}

#[test]
fn profiles_make_only_what_they_are_for() {
    let signer = key(KeySpec::P256, Sm2Parameters::Absent);
    let serial = || SerialNumber::generate(&mut rng());
    for profile in ["issuing", "device", "ocsp-signing"] {
        let profile = default_profile(profile);
        let error = root::prepare(&profile, &name("Root"), signer.clone(), None, serial(), now(), &mut rng())
            .err()
            .unwrap();
        assert_eq!(error.code(), "profile-not-of-a-root");
    }
    for profile in ["root", "device", "service"] {
        let request = hierarchy::request(&name("Below"), signer.as_ref(), &mut rng()).unwrap();
        let profile = Arc::new(default_profile(profile));
        let error = hierarchy::authorize(profile, request, Choices::default(), &Unblocked).unwrap_err();
        assert_eq!(error.code(), "profile-not-of-the-hierarchy");
    }
}

#[test]
fn roots_keep_the_rules_of_their_profile() {
    let short = key(KeySpec::Rsa { bits: 2048 }, Sm2Parameters::Absent);
    let signer = key(KeySpec::P256, Sm2Parameters::Absent);
    let profile = default_profile("root");
    let prepare = |subject: &Name, signer: &Arc<dyn crate::algorithm::Signer>, not_after| {
        let serial = SerialNumber::generate(&mut rng());
        root::prepare(&profile, subject, signer.clone(), not_after, serial, now(), &mut rng()).map(|_| ())
    };
    assert_eq!(prepare(&name("Root"), &short, None).unwrap_err().code(), "key-size-not-taken");
    let nameless = Name::empty();
    assert_eq!(prepare(&nameless, &signer, None).unwrap_err().code(), "subject-part-missing");
    let past = Some(now());
    assert_eq!(prepare(&name("Root"), &signer, past).unwrap_err().code(), "not-after-in-the-past");
    let end = Some("2050-01-01T00:00:00Z".parse().unwrap());
    assert!(prepare(&name("Root"), &signer, end).is_ok());
}

#[test]
fn openssl_follows_the_hierarchies() {
    let device = key(KeySpec::P256, Sm2Parameters::Absent);
    for spec in SPECS {
        let world = World::of(spec, Sm2Parameters::Absent);
        let issued =
            world.issue("device", request(&name("camera-1"), vec![], device.as_ref()), Choices::default());
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, certificate: &Certificate| {
            let path = folder.path().join(name);
            std::fs::File::create(&path).unwrap().write_all(certificate.to_pem().as_bytes()).unwrap();
            path.to_str().unwrap().to_owned()
        };
        let root = write("root.pem", world.root.certificate());
        let issuing = write("issuing.pem", world.issuing.certificate());
        let device = write("device.pem", issued.certificate());
        let time = now().as_second().to_string();
        let mut arguments = vec!["verify", "-x509_strict", "-attime", &time];
        if spec == KeySpec::Sm2 {
            // The option reaches the leaf only, so that links are judged one by one.
            arguments.extend(["-vfyopt", "distid:1234567812345678", "-partial_chain"]);
        }
        for (trusted, judged) in [(&root, &issuing), (&issuing, &device)] {
            let mut arguments = arguments.clone();
            if spec == KeySpec::Sm2 || judged == &issuing {
                arguments.extend(["-CAfile", trusted, judged]);
            } else {
                arguments.extend(["-CAfile", &root, "-untrusted", trusted, judged]);
            }
            let Some((fine, text)) = openssl(&arguments, &[]) else { return };
            assert!(fine, "{spec}: {text}");
        }
    }
}
