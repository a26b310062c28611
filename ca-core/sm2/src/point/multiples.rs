//! Sums s · G + t · P of public scalars. Variable time.

use std::sync::LazyLock;

use super::jacobian::ScaledPoint;
use super::{AffinePoint, JacobianPoint, normalize, wnaf};
use crate::scalar::Scalar;

/// The scalar is cut into this many parts of `PART` bits, whose doublings are shared.
const PARTS: usize = 8;
/// Bits of a part.
const PART: usize = 256 / PARTS;
/// Width of the digits of a point's own table: 8 × 16 points, 8 KiB.
const POINT_WIDTH: usize = 6;
/// Width of the digits of the base point's table: 8 × 256 points, 128 KiB.
const GENERATOR_WIDTH: usize = 10;
/// Width of the digits for a point without a table.
const PLAIN_WIDTH: usize = 5;

/// Odd multiples of 2^(32j) · P, for j from 0 to 7.
#[derive(Clone)]
pub(crate) struct SplitMultiples {
    width: usize,
    points: Vec<AffinePoint>,
}

static GENERATOR: LazyLock<SplitMultiples> =
    LazyLock::new(|| SplitMultiples::with_width(AffinePoint::generator(), GENERATOR_WIDTH));

impl SplitMultiples {
    /// The table for a point that is multiplied often.
    pub(crate) fn new(point: AffinePoint) -> Self {
        Self::with_width(point, POINT_WIDTH)
    }

    fn with_width(point: AffinePoint, width: usize) -> Self {
        let mut base = JacobianPoint::from(point);
        let mut points = vec![JacobianPoint::default(); PARTS << (width - 2)];
        for row in points.chunks_exact_mut(1 << (width - 2)) {
            base.odd_multiples(row);
            base = base.double_times(PART);
        }
        Self { width, points: normalize(&points) }
    }

    fn recode(&self, scalar: &Scalar) -> [i16; wnaf::LENGTH] {
        wnaf::recode(scalar.limbs(), self.width)
    }

    /// Adds what the digits at this bit of every part stand for.
    #[inline(always)]
    fn add_level(&self, mut sum: JacobianPoint, digits: &[i16; wnaf::LENGTH], level: usize) -> JacobianPoint {
        let row = 1 << (self.width - 2);
        for (part, points) in self.points.chunks_exact(row).enumerate() {
            // Bit 32 of a part is bit 0 of the next, but for the last, which has no next.
            if level == PART && part != PARTS - 1 {
                continue;
            }
            let digit = digits[part * PART + level];
            if digit != 0 {
                let mut point = points[usize::from(digit.unsigned_abs() / 2)];
                if digit < 0 {
                    point.y = -point.y;
                }
                sum = sum.add_affine(&point);
            }
        }
        sum
    }
}

/// s · G + t · P for a point met once.
pub(crate) fn double_multiply(s: &Scalar, t: &Scalar, point: &AffinePoint) -> JacobianPoint {
    let generator: &SplitMultiples = &GENERATOR;
    let generator_digits = generator.recode(s);
    let digits = wnaf::recode(t.limbs(), PLAIN_WIDTH);
    let mut multiples = [JacobianPoint::INFINITY; 1 << (PLAIN_WIDTH - 2)];
    JacobianPoint::from(*point).odd_multiples(&mut multiples);
    let multiples = multiples.map(ScaledPoint::new);

    let mut sum = JacobianPoint::INFINITY;
    for level in (0..wnaf::LENGTH).rev() {
        sum = sum.double();
        let digit = digits[level];
        if digit != 0 {
            let multiple = multiples[usize::from(digit.unsigned_abs() / 2)];
            sum = sum.add_scaled(&if digit < 0 { multiple.negate() } else { multiple });
        }
        if level <= PART {
            sum = generator.add_level(sum, &generator_digits, level);
        }
    }
    sum
}

/// s · G + t · P for a point with a table.
pub(crate) fn double_multiply_prepared(s: &Scalar, t: &Scalar, point: &SplitMultiples) -> JacobianPoint {
    let generator: &SplitMultiples = &GENERATOR;
    let generator_digits = generator.recode(s);
    let digits = point.recode(t);

    let mut sum = JacobianPoint::INFINITY;
    for level in (0..=PART).rev() {
        sum = sum.double();
        sum = point.add_level(sum, &digits, level);
        sum = generator.add_level(sum, &generator_digits, level);
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limbs;
    use crate::point::multiply_generator;

    fn scalar(words: [u64; 4]) -> Scalar {
        Scalar::reduce(&limbs::from_words(words))
    }

    /// With P = d · G the sum is (s + t · d) · G.
    #[test]
    fn sums_agree_with_one_multiplication_also_where_summands_meet() {
        let edges = [
            scalar([0; 4]),
            scalar([1, 0, 0, 0]),
            scalar([2, 0, 0, 0]),
            scalar([15, 0, 0, 0]),
            scalar([0, 0, 0, 1 << 63]),
            scalar([0x5555_5555_5555_5555; 4]),
            scalar([u64::MAX, 0, u64::MAX, 0]),
            scalar([0x0123_4567_89ab_cdef, 0xfedc_ba98_7654_3210, 0x8000_0000_0000_0001, 0xffff_ffff]),
        ];
        let edges: Vec<_> = edges.iter().flat_map(|edge| [*edge, edge.negate()]).collect();
        for d in edges.iter().filter(|d| d.is_zero() == 0) {
            let point = multiply_generator(d).to_affine();
            let prepared = SplitMultiples::new(point);
            // t · d · 2²⁵⁶ · 2⁻²⁵⁶.
            let d_montgomery = d.to_montgomery();
            for (s, t) in edges.iter().flat_map(|s| edges.iter().map(move |t| (s, t))) {
                let total = s.add(&t.montgomery_multiply(&d_montgomery));
                for sum in [double_multiply(s, t, &point), double_multiply_prepared(s, t, &prepared)] {
                    if total.is_zero() != 0 {
                        assert!(sum.is_infinity());
                    } else {
                        assert!(!sum.is_infinity());
                        assert_eq!(sum.to_affine(), multiply_generator(&total).to_affine());
                    }
                }
            }
        }
    }
}
