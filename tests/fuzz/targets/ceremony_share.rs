//! Shares and sealed keys in each of their forms.
#![no_main]

use ca_core::ceremony::share::{SealedKey, Share, write_words};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    for share in [Share::from_bytes(bytes), Share::read(bytes)].into_iter().flatten() {
        assert_eq!(Share::from_bytes(&share.to_bytes()).unwrap(), share);
        assert_eq!(Share::from_qr(&share.to_qr()).unwrap(), share);
        assert_eq!(Share::read(write_words(&share).join("\n").as_bytes()).unwrap(), share);
        assert_eq!(Share::from_pem(share.to_pem().as_bytes()).unwrap(), share);
    }
    if let Ok(sealed) = SealedKey::from_pem(bytes) {
        assert_eq!(sealed.to_pem().unwrap().as_bytes(), bytes);
    }
});
