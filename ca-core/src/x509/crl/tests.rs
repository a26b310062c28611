use super::*;
use crate::x509::extension::{AuthorityKeyIdentifier, Extension, ExtensionValue, ReasonCode};
use crate::x509::testing::{
    Draft, Party, at, name, openssl, sign_indirect_list, sign_list, sign_list_changed, vector,
    vector_certificate,
};
use proptest::prelude::*;

const LISTS: [&str; 3] = ["nrcac-rootca", "nrcac-civil-servant-root", "nrcac-device-root"];

fn draft(issuer: &Party, revoked: Vec<RevokedCertificate>) -> TbsCertList {
    let identifier = issuer.certificate.subject_key_identifier().unwrap().unwrap();
    TbsCertList {
        signature_algorithm: issuer.signer.identifier().clone(),
        issuer: issuer.certificate.subject().clone(),
        this_update: at("2026-06-01T00:00:00Z"),
        next_update: at("2026-07-01T00:00:00Z"),
        revoked,
        extensions: Extensions::new(vec![
            AuthorityKeyIdentifier::by_key(identifier).to_extension(false),
            CrlNumber::from(7).to_extension(false),
        ])
        .unwrap(),
    }
}

fn entry(serial: u8, reason: Option<ReasonCode>, invalidity_date: Option<&str>) -> RevokedCertificate {
    RevokedCertificate {
        serial: SerialNumber::from_bytes(&[serial]).unwrap(),
        revocation_date: at("2026-05-01T00:00:00Z"),
        reason,
        invalidity_date: invalidity_date.map(at),
    }
}

#[test]
fn the_national_lists_are_signed_by_their_roots() {
    for stem in LISTS {
        let Some(der) = vector(&format!("{stem}.crl")) else { return };
        let list = CertificateList::from_der(&der).unwrap();
        let root = vector_certificate(&format!("{stem}.pem")).unwrap();
        list.verify_signed_by(&root.public_key().unwrap()).unwrap();
        assert!(list.issuer().matches(root.subject()));
        assert!(list.is_v2() && list.number().unwrap().is_some() && list.next_update().is_some());
        let again = TbsCertList {
            signature_algorithm: list.tbs_signature_algorithm().clone(),
            issuer: list.issuer().clone(),
            this_update: list.this_update(),
            next_update: list.next_update().unwrap(),
            revoked: list.revoked().to_vec(),
            extensions: list.extensions().clone(),
        };
        assert_eq!(hex::encode(again.to_der().unwrap()), hex::encode(list.tbs_der()), "{stem}");
    }
}

#[test]
fn what_is_written_reads_back() {
    let root = Draft::authority("root").self_signed();
    let entries = vec![
        entry(1, None, None),
        entry(2, Some(ReasonCode::KeyCompromise), Some("2026-04-01T12:34:56Z")),
        entry(0x80, Some(ReasonCode::CertificateHold), None),
    ];
    let tbs = draft(&root, entries.clone());
    let list = sign_list(&tbs, root.signer.as_ref());
    assert_eq!(list.revoked(), entries);
    assert_eq!(list.tbs_der(), tbs.to_der().unwrap());
    assert_eq!(list.number().unwrap().unwrap().to_u64(), Some(7));
    assert_eq!(list.find(&entries[1].serial), Some(&entries[1]));
    assert_eq!(list.find(&SerialNumber::from_bytes(&[9]).unwrap()), None);
    list.verify_signed_by(root.signer.public_key()).unwrap();
    let Some((done, text)) = openssl(&["crl", "-noout", "-text"], list.to_pem().as_bytes()) else { return };
    assert!(done, "{text}");
    for expected in
        ["Version 2", "X509v3 CRL Number", "Key Compromise", "Certificate Hold", "Invalidity Date"]
    {
        assert!(text.contains(expected), "{expected}: {text}");
    }
}

#[test]
fn openssl_verifies_one_of_another_algorithm() {
    let root = Draft::authority("root").spec("p256".parse().unwrap()).self_signed();
    let list = sign_list(&draft(&root, vec![entry(1, None, None)]), root.signer.as_ref());
    let file = tempfile::NamedTempFile::new().unwrap();
    std::io::Write::write_all(&mut file.as_file(), root.certificate.to_pem().as_bytes()).unwrap();
    let arguments = ["crl", "-noout", "-CAfile", file.path().to_str().unwrap()];
    let Some((_, text)) = openssl(&arguments, list.to_pem().as_bytes()) else { return };
    assert!(text.contains("verify OK"), "{text}");
}

#[test]
fn without_entries_there_is_no_list() {
    let root = Draft::authority("root").self_signed();
    let list = sign_list(&draft(&root, vec![]), root.signer.as_ref());
    assert!(list.revoked().is_empty() && !list.has_empty_list());
    let text = hex::encode(list.tbs_der());
    assert!(!text.contains("3000"), "{text}");
}

#[test]
fn an_unspecified_reason_is_not_written() {
    let root = Draft::authority("root").self_signed();
    let list =
        sign_list(&draft(&root, vec![entry(1, Some(ReasonCode::Unspecified), None)]), root.signer.as_ref());
    assert_eq!(list.revoked()[0].reason, None);
}

#[test]
fn a_critical_extension_of_an_entry_is_told() {
    let root = Draft::authority("root").self_signed();
    let tbs = draft(&root, vec![entry(1, None, None)]);
    let list = sign_list(&tbs, root.signer.as_ref());
    assert_eq!(list.unknown_critical_entry_extension(), None);
    let critical = Extension { oid: "2.5.29.23".parse().unwrap(), critical: true, value: vec![0x30, 0] };
    let plain = entry(1, None, None).to_der();
    let content = asn1::only("entry", &plain, tag::SEQUENCE).unwrap().content;
    let marked = asn1::sequence(&[content, &asn1::sequence(&[critical.to_der()])]);
    let mut parts = Vec::new();
    let change = |members: &mut Vec<Vec<u8>>| {
        members[5] = asn1::sequence(&[marked]);
        parts = members.clone();
    };
    let read = sign_list_changed(&tbs, change, root.signer.as_ref());
    assert_eq!(read.unknown_critical_entry_extension(), Some(&critical.oid));
    parts[0] = asn1::unsigned(0);
    assert!(assemble(&asn1::sequence(&parts), root.signer.identifier(), list.signature()).is_err());
}

#[test]
fn an_entry_is_about_the_issuer_named_last() {
    let root = Draft::authority("root").self_signed();
    let entries = [1, 2, 3, 4, 3, 2].map(|serial| entry(serial, None, None)).to_vec();
    let tbs = draft(&root, entries);
    assert!(!sign_list(&tbs, root.signer.as_ref()).has_entry_issuers());
    let issuers = [(1, name("Other")), (3, name("root")), (4, name("third"))];
    let read = sign_indirect_list(&tbs, &issuers, root.signer.as_ref());
    assert!(read.has_entry_issuers());
    assert_eq!(read.unknown_critical_entry_extension(), None);
    let listed = |issuer: &str| -> Vec<u8> {
        let serial = |serial: &u8| SerialNumber::from_bytes(&[*serial]).unwrap();
        (1..=5).filter(|number| read.find_of(&name(issuer), &serial(number)).is_some()).collect()
    };
    assert_eq!(listed("root"), [1, 4]);
    assert_eq!(listed("OTHER"), [2, 3]);
    assert_eq!(listed("third"), [2, 3]);
    assert_eq!(listed("nobody"), [0_u8; 0]);
    assert!(read.find(&SerialNumber::from_bytes(&[2]).unwrap()).is_none());
}

#[test]
fn of_several_entries_the_last_counts_and_like_endings_are_told_apart() {
    let root = Draft::authority("root").self_signed();
    let serial = |bytes: &[u8]| SerialNumber::from_bytes(bytes).unwrap();
    let ending = [9, 8, 7, 6, 5, 4, 3, 2];
    let longer = [&[1], &ending[..]].concat();
    let other = [&[2], &ending[..]].concat();
    let with = |bytes: &[u8], reason| RevokedCertificate { serial: serial(bytes), ..entry(1, reason, None) };
    let hold = Some(ReasonCode::CertificateHold);
    let entries = vec![
        with(&ending, hold),
        with(&longer, None),
        with(&ending, None),
        with(&[2], hold),
        with(&[2], None),
    ];
    let list = sign_list(&draft(&root, entries), root.signer.as_ref());
    assert_eq!(list.find(&serial(&ending)).unwrap().reason, None);
    assert_eq!(list.find(&serial(&longer)).unwrap().serial, serial(&longer));
    assert_eq!(list.find(&serial(&other)), None);
    assert_eq!(list.find(&serial(&[2])).unwrap().reason, None);
}

#[test]
fn what_is_no_list_is_refused() {
    let root = Draft::authority("root").self_signed();
    let der = sign_list(&draft(&root, vec![entry(1, None, None)]), root.signer.as_ref()).der().to_vec();
    for cut in 0..der.len() {
        assert!(CertificateList::from_der(&der[..cut]).is_err(), "cut at {cut}");
    }
    assert_eq!(CertificateList::from_der(&[&der[..], &[0]].concat()).unwrap_err().code(), "crl-not-der");
    assert_eq!(CertificateList::from_der(root.certificate.der()).unwrap_err().code(), "crl-malformed");
    let mut changed = CertificateList::from_der(&der).unwrap().tbs_der().to_vec();
    let length = changed.len();
    changed[length - 1] ^= 1;
    let signature = CertificateList::from_der(&der).unwrap().signature().to_vec();
    let list = assemble(&changed, root.signer.identifier(), &signature).unwrap();
    assert_eq!(list.verify_signed_by(root.signer.public_key()).unwrap_err().code(), "signature-invalid");
}

proptest! {
    #[test]
    fn looking_up_answers_as_a_scan_does(
        serials in prop::collection::vec(prop::collection::vec(0_u8..3, 1..11), 1..40),
        asked in prop::collection::vec(0_u8..3, 1..11),
    ) {
        let read = |content: &[u8]| SerialNumber::from_content(content);
        let entries: Vec<_> = (0..)
            .zip(serials.iter().filter_map(|serial| read(serial).ok()))
            .map(|(minute, serial)| RevokedCertificate {
                serial,
                revocation_date: at("2026-05-01T00:00:00Z") + jiff::SignedDuration::from_mins(minute),
                ..entry(1, None, None)
            })
            .collect();
        let index = Index::of(&entries);
        for serial in read(&asked).into_iter().chain(entries.iter().map(|entry| entry.serial.clone())) {
            let found = index.candidates(&serial).rev().find(|&at| entries[at].serial == serial);
            prop_assert_eq!(found, entries.iter().rposition(|entry| entry.serial == serial));
        }
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = CertificateList::from_der(&bytes);
    }

    #[test]
    fn any_damage_is_read_or_refused(changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8)) {
        let Some(mut der) = vector("nrcac-rootca.crl") else { return Ok(()) };
        for (index, value) in changes {
            let at = index.index(der.len());
            der[at] = value;
        }
        if let Ok(list) = CertificateList::from_der(&der) {
            prop_assert_eq!(list.der(), der);
        }
    }
}
