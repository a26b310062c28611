use proptest::prelude::*;

use super::*;

fn certificate() -> CertificateAsk {
    CertificateAsk {
        authority: "issuing".parse().unwrap(),
        profile: "device".to_owned(),
        profile_hash: [1; 32],
        request: vec![0x30, 0],
        subject: None,
        alternative_names: Some(vec![0x30, 0]),
        not_after: None,
        serial: "43ab".parse().unwrap(),
        at: "2026-11-22T09:00:00.25Z".parse().unwrap(),
        tbs_hash: [2; 32],
    }
}

#[test]
fn what_is_written_is_read() {
    for ask in [
        Ask::Hello {},
        Ask::Certificate(Box::new(certificate())),
        Ask::Recall(RecallAsk { authority: "issuing".parse().unwrap(), tbs_hash: [3; 32] }),
    ] {
        assert_eq!(read::<Ask>(&write(&ask).unwrap()).unwrap(), ask);
    }
    for code in [RefusalCode::SignerMessage, RefusalCode::SignerRate, RefusalCode::SignerCrlOrder] {
        assert_eq!(serde_json::to_value(code).unwrap(), code.as_str());
    }
}

#[test]
fn there_is_no_other_ask() {
    for text in [
        r#"{"ask":"sign","bytes":"MAA="}"#,
        r#"{"ask":"recall","authority":"issuing","tbs_hash":"MAA="}"#,
        r#"{"ask":"recall","authority":"../x","tbs_hash":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="}"#,
        r#"{"ask":"hello","tbs":"MAA="}"#,
        "[]",
        "",
    ] {
        assert!(read::<Ask>(text.as_bytes()).is_err(), "{text}");
    }
}

#[test]
fn messages_have_a_bound() {
    let mut ask = certificate();
    ask.request = vec![0; MAX_MESSAGE];
    assert!(matches!(write(&Ask::Certificate(Box::new(ask))), Err(MessageError::TooLong { .. })));
    assert!(matches!(read::<Ask>(&vec![b' '; MAX_MESSAGE + 1]), Err(MessageError::TooLong { .. })));
}

proptest! {
    #[test]
    fn no_octets_make_the_parser_panic(octets in proptest::collection::vec(any::<u8>(), 0..512)) {
        let _ = read::<Ask>(&octets);
        let _ = read::<Answer>(&octets);
    }

    #[test]
    fn a_changed_ask_never_makes_the_parser_panic(place in any::<prop::sample::Index>(), octet in any::<u8>()) {
        let mut octets = write(&Ask::Certificate(Box::new(certificate()))).unwrap();
        *place.get_mut(&mut octets) = octet;
        if let Ok(ask) = read::<Ask>(&octets) {
            prop_assert_eq!(read::<Ask>(&write(&ask).unwrap()).unwrap(), ask);
        }
    }
}
