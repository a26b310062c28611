//! Tokens that misbehave: SoftHSM behind a library that makes faults.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a test fails and speaks so"
)]

#[allow(dead_code, unreachable_pub, reason = "shared with the other tests of the crate")]
mod token;

use std::sync::Arc;
use std::time::{Duration, Instant};

use ca_core::algorithm::{KeySpec, Signer, Sm2Parameters};
use ca_core::custody::Custody;
use token::{PIN, code, name, rng, with_token};

const LIMIT: Duration = Duration::from_secs(20);

fn signer(custody: &dyn Custody) -> Arc<dyn Signer> {
    custody.generate(&name("root"), KeySpec::P256, &mut rng()).unwrap();
    custody.open(&name("root"), Sm2Parameters::Absent).unwrap()
}

#[test]
fn a_wrong_signature_is_not_released() {
    with_token(|token| {
        let signer = signer(&token.faulty(PIN, LIMIT));
        for (fault, expected) in [
            ("wrong-signature", "signing-fault"),
            ("zero-signature", "custody-misbehaved"),
            ("short-signature", "custody-misbehaved"),
            ("function-failed", "custody-device"),
        ] {
            token.set_fault(fault);
            assert_eq!(signer.sign(b"message", &mut rng()).unwrap_err().code(), expected, "{fault}");
            token.set_fault("");
            signer.sign(b"message", &mut rng()).unwrap();
        }
    });
}

#[test]
fn a_lost_session_is_opened_again() {
    with_token(|token| {
        // With several sessions one act could meet two losses: of the session that it takes, and that made here.
        let signer = signer(&token.custody_of(token.faulty_module(), token::LABEL, PIN, 1, LIMIT));
        for fault in ["sessions-closed", "device-error", "finalized"] {
            for _ in 0..2 {
                token.set_fault(fault);
                let signed = signer.sign(b"message", &mut rng());
                assert_eq!(signed.err(), None, "{fault}");
            }
        }
    });
}

#[test]
fn a_token_that_does_not_answer_holds_nobody_up() {
    with_token(|token| {
        let signer = signer(&token.faulty(PIN, Duration::from_millis(1500)));
        token.set_fault("hang");
        let began = Instant::now();
        let error = signer.sign(b"message", &mut rng()).unwrap_err();
        assert_eq!(error.code(), "custody-timed-out");
        assert!(began.elapsed() < Duration::from_secs(10));
        token.set_fault("");
        // The other session goes on.
        signer.sign(b"message", &mut rng()).unwrap();
    });
}

#[test]
fn a_wrong_pin_is_presented_once() {
    with_token(|token| {
        let custody = token.faulty("4321", LIMIT);
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| assert_eq!(code(custody.check()), "custody-pin-wrong"));
            }
        });
        assert_eq!(token.logins(), 1);
        let error = custody.public_key(&name("root")).unwrap_err();
        assert!(!error.to_string().contains("4321") && !format!("{error:?}").contains("4321"));
        // Another custody with the right one is not hindered.
        token.faulty(PIN, LIMIT).check().unwrap();
    });
}

#[test]
fn a_locked_token_and_one_about_to_lock_are_left_alone() {
    with_token(|token| {
        for (fault, expected, logins) in [
            ("last-try", "custody-pin-last-try", 0),
            ("locked-flag", "custody-pin-locked", 0),
            ("pin-locked", "custody-pin-locked", 1),
        ] {
            token.set_fault(fault);
            let custody = token.faulty(PIN, LIMIT);
            assert_eq!(code(custody.check()), expected, "{fault}");
            assert_eq!(code(custody.check()), expected, "{fault}");
            assert_eq!(token.logins(), logins, "{fault}");
        }
    });
}

#[test]
fn a_token_without_sessions_is_asked_again_later() {
    with_token(|token| {
        let custody = token.faulty(PIN, LIMIT);
        token.set_fault("no-session");
        let error = custody.check().unwrap_err();
        assert!(error.to_string().contains("CKR_SESSION_COUNT"), "{error}");
        token.set_fault("");
        custody.check().unwrap();
    });
}

#[test]
fn a_key_that_could_leave_the_token_is_not_accepted() {
    with_token(|token| {
        let custody = token.faulty(PIN, LIMIT);
        for spec in [KeySpec::P256, KeySpec::Sm2] {
            token.set_fault("extractable");
            assert_eq!(code(custody.generate(&name("root"), spec, &mut rng())), "custody-misbehaved");
            token.set_fault("");
            // Nothing of it is left behind.
            assert_eq!(code(custody.public_key(&name("root"))), "custody-key-missing");
            custody.generate(&name("root"), spec, &mut rng()).unwrap();
            custody.destroy(&name("root")).unwrap();
        }
    });
}

#[test]
fn randomness_that_does_not_vary_is_noticed() {
    with_token(|token| {
        let custody = token.faulty(PIN, LIMIT);
        custody.check().unwrap();
        token.set_fault("no-randomness");
        assert_eq!(code(custody.check()), "custody-misbehaved");
    });
}

#[test]
fn without_a_pin_it_is_asked_for() {
    with_token(|_| {
        let wanted = ca_pkcs11::Wanted { label: Some(token::LABEL.to_owned()), serial: None };
        let custody =
            ca_pkcs11::Pkcs11Custody::new(token::module().unwrap(), wanted, None, 1, LIMIT).unwrap();
        assert_eq!(code(custody.check()), "custody-pin-needed");
    });
}
