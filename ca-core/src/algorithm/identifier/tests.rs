use super::*;
use crate::encoding::der;

fn parse(dotted: &str, parameters: Option<&[u8]>) -> Result<SignatureAlgorithm, AlgorithmError> {
    let parameters = parameters.map(|bytes| Any::from_der(bytes).unwrap());
    SignatureAlgorithm::from_identifier(&AlgorithmIdentifierOwned {
        oid: dotted.parse().unwrap(),
        parameters,
    })
}

const NULL: Option<&[u8]> = Some(&[0x05, 0x00]);
const EMPTY: Option<&[u8]> = Some(&[0x30, 0x00]);

#[test]
fn every_algorithm_is_read_from_what_it_writes() {
    for algorithm in SignatureAlgorithm::ALL {
        for sm2 in [Sm2Parameters::Absent, Sm2Parameters::Null] {
            let identifier = algorithm.identifier(sm2);
            assert_eq!(SignatureAlgorithm::from_identifier(&identifier), Ok(algorithm));
            assert!(oid::name(identifier.oid).is_some());
        }
    }
}

#[test]
fn sm2_parameters_are_written_as_asked() {
    let hex =
        |parameters| hex::encode(der::encode(&SignatureAlgorithm::Sm2Sm3.identifier(parameters)).unwrap());
    assert_eq!(hex(Sm2Parameters::Absent), "300a06082a811ccf55018375");
    assert_eq!(hex(Sm2Parameters::Null), "300c06082a811ccf550183750500");
}

#[test]
fn parameters_are_those_of_the_algorithm() {
    let sm2 = "1.2.156.10197.1.501";
    let (ecdsa, ed25519, rsa) = ("1.2.840.10045.4.3.2", "1.3.101.112", "1.2.840.113549.1.1.11");
    for (oid, parameters, accepted) in [
        (sm2, None, true),
        (sm2, NULL, true),
        (sm2, EMPTY, false),
        (ecdsa, None, true),
        (ecdsa, NULL, false),
        (ed25519, None, true),
        (ed25519, NULL, false),
        (rsa, NULL, true),
        (rsa, None, true),
        (rsa, EMPTY, false),
    ] {
        let result = parse(oid, parameters);
        assert_eq!(result.is_ok(), accepted, "{oid} {parameters:?}");
        assert!(accepted || matches!(result, Err(AlgorithmError::Parameters { .. })));
    }
}

#[test]
fn pss_parameters_must_match_one_another() {
    let parameters = |hash: ObjectIdentifier, mask_hash: ObjectIdentifier, salt, trailer, null: bool| {
        let plain = |oid| AlgorithmIdentifierOwned { oid, parameters: null.then(Any::null) };
        let (hash, mask_hash) = (plain(hash), plain(mask_hash));
        let mask = AlgorithmIdentifierOwned { oid: oid::MGF1, parameters: Any::encode_from(&mask_hash).ok() };
        PssParameters { hash: Some(hash), mask: Some(mask), salt_length: Some(salt), trailer }
            .to_der()
            .unwrap()
    };
    let read = |bytes: &[u8]| parse("1.2.840.113549.1.1.10", Some(bytes));
    for null in [true, false] {
        let sound = parameters(oid::SHA384, oid::SHA384, 48, None, null);
        assert_eq!(read(&sound), Ok(SignatureAlgorithm::RsaPssSha384));
    }
    for wrong in [
        parameters(oid::SHA256, oid::SHA384, 32, None, true),
        parameters(oid::SHA256, oid::SHA256, 20, None, true),
        parameters(oid::SHA256, oid::SHA256, 32, Some(1), true),
        parameters(oid::SHA256, oid::SHA256, 32, Some(2), true),
        parameters(oid::SHA1, oid::SHA1, 20, None, true),
        parameters(oid::SM3, oid::SM3, 32, None, true),
        vec![0x30, 0x00],
        vec![0x05, 0x00],
    ] {
        assert_eq!(read(&wrong).unwrap_err().code(), "signature-algorithm-parameters", "{wrong:02x?}");
    }
    assert!(parse("1.2.840.113549.1.1.10", None).is_err());
}

#[test]
fn broken_and_unknown_algorithms_are_refused_by_name() {
    // RSA with MD5, RSA with SHA-1, ECDSA with SHA-1, DSA.
    for oid in ["1.2.840.113549.1.1.4", "1.2.840.113549.1.1.5", "1.2.840.10045.4.1", "1.2.840.10040.4.3"] {
        let error = parse(oid, NULL).unwrap_err();
        assert_eq!(error.code(), "signature-algorithm-unsupported");
        assert!(error.to_string().contains(oid), "{error}");
    }
}

#[test]
fn inner_and_outer_identifiers_must_agree_to_the_byte() {
    let of = |parameters| SignatureAlgorithm::Sm2Sm3.identifier(parameters);
    let (absent, null) = (of(Sm2Parameters::Absent), of(Sm2Parameters::Null));
    assert_eq!(require_same(&absent, &absent), Ok(()));
    assert_eq!(require_same(&absent, &null).unwrap_err().code(), "signature-algorithm-mismatch");
}
