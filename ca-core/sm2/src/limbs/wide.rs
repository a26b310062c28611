//! Arithmetic on 64-bit limbs.

use std::sync::atomic::{AtomicU64, Ordering};

/// A limb.
pub(crate) type Word = u64;

/// The 64-bit words, least significant first.
pub(crate) fn to_words(limbs: &[u64; 4]) -> [u64; 4] {
    *limbs
}

#[inline(always)]
pub(super) fn add_with_carry(a: Word, b: Word, carry: Word) -> (Word, Word) {
    let (sum, first) = a.overflowing_add(b);
    let (sum, second) = sum.overflowing_add(carry);
    (sum, Word::from(first | second))
}

#[inline(always)]
pub(super) fn sub_with_borrow(a: Word, b: Word, borrow: Word) -> (Word, Word) {
    let (difference, first) = a.overflowing_sub(b);
    let (difference, second) = difference.overflowing_sub(borrow);
    (difference, Word::from(first | second))
}

/// `accumulator + a · b + carry`, low and high half; cannot overflow.
#[inline(always)]
fn multiply_add(accumulator: Word, a: Word, b: Word, carry: Word) -> (Word, Word) {
    let wide = u128::from(a) * u128::from(b) + u128::from(accumulator) + u128::from(carry);
    (wide as Word, (wide >> 64) as Word)
}

/// The 512-bit product.
#[inline(always)]
fn multiply(a: &[u64; 4], b: &[u64; 4]) -> [u64; 8] {
    let mut product = [0; 8];
    for row in 0..4 {
        let mut carry = 0;
        for column in 0..4 {
            (product[row + column], carry) = multiply_add(product[row + column], a[row], b[column], carry);
        }
        product[row + 4] = carry;
    }
    product
}

/// The 512-bit square: the products above the diagonal doubled, then the diagonal.
#[inline(always)]
fn square(a: &[u64; 4]) -> [u64; 8] {
    let (t1, c) = multiply_add(0, a[0], a[1], 0);
    let (t2, c) = multiply_add(0, a[0], a[2], c);
    let (t3, t4) = multiply_add(0, a[0], a[3], c);
    let (t3, c) = multiply_add(t3, a[1], a[2], 0);
    let (t4, t5) = multiply_add(t4, a[1], a[3], c);
    let (t5, t6) = multiply_add(t5, a[2], a[3], 0);

    let t7 = t6 >> 63;
    let t6 = (t6 << 1) | (t5 >> 63);
    let t5 = (t5 << 1) | (t4 >> 63);
    let t4 = (t4 << 1) | (t3 >> 63);
    let t3 = (t3 << 1) | (t2 >> 63);
    let t2 = (t2 << 1) | (t1 >> 63);
    let t1 = t1 << 1;

    let (t0, high) = multiply_add(0, a[0], a[0], 0);
    let (t1, c) = add_with_carry(t1, high, 0);
    let (low, high) = multiply_add(0, a[1], a[1], 0);
    let (t2, c) = add_with_carry(t2, low, c);
    let (t3, c) = add_with_carry(t3, high, c);
    let (low, high) = multiply_add(0, a[2], a[2], 0);
    let (t4, c) = add_with_carry(t4, low, c);
    let (t5, c) = add_with_carry(t5, high, c);
    let (low, high) = multiply_add(0, a[3], a[3], 0);
    let (t6, c) = add_with_carry(t6, low, c);
    let (t7, _) = add_with_carry(t7, high, c);
    [t0, t1, t2, t3, t4, t5, t6, t7]
}

/// Two Montgomery steps: `(a + q · p) / 2¹²⁸` with the q below 2¹²⁸ that makes it whole.
///
/// p = 2²⁵⁶ − 2²²⁴ − 2⁹⁶ + 2⁶⁴ − 1, so with q = q₀ + 2⁶⁴ · q₁ the sum is `a − q + q · (2⁶⁴ − 2⁹⁶) + q · (2²⁵⁶ − 2²²⁴)`: it is
/// whole for q₀ = a₀ and q₁ = a₁ + q₀ − 2³² · q₀ modulo 2⁶⁴, and the quotient is made of limbs and halves of limbs of q,
/// without a multiplication. It is below 2²⁵⁶ for every a, as p + 2⁹⁶ is.
#[inline(always)]
fn two_steps(a: [u64; 4]) -> [u64; 4] {
    let q0 = a[0];
    let (q1, carry) = add_with_carry(a[1], q0, 0);
    let (q1, borrow) = sub_with_borrow(q1, q0 << 32, 0);
    // (q / 2³²) as limbs, whose low limb is subtracted twice; in the second the two terms have no bit in common.
    let low = (q0 >> 32) | (q1 << 32);
    let high = q1 >> 32;
    let (r0, b) = sub_with_borrow(q1, low, borrow);
    let (r1, b) = sub_with_borrow(0, high | (q0 << 32), b);
    let (r2, b) = sub_with_borrow(q0, low, b);
    let (r3, _) = sub_with_borrow(q1, high, b);
    let (r0, c) = add_with_carry(r0, a[2], carry);
    let (r1, c) = add_with_carry(r1, a[3], c);
    let (r2, c) = add_with_carry(r2, 0, c);
    [r0, r1, r2, r3.wrapping_add(c)]
}

/// The limbs 0, 1 and 3 of 2²⁵⁶ − p; limb 2 is 0.
///
/// They are read from memory because the compiler, where it knows them, turns the additions with carry into
/// comparisons, which costs a tenth of every multiplication.
static COMPLEMENT: [AtomicU64; 3] =
    [AtomicU64::new(1), AtomicU64::new(0xffff_ffff), AtomicU64::new(0x1_0000_0000)];

/// `value + carry · 2²⁵⁶` less p once if that is not negative.
#[inline(always)]
fn reduce_once(value: [u64; 4], carry: u64) -> [u64; 4] {
    let [c0, c1, c3] = COMPLEMENT.each_ref().map(|limb| limb.load(Ordering::Relaxed));
    let (reduced, above) = super::add(&value, &[c0, c1, 0, c3]);
    super::select((carry | above).wrapping_neg(), &value, &reduced)
}

/// `t / 2²⁵⁶ mod p` for t < p · 2²⁵⁶: the low half, divided, is at most p, and the high half below p.
#[inline(always)]
fn reduce(t: &[u64; 8]) -> [u64; 4] {
    let low = two_steps(two_steps([t[0], t[1], t[2], t[3]]));
    let (sum, carry) = super::add(&low, &[t[4], t[5], t[6], t[7]]);
    reduce_once(sum, carry)
}

/// `a + b mod p`.
#[inline(always)]
pub(crate) fn field_add(a: &[u64; 4], b: &[u64; 4]) -> [u64; 4] {
    let (sum, carry) = super::add(a, b);
    reduce_once(sum, carry)
}

/// `a · b / 2²⁵⁶ mod p`.
#[inline(always)]
pub(crate) fn field_multiply(a: &[u64; 4], b: &[u64; 4]) -> [u64; 4] {
    reduce(&multiply(a, b))
}

/// `a² / 2²⁵⁶ mod p`.
#[inline(always)]
pub(crate) fn field_square(a: &[u64; 4]) -> [u64; 4] {
    reduce(&square(a))
}

/// `a / 2²⁵⁶ mod p`.
#[inline(always)]
pub(crate) fn field_reduce(a: &[u64; 4]) -> [u64; 4] {
    reduce(&[a[0], a[1], a[2], a[3], 0, 0, 0, 0])
}

/// `a · b / 2²⁵⁶` modulo an odd modulus, whose negated inverse modulo 2⁶⁴ is given.
#[inline(always)]
pub(crate) fn montgomery_multiply(a: &[u64; 4], b: &[u64; 4], modulus: &[u64; 4], factor: u64) -> [u64; 4] {
    let mut t = multiply(a, b);
    let mut top = 0;
    for row in 0..4 {
        let m = t[row].wrapping_mul(factor);
        let mut carry = 0;
        for column in 0..4 {
            (t[row + column], carry) = multiply_add(t[row + column], m, modulus[column], carry);
        }
        (t[row + 4], top) = add_with_carry(t[row + 4], carry, top);
    }
    super::reduce_once(&[t[4], t[5], t[6], t[7]], top, modulus)
}
