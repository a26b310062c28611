//! What an isolated signer is asked, and what it answers.
#![no_main]

libfuzzer_sys::fuzz_target!(|octets: &[u8]| {
    if let Ok(ask) = schemas::signer::read::<schemas::signer::Ask>(octets) {
        let written = schemas::signer::write(&ask).expect("an ask that was read is no longer than it was");
        assert_eq!(schemas::signer::read::<schemas::signer::Ask>(&written).expect("it reads"), ask);
    }
    let _ = schemas::signer::read::<schemas::signer::Answer>(octets);
});
