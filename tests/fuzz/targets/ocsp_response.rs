//! OCSP responses, and what the rules say of them.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let Ok(response) = ca_core::ocsp::OcspResponse::from_der(bytes) else { return };
    if let Some(basic) = response.basic() {
        let _ = ca_core::lint::ocsp_response(basic, None);
    }
});
