//! Multiples of the base point by a secret scalar, in constant time.

use core::hint::black_box;
use std::sync::LazyLock;

use super::{AffinePoint, JacobianPoint, normalize};
use crate::field::FieldElement;
use crate::limbs::{self, Limbs, Word};
use crate::scalar::Scalar;

/// Bits of a window.
const WIDTH: usize = 6;
/// Windows of a 256-bit integer.
const WINDOWS: usize = 256_usize.div_ceil(WIDTH);
/// Odd multiples in a row: 1, 3, … 2^WIDTH − 1.
const ROW: usize = 1 << (WIDTH - 1);

type Row = [AffinePoint; ROW];

/// Point j of row i is (2j + 1) · 2^(WIDTH · i) · G.
static TABLE: LazyLock<Box<[Row; WINDOWS]>> = LazyLock::new(|| {
    let mut points = vec![JacobianPoint::default(); WINDOWS * ROW];
    let mut base = JacobianPoint::from(AffinePoint::generator());
    for row in points.chunks_exact_mut(ROW) {
        base.odd_multiples(row);
        base = base.double_times(WIDTH);
    }
    let mut table = Box::new([[AffinePoint::default(); ROW]; WINDOWS]);
    table.as_flattened_mut().copy_from_slice(&normalize(&points));
    table
});

/// k · G for k ≠ 0, in constant time.
///
/// k or n − k, whichever is odd, is written as Σ dᵢ · 2^(6i) with odd dᵢ of at most 63 in magnitude, and the points
/// dᵢ · 2^(6i) · G are added from the lowest window on. Before window i the sum is s · G with 0 < |s| < 2^(6i), and what
/// is added is t · G with |t| ≥ 2^(6i); so s ± t is not 0 and, but in the last window, below n in magnitude: the points are
/// neither equal nor opposite nor infinity, and the formula for unequal points is right. In the last window s + t is the
/// odd scalar itself, not 0 modulo n, but s − t can be −n (for k = 9 · 2²⁵³ − n): there the doubling is chosen.
pub(crate) fn multiply_generator(scalar: &Scalar) -> JacobianPoint {
    let table: &[Row; WINDOWS] = &TABLE;
    let even = Word::from(scalar.limbs()[0] & 1).wrapping_sub(1);
    let odd = *Scalar::select(even, scalar, &scalar.negate()).limbs();

    let mut sum = JacobianPoint::from(lookup(table, &odd, 0));
    for window in 1..WINDOWS - 1 {
        sum = sum.add_unequal(&lookup(table, &odd, window)).point;
    }
    let last = lookup(table, &odd, WINDOWS - 1);
    let total = sum.add_unequal(&last);
    let doubled = JacobianPoint::from(last).double();
    let mut product = JacobianPoint::select(total.h.is_zero() & total.r.is_zero(), &total.point, &doubled);

    product.y = FieldElement::select(even, &product.y, &-product.y);
    product
}

/// The point of a window, by reading the whole row.
#[inline(always)]
fn lookup(table: &[Row; WINDOWS], odd: &Limbs, window: usize) -> AffinePoint {
    let (index, negative) = digit(odd, window);
    let masks: [Word; ROW] = core::array::from_fn(|entry| {
        let difference = index ^ entry as Word;
        ((difference | difference.wrapping_neg()) >> (limbs::WORD_BITS - 1)).wrapping_sub(1)
    });
    let mut point = AffinePoint::default();
    // In view of how the masks are made the compiler would branch on the index.
    for (entry, mask) in table[window].iter().zip(black_box(&masks)) {
        point.x.gather(*mask, &entry.x);
        point.y.gather(*mask, &entry.y);
    }
    // Without this the sums are kept in too many registers: a twentieth of the time of signing.
    let mut point = black_box(point);
    point.y = FieldElement::select(negative, &point.y, &-point.y);
    point
}

/// The digit of a window as index in its row, (|d| − 1)/2, and a mask that is all ones for negative ones.
///
/// d is the WIDTH + 1 bits from the window's first on, made odd, less 2^WIDTH; the window above takes up what that adds. The
/// highest window is its bits made odd, and positive.
#[inline(always)]
fn digit(odd: &Limbs, window: usize) -> (Word, Word) {
    let bits = limbs::bits(odd, WIDTH * window, WIDTH + 1) as Word;
    if window == WINDOWS - 1 {
        return (bits >> 1, 0);
    }
    let negative = (bits >> WIDTH).wrapping_sub(1);
    let magnitude = (bits >> 1) & (ROW as Word - 1);
    ((magnitude ^ negative) & (ROW as Word - 1), negative)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::curve;

    /// By doubling and adding, highest bit first.
    fn by_bits(scalar: &Limbs) -> JacobianPoint {
        (0..256).rev().fold(JacobianPoint::INFINITY, |sum, bit| {
            let sum = sum.double();
            if limbs::bits(scalar, bit, 1) == 1 { sum.add_affine(&AffinePoint::generator()) } else { sum }
        })
    }

    fn check(scalar: &Limbs) {
        let scalar = Scalar::reduce(scalar);
        let expected = by_bits(scalar.limbs());
        assert!(!expected.is_infinity());
        assert_eq!(multiply_generator(&scalar).to_affine(), expected.to_affine(), "{scalar:?}");
    }

    #[test]
    fn the_scalar_whose_last_addition_doubles_is_right() {
        // 9 · 2²⁵³ − n.
        let high = limbs::from_words([0, 0, 0, 1 << 61]);
        let scalar = limbs::sub(&high, &limbs::from_words(curve::N)).0;
        check(&scalar);
        check(Scalar::reduce(&scalar).negate().limbs());
    }

    #[test]
    fn every_digit_of_every_window_is_right() {
        for window in 0..WINDOWS {
            let position = WIDTH * window;
            for digit in 1..=(2 * ROW as u128) {
                let mut words = [0; 5];
                let shifted = digit << (position % 64);
                words[position / 64] = shifted as u64;
                words[position / 64 + 1] = (shifted >> 64) as u64;
                let [words @ .., over] = words;
                if over == 0 && words != [0; 4] {
                    check(&limbs::from_words(words));
                    check(&limbs::from_words([words[0] | 1, words[1], words[2], words[3]]));
                }
            }
        }
    }

    #[test]
    fn small_scalars_and_their_negatives_are_right() {
        for small in 1..200 {
            let scalar = limbs::from_words([small, 0, 0, 0]);
            check(&scalar);
            check(Scalar::reduce(&scalar).negate().limbs());
        }
    }

    #[test]
    fn the_order_of_the_base_point_is_n() {
        assert!(by_bits(&limbs::from_words(curve::N)).is_infinity());
    }
}
