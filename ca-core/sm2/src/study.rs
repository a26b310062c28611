//! Parts that a timing measurement calls by themselves, and a variant that leaks. Not part of the interface.

use crate::limbs;
use crate::nonce::NonceGenerator;
use crate::point::{Shape, SplitMultiples, double_multiply_prepared, multiply_generator};
use crate::scalar::Scalar;
use crate::{Signature, SigningKey};

/// The abscissa of k · G as signing computes it, for any 32 bytes but zero modulo n.
pub fn nonce_abscissa(k: &[u8; 32]) -> [u8; 32] {
    multiply_generator(&Scalar::reduce_be_bytes(k)).to_affine().x.to_be_bytes()
}

/// 2²⁵⁶/k modulo n.
pub fn inverse(k: &[u8; 32]) -> [u8; 32] {
    Scalar::reduce_be_bytes(k).invert_to_montgomery().to_be_bytes()
}

/// Signs as [`SigningKey::sign`] does but for k · G in variable time, as verification does it.
pub fn sign_leaking(key: &SigningKey, message: &[u8], randomness: &[u8; 32]) -> Signature {
    let e = key.verifying_key().digest(message);
    let nonces = NonceGenerator::new(&Scalar::reduce_be_bytes(&key.private_key().to_bytes()));
    let mut counter = 0;
    loop {
        let nonce = nonces.next(&e, randomness, &mut counter);
        let point = variable_time(&nonce);
        if let Some(signature) = key.combine(&e, &nonce, &limbs::from_be_bytes(&point)) {
            return signature;
        }
    }
}

/// k · G in variable time.
pub fn nonce_abscissa_leaking(k: &[u8; 32]) -> [u8; 32] {
    variable_time(&Scalar::reduce_be_bytes(k))
}

fn variable_time(k: &Scalar) -> [u8; 32] {
    thread_local! {
        static TABLE: SplitMultiples =
            SplitMultiples::new(crate::point::AffinePoint::generator(), Shape::SMALL);
    }
    TABLE.with(|table| double_multiply_prepared(k, &Scalar::default(), table)).to_affine().x.to_be_bytes()
}
