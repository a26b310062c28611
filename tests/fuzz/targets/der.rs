//! The check that all DER passes: what it refuses, no typed decoder is shown; what it accepts is one element.
#![no_main]

use ca_core::encoding::der;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    if der::check_structure(bytes).is_ok() {
        let mut longer = bytes.to_vec();
        longer.push(0);
        assert!(der::check_structure(&longer).is_err());
        assert!(der::check_structure(&bytes[..bytes.len() - 1]).is_err());
    }
});
