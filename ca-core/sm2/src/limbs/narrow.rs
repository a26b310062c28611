//! Arithmetic on 32-bit limbs: plain loops, for machines without a 64-bit multiplier.

use super::{COUNT, Limbs};

/// A limb.
pub(crate) type Word = u32;

/// The 64-bit words, least significant first.
pub(crate) fn to_words(limbs: &Limbs) -> [u64; 4] {
    let word = |index: usize| u64::from(limbs[2 * index]) | u64::from(limbs[2 * index + 1]) << 32;
    [word(0), word(1), word(2), word(3)]
}

#[inline(always)]
pub(super) fn add_with_carry(a: Word, b: Word, carry: Word) -> (Word, Word) {
    let sum = u64::from(a) + u64::from(b) + u64::from(carry);
    (sum as Word, (sum >> 32) as Word)
}

#[inline(always)]
pub(super) fn sub_with_borrow(a: Word, b: Word, borrow: Word) -> (Word, Word) {
    let difference = u64::from(a).wrapping_sub(u64::from(b)).wrapping_sub(u64::from(borrow));
    (difference as Word, (difference >> 63) as Word)
}

/// `accumulator + a · b + carry`, low and high half; cannot overflow.
#[inline(always)]
fn multiply_add(accumulator: Word, a: Word, b: Word, carry: Word) -> (Word, Word) {
    let wide = u64::from(a) * u64::from(b) + u64::from(accumulator) + u64::from(carry);
    (wide as Word, (wide >> 32) as Word)
}

const P: Limbs = super::from_words(crate::curve::P);

/// `a + b mod p`.
pub(crate) fn field_add(a: &Limbs, b: &Limbs) -> Limbs {
    super::add_mod(a, b, &P)
}

/// `a · b / 2²⁵⁶ mod p`; p is −1 modulo 2³².
pub(crate) fn field_multiply(a: &Limbs, b: &Limbs) -> Limbs {
    montgomery_multiply(a, b, &P, 1)
}

/// `a² / 2²⁵⁶ mod p`.
pub(crate) fn field_square(a: &Limbs) -> Limbs {
    field_multiply(a, a)
}

/// `a / 2²⁵⁶ mod p`.
pub(crate) fn field_reduce(a: &Limbs) -> Limbs {
    field_multiply(a, &super::from_words([1, 0, 0, 0]))
}

/// `a · b / 2²⁵⁶` modulo an odd modulus; of the negated inverse of it modulo 2⁶⁴ the low half is used.
pub(crate) fn montgomery_multiply(a: &Limbs, b: &Limbs, modulus: &Limbs, factor: u32) -> Limbs {
    let mut t = [0; 2 * COUNT];
    for row in 0..COUNT {
        let mut carry = 0;
        for column in 0..COUNT {
            (t[row + column], carry) = multiply_add(t[row + column], a[row], b[column], carry);
        }
        t[row + COUNT] = carry;
    }
    let mut top = 0;
    for row in 0..COUNT {
        let m = t[row].wrapping_mul(factor);
        let mut carry = 0;
        for column in 0..COUNT {
            (t[row + column], carry) = multiply_add(t[row + column], m, modulus[column], carry);
        }
        (t[row + COUNT], top) = add_with_carry(t[row + COUNT], carry, top);
    }
    let mut high = super::ZERO;
    high.copy_from_slice(&t[COUNT..]);
    super::reduce_once(&high, top, modulus)
}
