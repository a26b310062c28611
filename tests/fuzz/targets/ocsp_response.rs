//! OCSP responses.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let _ = ca_core::ocsp::OcspResponse::from_der(bytes);
});
