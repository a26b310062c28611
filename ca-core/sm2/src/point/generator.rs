//! Multiples of the base point by a secret scalar, in constant time.

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

/// Entry j of row i is (2j + 1) · 2^(WIDTH · i) · G.
static TABLE: LazyLock<Vec<AffinePoint>> = LazyLock::new(|| {
    let mut points = Vec::with_capacity(WINDOWS * ROW);
    let mut base = AffinePoint::generator();
    for _ in 0..WINDOWS {
        let multiples = odd_multiples(base, ROW);
        base = doubled(base, WIDTH);
        points.extend(multiples);
    }
    normalize(&points)
});

/// base, 3 · base, … (2 · count − 1) · base.
pub(super) fn odd_multiples(base: AffinePoint, count: usize) -> Vec<JacobianPoint> {
    let two = JacobianPoint::from(base).double().to_affine();
    let mut point = JacobianPoint::from(base);
    let mut multiples = Vec::with_capacity(count);
    for _ in 0..count {
        multiples.push(point);
        point = point.add_affine(&two);
    }
    multiples
}

/// 2^times · point.
pub(super) fn doubled(point: AffinePoint, times: usize) -> AffinePoint {
    (0..times).fold(JacobianPoint::from(point), |point, _| point.double()).to_affine()
}

/// k · G for k ≠ 0, in constant time.
///
/// k or n − k, whichever is odd, is written as Σ dᵢ · 2^(6i) with odd dᵢ of at most 63 in magnitude, and the points
/// dᵢ · 2^(6i) · G are added from the lowest window on. Before window i the sum is s · G with 0 < |s| < 2^(6i), and what
/// is added is t · G with |t| ≥ 2^(6i); so s ± t is not 0 and, but in the last window, below n in magnitude: the points are
/// neither equal nor opposite nor infinity, and the formula for unequal points is right. In the last window s + t is the
/// odd scalar itself, not 0 modulo n, but s − t can be −n (for k = 9 · 2²⁵³ − n): there the doubling is chosen.
pub(crate) fn multiply_generator(scalar: &Scalar) -> JacobianPoint {
    let table: &[AffinePoint] = &TABLE;
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
fn lookup(table: &[AffinePoint], odd: &Limbs, window: usize) -> AffinePoint {
    let (index, negative) = digit(odd, window);
    let mut point = AffinePoint::default();
    for (entry, candidate) in table[window * ROW..(window + 1) * ROW].iter().zip(0..) {
        let difference: Word = index ^ candidate;
        let mask = ((difference | difference.wrapping_neg()) >> (limbs::WORD_BITS - 1)).wrapping_sub(1);
        point.x.gather(mask, &entry.x);
        point.y.gather(mask, &entry.y);
    }
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
