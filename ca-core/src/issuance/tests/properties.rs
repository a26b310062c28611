//! Whatever a request holds, it is refused with a code or gets a certificate that nothing can be said against.

use std::sync::{Arc, LazyLock};

use proptest::prelude::*;

use super::world::*;
use crate::algorithm::{KeySpec, Signer, Sm2Parameters};
use crate::issuance::{AuthorizedRequest, Choices, PrepareError};
use crate::lint;
use crate::profile::tests::default_profile;
use crate::x509::extension::{Extension, ExtensionValue, GeneralName, SubjectAlternativeName};
use crate::x509::name::{AttributeKind, Name};
use crate::x509::serial::SerialNumber;

static KEY: LazyLock<Arc<dyn Signer>> = LazyLock::new(|| key(KeySpec::P256, Sm2Parameters::Absent));

fn element(tag: u8, content: &[u8]) -> Vec<u8> {
    // All contents here are shorter than 65536 octets.
    let length = u16::try_from(content.len()).unwrap().to_be_bytes();
    let header = match content.len() {
        0..0x80 => vec![tag, length[1]],
        0x80..0x100 => vec![tag, 0x81, length[1]],
        _ => vec![tag, 0x82, length[0], length[1]],
    };
    [header, content.to_vec()].concat()
}

/// Parts of names: of all kinds and string types, mostly such that they are taken.
fn part() -> impl Strategy<Value = (AttributeKind, u8, Vec<u8>)> {
    let kind = prop_oneof![
        1 => Just("CN"),
        8 => prop::sample::select(vec!["C", "O", "OU", "L", "ST", "serialNumber", "UID", "SN", "GN", "T"]),
        1 => prop::sample::select(vec!["DC", "emailAddress", "STREET", "postalCode", "1.2.3.4"]),
    ];
    let tag = prop_oneof![
        30 => Just(0x0c_u8),
        5 => Just(0x13),
        1 => prop::sample::select(vec![0x14, 0x16, 0x1e, 0x1c, 0x02]),
    ];
    let value = prop_oneof![
        40 => "[a-zA-Z0-9]{1,12}".prop_map(String::into_bytes),
        2 => Just(b"CN".to_vec()),
        2 => "\\PC{0,70}".prop_map(String::into_bytes),
        1 => any::<String>().prop_map(String::into_bytes),
        1 => prop::collection::vec(any::<u8>(), 0..80),
    ];
    (kind, tag, value).prop_map(|(kind, tag, value)| (kind.parse().unwrap(), tag, value))
}

/// Names with one part a set, sometimes two.
fn subject() -> impl Strategy<Value = Name> {
    let common_name = "[a-z]{1,12}".prop_map(|value| (AttributeKind::CommonName, 0x0c, value.into_bytes()));
    let others = prop::collection::vec((part(), prop::bool::weighted(0.02)), 0..4);
    (prop::option::weighted(0.9, common_name), others).prop_map(|(common_name, others)| {
        let parts = common_name.map(|part| (part, false)).into_iter().chain(others);
        let mut sets: Vec<Vec<u8>> = Vec::new();
        for ((kind, tag, value), joined) in parts {
            let attribute = [element(6, kind.oid().as_bytes()), element(tag, &value)].concat();
            let attribute = element(0x30, &attribute);
            match sets.last_mut() {
                Some(last) if joined => last.extend(attribute),
                _ => sets.push(attribute),
            }
        }
        let sets: Vec<u8> = sets.iter().flat_map(|set| element(0x31, set)).collect();
        Name::from_der(&element(0x30, &sets)).unwrap()
    })
}

fn alternative_name() -> impl Strategy<Value = GeneralName> {
    prop_oneof![
        6 => "[a-z0-9]{1,8}(\\.[a-z0-9-]{1,8}){0,3}".prop_map(GeneralName::Dns),
        1 => "[ -~]{0,40}".prop_map(GeneralName::Dns),
        1 => "\\*\\.[a-z.]{0,12}".prop_map(GeneralName::Dns),
        2 => any::<std::net::IpAddr>().prop_map(GeneralName::Ip),
        1 => "[a-z.@]{0,20}".prop_map(GeneralName::Email),
        1 => "(urn|http)?:[ -~]{0,30}".prop_map(GeneralName::Uri),
        1 => subject().prop_map(GeneralName::Directory),
        1 => (any::<u8>(), prop::collection::vec(any::<u8>(), 0..20))
            .prop_map(|(tag, content)| GeneralName::Raw { tag: 0x80 | (tag & 0x0f), content }),
    ]
}

fn extension() -> impl Strategy<Value = Extension> {
    let oid = prop::sample::select(vec![
        "2.5.29.14",
        "2.5.29.15",
        "2.5.29.19",
        "2.5.29.35",
        "2.5.29.37",
        "2.5.29.31",
        "2.5.29.30",
        "1.2.3.4",
        "1.3.6.1.5.5.7.48.1.5",
        "1.3.6.1.5.5.7.1.1",
        "2.5.29.32",
    ]);
    let value = prop_oneof![
        prop::collection::vec(any::<u8>(), 0..20),
        prop::sample::select(vec![
            vec![0x30, 0],
            vec![0x30, 3, 1, 1, 0xff],
            vec![3, 2, 7, 0x80],
            vec![5, 0],
            vec![4, 1, 0],
            vec![0x30, 6, 6, 4, 0x55, 0x1d, 0x25, 0],
        ]),
    ];
    (oid, prop::bool::weighted(0.2), value).prop_map(|(oid, critical, value)| Extension {
        oid: oid.parse().unwrap(),
        critical,
        value,
    })
}

fn profile() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec!["person-signing", "organization-signing", "device", "service", "tls-client"])
}

/// Asks for a certificate. Err is the code of a refusal that was made before anything was built.
fn ask(profile: &str, subject: &Name, asked: Vec<Extension>, choices: Choices) -> Result<(), String> {
    let profile = Arc::new(default_profile(profile));
    let request = request(subject, asked, KEY.as_ref());
    let authorized = AuthorizedRequest::new(profile, request, choices, &Unblocked)
        .map_err(|error| error.code().to_owned())?;
    let serial = SerialNumber::generate(&mut rng());
    let prepared = match WORLD.issuing.prepare(authorized, serial, now(), &mut rng()) {
        Ok(prepared) => prepared,
        Err(error @ (PrepareError::Rehearsal(_) | PrepareError::Build(_))) => {
            panic!("the profile agreed to what breaks rules: {error}")
        }
        Err(error) => return Err(error.code().to_owned()),
    };
    let issued = WORLD.issuing.sign(committed(prepared), &mut rng()).unwrap();
    let findings = lint::certificate(issued.certificate(), Some(WORLD.issuing.certificate()));
    assert!(findings.iter().all(|finding| finding.severity != lint::Severity::Error), "{findings:?}");
    assert_path(&WORLD, issued.certificate());
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1024))]

    #[test]
    fn requests_are_refused_or_get_a_sound_certificate(
        profile in profile(),
        subject in subject(),
        names in prop::option::of(prop::collection::vec(alternative_name(), 1..4)),
        others in prop::collection::vec(extension(), 0..2),
        chosen in prop::option::weighted(0.2, prop::collection::vec(alternative_name(), 0..3)),
        not_after in prop::option::weighted(0.2, 0_i64..6_000_000_000),
    ) {
        let mut asked: Vec<Extension> = Vec::new();
        asked.extend(names.map(|names| SubjectAlternativeName(names).to_extension(false)));
        for other in others {
            if asked.iter().all(|extension| extension.oid != other.oid) {
                asked.push(other);
            }
        }
        let choices = Choices {
            alternative_names: chosen,
            not_after: not_after.map(|second| jiff::Timestamp::from_second(second).unwrap()),
            subject: None,
        };
        if let Err(code) = ask(profile, &subject, asked, choices) {
            prop_assert!(!code.is_empty());
        }
    }

    #[test]
    fn plain_requests_get_a_certificate(
        common_name in "[\\p{Han}a-zA-Z0-9]{1,64}",
        host in "[a-z]{1,20}\\.example\\.cn",
        profile in prop::sample::select(vec!["device", "service", "tls-client"]),
    ) {
        let subject = name(&common_name);
        let asked = vec![SubjectAlternativeName(vec![GeneralName::Dns(host)]).to_extension(false)];
        prop_assert_eq!(ask(profile, &subject, asked, Choices::default()), Ok(()));
    }
}
