//! Certificate revocation lists.
#![no_main]

use ca_core::x509::crl::CertificateList;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let Ok(list) = CertificateList::from_der(bytes) else { return };
    assert_eq!(list.der(), bytes);
});
