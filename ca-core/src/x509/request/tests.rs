use super::*;
use crate::algorithm::{KeySpec, Sm2Parameters};
use crate::key::PrivateKey;
use crate::x509::Oid;
use crate::x509::extension::{Decoded, ExtensionValue, GeneralName, SubjectAlternativeName};
use crate::x509::testing::{name, openssl, rng, vector};
use proptest::prelude::*;

fn signer(spec: KeySpec) -> impl Signer {
    PrivateKey::generate(spec, &mut rng()).unwrap().into_signer(Sm2Parameters::Absent)
}

fn alternative_name() -> Extensions {
    let names = SubjectAlternativeName(vec![GeneralName::dns("device.example.cn").unwrap()]);
    Extensions::new(vec![names.to_extension(false)]).unwrap()
}

fn refusal(file: &str) -> Option<RequestError> {
    let request = CertificationRequest::from_der(&vector(file)?).unwrap();
    Some(request.verify().unwrap_err())
}

/// A request with these attributes and extensions, signed by `signer`.
fn with_attributes(signer: &dyn Signer, attributes: &[u8]) -> CertificationRequest {
    let set = asn1::element(tag::context_constructed(0), attributes);
    let info =
        asn1::sequence(&[&asn1::unsigned(0)[..], name("a").as_der(), signer.public_key().spki_der(), &set]);
    let signature = signer.sign(&info, &mut rng()).unwrap();
    CertificationRequest::from_der(&join_signed(&info, signer.identifier(), &signature).unwrap()).unwrap()
}

#[test]
fn every_key_kind_makes_what_openssl_verifies() {
    for spec in ["sm2", "p256", "p384", "ed25519", "rsa-2048"] {
        let signer = signer(spec.parse().unwrap());
        let request =
            CertificationRequest::create(&name("设备"), &alternative_name(), &signer, &mut rng()).unwrap();
        let pem = request.to_pem();
        let verified = CertificationRequest::from_der(request.der()).unwrap().verify().unwrap();
        assert_eq!((verified.subject(), verified.public_key()), (&name("设备"), signer.public_key()));
        let asked = verified.extensions().unwrap();
        assert!(matches!(asked.iter().next().unwrap().decoded(), Decoded::SubjectAlternativeName(_)));
        let identifier: &[&str] = if spec == "sm2" { &["-vfyopt", "distid:1234567812345678"] } else { &[] };
        let arguments = [&["req", "-verify", "-noout", "-text"][..], identifier].concat();
        let Some((done, text)) = openssl(&arguments, pem.as_bytes()) else { return };
        assert!(
            done && text.contains("verify OK") && text.contains("DNS:device.example.cn"),
            "{spec}: {text}"
        );
    }
}

#[test]
fn without_extensions_none_are_asked_for() {
    let signer = signer(KeySpec::Sm2);
    let request =
        CertificationRequest::create(&name("a"), &Extensions::default(), &signer, &mut rng()).unwrap();
    assert!(request.attributes().is_empty());
    assert!(request.verify().unwrap().extensions().unwrap().is_empty());
}

#[test]
fn openssl_requests_are_verified_when_they_name_the_identifier() {
    let key = tempfile::NamedTempFile::new().unwrap();
    let key_file = key.path().to_str().unwrap();
    let Some((done, text)) =
        openssl(&["ecparam", "-name", "SM2", "-genkey", "-noout", "-out", key_file], b"")
    else {
        return;
    };
    assert!(done, "{text}");
    let options = ["req", "-new", "-sm3", "-key", key_file];
    let subject = ["-subj", "/C=CN/CN=camera-1", "-addext", "subjectAltName=IP:192.0.2.7"];
    let signed = |more: &[&str]| {
        let arguments = [&options[..], &subject, more].concat();
        let (done, text) = openssl(&arguments, b"")?;
        assert!(done, "{text}");
        let pem = &text[text.find("-----BEGIN").unwrap()..];
        let der = CertificationRequest::decode(pem.as_bytes()).unwrap();
        Some(CertificationRequest::from_der(&der).unwrap().verify())
    };
    let Some(good) = signed(&["-sigopt", "distid:1234567812345678"]) else { return };
    let good = good.unwrap();
    assert_eq!(good.subject().to_string(), "CN=camera-1,C=CN");
    assert_eq!(good.extensions().unwrap().len(), 1);
    assert_eq!(good.subject().revalidate().unwrap().to_string(), "CN=camera-1,C=CN");
    let bad = signed(&[]).unwrap().unwrap_err();
    assert_eq!(bad.code(), "request-sm2-identifier-empty");
}

#[test]
fn the_empty_identifier_is_named_with_its_cure() {
    let Some(error) = refusal("hitls-emptyid.csr.der") else { return };
    assert!(matches!(error, RequestError::EmptySm2Identifier));
    let text = error.to_string();
    assert!(
        text.contains("empty SM2 identifier") && text.contains("-sigopt distid:1234567812345678"),
        "{text}"
    );
}

#[test]
fn a_signature_without_z_is_told_apart() {
    let Some(error) = refusal("tongsuo-sm2-noza-csr.pem") else { return };
    assert_eq!(error.code(), "request-sm2-without-identity");
}

#[test]
fn a_request_of_tongsuo_is_verified() {
    let Some(der) = vector("tongsuo-sm2-csr.pem") else { return };
    CertificationRequest::from_der(&der).unwrap().verify().unwrap();
}

#[test]
fn requests_for_two_certificates_are_read_and_told_apart() {
    for (file, verifies) in
        [("cfca-sadk-dual-csr.der", true), ("cfca-doc-dual-csr.der", true), ("trustasia-dual-csr.der", false)]
    {
        let Some(der) = vector(file) else { return };
        let request = CertificationRequest::from_der(&der).unwrap();
        assert_eq!(
            request.require_conforming().unwrap_err().code(),
            "request-attribute-without-set",
            "{file}"
        );
        let temporary = request.temporary_key().unwrap().unwrap();
        assert_eq!(temporary.version, 1);
        assert_ne!(temporary.key, request.public_key().unwrap(), "{file}");
        assert!(!request.subject().parts().is_empty());
        let names: Vec<_> = request.subject().parts().into_iter().map(|(_, value)| value).collect();
        assert!(names.iter().all(|value| !value.is_empty()), "{file}: {names:?}");
        assert_eq!(request.extensions().unwrap().is_empty(), verifies, "{file}");
        assert_eq!(request.verify().is_ok(), verifies, "{file}");
    }
}

#[test]
fn a_temporary_key_of_another_form_is_refused() {
    let signer = signer(KeySpec::Sm2);
    let oid: Oid = "1.2.840.113549.1.9.63".parse().unwrap();
    let with = |value: &[u8]| {
        let attribute = asn1::sequence(&[oid.to_der(), asn1::element(tag::OCTET_STRING, value)]);
        with_attributes(&signer, &attribute).temporary_key()
    };
    let of = |blob: &[u8]| asn1::sequence(&[asn1::unsigned(1), asn1::element(tag::OCTET_STRING, blob)]);
    assert!(with_attributes(&signer, &[]).temporary_key().unwrap().is_none());
    let mut blob = vec![0x00, 0xb4, 0, 0, 0, 1, 0, 0];
    for half in signer.public_key().key_bits()[1..].chunks(32) {
        blob.extend_from_slice(half);
        blob.extend_from_slice(&[0; 32]);
    }
    assert_eq!(with(&of(&blob)).unwrap().unwrap().key, *signer.public_key());
    let changed = |at: usize| {
        let mut blob = blob.clone();
        blob[at] ^= 1;
        of(&blob)
    };
    for value in [vec![], of(&[]), of(&blob[1..]), changed(0), changed(20), changed(50), changed(135)] {
        assert!(with(&value).is_err(), "{value:02x?}");
    }
}

#[test]
fn another_key_or_any_change_does_not_prove_possession() {
    let (mine, other) = (signer(KeySpec::Sm2), signer(KeySpec::Sm2));
    let info = with_attributes(&mine, &[]).info_der().to_vec();
    let signature = other.sign(&info, &mut rng()).unwrap();
    let stolen =
        CertificationRequest::from_der(&join_signed(&info, other.identifier(), &signature).unwrap()).unwrap();
    assert_eq!(stolen.verify().unwrap_err().code(), "request-signature-invalid");
    let der = with_attributes(&mine, &[]).der().to_vec();
    for at in 0..der.len() {
        let mut changed = der.clone();
        changed[at] ^= 1;
        assert!(
            CertificationRequest::from_der(&changed).and_then(CertificationRequest::verify).is_err(),
            "octet {at}"
        );
    }
}

#[test]
fn extensions_are_asked_for_once() {
    let signer = signer(KeySpec::Sm2);
    let once = attribute::write_extension_request(&alternative_name());
    let once = asn1::only("attributes", &once, tag::context_constructed(0)).unwrap().content;
    assert!(with_attributes(&signer, once).verify().is_ok());
    let twice = with_attributes(&signer, &[once, once].concat());
    assert_eq!(twice.verify().unwrap_err().code(), "request-several-extension-requests");
    let attribute = |value: &[u8]| {
        let oid: Oid = "1.2.840.113549.1.9.14".parse().unwrap();
        asn1::sequence(&[oid.to_der(), asn1::element(tag::SET, value)])
    };
    assert!(
        with_attributes(&signer, &attribute(&[0x30, 0])).verify().unwrap().extensions().unwrap().is_empty()
    );
    assert_eq!(
        with_attributes(&signer, &attribute(&[5, 0])).verify().unwrap_err().code(),
        "request-malformed"
    );
    assert!(with_attributes(&signer, &attribute(&[])).verify().is_err());
}

#[test]
fn what_is_no_request_is_refused() {
    let der = with_attributes(&signer(KeySpec::Sm2), &[]).der().to_vec();
    let code = |bytes: &[u8]| CertificationRequest::from_der(bytes).unwrap_err().code();
    for cut in 0..der.len() {
        assert!(CertificationRequest::from_der(&der[..cut]).is_err(), "cut at {cut}");
    }
    assert_eq!(code(&[&der[..], &[0]].concat()), "request-not-der");
    assert_eq!(code(&vec![0x30; MAX_OCTETS]), "request-not-der");
    assert_eq!(code(&vec![0x30; MAX_OCTETS + 1]), "request-too-large");
    assert_eq!(code(&[0x30, 0]), "request-malformed");
}

#[test]
fn a_missing_set_of_attributes_is_taken_for_an_empty_one() {
    let signer = signer(KeySpec::Sm2);
    let info = asn1::sequence(&[&asn1::unsigned(0)[..], name("a").as_der(), signer.public_key().spki_der()]);
    let signature = signer.sign(&info, &mut rng()).unwrap();
    let der = join_signed(&info, signer.identifier(), &signature).unwrap();
    assert!(CertificationRequest::from_der(&der).unwrap().verify().is_ok());
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = CertificationRequest::from_der(&bytes);
    }

    #[test]
    fn any_damage_is_read_or_refused(changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8)) {
        let Some(mut der) = vector("tongsuo-sm2-csr.pem") else { return Ok(()) };
        for (index, value) in changes {
            let at = index.index(der.len());
            der[at] = value;
        }
        if let Ok(request) = CertificationRequest::from_der(&der) {
            prop_assert_eq!(request.der(), der);
            let _ = request.verify();
        }
    }
}
