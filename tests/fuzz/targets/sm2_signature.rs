//! SM2 signatures in both encodings: what is accepted is written back as it was.
#![no_main]

use ca_sm2::Signature;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    if let Ok(signature) = Signature::from_der(bytes) {
        assert_eq!(signature.to_der(), bytes);
        assert_eq!(Signature::from_bytes(&signature.to_bytes()), Ok(signature));
    }
    if let Ok(halves) = bytes.try_into()
        && let Ok(signature) = Signature::from_bytes(halves)
    {
        assert_eq!(signature.to_bytes(), *halves);
        assert_eq!(Signature::from_der(&signature.to_der()), Ok(signature));
    }
});
