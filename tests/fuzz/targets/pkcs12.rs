//! Containers of keys: read without a password, PKCS #12 and CFCA's.
#![no_main]

use ca_core::pkcs12::{CfcaContainer, Pfx};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    if let Ok(container) = CfcaContainer::parse(bytes) {
        assert_eq!(container.der(), bytes);
    }
    let Ok(pfx) = Pfx::parse(bytes) else { return };
    let again = Pfx::parse(pfx.der());
    assert!(again.is_ok_and(|again| again.parts() == pfx.parts() && again.mac() == pfx.mac()));
    let _ = pfx.open(None);
});
