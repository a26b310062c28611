use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ca_core::algorithm::{KeyAlgorithm, KeySpec, Signer, Sm2Parameters};
use ca_core::key::{PrivateKey, PublicKey};
use getrandom::SysRng;
use jiff::Timestamp;
use proptest::prelude::*;
use rand_core::UnwrapErr;

use super::*;

const BODY: &[u8] = br#"{"reason":"keyCompromise"}"#;
const NONCE: &str = "b64url-of-random-bits";

fn now() -> Timestamp {
    "2026-03-04T05:06:07.8Z".parse().unwrap()
}

fn signer(spec: KeySpec) -> impl Signer {
    PrivateKey::generate(spec, &mut UnwrapErr(SysRng)).unwrap().into_signer(Sm2Parameters::Absent)
}

fn covered() -> Covered {
    Covered {
        method: "POST".to_owned(),
        target_uri: "https://127.0.0.1:8443/api/v1/certificates/issuing/43aa/revoke".to_owned(),
        content_digest: content_digest(BODY),
        content_type: Some("application/json".to_owned()),
        idempotency_key: Some("7c0f".to_owned()),
    }
}

fn signed(covered: &Covered, signer: &dyn Signer) -> SignedHeaders {
    sign(covered, now(), NONCE, signer, &mut UnwrapErr(SysRng)).unwrap()
}

fn check(
    covered: &Covered,
    body: &[u8],
    headers: &SignedHeaders,
    key: &PublicKey,
    at: Timestamp,
) -> Result<VerifiedSignature, MessageSignatureError> {
    let input = parse_signature_input(&headers.signature_input)?;
    verify(covered, body, &input, &parse_signature(&headers.signature)?, key, at, MAX_SKEW)
}

#[test]
fn what_is_signed_verifies_with_each_algorithm() {
    let specs = [KeySpec::Sm2, KeySpec::P256, KeySpec::P384, KeySpec::Ed25519, KeySpec::Rsa { bits: 2048 }];
    for spec in specs {
        let signer = signer(spec);
        let headers = signed(&covered(), &signer);
        let verified = check(&covered(), BODY, &headers, signer.public_key(), now()).unwrap();
        assert_eq!(verified.nonce(), NONCE);
        assert_eq!(verified.created(), "2026-03-04T05:06:07Z".parse().unwrap());
        assert!(
            verified.base().starts_with("\"@method\": POST\n\"@target-uri\": https://127.0.0.1:8443/api/v1/")
        );
    }
}

#[test]
fn the_base_is_lines_of_components_and_then_the_parameters() {
    let signer = signer(KeySpec::Ed25519);
    let headers = signed(&covered(), &signer);
    let base = signature_base(&covered(), &parse_signature_input(&headers.signature_input).unwrap()).unwrap();
    let keyid = signer.public_key().fingerprint().to_string();
    assert_eq!(
        base,
        format!(
            "\"@method\": POST\n\
             \"@target-uri\": https://127.0.0.1:8443/api/v1/certificates/issuing/43aa/revoke\n\
             \"content-digest\": {}\n\
             \"content-type\": application/json\n\
             \"idempotency-key\": 7c0f\n\
             \"@signature-params\": (\"@method\" \"@target-uri\" \"content-digest\" \"content-type\" \
             \"idempotency-key\");created=1772600767;nonce=\"{NONCE}\";keyid=\"{keyid}\";alg=\"ed25519\";\
             tag=\"cityca\"",
            content_digest(BODY)
        )
    );
}

#[test]
fn the_base_of_the_standards_example_has_the_standards_signature() {
    // RFC 9421 Appendix B.2.6, with the key of B.1.4.
    let base = assemble(
        &[
            ("date", "Tue, 20 Apr 2021 02:07:55 GMT"),
            ("@method", "POST"),
            ("@path", "/foo"),
            ("@authority", "example.com"),
            ("content-type", "application/json"),
            ("content-length", "18"),
        ],
        "(\"date\" \"@method\" \"@path\" \"@authority\" \"content-type\" \"content-length\")\
         ;created=1618884473;keyid=\"test-key-ed25519\"",
    );
    let spki = STANDARD.decode("MCowBQYDK2VwAyEAJrQLj5P/89iXES9+vFgrIy29clF9CC/oPPsw3c5D0bs=").unwrap();
    let signature = parse_signature(
        "sig1=:wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw==:",
    );
    let key = PublicKey::from_spki_der(&spki).unwrap();
    verify::check_signature(&key, base.as_bytes(), &signature.unwrap()).unwrap();
}

#[test]
fn a_request_that_was_changed_is_refused() {
    let signer = signer(KeySpec::Sm2);
    let key = signer.public_key();
    let headers = signed(&covered(), &signer);
    let changes: [fn(&mut Covered); 4] = [
        |covered| covered.method = "PUT".to_owned(),
        |covered| covered.target_uri.push('0'),
        |covered| covered.content_type = Some("text/plain".to_owned()),
        |covered| covered.idempotency_key = Some("7c10".to_owned()),
    ];
    for change in changes {
        let mut changed = covered();
        change(&mut changed);
        let error = check(&changed, BODY, &headers, key, now()).unwrap_err();
        assert_eq!(error.code(), "invalid-request-signature");
    }
    let error = check(&covered(), b"{}", &headers, key, now()).unwrap_err();
    assert_eq!(error.code(), "content-digest-mismatch");
}

#[test]
fn every_component_that_the_request_has_must_be_covered_and_no_other() {
    let signer = signer(KeySpec::Sm2);
    let mut fewer = covered();
    fewer.idempotency_key = None;
    let headers = signed(&fewer, &signer);
    let error = check(&covered(), BODY, &headers, signer.public_key(), now()).unwrap_err();
    assert_eq!(error.to_string(), "the signature does not cover idempotency-key");
    let headers = signed(&covered(), &signer);
    let error = check(&fewer, BODY, &headers, signer.public_key(), now()).unwrap_err();
    assert_eq!(error.code(), "unexpected-signature-component");
}

#[test]
fn late_and_early_requests_are_refused() {
    let signer = signer(KeySpec::Sm2);
    let headers = signed(&covered(), &signer);
    let at = |seconds: i64| {
        let at = Timestamp::from_second(now().as_second() + seconds).unwrap();
        check(&covered(), BODY, &headers, signer.public_key(), at)
    };
    assert!(at(60).is_ok() && at(-60).is_ok());
    for seconds in [61, -61, 1_000_000_000] {
        assert_eq!(at(seconds).unwrap_err().code(), "request-time-skew");
    }
}

#[test]
fn the_algorithm_and_the_key_are_those_that_are_registered() {
    let (ours, theirs) = (signer(KeySpec::Sm2), signer(KeySpec::Sm2));
    let headers = signed(&covered(), &ours);
    let error = check(&covered(), BODY, &headers, theirs.public_key(), now()).unwrap_err();
    assert_eq!(error.code(), "request-key-mismatch");
    let mut other = headers.clone();
    other.signature_input = other.signature_input.replace("sm2-sm3", "ed25519");
    let error = check(&covered(), BODY, &other, ours.public_key(), now()).unwrap_err();
    assert_eq!(error.code(), "request-algorithm-mismatch");
    let mut other = headers;
    other.signature_input = other.signature_input.replace("cityca", "elsewhere");
    let error = check(&covered(), BODY, &other, ours.public_key(), now()).unwrap_err();
    assert_eq!(error.code(), "wrong-signature-tag");
    let error = check_administrator_key(KeyAlgorithm::P384).unwrap_err();
    assert_eq!(error.code(), "unsupported-request-key");
}

#[test]
fn a_value_cannot_smuggle_in_a_line() {
    let signer = signer(KeySpec::Sm2);
    for value in ["a\n\"@method\": GET", " a", "é"] {
        let mut hostile = covered();
        hostile.idempotency_key = Some(value.to_owned());
        let error = sign(&hostile, now(), NONCE, &signer, &mut UnwrapErr(SysRng)).unwrap_err();
        assert_eq!(error.code(), "malformed-request-signature");
    }
}

#[test]
fn headers_of_another_form_are_refused_with_what_was_expected() {
    let tail = ";created=1;nonce=\"0123456789abcdef\";keyid=\"k\";alg=\"a\";tag=\"t\"";
    let refused = |header: String| parse_signature_input(&header).unwrap_err().to_string();
    let cases = [
        String::new(),
        format!("sig2=(){tail}"),
        format!("sig1=(\"@method\" \"@method\"){tail}"),
        format!("sig1=(\"@path\"){tail}"),
        format!("sig1=(\"@method\";req){tail}"),
        format!("sig1=(\"@method\"){tail};tag=\"t\""),
        format!("sig1=(\"@method\"){tail};expires=2"),
        format!("sig1=(\"@method\"){tail}, sig2=()"),
        "sig1=(\"@method\");created=1".to_owned(),
        "sig1=(\"@method\");created=1.5".to_owned(),
        "sig1=();created=1;nonce=\"short\";keyid=\"k\";alg=\"a\";tag=\"t\"".to_owned(),
        "sig1=(\"@meth".to_owned(),
        format!("sig1=({}){tail}", " ".repeat(2000)),
    ];
    insta::assert_debug_snapshot!(cases.map(refused));
    assert!(parse_signature("sig1=:AAAA:").is_err());
    assert!(parse_signature(&format!("sig1=:{}:", STANDARD.encode([0; 64]))).is_ok());
}

#[test]
fn blanks_between_components_do_not_change_what_is_signed() {
    let tail = ";created=1;nonce=\"0123456789abcdef\";keyid=\"k\";alg=\"a\";tag=\"t\"";
    let input = parse_signature_input(&format!("sig1=(  \"@method\"   \"@target-uri\" ){tail}")).unwrap();
    assert_eq!(input.as_str(), format!("(\"@method\" \"@target-uri\"){tail}"));
}

#[test]
fn digests_by_other_algorithms_may_stand_beside_ours() {
    let ours = content_digest(BODY);
    check_content_digest(&ours, BODY).unwrap();
    check_content_digest(&format!("sha-512=:AAAA:, {ours}"), BODY).unwrap();
    for header in ["", "sha-512=:AAAA:", "sha-256=AAAA", "sha-256=:AAAA:, sha-256=:AAAA:", "sha-256=:A:"] {
        assert!(check_content_digest(header, BODY).is_err(), "{header}");
    }
}

proptest! {
    #[test]
    fn no_header_makes_a_parser_panic(header in "\\PC{0,200}") {
        let _ = parse_signature_input(&header);
        let _ = parse_signature(&header);
        let _ = check_content_digest(&header, b"");
    }

    #[test]
    fn what_nearly_is_a_header_does_not_either(
        header in "sig1=\\((\"@method\"|\"content-type\"| |\\)|;){0,6}(;(created=|nonce=|tag=)(\"[ -~]{0,20}\"|[0-9]{0,20})){0,5}"
    ) {
        let _ = parse_signature_input(&header);
    }

    #[test]
    fn parameters_survive_writing_and_reading(
        created in -999_999_999_999_999i64..=999_999_999_999_999,
        nonce in "[ -~]{16,128}",
        keyid in "[ -~]{0,64}",
        alg in "[ -~]{0,20}",
        tag in "[ -~]{0,20}",
    ) {
        let parameters = Parameters { created, nonce, keyid, alg, tag };
        let input = SignatureInput::new(Component::ALL.to_vec(), parameters);
        let read = parse_signature_input(&format!("sig1={}", input.as_str())).unwrap();
        prop_assert_eq!(read, input);
    }
}
