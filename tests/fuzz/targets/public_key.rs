//! Public keys, and the search for weaknesses in them.
#![no_main]

use ca_core::key::{PublicKey, weak};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let Ok(key) = PublicKey::from_spki_der(bytes) else { return };
    assert_eq!(PublicKey::from_spki_der(key.spki_der()).as_ref(), Ok(&key));
    let _ = weak::assess(&key);
    let _ = key.normalized();
});
