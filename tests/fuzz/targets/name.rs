//! Distinguished names, and what issuance makes of them.
#![no_main]

use ca_core::x509::name::Name;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let Ok(name) = Name::from_der(bytes) else { return };
    assert_eq!(name.as_der(), bytes);
    let _ = name.to_string();
    if let Ok(strict) = name.revalidate() {
        assert_eq!(strict.revalidate().as_ref(), Ok(&strict));
    }
});
