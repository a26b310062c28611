use const_oid::ObjectIdentifier;
use der::asn1::{Any, BitString, Null, OctetString};
use proptest::prelude::*;
use spki::AlgorithmIdentifierOwned;
use x509_cert::ext::Extension;

use super::*;
use crate::encoding::der::{DerErrorKind, decode, encode};

const OTHER: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.48.1.9");

fn extension(oid: ObjectIdentifier, critical: bool, value: &[u8]) -> Extension {
    Extension { extn_id: oid, critical, extn_value: OctetString::new(value).unwrap() }
}

/// A request that says anything at all.
fn request(
    cert_ids: Vec<Any>,
    single: Option<Vec<Extension>>,
    extensions: Option<Vec<Extension>>,
    signature: Option<asn1::Signature>,
) -> Vec<u8> {
    let list = cert_ids
        .into_iter()
        .map(|cert_id| asn1::SingleRequest { cert_id, extensions: single.clone() })
        .collect();
    let tbs = asn1::TbsRequest { version: asn1::Version::V1, requestor: None, list, extensions };
    encode(&asn1::Request { tbs, signature }).unwrap()
}

fn cert_id(oid: ObjectIdentifier, parameters: Option<Any>, length: usize) -> Any {
    let octets = || OctetString::new(vec![7; length]).unwrap();
    let id = asn1::CertId {
        hash: AlgorithmIdentifierOwned { oid, parameters },
        issuer_name_hash: octets(),
        issuer_key_hash: octets(),
        serial: decode(&[0x02, 0x01, 0x43]).unwrap(),
    };
    decode(&encode(&id).unwrap()).unwrap()
}

fn sha1_id() -> Any {
    cert_id(oid::SHA1, Some(Any::null()), 20)
}

fn with_extensions(extensions: Vec<Extension>) -> Result<OcspRequest, OcspRequestError> {
    OcspRequest::from_der(&request(vec![sha1_id()], None, Some(extensions), None))
}

fn refusal(bytes: &[u8]) -> OcspRequestError {
    OcspRequest::from_der(bytes).unwrap_err()
}

#[test]
fn a_request_is_read_as_it_was_made() {
    let scene = Scene::new();
    let ids = DigestAlgorithm::ALL.map(|hash| scene.cert_id(hash)).to_vec();
    let made = OcspRequest::new(ids, Some(b"nonce")).unwrap();
    let read = OcspRequest::from_der(made.der()).unwrap();
    assert_eq!(read, made);
    assert_eq!(read.nonce(), Some(&b"nonce"[..]));
    for (id, hash) in read.cert_ids().iter().zip(DigestAlgorithm::ALL) {
        assert_eq!((id.hash(), id.serial()), (hash, &serial()));
        assert!(matches_issuer(id, scene.issuer()));
        assert!(!matches_issuer(id, Scene::new().issuer()), "the key differs, the name does not");
        assert!(!matches_issuer(id, scene.responder.certificate()));
    }
}

#[test]
fn hash_algorithms_have_null_parameters_or_none_and_keep_what_they_had() {
    for parameters in [None, Some(Any::null())] {
        let id = cert_id(oid::SM3, parameters, 32);
        let read = OcspRequest::from_der(&request(vec![id.clone()], None, None, None)).unwrap();
        assert_eq!(read.cert_ids()[0].der(), encode(&id).unwrap());
    }
    let odd = cert_id(oid::SM3, Some(decode(&[0x02, 0x01, 0x00]).unwrap()), 32);
    let error = refusal(&request(vec![odd], None, None, None));
    assert_eq!(error, OcspRequestError::CertId(CertIdError::HashParameters));
    assert_eq!(error.response_status(), ResponseStatus::MalformedRequest);
}

#[test]
fn hashes_have_the_length_of_their_algorithm() {
    for (oid, length, expected) in [(oid::SHA1, 19, 20), (oid::SHA256, 20, 32), (oid::SM3, 0, 32)] {
        let error = refusal(&request(vec![cert_id(oid, None, length)], None, None, None));
        assert_eq!(error, CertIdError::HashLength { octets: length, expected }.into());
    }
}

#[test]
fn an_issuer_named_in_an_unknown_way_is_not_ours_to_answer_for() {
    let md5 = ObjectIdentifier::new_unwrap("1.2.840.113549.2.5");
    let error = refusal(&request(vec![sha1_id(), cert_id(md5, None, 16)], None, None, None));
    assert_eq!(error, CertIdError::UnknownHash { oid: md5 }.into());
    assert_eq!(error.response_status(), ResponseStatus::Unauthorized);
}

#[test]
fn a_serial_is_an_integer_in_shortest_form() {
    for serial in [&[0x04, 0x01, 0x43][..], &[0x02, 0x02, 0x00, 0x43], &[0x02, 0x00]] {
        let id = asn1::CertId {
            hash: AlgorithmIdentifierOwned { oid: oid::SHA1, parameters: None },
            issuer_name_hash: OctetString::new([0; 20]).unwrap(),
            issuer_key_hash: OctetString::new([0; 20]).unwrap(),
            serial: decode(serial).unwrap(),
        };
        let id = decode(&encode(&id).unwrap()).unwrap();
        assert_eq!(refusal(&request(vec![id], None, None, None)), CertIdError::Serial.into());
    }
}

#[test]
fn a_nonce_has_1_to_128_octets_in_an_octet_string() {
    let wrapped = |length: usize| encode(&OctetString::new(vec![1; length]).unwrap()).unwrap();
    for length in [1, 16, 32, 128] {
        let read = with_extensions(vec![extension(oid::OCSP_NONCE, false, &wrapped(length))]).unwrap();
        assert_eq!(read.nonce(), Some(&vec![1; length][..]));
    }
    for value in [wrapped(0), wrapped(129), vec![], b"raw nonce".to_vec(), encode(&Null).unwrap()] {
        let error = with_extensions(vec![extension(oid::OCSP_NONCE, false, &value)]).unwrap_err();
        assert_eq!(error, OcspRequestError::Nonce);
        assert_eq!(error.response_status(), ResponseStatus::MalformedRequest);
    }
}

#[test]
fn unknown_extensions_are_ignored_unless_critical() {
    assert!(with_extensions(vec![extension(OTHER, false, b"any")]).is_ok());
    let critical = Err(OcspRequestError::CriticalExtension { oid: OTHER });
    assert_eq!(with_extensions(vec![extension(OTHER, true, b"any")]), critical);
    let single = |critical| Some(vec![extension(OTHER, critical, b"any")]);
    assert!(OcspRequest::from_der(&request(vec![sha1_id()], single(false), None, None)).is_ok());
    assert_eq!(OcspRequest::from_der(&request(vec![sha1_id()], single(true), None, None)), critical);
}

#[test]
fn an_extension_stands_once() {
    let nonce = extension(oid::OCSP_NONCE, false, &[0x04, 0x01, 0x01]);
    let error = OcspRequestError::DuplicateExtension { oid: oid::OCSP_NONCE };
    assert_eq!(with_extensions(vec![nonce.clone(), nonce]), Err(error));
}

#[test]
fn one_to_a_hundred_certificates_are_asked_about() {
    for count in [1, MAX_REQUESTS] {
        let read = OcspRequest::from_der(&request(vec![sha1_id(); count], None, None, None)).unwrap();
        assert_eq!(read.cert_ids().len(), count);
    }
    for count in [0, MAX_REQUESTS + 1] {
        let error = refusal(&request(vec![sha1_id(); count], None, None, None));
        assert_eq!(error, OcspRequestError::Count { count });
        assert_eq!(
            OcspRequest::new(vec![Scene::new().cert_id(DigestAlgorithm::Sha1); count], None),
            Err(error)
        );
    }
}

#[test]
fn a_signature_is_read_over_and_not_needed() {
    let signature = || asn1::Signature {
        algorithm: AlgorithmIdentifierOwned { oid: oid::SM2_SM3, parameters: None },
        signature: BitString::from_bytes(b"not a signature").unwrap(),
        certificates: Some(vec![Any::null()]),
    };
    let read = OcspRequest::from_der(&request(vec![sha1_id()], None, None, Some(signature()))).unwrap();
    assert_eq!(read.cert_ids().len(), 1);
}

#[test]
fn what_is_no_request_is_malformed() {
    let good = request(vec![sha1_id()], None, None, None);
    let mut trailing = good.clone();
    trailing.push(0);
    let later_version = [&good[..2], &[0xa0, 3, 2, 1, 1], &good[2..]].concat();
    for bytes in
        [&[][..], &good[..good.len() - 1], &trailing, &later_version, b"GET / HTTP/1.1", &[0x30, 0x80, 0, 0]]
    {
        let error = refusal(bytes);
        assert_eq!(error.code(), "ocsp-request-malformed", "{bytes:02x?}");
        assert_eq!(error.response_status(), ResponseStatus::MalformedRequest);
    }
    let deep = [0x30, 0x80].repeat(8000);
    assert!(
        matches!(refusal(&deep), OcspRequestError::Malformed(error) if error.kind == DerErrorKind::IndefiniteLength)
    );
}

#[test]
fn a_request_of_more_than_16_kib_is_not_read() {
    assert_eq!(refusal(&vec![0x30; MAX_REQUEST + 1]), OcspRequestError::TooLarge { octets: MAX_REQUEST + 1 });
}

/// The fewest microseconds that reading takes: what else the machine does is left out.
fn microseconds(bytes: &[u8]) -> u128 {
    let one = || {
        let begun = std::time::Instant::now();
        let _ = std::hint::black_box(OcspRequest::from_der(std::hint::black_box(bytes)));
        begun.elapsed().as_micros()
    };
    (0..50).map(|_| one()).min().unwrap()
}

#[test]
fn whatever_comes_is_refused_in_microseconds() {
    let fill = |unit: &[u8]| {
        let mut bytes = vec![0x30, 0x82, 0x3f, 0xfc, 0x30, 0x82, 0x3f, 0xf8, 0x30, 0x82, 0x3f, 0xf4];
        while bytes.len() + unit.len() <= MAX_REQUEST {
            bytes.extend_from_slice(unit);
        }
        bytes
    };
    let extensions: Vec<_> = (0..1000_u32)
        .map(|number| extension(ObjectIdentifier::from_arcs([2, 25, number]).unwrap(), false, b""))
        .collect();
    let cases = [
        ("the most certificates", request(vec![sha1_id(); MAX_REQUESTS], None, None, None)),
        ("too many certificates", request(vec![sha1_id(); 10_000], None, None, None)),
        ("as many empty certificates as fit", fill(&[0x30, 0x02, 0x30, 0x00])),
        ("as many empty elements as fit", fill(&[0x30, 0x00])),
        ("elements in elements", [0x30, 0x82, 0x10, 0x00].repeat(4000)),
        ("elements without an end", [0x30, 0x80].repeat(8000)),
        ("extensions", request(vec![sha1_id()], None, Some(extensions), None)),
        ("a large signature", fill(&[0xff])),
    ];
    for (what, bytes) in cases {
        let taken = microseconds(&bytes);
        assert!(taken < 1000, "{what}: {taken} µs for {} octets", bytes.len());
    }
}

proptest! {
    #[test]
    fn no_bytes_make_the_parsers_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let _ = OcspRequest::from_der(&bytes);
        let _ = OcspResponse::from_der(&bytes);
    }

    #[test]
    fn a_request_with_one_changed_byte_is_read_or_refused(at in 0_usize..70, value: u8) {
        let mut bytes = request(vec![sha1_id()], None, Some(vec![extension(oid::OCSP_NONCE, false, &[4, 1, 1])]), None);
        let at = at % bytes.len();
        bytes[at] = value;
        if let Ok(read) = OcspRequest::from_der(&bytes) {
            prop_assert_eq!(read.der(), &bytes[..]);
        }
    }
}
