//! Files that claim to be backups: what is complete names its recipient.
#![no_main]

use ca_core::backup;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    if let Ok(header) = backup::check(bytes) {
        assert!(bytes.starts_with(b"CITYCA BACKUP 1\n"));
        let _ = header.recipient;
    }
});
