use super::*;
use crate::x509::testing::{at, name};
use crate::x509::{KeyIdentifier, Name, SerialNumber};
use core::fmt::Debug;
use proptest::prelude::*;

fn round_trip<T: ExtensionValue + PartialEq + Debug>(value: T, der: &str) {
    assert_eq!(hex::encode(value.to_value()), der);
    assert_eq!(T::from_value(&value.to_value()).unwrap(), value);
    for critical in [false, true] {
        let extension = value.to_extension(critical);
        let set = Extensions::new(vec![extension.clone()]).unwrap();
        let read = Extensions::from_der(&set.to_der()).unwrap();
        assert_eq!(read, set);
        assert_eq!(read.find::<T>().unwrap().as_ref(), Some(&value));
        assert!(!matches!(extension.decoded(), Decoded::Unknown | Decoded::Unreadable(_)));
    }
    for cut in 0..value.to_value().len() {
        assert!(T::from_value(&value.to_value()[..cut]).is_err(), "cut at {cut}");
    }
    assert!(T::from_value(&[value.to_value(), vec![0]].concat()).is_err());
}

#[test]
fn constraints_and_usages_have_their_standard_bytes() {
    round_trip(BasicConstraints { ca: true, path_length: None }, "30030101ff");
    round_trip(BasicConstraints { ca: true, path_length: Some(0) }, "30060101ff020100");
    round_trip(BasicConstraints::default(), "3000");
    round_trip(KeyUsages::from([KeyUsage::KeyCertSign, KeyUsage::CrlSign]), "03020106");
    round_trip(KeyUsages::from([KeyUsage::DigitalSignature, KeyUsage::NonRepudiation]), "030206c0");
    round_trip(KeyUsages::from([KeyUsage::DecipherOnly]), "0303070080");
    round_trip(ExtendedKeyUsage(vec![ExtendedKeyUsage::OCSP_SIGNING.into()]), "300a06082b06010505070309");
    round_trip(OcspNoCheck, "0500");
}

#[test]
fn identifiers_have_their_standard_bytes() {
    let identifier = KeyIdentifier::new([1, 2, 3]);
    round_trip(SubjectKeyIdentifier(identifier.clone()), "0403010203");
    round_trip(AuthorityKeyIdentifier::by_key(identifier.clone()), "30058003010203");
    let serial = SerialNumber::from_bytes(&[0x80]).unwrap();
    let issuer = vec![GeneralName::Uri("a:b".into())];
    let full = AuthorityKeyIdentifier { key_identifier: Some(identifier), issuer, serial: Some(serial) };
    round_trip(full, "30108003010203a1058603613a6282020080");
}

#[test]
fn places_have_their_standard_bytes() {
    round_trip(CrlDistributionPoints::at("http://a/b"), "30123010a00ea00c860a687474703a2f2f612f62");
    let access = AuthorityInformationAccess::at("a:o", "a:i");
    round_trip(access.clone(), "3022300f06082b060105050730018603613a6f300f06082b060105050730028603613a69");
    assert_eq!(access.uris(AuthorityInformationAccess::OCSP).collect::<Vec<_>>(), ["a:o"]);
    round_trip(CertificatePolicies::of(["1.2.3".parse().unwrap()]), "3006300406022a03");
    let scope =
        IssuingDistributionPoint { only_user_certificates: true, ..IssuingDistributionPoint::default() };
    round_trip(scope, "30038101ff");
}

#[test]
fn what_lists_carry_has_its_standard_bytes() {
    round_trip(CrlNumber::from(0), "020100");
    round_trip(CrlNumber::from(u64::MAX), "020900ffffffffffffffff");
    round_trip(DeltaCrlIndicator(CrlNumber::from(7)), "020107");
    round_trip(ReasonCode::KeyCompromise, "0a0101");
    round_trip(InvalidityDate(at("2026-01-02T03:04:05Z")), "180f32303236303130323033303430355a");
    let point = CrlDistributionPoints::at("http://a/b").0;
    round_trip(FreshestCrl(point), "30123010a00ea00c860a687474703a2f2f612f62");
    round_trip(CertificateIssuer(vec![GeneralName::Directory(Name::empty())]), "3004a4023000");
}

#[test]
fn what_is_rarely_written_has_its_standard_bytes() {
    round_trip(TlsFeature(vec![TlsFeature::STATUS_REQUEST]), "3003020105");
    let access = SubjectInformationAccess(vec![AccessDescription {
        method: SubjectInformationAccess::CA_REPOSITORY.into(),
        location: GeneralName::Uri("a:b".into()),
    }]);
    round_trip(access, "3011300f06082b060105050730058603613a62");
    let from = Some(at("2026-01-02T03:04:05Z"));
    let period = PrivateKeyUsagePeriod { not_before: from, not_after: None };
    round_trip(period, "3011800f32303236303130323033303430355a");
    let period = PrivateKeyUsagePeriod { not_before: None, not_after: from };
    round_trip(period, "3011810f32303236303130323033303430355a");
    assert!(PrivateKeyUsagePeriod::from_value(&[0x30, 0]).is_err());
    round_trip(
        PolicyConstraints { require_explicit_policy: Some(0), inhibit_policy_mapping: None },
        "3003800100",
    );
    round_trip(InhibitAnyPolicy(2), "020102");
    let mapping = PolicyMapping { issuer: "1.2.3".parse().unwrap(), subject: "1.2.4".parse().unwrap() };
    round_trip(PolicyMappings(vec![mapping]), "300a300806022a0306022a04");
}

#[test]
fn qualifiers_of_policies_are_read_by_their_kind() {
    let policy: Oid = "1.2.3".parse().unwrap();
    let qualifiers = vec![
        PolicyQualifier::Cps("http://a/cps".into()),
        PolicyQualifier::UserNotice { reference: None, text: Some("说明".into()) },
        PolicyQualifier::UserNotice { reference: Some(("组织".into(), vec![1, 300])), text: None },
        PolicyQualifier::Other { oid: "1.2.4".parse().unwrap(), value: vec![5, 0] },
    ];
    let information = PolicyInformation::with_qualifiers(policy.clone(), &qualifiers);
    assert_eq!(information.read_qualifiers(), Ok(qualifiers));
    let policies = CertificatePolicies(vec![information, PolicyInformation::with_qualifiers(policy, &[])]);
    assert_eq!(CertificatePolicies::from_value(&policies.to_value()), Ok(policies));
    let other_strings = asn1::sequence(&[
        asn1::sequence(&[Oid::from_content(&[42]).unwrap().to_der(), vec![5, 0]]),
        hex::decode("301206082b060105050702023006 1e04 8bf4 660e".replace(' ', "")).unwrap(),
    ]);
    let read = PolicyInformation { policy: "1.2".parse().unwrap(), qualifiers: Some(other_strings) };
    let notice = PolicyQualifier::UserNotice { reference: None, text: Some("说明".into()) };
    assert_eq!(read.read_qualifiers().unwrap()[1], notice);
}

#[test]
fn statements_say_what_they_mean() {
    let statement = |oid: &str, information: &str| QualifiedStatement {
        statement: oid.parse().unwrap(),
        information: (!information.is_empty()).then(|| hex::decode(information).unwrap()),
    };
    let cases = [
        (statement("0.4.0.1862.1.1", ""), StatementMeaning::Compliance),
        (
            statement("0.4.0.1862.1.2", "300c1303434e590202271002 0102".replace(' ', "").as_str()),
            StatementMeaning::Limit { currency: "CNY".into(), amount: 10_000, exponent: 2 },
        ),
        (statement("0.4.0.1862.1.3", "02010f"), StatementMeaning::RetentionYears(15)),
        (statement("0.4.0.1862.1.4", ""), StatementMeaning::SecureDevice),
        (
            statement("0.4.0.1862.1.5", "300b30091603613a621302656e"),
            StatementMeaning::Disclosure(vec![("a:b".into(), "en".into())]),
        ),
        (
            statement("0.4.0.1862.1.6", "3009060704008e46010601"),
            StatementMeaning::Types(vec!["0.4.0.1862.1.6.1".parse().unwrap()]),
        ),
        (statement("0.4.0.1862.1.7", "30041302434e"), StatementMeaning::Legislation(vec!["CN".into()])),
        (statement("1.3.6.1.5.5.7.11.2", ""), StatementMeaning::Syntax(2)),
        (statement("0.4.0.1862.1.3", "0500"), StatementMeaning::Other),
        (statement("1.2.3", ""), StatementMeaning::Other),
    ];
    for (statement, meaning) in &cases {
        assert_eq!(statement.meaning(), *meaning, "{statement:?}");
        let written = (*meaning != StatementMeaning::Other).then_some(statement);
        assert_eq!(QualifiedStatement::of(meaning).as_ref(), written, "{meaning:?}");
    }
    let number = StatementMeaning::Limit { currency: "156".into(), amount: 1, exponent: 0 };
    assert_eq!(QualifiedStatement::of(&number).unwrap().meaning(), number);
    assert_eq!(QualifiedStatement::of(&StatementMeaning::Syntax(3)), None);
    let all = QualifiedStatements(cases.into_iter().map(|(statement, _)| statement).collect());
    assert_eq!(QualifiedStatements::from_value(&all.to_value()), Ok(all));
}

#[test]
fn promises_of_logs_are_read() {
    let signature = [0x30, 0x00];
    let mut promise = vec![0];
    promise.extend_from_slice(&[7; 32]);
    promise.extend_from_slice(&1_767_323_045_000_u64.to_be_bytes());
    promise.extend_from_slice(&[0, 0, 4, 3, 0, 2]);
    promise.extend_from_slice(&signature);
    let prefixed = |bytes: &[u8]| [&(bytes.len() as u16).to_be_bytes(), bytes].concat();
    let list = prefixed(&[prefixed(&promise), prefixed(&[1, 2])].concat());
    let value = asn1::element(tag::OCTET_STRING, &list);
    let read = SignedTimestamps::from_value(&value).unwrap();
    let [first, SignedTimestamp::Other(other)] = read.timestamps() else { panic!("{read:?}") };
    assert_eq!(first.time(), Some(at("2026-01-02T03:04:05Z")));
    assert_eq!(other, &[1, 2]);
    assert_eq!(read.to_value(), value);
    for cut in 0..list.len() {
        assert!(SignedTimestamps::from_value(&asn1::element(tag::OCTET_STRING, &list[..cut])).is_err());
    }
}

#[test]
fn list_numbers_are_compared_as_numbers() {
    let numbers = [0, 1, 0x7f, 0x80, 0xff, 0x100, 0x200, 0x7fff, 0x8000, u64::MAX].map(CrlNumber::from);
    assert!(numbers.is_sorted());
    assert!(CrlNumber::from_value(&[2, 9, 1, 0, 0, 0, 0, 0, 0, 0, 0]).unwrap() > CrlNumber::from(u64::MAX));
}

#[test]
fn reasons_are_spelled_as_in_the_standard() {
    for reason in ReasonCode::ALL {
        assert_eq!(reason.to_string().parse::<ReasonCode>(), Ok(reason));
        assert_eq!(ReasonCode::from_number(reason.number()), Some(reason));
        assert_eq!(serde_json::to_string(&reason).unwrap(), format!("\"{reason}\""));
    }
    assert_eq!(ReasonCode::from_number(7), None);
    assert_eq!("KeyCompromise".parse::<ReasonCode>().unwrap_err().code(), "reason-unknown");
    assert!(ReasonCode::from_value(&[0x0a, 1, 7]).is_err());
}

#[test]
fn names_of_all_kinds_are_kept() {
    let names = vec![
        GeneralName::dns("Device.Example.CN").unwrap(),
        GeneralName::email("a.b@example.cn").unwrap(),
        GeneralName::uri("urn:uuid:6e8bc430-9c3a-11d9-9669-0800200c9a66").unwrap(),
        GeneralName::Ip("192.0.2.1".parse().unwrap()),
        GeneralName::Ip("2001:db8::1".parse().unwrap()),
        GeneralName::Directory(name("目录")),
        GeneralName::RegisteredId("1.2.3".parse().unwrap()),
        GeneralName::Other { oid: "1.2.3".parse().unwrap(), value: vec![0x0c, 1, b'a'] },
        GeneralName::Raw { tag: 0xa3, content: vec![0x30, 0] },
        GeneralName::Raw { tag: 0x87, content: vec![1, 2, 3, 4, 255, 255, 255, 0] },
        GeneralName::Raw { tag: 0x82, content: "é".as_bytes().to_vec() },
    ];
    let value = SubjectAlternativeName(names.clone());
    assert_eq!(SubjectAlternativeName::from_value(&value.to_value()).unwrap().0, names);
    for name in names[..5].iter().chain(&names[6..8]) {
        assert_eq!(name.to_string().parse::<GeneralName>().as_ref(), Ok(name));
    }
    assert!(SubjectAlternativeName::from_value(&[0x30, 0]).is_err());
}

#[test]
fn texts_that_are_no_names_are_refused() {
    for (text, code) in [
        ("example.cn", "alternative-name-no-kind"),
        ("ftp:x", "alternative-name-no-kind"),
        ("dns:a b", "alternative-name-dns"),
        ("dns:a..b", "alternative-name-dns"),
        ("dns:-a.b", "alternative-name-dns"),
        ("dns:例.cn", "alternative-name-dns"),
        ("dns:a.*.b", "alternative-name-dns"),
        ("dns:a\0.b", "alternative-name-dns"),
        ("email:a", "alternative-name-email"),
        ("email:a@b@", "alternative-name-email"),
        ("email:a..b@c", "alternative-name-email"),
        ("uri:/a", "alternative-name-uri"),
        ("uri:http://a b", "alternative-name-uri"),
        ("ip:1.2.3", "alternative-name-ip"),
        ("ip:1.2.3.0/24", "alternative-name-ip"),
    ] {
        assert_eq!(text.parse::<GeneralName>().unwrap_err().code(), code, "{text}");
    }
    assert!("dns:*.example.cn".parse::<GeneralName>().is_ok());
    assert!(format!("dns:{}", "a".repeat(64)).parse::<GeneralName>().is_err());
}

#[test]
fn duplicates_are_not_written_and_are_told_when_read() {
    let one = OcspNoCheck.to_extension(false);
    assert_eq!(Extensions::new(vec![one.clone(), one.clone()]).unwrap_err().code(), "extension-duplicate");
    let mut set = Extensions::new(vec![one.clone()]).unwrap();
    assert_eq!(set.push(one.clone()).unwrap_err().code(), "extension-duplicate");
    let read = Extensions::from_der(&asn1::sequence(&[one.to_der(), one.to_der()])).unwrap();
    assert_eq!(read.first_duplicate(), Some(&one.oid));
    assert_eq!(read.find::<OcspNoCheck>().unwrap_err().code(), "extension-duplicate");
}

#[test]
fn bodies_that_are_not_der_do_not_fail_a_reading() {
    let vendor = Extension { oid: "1.2.3".parse().unwrap(), critical: false, value: b"91460000MA5".to_vec() };
    let broken = Extension { oid: KeyUsages::OID.into(), critical: false, value: b"x".to_vec() };
    let set = Extensions::new(vec![vendor.clone(), broken.clone()]).unwrap();
    let read = Extensions::from_der(&set.to_der()).unwrap();
    assert_eq!(read, set);
    assert_eq!(vendor.decoded(), Decoded::Unknown);
    assert!(matches!(broken.decoded(), Decoded::Unreadable(_)));
    assert_eq!(read.find::<KeyUsages>().unwrap_err().code(), "extension-malformed");
    assert_eq!(KeyUsages::from_extension(&vendor).unwrap_err().code(), "extension-other-kind");
}

#[test]
fn their_number_is_bounded() {
    let one = |arc| Extension { oid: Oid::from(KeyUsages::OID).child(arc), critical: true, value: vec![] };
    let ders: Vec<_> = (0..=MAX_EXTENSIONS as u32).map(|arc| one(arc).to_der()).collect();
    assert_eq!(Extensions::from_der(&asn1::sequence(&ders[1..])).unwrap().len(), MAX_EXTENSIONS);
    let error = Extensions::from_der(&asn1::sequence(&ders)).unwrap_err();
    assert_eq!(error.problem, Problem::TooMany(MAX_EXTENSIONS));
    assert!(Extensions::from_der(&[0x30, 0]).is_err());
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..100)) {
        let _ = Extensions::from_der(&bytes);
        let kinds = [
            BasicConstraints::OID, KeyUsages::OID, ExtendedKeyUsage::OID, SubjectKeyIdentifier::OID,
            AuthorityKeyIdentifier::OID, SubjectAlternativeName::OID, CrlDistributionPoints::OID,
            AuthorityInformationAccess::OID, CertificatePolicies::OID, OcspNoCheck::OID, CrlNumber::OID,
            IssuingDistributionPoint::OID, ReasonCode::OID, InvalidityDate::OID, QualifiedStatements::OID,
            SignedTimestamps::OID, TlsFeature::OID, PrivateKeyUsagePeriod::OID, NameConstraints::OID,
            PolicyMappings::OID, PolicyConstraints::OID, InhibitAnyPolicy::OID, FreshestCrl::OID,
            SubjectInformationAccess::OID, IssuerAlternativeName::OID, CertificateIssuer::OID,
        ];
        for oid in kinds {
            for tag in [None, Some(tag::SEQUENCE), Some(tag::OCTET_STRING)] {
                let value = tag.map_or_else(|| bytes.clone(), |tag| asn1::element(tag, &bytes));
                match (Extension { oid: oid.into(), critical: false, value }).decoded() {
                    Decoded::QualifiedStatements(read) => {
                        for statement in read.0 {
                            let _ = statement.meaning();
                        }
                    }
                    Decoded::CertificatePolicies(read) => {
                        for policy in read.0 {
                            let _ = policy.read_qualifiers();
                        }
                    }
                    _ => {}
                }
            }
        }
    }

    #[test]
    fn what_reads_is_written_the_same(tags in prop::collection::vec((0_u8..9, prop::collection::vec(any::<u8>(), 0..20)), 1..5)) {
        let names: Vec<u8> = tags.iter().flat_map(|(number, content)| asn1::element(tag::context(*number), content)).collect();
        let der = asn1::element(tag::SEQUENCE, &names);
        if let Ok(names) = SubjectAlternativeName::from_value(&der) {
            prop_assert_eq!(names.to_value(), der);
        }
    }
}
