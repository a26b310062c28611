mod gmssl;
mod made;
mod openssl;

use super::*;
use crate::key::PrivateKey;
use crate::x509::testing::vector;

fn read(file: &str) -> Option<ContentInfo> {
    Some(ContentInfo::parse(&vector(file)?).unwrap())
}

#[test]
fn a_message_with_certificates_alone_is_read() {
    let Some(message) = read("gmt0010-signedData-gmssl.der") else { return };
    assert_eq!(message.content_type().dialect(), Some(Dialect::Pkcs7));
    let signed = message.signed_data().unwrap();
    assert!(signed.is_certs_only());
    assert_eq!(signed.certificates().len(), 2);
    assert!(signed.others().is_empty());
    assert_eq!(signed.verify(None, &[]).unwrap_err().code(), "cms-no-signer");
    let written = write_certificates(signed.certificates(), &[]);
    let again = ContentInfo::parse(&written).unwrap();
    assert_eq!(again.signed_data().unwrap().certificates().len(), 2);
    assert_eq!(again.der(), written);
}

#[test]
fn a_signature_of_gm_t_0010_verifies() {
    let Some(message) = read("gmt0010-signedData-ofdrw.der") else { return };
    assert_eq!(message.content_type().dialect(), Some(Dialect::GmT0010));
    let signed = message.signed_data().unwrap();
    let verified = signed.verify(None, &[]).unwrap();
    assert_eq!(verified[0].certificate(), &signed.certificates()[0]);
    let other = signed.verify(Some(b"another"), &[]).unwrap_err();
    assert_eq!(other.code(), "cms-other-content");
}

#[test]
fn a_signed_and_enveloped_key_opens() {
    let Some(message) = read("gmt0010-signedAndEnveloped.der") else { return };
    let Some(key) = vector("pkcs7_sign_enveloped_test_L76_PRIVATE_KEY.der") else { return };
    let Some(enclosed) = vector("pkcs7_sign_enveloped_test_L84_PRIVATE_KEY.der") else { return };
    let Content::SignedAndEnvelopedData(sealed) = message.content() else { panic!("{message:?}") };
    let key = PrivateKey::from_pkcs8_der(&key).ok().unwrap();
    let (content, signers) = sealed.open(&key, None, &[]).unwrap();
    assert_eq!(signers.len(), 1);
    let enclosed = PrivateKey::from_pkcs8_der(&enclosed).ok().unwrap().to_pkcs8_der().unwrap();
    assert!(enclosed.windows(32).any(|window| content.ends_with(window)));
}
