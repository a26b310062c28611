//! Weak keys on elliptic curves.

use super::WeakKey;
use crate::algorithm::KeyAlgorithm;
use crate::key::PublicKey;

/// Abscissa of the generator of SM2 (GB/T 32918.5 section 2).
const SM2_GENERATOR_X: &str = "32c4ae2c1f1981195f9904466a39c9948fe30bbff2660be1715a4589334c74c7";
/// Abscissa of the generator of P-256 (NIST SP 800-186 section 3.2.1.3).
const P256_GENERATOR_X: &str = "6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296";
/// Abscissa of the generator of P-384 (NIST SP 800-186 section 3.2.1.4).
const P384_GENERATOR_X: &str =
    "aa87ca22be8b05378eb1c71ef320ad746e1d3b628ba79b9859f741e082542a385502f25dbf55296c3a545e3872760ab7";

/// Encodings of the points whose order divides 8 on edwards25519, without the sign bit of the abscissa and including those that
/// are not reduced modulo p (RFC 8032 section 5.1.3; a list as in libsodium's `has_small_order`).
const SMALL_ORDER: [&str; 7] = [
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0100000000000000000000000000000000000000000000000000000000000000",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
];

pub(super) fn assess(key: &PublicKey) -> Result<(), WeakKey> {
    let bits = key.key_bits();
    let generator = match key.algorithm() {
        KeyAlgorithm::Sm2 => SM2_GENERATOR_X,
        KeyAlgorithm::P256 => P256_GENERATOR_X,
        KeyAlgorithm::P384 => P384_GENERATOR_X,
        KeyAlgorithm::Ed25519 => return small_order(bits),
        KeyAlgorithm::Rsa => return Ok(()),
    };
    // G and −G have the same abscissa, the first half of what follows the 04.
    let x = &bits[1..][..(bits.len() - 1) / 2];
    if hex::encode(x) == generator { Err(WeakKey::Generator) } else { Ok(()) }
}

fn small_order(bits: &[u8]) -> Result<(), WeakKey> {
    let mut ordinate = bits.to_vec();
    if let Some(last) = ordinate.last_mut() {
        *last &= 0x7f;
    }
    if SMALL_ORDER.contains(&hex::encode(ordinate).as_str()) { Err(WeakKey::SmallOrder) } else { Ok(()) }
}
