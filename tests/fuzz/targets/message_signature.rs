//! The Signature-Input header of signed requests.
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| {
    let _ = schemas::message_signature::parse_signature_input(text);
});
