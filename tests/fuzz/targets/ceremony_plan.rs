//! Plans of ceremonies, to their sentences.
#![no_main]

use ca_core::ceremony::Plan;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let Ok(plan) = Plan::from_toml(bytes) else { return };
    assert_eq!(plan.bytes(), bytes);
    for sentence in plan.render() {
        assert_eq!(sentence.pattern.matches("{}").count(), sentence.values.len());
    }
    let _ = (plan.defaults(), plan.is_example());
});
