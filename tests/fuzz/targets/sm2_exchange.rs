//! A private key, a signature and a message: our signature is accepted by crate `sm2`, and both agree on the given one.
#![no_main]

use std::convert::Infallible;

use ca_sm2::{DEFAULT_ID, PrivateKey, Signature, SigningKey};
use rand_core::{TryCryptoRng, TryRng};
use sm2::dsa::signature::Verifier;

/// Hands out the same bytes again and again.
struct Given([u8; 32]);

impl TryRng for Given {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok(0)
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        Ok(0)
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        for (byte, given) in bytes.iter_mut().zip(self.0.iter().cycle()) {
            *byte = *given;
        }
        Ok(())
    }
}

impl TryCryptoRng for Given {}

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let Some((d, bytes)) = bytes.split_first_chunk::<32>() else { return };
    let Some((halves, message)) = bytes.split_first_chunk::<64>() else { return };
    let Ok(private) = PrivateKey::from_bytes(d) else { return };
    let key = SigningKey::new(private, DEFAULT_ID).expect("short identifier");
    let peer = sm2::dsa::SigningKey::from_slice("1234567812345678", d).expect("a key that we accept");
    let peer = peer.verifying_key();
    assert_eq!(key.verifying_key().public_key().to_sec1_bytes()[..], *peer.to_sec1_bytes());

    let ours = key.sign_verified(message, &mut Given(*d)).expect("no fault");
    let accepts = |signature: &Signature| {
        let signature = sm2::dsa::Signature::from_slice(&signature.to_bytes()).expect("in range");
        peer.verify(message, &signature).is_ok()
    };
    assert!(accepts(&ours));
    if let Ok(given) = Signature::from_bytes(halves) {
        let verified = key.verifying_key().verify(message, &given);
        assert_eq!(verified.is_ok(), accepts(&given));
        assert_eq!(key.verifying_key().clone().prepare().verify(message, &given), verified);
    }
});
