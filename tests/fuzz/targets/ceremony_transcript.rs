//! Transcripts, line by line.
#![no_main]

use ca_core::ceremony::Transcript;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let whole = Transcript::whole_lines(bytes);
    assert!(bytes.starts_with(whole));
    if let Ok(transcript) = Transcript::from_bytes(whole) {
        assert!(!transcript.records().is_empty());
        let _ = (transcript.digest(), transcript.previous());
    }
});
