//! Sums s · G + t · P of public scalars. Variable time.

use std::sync::LazyLock;

use super::jacobian::ScaledPoint;
use super::{AffinePoint, JacobianPoint, normalize, wnaf};
use crate::scalar::Scalar;

/// Bits of a scalar.
const BITS: usize = 256;
/// Width of the digits for a point without a table.
const PLAIN_WIDTH: usize = 5;

/// How a table is cut: scalars into parts of so many bits, whose doublings are shared, and parts into digits of a width.
#[derive(Clone, Copy)]
pub(crate) struct Shape {
    part: usize,
    width: usize,
}

impl Shape {
    /// 8 × 16 points, 8 KiB: for a point that is multiplied often.
    pub(crate) const SMALL: Self = Self { part: 32, width: 6 };
    /// 16 × 128 points, 128 KiB: for a point that is multiplied for as long as the program runs.
    pub(crate) const LARGE: Self = Self { part: 16, width: 9 };
    /// 16 × 256 points, 256 KiB.
    const GENERATOR: Self = Self { part: 16, width: 10 };

    /// Points of a part.
    const fn row(self) -> usize {
        1 << (self.width - 2)
    }
}

/// Odd multiples of 2^(part · j) · P for each part j.
#[derive(Clone)]
pub(crate) struct SplitMultiples {
    shape: Shape,
    points: Vec<AffinePoint>,
}

static GENERATOR: LazyLock<SplitMultiples> =
    LazyLock::new(|| SplitMultiples::new(AffinePoint::generator(), Shape::GENERATOR));

impl SplitMultiples {
    /// The table for a point.
    pub(crate) fn new(point: AffinePoint, shape: Shape) -> Self {
        let mut base = JacobianPoint::from(point);
        let mut points = vec![JacobianPoint::default(); BITS / shape.part * shape.row()];
        for row in points.chunks_exact_mut(shape.row()) {
            base.odd_multiples(row);
            base = base.double_times(shape.part);
        }
        Self { shape, points: normalize(&points) }
    }

    fn recode(&self, scalar: &Scalar) -> [i16; wnaf::LENGTH] {
        wnaf::recode(scalar.limbs(), self.shape.width)
    }

    /// Adds what the digits at this bit of every part stand for.
    #[inline(always)]
    fn add_level(&self, mut sum: JacobianPoint, digits: &[i16; wnaf::LENGTH], level: usize) -> JacobianPoint {
        let Shape { part, .. } = self.shape;
        if level > part {
            return sum;
        }
        for (first, points) in (0..BITS).step_by(part).zip(self.points.chunks_exact(self.shape.row())) {
            // The bit after a part is bit 0 of the next, but for the last, which has no next.
            if level == part && first + part != BITS {
                continue;
            }
            let digit = digits[first + level];
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
        sum = generator.add_level(sum, &generator_digits, level);
    }
    sum
}

/// s · G + t · P for a point with a table.
pub(crate) fn double_multiply_prepared(s: &Scalar, t: &Scalar, point: &SplitMultiples) -> JacobianPoint {
    let generator: &SplitMultiples = &GENERATOR;
    let generator_digits = generator.recode(s);
    let digits = point.recode(t);

    let mut sum = JacobianPoint::INFINITY;
    for level in (0..=point.shape.part.max(generator.shape.part)).rev() {
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
            let prepared = [Shape::SMALL, Shape::LARGE].map(|shape| SplitMultiples::new(point, shape));
            // t · d · 2²⁵⁶ · 2⁻²⁵⁶.
            let d_montgomery = d.to_montgomery();
            for (s, t) in edges.iter().flat_map(|s| edges.iter().map(move |t| (s, t))) {
                let total = s.add(&t.montgomery_multiply(&d_montgomery));
                let [small, large] = prepared.each_ref().map(|table| double_multiply_prepared(s, t, table));
                for sum in [double_multiply(s, t, &point), small, large] {
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
