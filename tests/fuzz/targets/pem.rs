//! PEM: what is written again is read the same.
#![no_main]

use ca_core::encoding::pem;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let _ = pem::read_one_of(bytes, &["CERTIFICATE REQUEST"]);
    let Ok(objects) = pem::read_all(bytes) else { return };
    let text: String = objects.iter().map(|object| pem::write(&object.label, &object.der)).collect();
    assert_eq!(pem::read_all(text.as_bytes()), Ok(objects));
});
