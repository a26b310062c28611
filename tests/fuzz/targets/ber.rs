//! BER made definite stays as it is.
#![no_main]

use ca_core::encoding::ber;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    if let Ok(definite) = ber::to_definite(bytes) {
        let again = ber::to_definite(&definite).expect("what is definite is read");
        assert_eq!(again, definite);
    }
});
