//! Weak RSA keys.

use super::{WeakKey, roca};
use crate::key::{MAX_RSA_BITS, MIN_RSA_BITS, PublicKey};

/// Factors below this are looked for (NIST SP 800-89 section 5.3.3, CA/Browser Forum Baseline Requirements section 6.1.6).
const SMALL_FACTORS_BELOW: u32 = 752;

/// Longest exponent that AWS-LC, and so this project, verifies with.
const MAX_EXPONENT_BITS: u32 = 33;

pub(super) fn assess(key: &PublicKey) -> Result<(), WeakKey> {
    let bits = key.bits();
    if !(MIN_RSA_BITS..=MAX_RSA_BITS).contains(&bits) {
        return Err(WeakKey::RsaSize { bits });
    }
    let (modulus, exponent) = key.rsa_parts().unwrap_or_default();
    check_exponent(exponent)?;
    if let Some(factor) = small_primes().find(|prime| remainder(modulus, *prime) == 0) {
        return Err(WeakKey::RsaSmallFactor { factor });
    }
    if roca::is_vulnerable(modulus) {
        return Err(WeakKey::Roca);
    }
    Ok(())
}

/// Odd and at least 3 is what CA/Browser Forum Baseline Requirements section 6.1.6 demand; devices with 3 and 17 are in use, and
/// verifying here is strict about padding, which is where small exponents were attacked.
fn check_exponent(exponent: &[u8]) -> Result<(), WeakKey> {
    let leading = exponent.first().map_or(0, |byte| byte.leading_zeros());
    let bits = (exponent.len() as u32).saturating_mul(8).saturating_sub(leading);
    if bits > MAX_EXPONENT_BITS {
        return Err(WeakKey::RsaExponentTooLong { bits, limit: MAX_EXPONENT_BITS });
    }
    let odd = exponent.last().is_some_and(|byte| byte & 1 == 1);
    if odd && bits > 1 { Ok(()) } else { Err(WeakKey::RsaExponent) }
}

fn small_primes() -> impl Iterator<Item = u32> {
    (2..SMALL_FACTORS_BELOW).filter(|n| (2..*n).take_while(|d| d * d <= *n).all(|d| n % d != 0))
}

/// The remainder of a big-endian number by a divisor below 2²⁴.
pub(super) fn remainder(number: &[u8], divisor: u32) -> u32 {
    number.iter().fold(0, |remainder, byte| (remainder << 8 | u32::from(*byte)) % divisor)
}
