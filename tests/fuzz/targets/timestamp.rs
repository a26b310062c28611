//! Time-stamps: requests, responses and what is inside of tokens.
#![no_main]

use ca_core::timestamp::{TimeStampRequest, TimeStampResponse, TimeStampToken, TstInfo};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    if let Ok(request) = TimeStampRequest::from_der(bytes) {
        assert_eq!(request.der(), bytes);
    }
    if let Ok(response) = TimeStampResponse::from_der(bytes) {
        let again = TimeStampResponse::from_der(response.der());
        assert!(again.is_ok_and(|again| again.token() == response.token()));
        if let Some(token) = response.token() {
            let _ = token.verify(&[]);
        }
    }
    if let Ok(token) = TimeStampToken::parse(bytes) {
        let _ = token.verify(&[]);
    }
    let _ = TstInfo::from_der(bytes);
});
