//! SM2 public keys: accepted are the points that crate `sm2` accepts, and they are written back as they were.
#![no_main]

use ca_sm2::PublicKey;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let ours = PublicKey::from_sec1_bytes(bytes);
    let theirs = sm2::PublicKey::from_sec1_bytes(bytes);
    // Crate `sm2` also reads the compact form, which has a tag of its own.
    if bytes.first() != Some(&5) {
        assert_eq!(ours.is_ok(), theirs.is_ok());
    }
    if let Ok(key) = ours {
        let encoded = key.to_sec1_bytes();
        assert!(encoded[1..].starts_with(&bytes[1..]));
        assert_eq!(PublicKey::from_sec1_bytes(&encoded), Ok(key));
    }
});
