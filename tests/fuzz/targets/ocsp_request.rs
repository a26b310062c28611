//! OCSP requests, and what the rules say of them.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    if let Ok(request) = ca_core::ocsp::OcspRequest::from_der(bytes) {
        let _ = ca_core::lint::ocsp_request(&request);
    }
});
