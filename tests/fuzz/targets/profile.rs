//! Profiles in TOML.
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| {
    let _ = ca_core::profile::Profile::from_toml("fuzzed", text);
});
