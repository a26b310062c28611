//! Objects are read as they were written, and written as they were read.

use super::certificate::{self, Certificate, TbsCertificate};
use super::crl::{self, CertificateList, RevokedCertificate};
use super::extension::round_trip::extension;
use super::extension::{Extension, Extensions, ReasonCode};
use super::name::AttributeKind;
use super::testing::{rng, vector, vector_folder};
use super::{CertificationRequest, Name, SerialNumber, TbsCertList, Validity};
use crate::algorithm::{KeySpec, Signer, Sm2Parameters, raw};
use crate::key::{PrivateKey, PublicKey};
use jiff::Timestamp;
use proptest::prelude::*;
use std::sync::LazyLock;

static SIGNER: LazyLock<Box<dyn Signer>> = LazyLock::new(|| {
    Box::new(PrivateKey::generate(KeySpec::Sm2, &mut rng()).unwrap().into_signer(Sm2Parameters::Absent))
});

fn name() -> impl Strategy<Value = Name> {
    let parts = (
        prop::option::of("[A-Z]{2}"),
        prop::collection::vec("[a-zA-Z城市][a-zA-Z0-9 城市甲]{0,20}[a-z]", 0..3),
        "[a-zA-Z城市][a-zA-Z0-9 城市甲]{0,20}[a-z]",
    );
    parts.prop_map(|(country, units, common_name)| {
        let mut parts: Vec<_> =
            country.into_iter().map(|country| (AttributeKind::Country, country)).collect();
        parts.extend(units.into_iter().map(|unit| (AttributeKind::OrganizationalUnit, unit)));
        parts.push((AttributeKind::CommonName, common_name));
        Name::from_parts(&parts).unwrap()
    })
}

fn serial() -> impl Strategy<Value = SerialNumber> {
    prop::collection::vec(any::<u8>(), 1..20)
        .prop_filter_map("zero is no serial number", |octets| SerialNumber::from_bytes(&octets).ok())
}

/// Also beyond 2049, where another type of time is written.
fn moment() -> impl Strategy<Value = Timestamp> {
    (0_i64..8_000_000_000).prop_map(|second| Timestamp::from_second(second).unwrap())
}

fn extensions() -> impl Strategy<Value = Extensions> {
    prop::collection::vec(extension(), 0..8).prop_map(|extensions| {
        let mut distinct: Vec<Extension> = Vec::new();
        for extension in extensions {
            if distinct.iter().all(|earlier| earlier.oid != extension.oid) {
                distinct.push(extension);
            }
        }
        Extensions::new(distinct).unwrap()
    })
}

fn certificate() -> impl Strategy<Value = TbsCertificate> {
    (serial(), name(), name(), moment(), 0_i64..4_000_000_000, extensions()).prop_map(
        |(serial, issuer, subject, not_before, seconds, extensions)| TbsCertificate {
            serial,
            signature_algorithm: SIGNER.identifier().clone(),
            issuer,
            validity: Validity {
                not_before,
                not_after: Timestamp::from_second(not_before.as_second() + seconds).unwrap(),
            },
            subject,
            spki: SIGNER.public_key().spki_der().to_vec(),
            extensions,
        },
    )
}

fn entry() -> impl Strategy<Value = RevokedCertificate> {
    let written = ReasonCode::ALL.into_iter().filter(|reason| *reason != ReasonCode::Unspecified);
    let reason = prop::option::of(prop::sample::select(written.collect::<Vec<_>>()));
    (serial(), moment(), reason, prop::option::of(moment())).prop_map(
        |(serial, revocation_date, reason, invalidity_date)| RevokedCertificate {
            serial,
            revocation_date,
            reason,
            invalidity_date,
        },
    )
}

fn list() -> impl Strategy<Value = TbsCertList> {
    (name(), moment(), moment(), prop::collection::vec(entry(), 0..6), extensions()).prop_map(
        |(issuer, this_update, next_update, revoked, extensions)| TbsCertList {
            signature_algorithm: SIGNER.identifier().clone(),
            issuer,
            this_update,
            next_update,
            revoked,
            extensions,
        },
    )
}

/// A certificate put together again from what was read of it.
fn rewritten(certificate: &Certificate) -> Vec<u8> {
    let tbs = certificate.tbs().to_der().unwrap();
    let whole = certificate::assemble(&tbs, certificate.signature_algorithm(), certificate.signature());
    whole.unwrap().der().to_vec()
}

/// A list put together again from what was read of it.
fn rewritten_list(list: &CertificateList) -> Vec<u8> {
    let tbs = TbsCertList {
        signature_algorithm: list.tbs_signature_algorithm().clone(),
        issuer: list.issuer().clone(),
        this_update: list.this_update(),
        next_update: list.next_update().unwrap(),
        revoked: list.revoked().to_vec(),
        extensions: list.extensions().clone(),
    };
    let whole = crl::assemble(&tbs.to_der().unwrap(), list.signature_algorithm(), list.signature());
    whole.unwrap().der().to_vec()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn certificates(tbs in certificate(), signature in prop::collection::vec(any::<u8>(), 1..80)) {
        let der = tbs.to_der().unwrap();
        let made = certificate::assemble(&der, SIGNER.identifier(), &signature).unwrap();
        let read = Certificate::from_der(made.der()).unwrap();
        prop_assert_eq!(read.tbs(), &tbs);
        prop_assert_eq!(read.tbs_der(), der);
        prop_assert_eq!(rewritten(&read), made.der());
    }

    #[test]
    fn lists(tbs in list(), signature in prop::collection::vec(any::<u8>(), 1..80)) {
        let made = crl::assemble(&tbs.to_der().unwrap(), SIGNER.identifier(), &signature).unwrap();
        let read = CertificateList::from_der(made.der()).unwrap();
        prop_assert_eq!(read.revoked(), &tbs.revoked[..]);
        prop_assert_eq!(rewritten_list(&read), made.der());
    }

    #[test]
    fn names(name in name()) {
        let read = Name::from_der(name.as_der()).unwrap();
        let again = Name::from_parts(&read.parts()).unwrap();
        prop_assert_eq!(again.as_der(), name.as_der());
    }

    #[test]
    fn signatures(halves in prop::collection::vec(any::<u8>(), 64)) {
        let halves: [u8; 64] = halves.try_into().unwrap();
        if let Ok(der) = raw::to_der(&halves) {
            prop_assert_eq!(raw::from_der(&der).unwrap(), halves);
            prop_assert_eq!(raw::to_der(&raw::from_der(&der).unwrap()).unwrap(), der);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn requests(subject in name(), asked in extensions()) {
        let request = CertificationRequest::create(&subject, &asked, SIGNER.as_ref(), &mut rng()).unwrap();
        let read = CertificationRequest::from_der(request.der()).unwrap();
        prop_assert_eq!(read.der(), request.der());
        let extensions = read.extensions().unwrap();
        let again = CertificationRequest::create(read.subject(), &extensions, SIGNER.as_ref(), &mut rng());
        let again = again.unwrap();
        prop_assert_eq!(again.info_der(), read.info_der());
    }
}

#[test]
fn public_keys() {
    for spec in [KeySpec::Sm2, KeySpec::P256, KeySpec::P384, KeySpec::Ed25519, KeySpec::Rsa { bits: 2048 }] {
        let key = PrivateKey::generate(spec, &mut rng()).unwrap();
        let key = key.public_key();
        let read = PublicKey::from_spki_der(key.spki_der()).unwrap();
        assert_eq!(read.spki_der(), key.spki_der());
        let parts = PublicKey::from_parts(read.algorithm(), read.key_bits()).unwrap();
        assert_eq!(parts.spki_der(), key.spki_der());
    }
}

#[test]
fn certificates_and_lists_of_operating_authorities() {
    let Some(folder) = vector_folder("operating-cas") else { return };
    assert!(folder.len() >= 86);
    for der in folder {
        assert_eq!(rewritten(&Certificate::from_der(&der).unwrap()), der);
    }
    for name in ["rootca", "civil-servant-root", "device-root"] {
        let Some(root) = vector(&format!("nrcac-{name}.pem")) else { return };
        assert_eq!(rewritten(&Certificate::from_der(&root).unwrap()), root);
        let Some(list) = vector(&format!("nrcac-{name}.crl")) else { return };
        assert_eq!(rewritten_list(&CertificateList::from_der(&list).unwrap()), list, "{name}");
    }
}
