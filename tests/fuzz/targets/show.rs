//! All of `ca show`: pages, lines, elements, findings, in each language and as JSON.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let now = jiff::Timestamp::constant(1_775_001_600, 0);
    let _ = ca::inspection::show(bytes, now);
});
