//! Messages made by these tests in the forms that others write.

use proptest::prelude::*;

use super::*;
use crate::algorithm::digest::sm3;
use crate::algorithm::{KeySpec, Signer, Sm2Parameters};
use crate::encoding::oid;
use crate::key::cbc::BlockCipher;
use crate::key::{PublicKey, Transport};
use crate::x509::Oid;
use crate::x509::asn1::{self, element, sequence, tag, unsigned};
use crate::x509::certificate::Certificate;
use crate::x509::testing::{Draft, rng, sign};

fn identifier(text: &str) -> Vec<u8> {
    text.parse::<Oid>().unwrap().to_der()
}

fn algorithm(oid: &str) -> Vec<u8> {
    sequence(&[identifier(oid)])
}

fn kind(dialect: Dialect, kind: Kind) -> Vec<u8> {
    ContentType::of(dialect, kind).unwrap().oid().to_der()
}

fn explicit(inner: &[u8]) -> Vec<u8> {
    element(tag::context_constructed(0), inner)
}

fn issuer_and_serial(certificate: &Certificate) -> Vec<u8> {
    sequence(&[certificate.issuer().as_der().to_vec(), certificate.serial().to_der()])
}

struct Party {
    key: PrivateKey,
    signer: Box<dyn Signer>,
    certificate: Certificate,
}

fn party(name: &str) -> Party {
    let key = PrivateKey::generate(KeySpec::Sm2, &mut rng()).unwrap();
    let copy = PrivateKey::from_pkcs8_der(&key.to_pkcs8_der().unwrap()).unwrap();
    let signer = copy.into_signer(Sm2Parameters::Absent);
    let draft = Draft::end_entity(name);
    let subject = draft.subject.clone();
    let certificate = sign(&draft.tbs(&subject, key.public_key(), &signer), &signer);
    Party { key, signer: Box::new(signer), certificate }
}

/// Signed attributes over the content, with what the test asks for in place of the right content type and digest.
fn attributes(content_type: Vec<u8>, digest: &[u8]) -> Vec<Vec<u8>> {
    let attribute = |oid: &str, value: Vec<u8>| sequence(&[identifier(oid), element(tag::SET, &value)]);
    vec![
        attribute("1.2.840.113549.1.9.3", content_type),
        attribute("1.2.840.113549.1.9.4", element(tag::OCTET_STRING, digest)),
    ]
}

fn signed(dialect: Dialect, party: &Party, content: &[u8], attributes: Option<Vec<Vec<u8>>>) -> Vec<u8> {
    let set = attributes.map(asn1::set_of);
    let signature = party.signer.sign(set.as_deref().unwrap_or(content), &mut rng()).unwrap();
    let sm3 = algorithm("1.2.156.10197.1.401");
    let mut info = vec![unsigned(1), issuer_and_serial(&party.certificate), sm3.clone()];
    info.extend(set.map(|mut set| {
        set[0] = tag::context_constructed(0);
        set
    }));
    info.push(algorithm("1.2.156.10197.1.301.1"));
    info.push(element(tag::OCTET_STRING, &signature));
    let inner = sequence(&[kind(dialect, Kind::Data), explicit(&element(tag::OCTET_STRING, content))]);
    let signed = sequence(&[
        unsigned(1),
        asn1::set_of(vec![sm3]),
        inner,
        explicit(party.certificate.der()),
        asn1::set_of(vec![sequence(&info)]),
    ]);
    sequence(&[kind(dialect, Kind::SignedData), explicit(&signed)])
}

fn verify(message: &[u8]) -> &'static str {
    let message = ContentInfo::parse(message).unwrap();
    message.signed_data().unwrap().verify(None, &[]).err().map_or("verified", |error| error.code())
}

#[test]
fn signed_attributes_bind_the_content() {
    let party = party("signer");
    for dialect in [Dialect::Pkcs7, Dialect::GmT0010] {
        let data = kind(dialect, Kind::Data);
        let right = attributes(data.clone(), &sm3(b"content"));
        let make = |attributes| signed(dialect, &party, b"content", attributes);
        assert_eq!(verify(&make(None)), "verified");
        assert_eq!(verify(&make(Some(right.clone()))), "verified");
        let other = attributes(data.clone(), &sm3(b"another"));
        assert_eq!(verify(&make(Some(other))), "cms-message-digest");
        let other = attributes(kind(dialect, Kind::SignedData), &sm3(b"content"));
        assert_eq!(verify(&make(Some(other))), "cms-signed-content-type");
        assert_eq!(verify(&make(Some(right[..1].to_vec()))), "cms-signed-attribute");
        assert_eq!(verify(&make(Some(Vec::new()))), "cms-signed-attribute");
        let twice = [&right[..], &right[1..]].concat();
        assert_eq!(verify(&make(Some(twice))), "cms-signed-attribute");
    }
}

#[test]
fn any_change_of_what_is_signed_is_found() {
    let party = party("signer");
    let data = kind(Dialect::Pkcs7, Kind::Data);
    for attributes in [None, Some(attributes(data, &sm3(b"content")))] {
        let message = signed(Dialect::Pkcs7, &party, b"content", attributes);
        let at = message.windows(7).position(|window| window == b"content").unwrap();
        let mut changed = message.clone();
        changed[at] ^= 1;
        assert_ne!(verify(&changed), "verified");
        let mut changed = message.clone();
        *changed.last_mut().unwrap() ^= 1;
        assert_eq!(verify(&changed), "cms-signature-invalid");
    }
}

#[test]
fn a_signer_without_a_certificate_needs_it_given() {
    let (party, other) = (party("signer"), party("other"));
    let message = signed(Dialect::GmT0010, &party, b"content", None);
    let mut without = ContentInfo::parse(&message).unwrap();
    let Content::SignedData(signed) = without.content().clone() else { panic!() };
    assert_eq!(signed.certificates(), std::slice::from_ref(&party.certificate));
    let bare = message.windows(party.certificate.der().len()).position(|it| it == party.certificate.der());
    assert!(bare.is_some());
    let mut hidden = message.clone();
    // Another serial number in the certificate that comes along: then it is nobody's.
    let serial = party.certificate.serial().as_bytes();
    let at = hidden.windows(serial.len()).position(|it| it == serial).unwrap();
    hidden[at + 5] ^= 1;
    without = ContentInfo::parse(&hidden).unwrap();
    let signed = without.signed_data().unwrap();
    let error = signed.verify(None, &[other.certificate]).unwrap_err();
    assert_eq!(error.code(), "cms-signer-certificate");
    assert!(signed.verify(None, &[party.certificate]).is_ok());
}

/// EnvelopedData to a recipient, with the identifiers as they are met.
fn enveloped(dialect: Dialect, to: &Party, way: &str, content: (&str, bool), plain: &[u8]) -> Vec<u8> {
    let (key, iv) = ([7; 16], [9; 16]);
    let octets = BlockCipher::Sm4.encrypt_cbc(&key, iv, plain).unwrap();
    let mut cipher = vec![identifier(content.0)];
    if content.1 {
        cipher.push(element(tag::OCTET_STRING, &iv));
    }
    let recipient = sequence(&[
        unsigned(1),
        issuer_and_serial(&to.certificate),
        algorithm(way),
        element(tag::OCTET_STRING, &to.key.public_key().encrypt_sm2(&key, &mut rng()).unwrap()),
    ]);
    let info = sequence(&[kind(dialect, Kind::Data), sequence(&cipher), element(tag::context(0), &octets)]);
    let data = sequence(&[unsigned(1), asn1::set_of(vec![recipient]), info]);
    sequence(&[kind(dialect, Kind::EnvelopedData), explicit(&data)])
}

fn open(message: &[u8], with: &Party, certificate: bool) -> Result<Vec<u8>, CmsError> {
    let message = ContentInfo::parse(message).unwrap();
    let Content::EnvelopedData(sealed) = message.content() else { panic!("{message:?}") };
    sealed.open(&with.key, certificate.then_some(&with.certificate)).map(|content| content.to_vec())
}

#[test]
fn envelopes_to_sm2_keys_open_in_each_form() {
    let (party, other) = (party("recipient"), party("other"));
    for dialect in [Dialect::Pkcs7, Dialect::GmT0010] {
        for way in ["1.2.156.10197.1.301.2", "1.2.156.10197.1.301.3", "1.2.156.10197.1.301"] {
            for cipher in ["1.2.156.10197.1.104", "1.2.156.10197.1.104.2"] {
                let message = enveloped(dialect, &party, way, (cipher, true), b"content");
                assert_eq!(open(&message, &party, true).unwrap(), b"content");
                assert_eq!(open(&message, &party, false).unwrap(), b"content");
                assert_eq!(open(&message, &other, false).unwrap_err(), CmsError::Open);
                assert_eq!(open(&message, &other, true).unwrap_err().code(), "cms-no-recipient");
            }
        }
    }
    let make = |way, cipher| enveloped(Dialect::Pkcs7, &party, way, cipher, b"content");
    let way = "1.2.156.10197.1.301.3";
    let code = |message: Vec<u8>| open(&message, &party, true).unwrap_err().code();
    assert_eq!(code(make(way, ("1.2.156.10197.1.104.2", false))), "cms-encryption-parameters");
    assert_eq!(code(make(way, ("1.2.156.10197.1.104.8", true))), "cms-content-encryption-unsupported");
    assert_eq!(code(make("1.2.3.4", ("1.2.156.10197.1.104", true))), "cms-key-encryption-unsupported");
}

#[test]
fn no_part_of_a_cut_message_is_read() {
    let party = party("party");
    let message =
        enveloped(Dialect::GmT0010, &party, "1.2.156.10197.1.301.3", ("1.2.156.10197.1.104", true), b"x");
    for message in [message, signed(Dialect::GmT0010, &party, b"content", None)] {
        for cut in 0..message.len() {
            assert!(ContentInfo::parse(&message[..cut]).is_err());
        }
    }
}

#[test]
fn a_key_transport_is_for_its_kind_of_key() {
    let public: &PublicKey = &party("sm2").key.public_key().clone();
    let rsa = PrivateKey::generate(KeySpec::Rsa { bits: 2048 }, &mut rng()).unwrap();
    let sealed = public.encrypt_sm2(b"key", &mut rng()).unwrap();
    assert_eq!(rsa.decrypt(Transport::Sm2, &sealed).unwrap_err().code(), "key-does-not-decrypt");
    assert!(rsa.decrypt(Transport::RsaPkcs1, &sealed).is_err());
    assert_eq!(oid::name(oid::SM4), Some("SM4"));
}

proptest! {
    #[test]
    fn any_damage_is_read_or_refused(changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8)) {
        for file in ["gmt0010-signedAndEnveloped.der", "gmt0010-signedData-ofdrw.der"] {
            let Some(mut der) = vector(file) else { return Ok(()) };
            for (index, value) in &changes {
                let at = index.index(der.len());
                der[at] = *value;
            }
            if let Ok(message) = ContentInfo::parse(&der) {
                let again = ContentInfo::parse(message.der()).unwrap();
                prop_assert_eq!(again.content(), message.content());
                if let Content::SignedData(signed) = message.content() {
                    let _ = signed.verify(None, &[]);
                }
            }
        }
    }

    #[test]
    fn certificates_alone_come_back(count in 0..6_usize) {
        let certificates: Vec<_> = (0..count).map(|_| party("one").certificate).collect();
        let written = write_certificates(&certificates, &[]);
        let message = ContentInfo::parse(&written).unwrap();
        let read = message.signed_data().unwrap().certificates();
        prop_assert_eq!(write_certificates(read, &[]), written);
        prop_assert!(certificates.iter().all(|certificate| read.contains(certificate)));
    }
}

/// DER taken apart into elements, and put together again with the shortest lengths.
fn rewritten(bytes: &[u8]) -> Vec<u8> {
    let mut elements = asn1::Elements::new("message", bytes);
    let mut written = Vec::new();
    while let Some(one) = elements.next().unwrap() {
        let content = if one.tag & 0x20 == 0 { one.content.to_vec() } else { rewritten(one.content) };
        written.extend(element(one.tag, &content));
    }
    written
}

/// Messages but for bundles are read only: what is kept of each kind is DER, and reads the same again.
#[test]
fn messages_of_every_kind_are_kept_as_they_are_read() {
    let party = party("signer");
    let mut all = Vec::new();
    for dialect in [Dialect::Pkcs7, Dialect::GmT0010] {
        let right = attributes(kind(dialect, Kind::Data), &sm3(b"content"));
        all.push(signed(dialect, &party, b"content", None));
        all.push(signed(dialect, &party, b"content", Some(right)));
        let data = element(tag::OCTET_STRING, b"content");
        all.push(sequence(&[kind(dialect, Kind::Data), explicit(&data)]));
    }
    for file in
        ["gmt0010-signedAndEnveloped.der", "gmt0010-signedData-ofdrw.der", "gmt0010-signedData-gmssl.der"]
    {
        all.extend(crate::x509::testing::vector(file));
    }
    for bytes in all {
        let message = ContentInfo::parse(&bytes).unwrap();
        assert_eq!(rewritten(message.der()), message.der());
        assert_eq!(message.was_ber(), message.der() != bytes);
        let again = ContentInfo::parse(message.der()).unwrap();
        assert_eq!(again.content(), message.content());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(20))]

    #[test]
    fn bundles_are_written_as_they_are_read(chosen in prop::collection::vec(0_usize..4, 0..6)) {
        thread_local! {
            static ALL: Vec<Certificate> = ["a", "b", "c", "d"].map(|name| party(name).certificate).to_vec();
        }
        let certificates: Vec<Certificate> =
            ALL.with(|all| chosen.iter().map(|position| all[*position].clone()).collect());
        let written = write_certificates(&certificates, &[]);
        let message = ContentInfo::parse(&written).unwrap();
        let read = message.signed_data().unwrap();
        prop_assert_eq!(write_certificates(read.certificates(), read.crls()), written);
    }
}
