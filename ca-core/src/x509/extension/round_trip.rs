//! Each kind of extension is read as it was written, and written as it was read.

use super::*;
use crate::x509::asn1;
use crate::x509::testing::{name, vector_folder};
use crate::x509::{Certificate, KeyIdentifier, SerialNumber};
use jiff::Timestamp;
use proptest::prelude::*;

/// What was read, written again.
pub(crate) fn rewritten(decoded: &Decoded) -> Option<Vec<u8>> {
    macro_rules! each {
        ($($variant:ident),* $(,)?) => {
            match decoded {
                $(Decoded::$variant(value) => Some(value.to_value()),)*
                Decoded::Identity(number) => Some(number.to_extension().value),
                Decoded::Unknown | Decoded::Unreadable(_) => None,
            }
        };
    }
    each!(
        BasicConstraints,
        KeyUsage,
        ExtendedKeyUsage,
        SubjectKeyIdentifier,
        AuthorityKeyIdentifier,
        SubjectAlternativeName,
        IssuerAlternativeName,
        CrlDistributionPoints,
        FreshestCrl,
        AuthorityInformationAccess,
        CertificatePolicies,
        PolicyMappings,
        PolicyConstraints,
        InhibitAnyPolicy,
        NameConstraints,
        PrivateKeyUsagePeriod,
        SubjectInformationAccess,
        TlsFeature,
        QualifiedStatements,
        SignedTimestamps,
        OcspNoCheck,
        CrlNumber,
        DeltaCrlIndicator,
        IssuingDistributionPoint,
        ReasonCode,
        InvalidityDate,
        CertificateIssuer,
    )
}

fn oid() -> impl Strategy<Value = Oid> {
    prop::collection::vec(0_u32..1 << 20, 1..5).prop_map(|numbers| {
        let text: String = numbers.iter().map(|number| format!(".{number}")).collect();
        format!("1.2{text}").parse().unwrap()
    })
}

fn moment() -> impl Strategy<Value = Timestamp> {
    (0_i64..8_000_000_000).prop_map(|second| Timestamp::from_second(second).unwrap())
}

fn general_name() -> impl Strategy<Value = GeneralName> {
    let text = "[a-z]{1,20}";
    prop_oneof![
        text.prop_map(GeneralName::Dns),
        text.prop_map(|text| GeneralName::Email(format!("{text}@example"))),
        text.prop_map(|text| GeneralName::Uri(format!("http://{text}/"))),
        any::<[u8; 4]>().prop_map(|address| GeneralName::Ip(address.into())),
        any::<[u8; 16]>().prop_map(|address| GeneralName::Ip(address.into())),
        "[a-z城市]{1,20}".prop_map(|text| GeneralName::Directory(name(&text))),
        oid().prop_map(GeneralName::RegisteredId),
        (oid(), text).prop_map(|(oid, text)| {
            GeneralName::Other { oid, value: asn1::element(asn1::tag::UTF8_STRING, text.as_bytes()) }
        }),
    ]
}

fn general_names() -> impl Strategy<Value = Vec<GeneralName>> {
    prop::collection::vec(general_name(), 1..4)
}

/// Reasons 1 to 8 of ReasonFlags.
fn reasons() -> impl Strategy<Value = u16> {
    (1_u16..0x100).prop_map(|bits| bits << 7)
}

fn point_name() -> impl Strategy<Value = DistributionPointName> {
    let relative = asn1::sequence(&[
        "2.5.4.3".parse::<Oid>().unwrap().to_der(),
        asn1::element(asn1::tag::UTF8_STRING, b"list"),
    ]);
    prop_oneof![
        general_names().prop_map(DistributionPointName::Full),
        Just(DistributionPointName::Relative(relative)),
    ]
}

fn points() -> impl Strategy<Value = Vec<DistributionPoint>> {
    let point = (point_name(), prop::option::of(reasons()), prop::collection::vec(general_name(), 0..2));
    let point = point.prop_map(|(name, reasons, crl_issuer)| DistributionPoint {
        name: Some(name),
        reasons,
        crl_issuer,
    });
    prop::collection::vec(point, 1..4)
}

fn accesses() -> impl Strategy<Value = Vec<AccessDescription>> {
    let access =
        (oid(), general_name()).prop_map(|(method, location)| AccessDescription { method, location });
    prop::collection::vec(access, 1..4)
}

fn policies() -> impl Strategy<Value = CertificatePolicies> {
    let qualifier = prop_oneof![
        "[a-z]{1,20}".prop_map(|text| PolicyQualifier::Cps(format!("https://{text}/"))),
        (prop::option::of(("[a-z城市]{1,20}", prop::collection::vec(0_u64..1000, 0..4))), "[a-z城市]{1,20}")
            .prop_map(|(reference, text)| PolicyQualifier::UserNotice { reference, text: Some(text) }),
    ];
    let policy = (oid(), prop::collection::vec(qualifier, 0..3))
        .prop_map(|(policy, qualifiers)| PolicyInformation::with_qualifiers(policy, &qualifiers));
    prop::collection::vec(policy, 1..4).prop_map(CertificatePolicies)
}

fn subtree() -> impl Strategy<Value = Subtree> {
    let text = "[a-z]{1,20}";
    prop_oneof![
        text.prop_map(Subtree::Dns),
        text.prop_map(Subtree::Email),
        text.prop_map(Subtree::Uri),
        (any::<[u8; 4]>(), 0_u32..33).prop_map(|(address, ones)| Subtree::Ip {
            address: address.into(),
            mask: std::net::Ipv4Addr::from_bits(u32::MAX.checked_shl(32 - ones).unwrap_or(0)).into(),
        }),
        text.prop_map(|text| Subtree::Directory(name(&text))),
    ]
}

fn statement() -> impl Strategy<Value = QualifiedStatement> {
    let meaning = prop_oneof![
        Just(StatementMeaning::Compliance),
        Just(StatementMeaning::SecureDevice),
        ("[A-Z]{3}", any::<u64>(), any::<u64>())
            .prop_map(|(currency, amount, exponent)| StatementMeaning::Limit { currency, amount, exponent }),
        any::<u64>().prop_map(StatementMeaning::RetentionYears),
        prop::collection::vec(("[a-z:/]{1,20}", "[a-z]{2}"), 0..3).prop_map(StatementMeaning::Disclosure),
        prop::collection::vec(oid(), 0..3).prop_map(StatementMeaning::Types),
        prop::collection::vec("[A-Z]{2}", 0..3).prop_map(StatementMeaning::Legislation),
        (1_u8..3).prop_map(StatementMeaning::Syntax),
    ];
    meaning.prop_map(|meaning| {
        let statement = QualifiedStatement::of(&meaning).unwrap();
        assert_eq!(statement.meaning(), meaning);
        statement
    })
}

/// An extension with promises of logs, octet by octet.
fn promises() -> impl Strategy<Value = Extension> {
    let prefixed = |bytes: &[u8]| [&(bytes.len() as u16).to_be_bytes(), bytes].concat();
    let promise =
        (any::<[u8; 32]>(), any::<u64>(), prop::collection::vec(any::<u8>(), 0..8), any::<[u8; 2]>());
    let promise = promise.prop_map(move |(log, time, signature, algorithms)| {
        [&[0][..], &log, &time.to_be_bytes(), &[0, 0], &algorithms, &prefixed(&signature)].concat()
    });
    prop::collection::vec(promise, 0..4).prop_map(move |promises| {
        let list: Vec<u8> = promises.iter().flat_map(|promise| prefixed(promise)).collect();
        let value = asn1::element(asn1::tag::OCTET_STRING, &prefixed(&list));
        Extension { oid: SignedTimestamps::OID.into(), critical: false, value }
    })
}

fn number() -> impl Strategy<Value = Extension> {
    use IdentityForm::{Gmt2012, Gmt2012Implicit, Gmt2023, Legacy};
    use IdentityKind::{InsuranceNumber, OrganizationCode, RegistrationNumber, TaxationNumber};
    let numbers = [
        (OrganizationCode, "91350100M000100Y43"),
        (TaxationNumber, "91110000100011851E"),
        (InsuranceNumber, "1234-5"),
        (RegistrationNumber, "110000"),
    ];
    (
        prop::sample::select(numbers.to_vec()),
        prop::sample::select(vec![Gmt2012, Gmt2012Implicit, Gmt2023, Legacy]),
    )
        .prop_map(|((kind, number), form)| IdentityNumber::new(kind, number, form).unwrap().to_extension())
}

/// Any extension of any kind that is known.
pub(crate) fn extension() -> impl Strategy<Value = Extension> {
    let skip = 0_u32..100;
    let octets = || prop::collection::vec(any::<u8>(), 1..40);
    let of_authorities = prop_oneof![
        (any::<bool>(), prop::option::of(skip.clone())).prop_map(|(ca, length)| {
            BasicConstraints { ca, path_length: length.filter(|_| ca) }.to_extension(true)
        }),
        prop::collection::vec((oid(), oid()), 1..4).prop_map(|pairs| {
            let pair = |(issuer, subject)| PolicyMapping { issuer, subject };
            PolicyMappings(pairs.into_iter().map(pair).collect()).to_extension(true)
        }),
        (skip.clone(), prop::option::of(skip.clone())).prop_map(|(explicit, mapping)| {
            let require_explicit_policy = Some(explicit);
            PolicyConstraints { require_explicit_policy, inhibit_policy_mapping: mapping }.to_extension(true)
        }),
        skip.prop_map(|skip| InhibitAnyPolicy(skip).to_extension(true)),
        (prop::collection::vec(subtree(), 1..4), prop::collection::vec(subtree(), 0..3))
            .prop_map(|(permitted, excluded)| NameConstraints { permitted, excluded }.to_extension(true)),
    ];
    let of_holders = prop_oneof![
        prop::sample::subsequence(KeyUsage::ALL.to_vec(), 1..=9)
            .prop_map(|usages| usages.into_iter().collect::<KeyUsages>().to_extension(true)),
        prop::collection::vec(oid(), 1..5).prop_map(|oids| ExtendedKeyUsage(oids).to_extension(false)),
        octets().prop_map(|octets| SubjectKeyIdentifier(KeyIdentifier::new(octets)).to_extension(false)),
        general_names().prop_map(|names| SubjectAlternativeName(names).to_extension(false)),
        policies().prop_map(|policies| policies.to_extension(false)),
        (moment(), prop::option::of(moment())).prop_map(|(not_before, not_after)| {
            PrivateKeyUsagePeriod { not_before: Some(not_before), not_after }.to_extension(false)
        }),
        accesses().prop_map(|access| SubjectInformationAccess(access).to_extension(false)),
        prop::collection::vec(any::<u16>(), 0..4)
            .prop_map(|features| TlsFeature(features).to_extension(false)),
        prop::collection::vec(statement(), 0..6)
            .prop_map(|statements| QualifiedStatements(statements).to_extension(false)),
        promises(),
        number(),
        Just(OcspNoCheck.to_extension(false)),
    ];
    let of_issuers = prop_oneof![
        (octets(), prop::option::of((general_names(), octets()))).prop_map(|(key, full)| {
            let mut identifier = AuthorityKeyIdentifier::by_key(KeyIdentifier::new(key));
            if let Some((issuer, serial)) = full {
                identifier.issuer = issuer;
                identifier.serial = SerialNumber::from_bytes(&serial[..serial.len().min(19)]).ok();
            }
            if identifier.serial.is_none() {
                identifier.issuer.clear();
            }
            identifier.to_extension(false)
        }),
        general_names().prop_map(|names| IssuerAlternativeName(names).to_extension(false)),
        points().prop_map(|points| CrlDistributionPoints(points).to_extension(false)),
        points().prop_map(|points| FreshestCrl(points).to_extension(false)),
        accesses().prop_map(|access| AuthorityInformationAccess(access).to_extension(false)),
    ];
    prop_oneof![of_authorities, of_holders, of_issuers, of_lists()]
}

fn of_lists() -> impl Strategy<Value = Extension> {
    prop_oneof![
        any::<u64>().prop_map(|number| CrlNumber::from(number).to_extension(false)),
        any::<u64>().prop_map(|number| DeltaCrlIndicator(CrlNumber::from(number)).to_extension(true)),
        (point_name(), 0_u8..4, prop::option::of(reasons()), any::<bool>()).prop_map(
            |(name, only, only_some_reasons, indirect)| {
                IssuingDistributionPoint {
                    name: Some(name),
                    only_user_certificates: only == 1,
                    only_ca_certificates: only == 2,
                    only_some_reasons,
                    indirect,
                    only_attribute_certificates: only == 3,
                }
                .to_extension(true)
            }
        ),
        prop::sample::select(ReasonCode::ALL.to_vec()).prop_map(|reason| reason.to_extension(false)),
        moment().prop_map(|moment| InvalidityDate(moment).to_extension(false)),
        general_names().prop_map(|names| CertificateIssuer(names).to_extension(true)),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn every_extension_is_written_as_it_is_read(extension in extension()) {
        let decoded = extension.decoded();
        let written = rewritten(&decoded);
        prop_assert_eq!(written.as_ref(), Some(&extension.value), "{:?}", decoded);
        let all = Extensions::new(vec![extension.clone()]).unwrap();
        let read = Extensions::from_der(&all.to_der()).unwrap();
        prop_assert_eq!(read.to_der(), all.to_der());
        prop_assert_eq!(read, all);
    }

    /// Readers are more lenient than writers: text in another string type, a flag that is written although it is false.
    #[test]
    fn what_is_read_of_altered_ones_stays_the_same(
        extension in extension(),
        at in any::<prop::sample::Index>(),
        octet in any::<u8>(),
    ) {
        let mut altered = extension;
        let at = at.index(altered.value.len());
        altered.value[at] = octet;
        let decoded = altered.decoded();
        if let Some(value) = rewritten(&decoded) {
            let again = Extension { value, ..altered }.decoded();
            prop_assert_eq!(again, decoded);
        }
    }
}

#[test]
fn extensions_of_operating_authorities_are_written_as_they_are_read() {
    let Some(folder) = vector_folder("operating-cas") else { return };
    let mut compared = 0;
    for der in folder {
        let certificate = Certificate::from_der(&der).unwrap();
        for extension in certificate.extensions() {
            if let Some(value) = rewritten(&extension.decoded()) {
                assert_eq!(value, extension.value, "{:?}", extension.oid);
                compared += 1;
            }
        }
    }
    assert!(compared > 300, "{compared}");
}
