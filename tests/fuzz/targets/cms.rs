//! Messages: what is read is read again from its own bytes, and is verified and opened without a panic.
#![no_main]

use ca_core::cms::{Content, ContentInfo, write_certificates};
use ca_core::key::PrivateKey;
use std::sync::LazyLock;

static KEY: LazyLock<PrivateKey> = LazyLock::new(|| {
    let der = b"\x30\x25\x02\x01\x01\x04\x20\x01\x23\x45\x67\x89\xab\xcd\xef\x01\x23\x45\x67\x89\xab\xcd\xef\
        \x01\x23\x45\x67\x89\xab\xcd\xef\x01\x23\x45\x67\x89\xab\xcd\xef";
    let curve = b"\xa0\x0a\x06\x08\x2a\x81\x1c\xcf\x55\x01\x82\x2d";
    let mut sec1 = [&der[..], &curve[..]].concat();
    sec1[1] += curve.len() as u8;
    PrivateKey::from_sec1_der(&sec1).map_err(|error| error.to_string()).expect("a key")
});

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let Ok(message) = ContentInfo::parse(bytes) else { return };
    let again = ContentInfo::parse(message.der()).expect("its own bytes");
    assert_eq!(again.content(), message.content());
    match message.content() {
        Content::SignedData(signed) => {
            let _ = signed.verify(None, &[]);
            let _ = signed.verify(Some(b"content"), signed.certificates());
            let written = write_certificates(signed.certificates(), signed.crls());
            let read = ContentInfo::parse(&written).expect("what is written");
            let read = read.signed_data().expect("certificates");
            assert_eq!(read.certificates().len(), signed.certificates().len());
            assert_eq!(read.crls().len(), signed.crls().len());
        }
        Content::EnvelopedData(sealed) => {
            let _ = sealed.open(&KEY, None);
        }
        Content::SignedAndEnvelopedData(sealed) => {
            let _ = sealed.open(&KEY, None, &[]);
        }
        _ => {}
    }
});
