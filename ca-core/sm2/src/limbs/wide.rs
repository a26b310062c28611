//! Arithmetic on 64-bit limbs.

/// A limb.
pub(crate) type Word = u64;

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

const P: [u64; 4] = crate::curve::P;

/// One Montgomery step: `(a + a₀ · p) / 2⁶⁴`.
///
/// p = 2²⁵⁶ − 2²²⁴ − 2⁹⁶ + 2⁶⁴ − 1 is −1 modulo 2⁶⁴, so the factor is the lowest limb m itself and the quotient is
/// `⌊a / 2⁶⁴⌋ + m · (2¹⁹² − 2¹⁶⁰ − 2³² + 1)`: shifts and subtractions, no multiplication. It is below 2²⁵⁶ for every a.
#[inline(always)]
fn montgomery_step(a: [u64; 4]) -> [u64; 4] {
    let m = a[0];
    let (low, high) = (m << 32, m >> 32);
    let (r0, b) = sub_with_borrow(m, low, 0);
    let (r1, b) = sub_with_borrow(0, high, b);
    let (r2, b) = sub_with_borrow(0, low, b);
    let (r3, _) = sub_with_borrow(m, high, b);
    let (t0, c) = add_with_carry(a[1], r0, 0);
    let (t1, c) = add_with_carry(a[2], r1, c);
    let (t2, c) = add_with_carry(a[3], r2, c);
    [t0, t1, t2, r3.wrapping_add(c)]
}

/// `t / 2²⁵⁶ mod p` for t < p · 2²⁵⁶.
///
/// The low half is reduced alone (to at most p) and added to the high half and to the high half less p, so that the
/// comparison with p is the carry of the second sum.
#[inline(always)]
fn reduce(t: &[u64; 8]) -> [u64; 4] {
    let high = [t[4], t[5], t[6], t[7]];
    let (lowered, _) = super::sub(&high, &P);
    let low = montgomery_step(montgomery_step(montgomery_step(montgomery_step([t[0], t[1], t[2], t[3]]))));
    let (sum, _) = super::add(&low, &high);
    let (reduced, carry) = super::add(&low, &lowered);
    super::select(carry.wrapping_neg(), &sum, &reduced)
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
