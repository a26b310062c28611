use super::*;
use crate::x509::extension::Decoded;
use proptest::prelude::*;

/// The example of GB 11643, and a number whose check character is X.
const RESIDENTS: [&str; 2] = ["11010519491231002X", "440524188001010014"];
/// The example of GB 32100, and a code whose organisation code has digits alone.
const CREDIT_CODES: [&str; 2] = ["91350100M000100Y43", "91110000100011851E"];

fn value(kind: IdentityKind, number: &str, form: IdentityForm) -> (String, String) {
    let extension = IdentityNumber::new(kind, number, form).unwrap().to_extension();
    (extension.oid.to_string(), hex::encode(extension.value))
}

fn code(kind: IdentityKind, number: &str) -> &'static str {
    IdentityNumber::new(kind, number, IdentityForm::Gmt2012).unwrap_err().code()
}

#[test]
fn check_characters_are_verified() {
    for number in RESIDENTS {
        assert!(IdentityNumber::new(IdentityKind::ResidentNumber, number, IdentityForm::Gmt2012).is_ok());
    }
    assert_eq!(code(IdentityKind::ResidentNumber, "110105194912310021"), "identity-number-check-character");
    assert_eq!(code(IdentityKind::ResidentNumber, "110105194913310022"), "identity-number-day-of-birth");
    assert_eq!(code(IdentityKind::ResidentNumber, "11010519491231002x"), "identity-number-form");
    for number in CREDIT_CODES {
        for kind in [IdentityKind::OrganizationCode, IdentityKind::TaxationNumber] {
            assert_eq!(IdentityNumber::new(kind, number, IdentityForm::Gmt2012).err(), None, "{number}");
        }
    }
    assert_eq!(code(IdentityKind::OrganizationCode, "91350100M000100Y44"), "identity-number-check-character");
    assert_eq!(code(IdentityKind::OrganizationCode, "91350100M000100Z43"), "identity-number-form");
    // The example of GB 11714.
    assert!(IdentityNumber::new(IdentityKind::OrganizationCode, "D2143569X", IdentityForm::Gmt2012).is_ok());
    assert_eq!(code(IdentityKind::OrganizationCode, "D21435691"), "identity-number-check-character");
    assert_eq!(code(IdentityKind::OrganizationCode, "D2143569"), "identity-number-form");
    assert_eq!(code(IdentityKind::TaxationNumber, "1"), "identity-number-form");
    assert_eq!(code(IdentityKind::PassportNumber, "E 1234567"), "identity-number-form");
}

#[test]
fn each_form_has_its_bytes() {
    use IdentityForm::*;
    use IdentityKind::*;
    let number = hex::encode(RESIDENTS[0]);
    let arc = |rest: &str| format!("1.2.156.10260.4.1.{rest}");
    assert_eq!(value(ResidentNumber, RESIDENTS[0], Gmt2012), (arc("1"), format!("a0141312{number}")));
    assert_eq!(value(ResidentNumber, RESIDENTS[0], Gmt2012Implicit), (arc("1"), format!("8012{number}")));
    assert_eq!(value(ResidentNumber, RESIDENTS[0], Gmt2023), (arc("1.1"), format!("1312{number}")));
    assert_eq!(
        value(ResidentNumber, RESIDENTS[0], Legacy),
        ("1.2.86.11.7.1".into(), format!("0c12{number}"))
    );
    assert_eq!(value(PassportNumber, "E12345678", Gmt2012), (arc("1"), "a20b1309453132333435363738".into()));
    assert_eq!(value(PassportNumber, "E12345678", Gmt2023), (arc("1.2"), "0c09453132333435363738".into()));
    assert_eq!(value(MilitaryNumber, "军1", Gmt2012), (arc("1"), "a1060c04e5869b31".into()));
    assert_eq!(value(OrganizationCode, "D2143569X", Gmt2012).0, arc("4"));
    assert_eq!(value(OrganizationCode, "D2143569X", Legacy).0, "1.2.86.11.7.3");
    assert_eq!(value(RegistrationNumber, "110000", Gmt2023).0, arc("3"));
    assert_eq!(value(RegistrationNumber, "110000", Legacy).0, "1.2.86.11.7.4");
    assert_eq!(value(InsuranceNumber, "1", Legacy), ("1.2.86.11.7.2".into(), "0c0131".into()));
    let error = IdentityNumber::new(MilitaryNumber, "1", Gmt2023).unwrap_err();
    assert_eq!(error.code(), "identity-number-not-in-form");
}

#[test]
fn whatever_stands_there_is_read_and_kept() {
    let personal = "1.2.156.10260.4.1.1";
    for (oid, value, kind, text) in [
        (personal, &b"\xa0\x03\x13\x011"[..], IdentityKind::ResidentNumber, "1"),
        (personal, b"\x80\x011", IdentityKind::ResidentNumber, "1"),
        (personal, b"\x82\x011", IdentityKind::PassportNumber, "1"),
        (personal, b"\x13\x011", IdentityKind::PersonalNumber, "1"),
        (personal, b"110105", IdentityKind::PersonalNumber, "110105"),
        (personal, b"\x83\x011", IdentityKind::PersonalNumber, "\u{fffd}\u{1}1"),
        ("1.2.156.10260.4.1.4", b"91350100M000100Y43", IdentityKind::OrganizationCode, "91350100M000100Y43"),
        ("1.2.156.10260.4.1.4", b"\x16\x011", IdentityKind::OrganizationCode, "1"),
        ("1.2.86.11.7.3", b"\x0c\x011", IdentityKind::OrganizationCode, "1"),
        ("1.2.86.11.7.4", b"\x0c\x011", IdentityKind::RegistrationNumber, "1"),
        ("1.2.86.11.7.5", b"", IdentityKind::TaxationNumber, ""),
    ] {
        let extension = Extension { oid: oid.parse().unwrap(), critical: false, value: value.to_vec() };
        let Decoded::Identity(number) = extension.decoded() else { panic!("{value:?}") };
        assert_eq!((number.kind(), &*number.text()), (kind, text), "{value:?}");
        assert_eq!(number.to_extension(), extension);
    }
}

#[test]
fn numbers_stay_out_of_messages() {
    let number =
        IdentityNumber::new(IdentityKind::ResidentNumber, RESIDENTS[0], IdentityForm::Legacy).unwrap();
    assert!(!format!("{number:?}").contains("1101"));
    for wrong in ["110105194912310021", "110105194913310022", "1101"] {
        let error =
            IdentityNumber::new(IdentityKind::ResidentNumber, wrong, IdentityForm::Legacy).unwrap_err();
        assert!(!format!("{error} {error:?}").contains("1101"), "{error}");
    }
}

#[test]
fn resident_numbers_are_known_under_any_kind() {
    let is =
        |kind, number| IdentityNumber::new(kind, number, IdentityForm::Gmt2012).unwrap().is_resident_number();
    for kind in [IdentityKind::TaxationNumber, IdentityKind::InsuranceNumber, IdentityKind::ResidentNumber] {
        assert!(is(kind, RESIDENTS[0]), "{kind}");
    }
    assert!(!is(IdentityKind::TaxationNumber, CREDIT_CODES[0]));
    let unsaid = IdentityNumber::new(IdentityKind::PersonalNumber, "1", IdentityForm::Legacy).unwrap_err();
    assert_eq!(unsaid.code(), "identity-number-not-in-form");
}

#[test]
fn kinds_have_names() {
    for kind in IdentityKind::ALL {
        assert_eq!(kind.name().parse::<IdentityKind>(), Ok(kind));
        assert_eq!(serde_json::to_string(&kind).unwrap(), format!("\"{kind}\""));
    }
    assert_eq!("personal-number".parse::<IdentityKind>().unwrap_err().code(), "identity-kind-unknown");
}

proptest! {
    #[test]
    fn any_bytes_are_read_and_written_the_same(
        at in 0_usize..4,
        bytes in prop::collection::vec(any::<u8>(), 0..40),
    ) {
        let oid = ["1.2.156.10260.4.1.1", "1.2.156.10260.4.1.1.2", "1.2.156.10260.4.1.5", "1.2.86.11.7.1"][at];
        for value in [bytes.clone(), [&[0x13, bytes.len() as u8], &bytes[..]].concat()] {
            let extension = Extension { oid: oid.parse().unwrap(), critical: false, value };
            let number = IdentityNumber::read(&extension).unwrap();
            prop_assert_eq!(number.to_extension(), extension);
            let _ = number.check();
        }
    }

    #[test]
    fn a_digit_typed_wrong_is_found(at in 0_usize..17, by in 1_u8..10) {
        let mut digits = RESIDENTS[0].as_bytes().to_vec();
        digits[at] = (digits[at] - b'0' + by) % 10 + b'0';
        let wrong = String::from_utf8(digits).unwrap();
        prop_assert!(IdentityNumber::new(IdentityKind::ResidentNumber, &wrong, IdentityForm::Gmt2023).is_err());
    }
}
