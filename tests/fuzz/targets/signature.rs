//! Signatures and the identifiers beside them.
#![no_main]

use ca_core::algorithm::{SignatureAlgorithm, Sm2Parameters, raw};
use ca_core::encoding::der;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    if let Ok(halves) = raw::from_der(bytes) {
        assert_eq!(raw::to_der(&halves).as_deref(), Ok(bytes));
    }
    let Ok(identifier) = der::decode::<spki::AlgorithmIdentifierOwned>(bytes) else { return };
    if let Ok(algorithm) = SignatureAlgorithm::from_identifier(&identifier) {
        assert_eq!(algorithm.identifier(Sm2Parameters::Absent).oid, identifier.oid);
    }
});
