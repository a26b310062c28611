//! Private keys without a password: what is read signs, and comes back from what it writes.
#![no_main]

use ca_core::key::PrivateKey;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let _ = PrivateKey::from_pem(bytes, None);
    let Ok(key) = PrivateKey::from_pkcs8_der(bytes) else { return };
    let Ok(der) = key.to_pkcs8_der() else { return };
    let copy = PrivateKey::from_pkcs8_der(&der).map_err(|error| error.to_string());
    assert!(copy.is_ok_and(|copy| copy.public_key() == key.public_key()));
});
