//! Hedged nonces; docs/adr/0010 gives the reasons.

use hmac::{Hmac, KeyInit, Mac};
use sm3::Sm3;
use zeroize::Zeroizing;

use crate::scalar::Scalar;

/// Separates the derived key from every other use of the private key.
const LABEL: &[u8] = b"City CA SM2 nonce 1";

/// Makes nonces from the private key, e, fresh randomness and a counter, so that a repetition of the randomness, or a
/// prediction of it, does not make a nonce known or used for two messages.
pub(crate) struct NonceGenerator(Hmac<Sm3>);

impl NonceGenerator {
    /// Keyed with HMAC-SM3(d, label).
    pub(crate) fn new(private: &Scalar) -> Self {
        let private = Zeroizing::new(private.to_be_bytes());
        let derived =
            Zeroizing::new(<[u8; 32]>::from(keyed(&private).chain_update(LABEL).finalize().into_bytes()));
        Self(keyed(&derived))
    }

    /// HMAC-SM3(key, e ‖ randomness ‖ counter) for the first counter from the given one on that makes it a number between 1 and n − 1;
    /// the counter is left behind it. One in 2³² is not.
    pub(crate) fn next(&self, e: &[u8; 32], randomness: &[u8; 32], counter: &mut u32) -> Zeroizing<Scalar> {
        loop {
            let mac =
                self.0.clone().chain_update(e).chain_update(randomness).chain_update(counter.to_be_bytes());
            *counter = counter.wrapping_add(1);
            let candidate = Zeroizing::new(<[u8; 32]>::from(mac.finalize().into_bytes()));
            if let Some(nonce) = Scalar::from_nonzero_be_bytes(&candidate) {
                return Zeroizing::new(nonce);
            }
        }
    }
}

/// HMAC with a key of 32 bytes, which are filled up with zeros to a block.
fn keyed(key: &[u8; 32]) -> Hmac<Sm3> {
    let mut block = Zeroizing::new([0; 64]);
    block[..32].copy_from_slice(key);
    Hmac::new((&*block).into())
}
