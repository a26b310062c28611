//! Signed digits of a public scalar (width-w non-adjacent form). Variable time.

use crate::limbs;
use crate::limbs::Limbs;

/// Digits of a 256-bit integer: the last can carry into position 256.
pub(super) const LENGTH: usize = 257;

/// k = Σ dᵢ · 2ⁱ with every dᵢ 0 or odd and below 2^(width − 1) in magnitude, and among `width` neighbours at most one
/// that is not 0. Width is 2 to 15.
pub(super) fn recode(scalar: &Limbs, width: usize) -> [i16; LENGTH] {
    let mut digits = [0; LENGTH];
    let mut carry = 0;
    let mut position = 0;
    while position < LENGTH {
        if limbs::bits(scalar, position, 1) == carry {
            position += 1;
            continue;
        }
        // Odd: bit and carry differ.
        let window = limbs::bits(scalar, position, width) + carry;
        carry = window >> (width - 1) & 1;
        digits[position] = (window as i32 - ((carry as i32) << width)) as i16;
        position += width;
    }
    digits
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The integer modulo 2²⁵⁶ that the digits stand for, by Horner's rule.
    fn value(digits: &[i16; LENGTH]) -> Limbs {
        digits.iter().rev().fold(limbs::ZERO, |sum, &digit| {
            let doubled = limbs::add(&sum, &sum).0;
            let magnitude = limbs::from_words([u64::from(digit.unsigned_abs()), 0, 0, 0]);
            if digit < 0 { limbs::sub(&doubled, &magnitude).0 } else { limbs::add(&doubled, &magnitude).0 }
        })
    }

    #[test]
    fn digits_are_sparse_odd_and_stand_for_the_scalar() {
        let words = [
            [0; 4],
            [1, 0, 0, 0],
            [u64::MAX; 4],
            crate::curve::N,
            [0x0123_4567_89ab_cdef, 0xfedc_ba98_7654_3210, 0x8000_0000_0000_0001, 0xffff_ffff_0000_0000],
        ];
        for scalar in words.map(limbs::from_words) {
            for width in 2..16 {
                let digits = recode(&scalar, width);
                assert_eq!(value(&digits), scalar);
                for (position, &digit) in digits.iter().enumerate().filter(|(_, digit)| **digit != 0) {
                    assert!(digit % 2 != 0 && digit.unsigned_abs() < 1 << (width - 1));
                    let neighbours = &digits[position + 1..LENGTH.min(position + width)];
                    assert!(neighbours.iter().all(|&digit| digit == 0));
                }
            }
        }
    }
}
