//! The fast reader of our own lists: what it reads of a list, the reader of whole lists reads alike.
#![no_main]

use ca_core::crl::list::{ScanError, Scanner};
use ca_core::x509::crl::CertificateList;

/// Serial and the number of the reason.
type Entry = (Vec<u8>, Option<u8>);

fn scan(bytes: &[u8]) -> Result<Vec<Entry>, ScanError> {
    let mut scanner = Scanner::of_list(bytes)?;
    let mut entries = Vec::new();
    while let Some(entry) = scanner.next_entry()? {
        entries.push((entry.serial.to_vec(), entry.reason.map(|reason| reason.number())));
    }
    Ok(entries)
}

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let scanned = scan(bytes);
    let (Ok(scanned), Ok(whole)) = (scanned, CertificateList::from_der(bytes)) else { return };
    let read = whole
        .revoked()
        .iter()
        .map(|entry| (entry.serial.as_bytes().to_vec(), entry.reason.map(|reason| reason.number())));
    assert!(read.eq(scanned));
});
