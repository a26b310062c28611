//! Packages that cross the air gap, signed by the key that they name themselves.
#![no_main]

use ca_core::ceremony::exchange::{Content, Package};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let _ = Package::open(bytes, &[]);
    // The words of any contents can be written.
    if let Ok(content) = serde_json::from_slice::<Content>(bytes) {
        assert!(content.text().ends_with('\n'));
    }
});
