//! Listings and faults.

use proptest::prelude::*;

use super::*;

/// `SEQUENCE { INTEGER 7, OCTET STRING { SEQUENCE { OID 2.5.29.15 } }, [0] "name" }`
const SAMPLE: &[u8] = &[
    0x30, 0x12, 0x02, 0x01, 0x07, 0x04, 0x07, 0x30, 0x05, 0x06, 0x03, 0x55, 0x1d, 0x0f, 0x80, 0x04, b'n',
    b'a', b'm', b'e',
];

fn lines(dump: &Dump) -> Vec<String> {
    let line = |element: &Element| {
        let mark = if element.encapsulated { "^" } else { "" };
        let name = element.name.map(|name| format!(" {name}")).unwrap_or_default();
        let meaning = element.meaning.map(|name| format!(" ({name})")).unwrap_or_default();
        let value =
            if element.value.is_empty() { String::new() } else { format!(" {}{meaning}", element.value) };
        format!("{} {}{mark}{}{name}{value}", element.offset, "·".repeat(element.depth), element.tag)
    };
    dump.elements.iter().map(line).collect()
}

fn element(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = u8::try_from(content.len()).ok().filter(|length| *length < 0x80).expect("short");
    [&[tag, length], content].concat()
}

#[test]
fn strings_that_hold_elements_are_looked_into() {
    let dump = dump(SAMPLE, None, DEFAULT_LIMIT);
    assert_eq!(dump.fault, None);
    assert_eq!(
        lines(&dump),
        [
            "0 SEQUENCE",
            "2 ·INTEGER 7",
            "5 ·OCTET STRING",
            "7 ··^SEQUENCE",
            "9 ···OBJECT IDENTIFIER 2.5.29.15 (keyUsage)",
            "14 ·[0] name",
        ]
    );
}

#[test]
fn listings_end_at_their_limit_and_say_so() {
    let dump = dump(SAMPLE, None, 2);
    assert_eq!((dump.elements.len(), dump.omitted_from), (2, Some(5)));
}

#[test]
fn values_are_told_as_people_write_them() {
    let cases: [(&[u8], &str); 10] = [
        (&[0x01, 1, 0xff], "TRUE"),
        (&[0x02, 2, 0xff, 0x7f], "-129"),
        (&[0x02, 9, 1, 0, 0, 0, 0, 0, 0, 0, 0], "010000000000000000"),
        (&[0x03, 2, 1, 6], "06 (1 bits unused)"),
        (&[0x06, 3, 0x88, 0x37, 3], "2.999.3"),
        (&[0x1e, 4, 0x4e, 0x2d, 0x56, 0xfd], "中国"),
        (&[0x0c, 3, 0xe4, 0xb8, 0xad], "中"),
        (&[0x17, 3, b'2', b'6', b'Z'], "26Z"),
        (&[0x06, 2, 0x2a, 0x80], "2a80"),
        (&[0x5f, 0x1f, 0], ""),
    ];
    for (bytes, value) in cases {
        assert_eq!(dump(bytes, None, 1).elements[0].value, value, "{bytes:02x?}");
    }
    let uuid = [&[0x06, 20, 0x69][..], &[0x83, 0xf8, 0xfe, 0xd1], &[0xff; 14], &[0x7f]].concat();
    assert!(dump(&uuid, None, 1).elements[0].value.starts_with("2.25."));
}

#[test]
fn what_is_left_of_an_input_that_is_cut_short_is_listed() {
    let dump = dump(&SAMPLE[..12], None, DEFAULT_LIMIT);
    assert_eq!(lines(&dump), ["0 SEQUENCE", "2 ·INTEGER 7", "5 ·OCTET STRING 3005060355"]);
    assert_eq!(
        dump.fault.expect("a fault").to_string(),
        "the input ends 8 bytes too early (at byte 0, in the whole)"
    );
}

#[test]
fn long_values_are_cut() {
    let value = dump(&element(0x04, &[0xaa; 100]), None, 1).elements.remove(0).value;
    assert!(value.ends_with("aa… (100 bytes)") && value.len() < 200, "{value}");
}

#[test]
fn secrets_are_not_shown_wherever_they_stand() {
    let scalar = [0x5a; 32];
    let ec = element(0x30, &[&element(0x02, &[1])[..], &element(0x04, &scalar)].concat());
    let algorithm = element(0x30, &element(0x06, &[0x2a]));
    let pkcs8 = element(0x30, &[&element(0x02, &[0])[..], &algorithm, &element(0x04, &ec)].concat());
    let rsa = element(0x30, &[element(0x02, &[0]), element(0x02, &[0x5a; 9]).repeat(8)].concat());
    for key in [&ec, &pkcs8, &element(0x30, &pkcs8), &element(0x04, &ec)] {
        let dump = dump(key, None, DEFAULT_LIMIT);
        assert!(!format!("{dump:?}").contains("5a5a"), "{dump:?}");
        assert!(format!("{dump:?}").contains("secret bytes"), "{dump:?}");
    }
    // Modulus and public exponent are no secret.
    let text = format!("{:?}", dump(&rsa, None, DEFAULT_LIMIT));
    assert_eq!(text.matches("value: \"5a5a").count(), 2, "{text}");
    // Nor is a secret shown whose end is missing.
    let cut = &pkcs8[..pkcs8.len() - 3];
    assert!(!format!("{:?}", dump(cut, None, DEFAULT_LIMIT)).contains("5a5a"));
}

#[test]
fn faults_are_told_with_their_place() {
    let fault = |bytes: &[u8], schema| first_fault(bytes, schema).expect("a fault").to_string();
    let certificate = Some(Schema::Certificate);
    assert_eq!(fault(&[], None), "the input is empty (at byte 0, in the whole)");
    assert_eq!(
        fault(&[0x30, 4, 0x02, 5, 1, 1], None),
        "an element is longer than the element that contains it (at byte 2, in SEQUENCE)"
    );
    let tbs = element(0x30, &[element(0x02, &[1]), element(0x30, &[]), element(0x31, &[])].concat());
    assert_eq!(
        fault(&element(0x30, &tbs), certificate),
        "algorithm is missing (at byte 9, in Certificate.tbsCertificate.signature)"
    );
    let algorithm = element(0x30, &element(0x06, &[0x2a]));
    let tbs = element(0x30, &[element(0x02, &[1]), algorithm, element(0x31, &[])].concat());
    assert_eq!(
        fault(&element(0x30, &tbs), certificate),
        "issuer is expected, SET is found (at byte 12, in Certificate.tbsCertificate.issuer)"
    );
    assert_eq!(fault(&[0x31, 0], certificate), "Certificate is expected, SET is found (at byte 0, in SET)");
    assert_eq!(
        fault(&[0x30, 2, 0x05, 0], Some(Schema::PublicKey)),
        "algorithm is expected, NULL is found (at byte 2, in SubjectPublicKeyInfo.algorithm)"
    );
}

#[test]
fn places_are_found_by_name_and_by_byte() {
    let bits = element(0x03, &[0, 4]);
    let algorithm = element(0x30, &element(0x06, &[0x2a]));
    let key = element(0x30, &[algorithm, bits].concat());
    let place = find(&key, Schema::PublicKey, "subjectPublicKey").expect("it is there");
    assert_eq!(place, Place { offset: 7, path: "SubjectPublicKeyInfo.subjectPublicKey".to_owned() });
    assert_eq!(path_to(&key, Some(Schema::PublicKey), 8).as_deref(), Some(place.path.as_str()));
    assert_eq!(path_to(&key, None, 5).as_deref(), Some("SEQUENCE.SEQUENCE[0].OBJECT IDENTIFIER[0]"));
    assert_eq!(path_to(&key, None, 100), None);
}

#[test]
fn nesting_is_bounded() {
    let deep = [0x30, 0x80].repeat(100_000);
    assert!(first_fault(&deep, None).is_some());
    let around = |tag, inner: Vec<u8>| {
        ::der::Encode::to_der(&::der::asn1::Any::new(tag, inner).expect("short")).expect("encodes")
    };
    let nested = (0..100).fold(vec![0x05, 0x00], |inner, _| {
        around(::der::Tag::OctetString, around(::der::Tag::Sequence, inner))
    });
    let dump = dump(&nested, None, DEFAULT_LIMIT);
    assert_eq!((dump.elements.len(), dump.fault), (65, None));
    let nested = (0..100).fold(vec![0x05, 0x00], |inner, _| around(::der::Tag::Sequence, inner));
    assert!(matches!(
        first_fault(&nested, None).expect("a fault").kind,
        FaultKind::Encoding(DerErrorKind::TooDeep)
    ));
}

proptest! {
    #[test]
    fn any_bytes_are_listed_without_panic(bytes in prop::collection::vec(any::<u8>(), 0..200), name in 0_usize..4) {
        let schema = [None, Some(Schema::Certificate), Some(Schema::Pfx), Some(Schema::SignedData)][name];
        let dump = dump(&bytes, schema, 50);
        for element in &dump.elements {
            prop_assert!(element.offset + element.header + element.length <= bytes.len());
        }
        let _ = path_to(&bytes, schema, bytes.len() / 2);
    }

    #[test]
    fn what_is_sound_der_has_no_fault(content in prop::collection::vec(any::<u8>(), 0..100)) {
        let der = element(0x30, &element(0x04, &content));
        prop_assert_eq!(first_fault(&der, None), None);
    }
}
