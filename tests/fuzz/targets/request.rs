//! Certification requests, to the proof of possession.
#![no_main]

use ca_core::x509::request::CertificationRequest;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let Ok(request) = CertificationRequest::from_der(bytes) else { return };
    assert_eq!(request.der(), bytes);
    let _ = request.extensions();
    let _ = ca_core::lint::request(&request);
    let _ = request.temporary_key();
    let _ = request.verify();
});
