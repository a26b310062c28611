//! What a profile agrees to.

use std::sync::Arc;

use super::world::*;
use crate::algorithm::{KeySpec, Signer, Sm2Parameters};
use crate::issuance::{AuthorizationError, AuthorizedRequest, Choices, Issuer};
use crate::key::{BlockedKeys, NormalizedKey};
use crate::profile::tests::{changed, default_profile};
use crate::x509::extension::{
    AuthorityInformationAccess, BasicConstraints, CrlDistributionPoints, ExtendedKeyUsage, Extension,
    ExtensionValue, FreshestCrl, GeneralName, KeyUsage, KeyUsages, QualifiedStatement, QualifiedStatements,
    StatementMeaning, SubjectAlternativeName, SubjectInformationAccess,
};
use crate::x509::name::{AttributeKind, Name};
use crate::x509::serial::SerialNumber;

fn device_key() -> Arc<dyn Signer> {
    key(KeySpec::P256, Sm2Parameters::Absent)
}

fn dns(host: &str) -> GeneralName {
    GeneralName::dns(host).unwrap()
}

fn names(names: &[GeneralName]) -> Extension {
    SubjectAlternativeName(names.to_vec()).to_extension(false)
}

/// Asks under a default profile with these extensions in the request.
fn ask(
    profile: &str,
    extensions: Vec<Extension>,
    choices: Choices,
) -> Result<AuthorizedRequest, AuthorizationError> {
    let request = request(&name("camera-1"), extensions, device_key().as_ref());
    AuthorizedRequest::new(Arc::new(default_profile(profile)), request, choices, &Unblocked)
}

fn refused(profile: &str, extensions: Vec<Extension>, choices: Choices) -> &'static str {
    ask(profile, extensions, choices).unwrap_err().code()
}

#[test]
fn profiles_of_authorities_are_not_for_requesters() {
    for profile in ["root", "issuing", "ocsp-signing"] {
        assert_eq!(refused(profile, vec![], Choices::default()), "profile-reserved");
    }
}

#[test]
fn nothing_is_issued_on_a_request_for_two_certificates() {
    let Some(der) = crate::x509::testing::vector("cfca-sadk-dual-csr.der") else { return };
    let request = crate::x509::CertificationRequest::from_der(&der).unwrap().verify().unwrap();
    let profile = Arc::new(default_profile("device"));
    let refusal = AuthorizedRequest::new(profile, request, Choices::default(), &Unblocked).unwrap_err();
    assert_eq!(refusal.code(), "request-attribute-without-set");
}

#[test]
fn requesters_choose_what_the_profile_lets_them() {
    let subject = Choices { subject: Some(name("chosen")), ..Choices::default() };
    assert_eq!(*ask("device", vec![], subject.clone()).unwrap().subject(), name("chosen"));
    let chosen = vec![dns("chosen.example.cn")];
    let alternative_names = Choices { alternative_names: Some(chosen.clone()), ..Choices::default() };
    let asked = vec![names(&[dns("asked.example.cn")])];
    assert_eq!(ask("device", asked, alternative_names.clone()).unwrap().alternative_names(), chosen);
    let not_after = Choices { not_after: Some(now()), ..Choices::default() };
    for (choice, from) in [
        (subject, "subject = true"),
        (alternative_names, "alternative_names = true"),
        (not_after, "not_after = true"),
    ] {
        let profile = Arc::new(changed("device", from, &from.replace("true", "false")).unwrap());
        let request = request(&name("camera-1"), vec![], device_key().as_ref());
        let error = AuthorizedRequest::new(profile, request, choice, &Unblocked).unwrap_err();
        assert_eq!(error.code(), "choice-not-allowed", "{from}");
    }
}

#[test]
fn keys_that_are_blocked_or_not_taken_are_refused() {
    struct Blocked(NormalizedKey);
    impl BlockedKeys for Blocked {
        fn is_blocked(&self, key: &NormalizedKey) -> bool {
            *key == self.0
        }
    }
    let key_of = |spec| key(spec, Sm2Parameters::Absent);
    let code = |profile, signer: &Arc<dyn Signer>, blocked: &dyn BlockedKeys| {
        let request = request(&name("a"), vec![], signer.as_ref());
        AuthorizedRequest::new(profile, request, Choices::default(), blocked).unwrap_err().code()
    };
    let device = device_key();
    let blocked = Blocked(device.public_key().normalized());
    assert_eq!(code(Arc::new(default_profile("device")), &device, &blocked), "key-blocked");
    let person = Arc::new(default_profile("person-signing"));
    assert_eq!(code(person, &key_of(KeySpec::Ed25519), &Unblocked), "key-algorithm-not-taken");
    let strong = Arc::new(changed("device", "min = 2048", "min = 3072").unwrap());
    assert_eq!(code(strong, &key_of(KeySpec::Rsa { bits: 2048 }), &Unblocked), "key-size-not-taken");
}

#[test]
fn alternative_names_of_the_request_are_held_against_the_profile() {
    let asked = [dns("a.example.cn"), GeneralName::Ip("10.0.0.1".parse().unwrap())];
    assert_eq!(ask("device", vec![names(&asked)], Choices::default()).unwrap().alternative_names(), asked);
    let mail = [GeneralName::email("a@example.cn").unwrap()];
    assert_eq!(refused("device", vec![names(&mail)], Choices::default()), "alternative-name-kind-not-taken");
    assert_eq!(refused("service", vec![], Choices::default()), "alternative-name-missing");
    let wildcard = [dns("*.example.cn")];
    assert_eq!(refused("service", vec![names(&wildcard)], Choices::default()), "alternative-name-wildcard");
    let closed = Arc::new(changed("device", "from_request = true", "from_request = false").unwrap());
    let request = request(&name("a"), vec![names(&asked)], device_key().as_ref());
    let error = AuthorizedRequest::new(closed, request, Choices::default(), &Unblocked).unwrap_err();
    assert_eq!(error.code(), "alternative-names-not-from-request");
}

#[test]
fn requests_for_more_than_an_end_entity_are_refused() {
    let constraints = |ca| BasicConstraints { ca, path_length: None }.to_extension(true);
    assert_eq!(refused("device", vec![constraints(true)], Choices::default()), "request-asks-for-authority");
    assert!(ask("device", vec![constraints(false)], Choices::default()).is_ok());
    let unknown = |critical| Extension { oid: "1.2.3.4".parse().unwrap(), critical, value: vec![5, 0] };
    let refusal = refused("device", vec![unknown(true)], Choices::default());
    assert_eq!(refusal, "request-unknown-critical-extension");
    assert!(ask("device", vec![unknown(false)], Choices::default()).is_ok());
    let broken = Extension { oid: "2.5.29.17".parse().unwrap(), critical: false, value: vec![4, 0] };
    assert_eq!(refused("device", vec![broken], Choices::default()), "request-extension-unreadable");
}

#[test]
fn usages_are_the_profiles_whatever_is_asked() {
    let asked = vec![
        KeyUsages::from([KeyUsage::KeyCertSign, KeyUsage::KeyAgreement]).to_extension(true),
        ExtendedKeyUsage(vec![ExtendedKeyUsage::ANY.into()]).to_extension(true),
    ];
    let issued = WORLD.issue("device", request(&name("a"), asked, device_key().as_ref()), Choices::default());
    let certificate = issued.certificate();
    assert_eq!(certificate.key_usage().unwrap(), Some(KeyUsages::from([KeyUsage::DigitalSignature])));
    let purposes = certificate.extended_key_usages().unwrap().unwrap();
    assert_eq!(purposes.0, [ExtendedKeyUsage::CLIENT_AUTH]);
}

#[test]
fn rsa_keys_of_devices_also_encipher_keys() {
    let rsa = key(KeySpec::Rsa { bits: 2048 }, Sm2Parameters::Absent);
    let issued = WORLD.issue("device", request(&name("a"), vec![], rsa.as_ref()), Choices::default());
    let usages = KeyUsages::from([KeyUsage::DigitalSignature, KeyUsage::KeyEncipherment]);
    assert_eq!(issued.certificate().key_usage().unwrap(), Some(usages));
}

#[test]
fn certificates_point_at_the_status_of_their_issuer() {
    let issued =
        WORLD.issue("device", request(&name("a"), vec![], device_key().as_ref()), Choices::default());
    let extensions = issued.certificate().extensions();
    let points = extensions.find::<CrlDistributionPoints>().unwrap().unwrap();
    assert_eq!(points.uris().collect::<Vec<_>>(), ["http://pki.example.cn/crl/issuing.crl"]);
    let access = extensions.find::<AuthorityInformationAccess>().unwrap().unwrap();
    let at = |method| access.uris(method).collect::<Vec<_>>();
    assert_eq!(at(AuthorityInformationAccess::OCSP), ["http://pki.example.cn/ocsp"]);
    assert_eq!(at(AuthorityInformationAccess::CA_ISSUERS), ["http://pki.example.cn/ca/issuing.cer"]);
}

#[test]
fn names_that_cannot_be_certified_are_refused() {
    let subject = |value: &[u8]| {
        // A name with one CN in a UTF8String.
        let length = value.len() as u8;
        let head = [0x30, length + 11, 0x31, length + 9, 0x30, length + 7, 6, 3, 0x55, 4, 3, 0x0c, length];
        Name::from_der(&[&head[..], value].concat()).unwrap()
    };
    let code = |value: &[u8]| {
        let request = request(&subject(value), vec![], device_key().as_ref());
        let profile = Arc::new(default_profile("device"));
        AuthorizedRequest::new(profile, request, Choices::default(), &Unblocked)
            .map(|_| ())
            .map_err(|e| e.code())
    };
    assert_eq!(code("camera".as_bytes()), Ok(()));
    for value in ["a\0b", "a\u{202e}b", "", " a", &"x".repeat(65), &"x".repeat(100)] {
        assert_eq!(code(value.as_bytes()), Err("subject-invalid"), "{value:?}");
    }
    assert_eq!(code(&[0xff, 0xfe]), Err("subject-invalid"));
}

#[test]
fn nobody_gets_the_name_or_the_key_of_the_issuer() {
    let code = |issuer: &Issuer, request| {
        let profile = Arc::new(default_profile("device"));
        let authorized = AuthorizedRequest::new(profile, request, Choices::default(), &Unblocked).unwrap();
        let serial = SerialNumber::generate(&mut rng());
        issuer.prepare(authorized, serial, now(), &mut rng()).err().unwrap().code()
    };
    for subject in ["City Issuing", "CITY  issuing"] {
        let named = request(&name(subject), vec![], device_key().as_ref());
        assert_eq!(code(&WORLD.issuing, named), "subject-of-issuer", "{subject}");
    }
    let signer = device_key();
    let prepared = subordinate(&WORLD.root, "issuing", "Other", signer.as_ref()).unwrap();
    let other = issuer("other", WORLD.root.sign(committed(prepared), &mut rng()).unwrap(), signer.clone());
    assert_eq!(code(&other, request(&name("camera-1"), vec![], signer.as_ref())), "key-of-issuer");
}

#[test]
fn validity_ends_with_the_issuer_or_where_it_was_chosen() {
    let end = "2027-03-05T00:00:00Z".parse().unwrap();
    let chosen = Choices { not_after: Some(end), ..Choices::default() };
    let issued = WORLD.issue("device", request(&name("a"), vec![], device_key().as_ref()), chosen);
    assert_eq!(issued.certificate().validity().not_after, end);
    // The issuing authority was made at the same time: nothing it issues begins before it does.
    let begin = WORLD.issuing.certificate().validity().not_before;
    assert_eq!(issued.certificate().validity().not_before, begin);
    let parts = [(AttributeKind::CommonName, "b".to_owned())];
    let late = Choices { not_after: Some("2031-01-01T00:00:00Z".parse().unwrap()), ..Choices::default() };
    let request = request(&Name::from_parts(&parts).unwrap(), vec![], device_key().as_ref());
    let profile = Arc::new(default_profile("device"));
    let authorized = AuthorizedRequest::new(profile, request, late, &Unblocked).unwrap();
    let error = WORLD.issuing.prepare(authorized, SerialNumber::generate(&mut rng()), now(), &mut rng());
    assert_eq!(error.err().unwrap().code(), "not-after-too-late");
}

#[test]
fn what_a_profile_says_of_its_subjects_is_written() {
    let added = "[extensions]\ndelta_crl = true\nservices = { \"1.2.3.4\" = \"https://a.example/\" }\n\
                 qualified = { compliance = true, legislation = [\"CN\"], types = [\"esign\"] }";
    let profile = Arc::new(changed("device", "[extensions]", added).unwrap());
    let request = request(&name("camera-1"), vec![], device_key().as_ref());
    let authorized = AuthorizedRequest::new(profile, request, Choices::default(), &Unblocked).unwrap();
    let serial = SerialNumber::generate(&mut rng());
    let prepared = WORLD.issuing.prepare(authorized, serial, now(), &mut rng()).unwrap();
    let issued = WORLD.issuing.sign(committed(prepared), &mut rng()).unwrap();
    let extensions = issued.certificate().extensions();
    let delta = extensions.find::<FreshestCrl>().unwrap().unwrap();
    assert_eq!(delta.0, CrlDistributionPoints::at("http://pki.example.cn/crl/issuing/delta.crl").0);
    let services = extensions.find::<SubjectInformationAccess>().unwrap().unwrap();
    assert_eq!(services.0[0].method, "1.2.3.4".parse::<crate::x509::Oid>().unwrap());
    let stated = extensions.find::<QualifiedStatements>().unwrap().unwrap();
    let meanings: Vec<_> = stated.0.iter().map(QualifiedStatement::meaning).collect();
    let types = StatementMeaning::Types(vec!["0.4.0.1862.1.6.1".parse().unwrap()]);
    let legislation = StatementMeaning::Legislation(vec!["CN".to_owned()]);
    assert_eq!(meanings, [StatementMeaning::Compliance, types, legislation]);
    assert_path(&WORLD, issued.certificate());
}
