use super::*;
use proptest::prelude::*;

fn cn(value: &str) -> Result<Name, NameError> {
    Name::from_parts(&[(AttributeKind::CommonName, value.to_owned())])
}

fn code(kind: AttributeKind, value: &str) -> &'static str {
    Name::from_parts(&[(kind, value.to_owned())]).map_or_else(|error| error.code(), |_| "accepted")
}

fn one_attribute(oid: &str, value: Vec<u8>) -> Vec<u8> {
    let oid: Oid = oid.parse().unwrap();
    asn1::sequence(&[asn1::element(tag::SET, &asn1::sequence(&[oid.to_der(), value]))])
}

#[test]
fn country_is_printable_and_chinese_is_utf8() {
    let name = Name::from_parts(&[
        (AttributeKind::Country, "CN".into()),
        (AttributeKind::Organization, "海口市大数据局".into()),
        (AttributeKind::CommonName, "签发机构".into()),
    ])
    .unwrap();
    assert!(name.as_der().windows(6).any(|window| window == [0x06, 3, 0x55, 4, 6, 0x13]));
    assert!(name.as_der().windows(6).any(|window| window == [0x06, 3, 0x55, 4, 10, 0x0c]));
    assert_eq!(name.to_string(), "CN=签发机构,O=海口市大数据局,C=CN");
    assert_eq!(name.get(&AttributeKind::CommonName).as_deref(), Some("签发机构"));
    assert_eq!(name.revalidate().unwrap(), name);
    assert_eq!(Name::from_der(name.as_der()).unwrap(), name);
}

#[test]
fn types_that_rfc_5280_fixes_are_kept() {
    use AttributeKind::{DomainComponent, EmailAddress, SerialNumber, StateOrProvince};
    let parts = [
        (SerialNumber, "A-1"),
        (DomainComponent, "example"),
        (EmailAddress, "a@b.cn"),
        (StateOrProvince, "海南"),
    ];
    let name = Name::from_parts(&parts.map(|(kind, value)| (kind, value.to_owned()))).unwrap();
    let types: Vec<_> =
        name.string_types().into_iter().map(|(_, string_type)| string_type.unwrap()).collect();
    assert_eq!(types, [StringType::Printable, StringType::Ia5, StringType::Ia5, StringType::Utf8]);
    assert_eq!(code(SerialNumber, "a_b"), "name-wrong-character");
    assert_eq!(code(EmailAddress, "邮@b.cn"), "name-wrong-character");
}

#[test]
fn what_people_cannot_see_is_refused() {
    for bidirectional in
        "\u{202a}\u{202b}\u{202c}\u{202d}\u{202e}\u{2066}\u{2067}\u{2068}\u{2069}\u{200e}\u{200f}\u{61c}"
            .chars()
    {
        let value = format!("a{bidirectional}b");
        assert_eq!(
            code(AttributeKind::CommonName, &value),
            "name-bidirectional-control",
            "{bidirectional:?}"
        );
    }
    for control in "\0\n\r\t\u{7f}\u{85}\u{9f}\u{2028}\u{2029}\u{feff}\u{ffff}".chars() {
        let value = format!("a{control}b");
        assert_eq!(code(AttributeKind::CommonName, &value), "name-control-character", "{control:?}");
        assert_eq!(code(AttributeKind::EmailAddress, &value), "name-control-character", "{control:?}");
    }
    assert_eq!(code(AttributeKind::CommonName, ""), "name-empty-value");
    assert_eq!(code(AttributeKind::CommonName, " "), "name-surrounding-space");
    assert_eq!(code(AttributeKind::CommonName, "a "), "name-surrounding-space");
    let message = cn("a\0b").unwrap_err().to_string();
    assert_eq!(message, "CN holds the control character U+0000 at position 1");
}

#[test]
fn lengths_are_counted_in_characters() {
    assert_eq!(code(AttributeKind::CommonName, &"城".repeat(64)), "accepted");
    assert_eq!(code(AttributeKind::CommonName, &"城".repeat(65)), "name-too-long");
    assert_eq!(code(AttributeKind::CommonName, &"a".repeat(300)), "name-too-long");
    assert_eq!(code(AttributeKind::CommonName, &"a".repeat(1 << 20)), "name-too-long");
    assert_eq!(code(AttributeKind::Locality, &"a".repeat(128)), "accepted");
    assert_eq!(code(AttributeKind::Locality, &"a".repeat(129)), "name-too-long");
    let error = cn(&"a".repeat(300)).unwrap_err();
    assert_eq!(error, NameError::TooLong { kind: AttributeKind::CommonName, length: 300, maximum: 64 });
}

#[test]
fn countries_are_two_capitals() {
    for (value, expected) in
        [("CN", "accepted"), ("cn", "name-country"), ("C1", "name-country"), ("C", "name-country")]
    {
        assert_eq!(code(AttributeKind::Country, value), expected, "{value}");
    }
    assert_eq!(code(AttributeKind::Country, "中国"), "name-country");
    assert_eq!(code(AttributeKind::Country, "CHN"), "name-too-long");
}

#[test]
fn text_is_normalised() {
    assert_eq!(cn("e\u{301}").unwrap(), cn("é").unwrap());
    assert_eq!(cn(&"e\u{301}".repeat(64)).unwrap(), cn(&"é".repeat(64)).unwrap());
}

#[test]
fn other_string_types_are_read_and_retyped() {
    for (string_tag, content, text) in [
        (tag::BMP_STRING, &b"\x4e\x2d\x56\xfd"[..], "中国"),
        (tag::UNIVERSAL_STRING, b"\0\0\x4e\x2d\0\0\x56\xfd", "中国"),
        (tag::TELETEX_STRING, b"Z\xfcrich", "Zürich"),
        (tag::TELETEX_STRING, "中国".as_bytes(), "中国"),
        (tag::PRINTABLE_STRING, b"a*b", "a*b"),
        (tag::NUMERIC_STRING, b"12", "12"),
    ] {
        let der = one_attribute("2.5.4.10", asn1::element(string_tag, content));
        let name = Name::from_der(&der).unwrap();
        assert_eq!(name.get(&AttributeKind::Organization).as_deref(), Some(text));
        assert_eq!(name.as_der(), der);
        let strict = Name::from_parts(&[(AttributeKind::Organization, text.into())]).unwrap();
        assert_eq!(name.revalidate().unwrap(), strict);
        assert!(name.matches(&strict) && name != strict);
    }
}

#[test]
fn what_is_not_text_is_read_but_not_written() {
    for value in
        [asn1::element(tag::UTF8_STRING, b"\xff"), asn1::element(tag::BMP_STRING, b"\x4e"), asn1::unsigned(7)]
    {
        let name = Name::from_der(&one_attribute("2.5.4.10", value.clone())).unwrap();
        assert_eq!(name.to_string(), format!("O=#{}", hex::encode(&value)));
        assert_eq!(name.revalidate().unwrap_err().code(), "name-not-text");
    }
}

#[test]
fn a_hostile_name_is_shown_harmlessly() {
    let value = asn1::element(tag::UTF8_STRING, "a\0,O=x\u{202e}\n+\"".as_bytes());
    let name = Name::from_der(&one_attribute("2.5.4.3", value)).unwrap();
    assert_eq!(name.to_string(), r#"CN=a\00\,O=x\E2\80\AE\0A\+\""#);
    assert_eq!(cn("#a").unwrap().to_string(), r"CN=\#a");
}

#[test]
fn several_attributes_in_one_set_are_read_but_not_retyped() {
    let attribute = |oid: &str, value: &str| {
        asn1::sequence(&[
            oid.parse::<Oid>().unwrap().to_der(),
            asn1::element(tag::UTF8_STRING, value.as_bytes()),
        ])
    };
    let set = asn1::set_of(vec![attribute("2.5.4.3", "a"), attribute("2.5.4.11", "b")]);
    let name = Name::from_der(&asn1::sequence(&[set])).unwrap();
    assert_eq!(name.to_string(), "CN=a+OU=b");
    assert_eq!(name.revalidate(), Err(NameError::MultiValued));
}

#[test]
fn the_number_of_attributes_is_bounded() {
    let parts = vec![(AttributeKind::OrganizationalUnit, "a".to_owned()); MAX_ATTRIBUTES];
    let name = Name::from_parts(&parts).unwrap();
    let more = [parts, vec![(AttributeKind::CommonName, "b".to_owned())]].concat();
    assert_eq!(Name::from_parts(&more).unwrap_err().code(), "name-too-many-attributes");
    let set = &cn("b").unwrap().as_der()[2..].to_vec();
    let content = [asn1::only("Name", name.as_der(), tag::SEQUENCE).unwrap().content, set].concat();
    let error = Name::from_der(&asn1::element(tag::SEQUENCE, &content)).unwrap_err();
    assert_eq!(error.problem, Problem::TooMany(MAX_ATTRIBUTES));
}

#[test]
fn kinds_are_read_from_their_names_and_identifiers() {
    for (text, kind) in [
        ("CN", AttributeKind::CommonName),
        ("cn", AttributeKind::CommonName),
        ("serialNumber", AttributeKind::SerialNumber),
        ("2.5.4.97", AttributeKind::OrganizationIdentifier),
    ] {
        assert_eq!(text.parse::<AttributeKind>().unwrap(), kind);
    }
    let other: AttributeKind = "2.25.329800735698586629295641978511506172918".parse().unwrap();
    assert!(matches!(other, AttributeKind::Other(_)));
    assert_eq!(other.to_string().parse::<AttributeKind>().unwrap(), other);
    let error = "country".parse::<AttributeKind>().unwrap_err().to_string();
    assert!(error.contains("known are C, ST, L, O,"), "{error}");
}

#[test]
fn comparison_ignores_case_spaces_and_types() {
    let name = |value: &str| cn(value).unwrap();
    assert!(name("City  Ca").matches(&name("city ca")));
    assert!(name("Ａ").matches(&name("a")));
    assert!(!name("a").matches(&name("b")));
    let unit = Name::from_parts(&[(AttributeKind::OrganizationalUnit, "a".into())]).unwrap();
    assert!(!name("a").matches(&unit));
    assert!(Name::empty().matches(&Name::from_der(&[0x30, 0]).unwrap()));
}

proptest! {
    #[test]
    fn any_text_is_refused_or_reads_back(value in ".{0,80}") {
        if let Ok(name) = cn(&value) {
            let read = Name::from_der(name.as_der()).unwrap();
            prop_assert_eq!(&read, &name);
            prop_assert_eq!(read.get(&AttributeKind::CommonName).unwrap(), value.nfc().collect::<String>());
            prop_assert!(read.matches(&name));
        }
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        if let Ok(name) = Name::from_der(&bytes) {
            let _ = (name.to_string(), name.parts(), name.revalidate(), name.matches(&name));
        }
    }

    #[test]
    fn what_is_cut_off_is_refused(at in 0_usize..40) {
        let name = cn("a common name that is long enough").unwrap();
        prop_assert!(Name::from_der(&name.as_der()[..at]).is_err());
    }
}
