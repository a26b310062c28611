use proptest::prelude::*;

use super::super::CertificateList;
use super::*;
use crate::algorithm::KeySpec;
use crate::x509::extension::{CrlNumber, ExtensionValue, ReasonCode};
use crate::x509::testing::{Draft, at, rng, sign_list, vector, vector_certificate};
use crate::x509::{SerialNumber, TbsCertList};
use std::io;

fn list(spec: KeySpec, entries: usize) -> (CertificateList, PublicKey) {
    let party = Draft::authority("issuer").spec(spec).self_signed();
    let entry = |number: usize| RevokedCertificate {
        serial: SerialNumber::generate(&mut rng()),
        revocation_date: at("2026-02-03T04:05:06Z"),
        reason: number.is_multiple_of(3).then_some(ReasonCode::KeyCompromise),
        invalidity_date: None,
    };
    let tbs = TbsCertList {
        signature_algorithm: party.signer.identifier().clone(),
        issuer: party.certificate.subject().clone(),
        this_update: at("2026-03-01T00:00:00Z"),
        next_update: at("2026-04-01T00:00:00Z"),
        revoked: (0..entries).map(entry).collect(),
        extensions: Extensions::new(vec![CrlNumber::from(7).to_extension(false)]).unwrap(),
    };
    (sign_list(&tbs, party.signer.as_ref()), party.signer.public_key().clone())
}

type Parts = (Header, Vec<StreamedEntry>, Trailer);

fn read(bytes: &[u8], issuer: Option<&PublicKey>) -> Result<Parts, CrlStreamError> {
    let mut stream = CrlStream::open(bytes, issuer)?;
    let entries = stream.by_ref().collect::<Result<_, _>>()?;
    Ok((stream.header().clone(), entries, stream.finish()?))
}

/// What the two readers say of the same bytes must be the same.
fn agree(bytes: &[u8]) -> bool {
    match (CertificateList::from_der(bytes), read(bytes, None)) {
        (Ok(whole), Ok((header, entries, trailer))) => {
            assert_eq!(header.issuer, *whole.issuer());
            assert_eq!((header.this_update, header.next_update), (whole.this_update(), whole.next_update()));
            assert!(entries.iter().map(|it| &it.entry).eq(whole.revoked()));
            assert_eq!(&trailer.extensions, whole.extensions());
            assert_eq!(trailer.signature, whole.signature());
            true
        }
        (Ok(whole), Err(CrlStreamError::Algorithm(_))) => {
            whole.signature_algorithm() != whole.tbs_signature_algorithm()
        }
        // Its elements are looked at on the way, not all of them before.
        (Err(_), _) => true,
        (Ok(_), Err(error)) => panic!("{error}"),
    }
}

#[test]
fn entries_come_one_by_one_and_the_signature_is_checked() {
    for spec in [KeySpec::Sm2, KeySpec::P256, KeySpec::P384, KeySpec::Rsa { bits: 2048 }] {
        for entries in [0, 1, 100] {
            let (whole, key) = list(spec, entries);
            assert!(agree(whole.der()));
            let (_, streamed, trailer) = read(whole.der(), Some(&key)).unwrap();
            assert!(trailer.verified, "{spec}");
            assert_eq!((streamed.len(), trailer.octets), (entries, whole.der().len() as u64));
            let skipped = CrlStream::open(whole.der(), Some(&key)).unwrap().finish().unwrap();
            assert_eq!(skipped, trailer);
            let other = list(spec, 0).1;
            assert_eq!(read(whole.der(), Some(&other)).unwrap_err().code(), "signature-invalid");
        }
    }
    let (whole, key) = list(KeySpec::Ed25519, 1);
    assert_eq!(read(whole.der(), Some(&key)).unwrap_err().code(), "signature-whole-message");
    assert!(!read(whole.der(), None).unwrap().2.verified);
}

#[test]
fn national_lists_verify() {
    for name in ["nrcac-rootca", "nrcac-civil-servant-root", "nrcac-device-root"] {
        let Some(der) = vector(&format!("{name}.crl")) else { return };
        let Some(issuer) = vector_certificate(&format!("{name}.pem")) else { return };
        assert!(agree(&der));
        assert!(read(&der, Some(&issuer.public_key().unwrap())).unwrap().2.verified, "{name}");
    }
}

#[test]
fn cut_lists_and_what_follows_are_refused() {
    let (whole, _) = list(KeySpec::Sm2, 5);
    for cut in 0..whole.der().len() {
        assert!(read(&whole.der()[..cut], None).is_err(), "cut at {cut}");
    }
    assert_eq!(read(&[whole.der(), &[0]].concat(), None).unwrap_err().code(), "crl-malformed");
}

#[test]
fn an_element_beyond_the_bound_is_not_held() {
    // A list that says its issuer's name has two gigabytes, as an endless source would.
    let head = [0x30_u8, 0x85, 1, 0, 0, 0, 0, 0x30, 0x84, 0xf0, 0, 0, 0, 0x30, 0x84, 0x80, 0, 0, 0];
    let source = head.as_slice().chain(io::repeat(0));
    let error = CrlStream::open(source, None).err().unwrap();
    assert_eq!(error.code(), "crl-element-too-large");
}

proptest! {
    #[test]
    fn any_damage_is_read_alike_or_refused(changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6)) {
        let Some(mut der) = vector("nrcac-rootca.crl") else { return Ok(()) };
        for (index, value) in changes {
            let at = index.index(der.len());
            der[at] = value;
        }
        prop_assert!(agree(&der));
    }
}
