//! Revocation lists entry by entry: what the reader of whole lists takes, this one reads alike.
#![no_main]

use ca_core::x509::crl::CertificateList;
use ca_core::x509::crl::stream::{CrlStream, CrlStreamError};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let read = || {
        let mut list = CrlStream::open(bytes, None)?;
        let entries = list.by_ref().collect::<Result<Vec<_>, _>>()?;
        Ok((entries, list.finish()?))
    };
    let streamed = read();
    let Ok(whole) = CertificateList::from_der(bytes) else { return };
    match streamed {
        Ok((entries, trailer)) => {
            assert!(entries.iter().map(|it| &it.entry).eq(whole.revoked()));
            assert_eq!(trailer.signature, whole.signature());
        }
        // It asks for equal identifiers, an element that fits into memory and no more.
        Err(CrlStreamError::Algorithm(_)) => {}
        Err(error) => panic!("{error}"),
    }
});
