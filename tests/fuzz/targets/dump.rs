//! Listings of elements: each lies within the input, faults have a place in it, and secrets stay out.
#![no_main]

use ca_core::encoding::dump::{self, Schema};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    for schema in [None, Some(Schema::Certificate), Some(Schema::SignedData), Some(Schema::OcspResponse)] {
        let dump = dump::dump(bytes, schema, 1000);
        for element in &dump.elements {
            assert!(element.offset + element.header + element.length <= bytes.len());
        }
        if let Some(fault) = &dump.fault {
            assert!(fault.offset <= bytes.len());
        }
        let _ = dump::path_to(bytes, schema, bytes.len() / 2);
    }
});
