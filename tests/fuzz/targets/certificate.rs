//! Certificates: what is read comes out as it was, and each getter answers.
#![no_main]

use ca_core::x509::certificate::Certificate;
use ca_core::x509::extension::Decoded;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let Ok(certificate) = Certificate::from_der(bytes) else { return };
    assert_eq!(certificate.der(), bytes);
    let _ = certificate.subject().to_string();
    let _ = certificate.basic_constraints();
    let _ = certificate.key_usage();
    let _ = certificate.extended_key_usages();
    let _ = certificate.subject_key_identifier();
    let _ = certificate.authority_key_identifier();
    let _ = certificate.alternative_names();
    if let Ok(key) = certificate.public_key() {
        let _ = certificate.verify_signed_by(&key);
    }
    for extension in certificate.extensions() {
        if let Decoded::Identity(number) = extension.decoded() {
            assert_eq!(number.to_extension().value, extension.value);
            let _ = number.check();
        }
    }
    let _ = ca_core::lint::certificate(&certificate, None);
});
