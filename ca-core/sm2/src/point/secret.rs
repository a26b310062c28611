//! Multiples of a point that is met once by a secret scalar, in constant time.

use core::hint::black_box;

use super::{AffinePoint, JacobianPoint, normalize};
use crate::field::FieldElement;
use crate::limbs::{self, Limbs, Word};
use crate::scalar::Scalar;

/// Bits of a window.
const WIDTH: usize = 4;
/// Windows of a 256-bit integer.
const WINDOWS: usize = 256_usize.div_ceil(WIDTH);
/// Odd multiples: 1, 3, … 2^WIDTH − 1.
const ROW: usize = 1 << (WIDTH - 1);

/// k · P for k ≠ 0, in constant time for one P.
///
/// k or n − k, whichever is odd, is written as Σ dᵢ · 2^(4i) with odd dᵢ of at most 15 in magnitude and a positive highest one.
/// From the highest window on, the sum s · P is doubled four times and dᵢ · P is added. s is at least 1, so 16s is above |dᵢ|:
/// as integers the two are neither equal nor opposite, and but in the last window both are far below n. In the last window
/// 16s + d is the odd scalar, not 0 modulo n, but 16s − d can be n (for k = n − 2): there the doubling is chosen.
pub(crate) fn multiply_secret(scalar: &Scalar, point: &AffinePoint) -> JacobianPoint {
    let mut multiples = [JacobianPoint::INFINITY; ROW];
    JacobianPoint::from(*point).odd_multiples(&mut multiples);
    let multiples = normalize(&multiples);

    let even = Word::from(scalar.limbs()[0] & 1).wrapping_sub(1);
    let odd = *Scalar::select(even, scalar, &scalar.negate()).limbs();
    let mut sum = JacobianPoint::from(lookup(&multiples, &odd, WINDOWS - 1));
    for window in (1..WINDOWS - 1).rev() {
        sum = sum.double_times(WIDTH).add_unequal(&lookup(&multiples, &odd, window)).point;
    }
    let last = lookup(&multiples, &odd, 0);
    let total = sum.double_times(WIDTH).add_unequal(&last);
    let doubled = JacobianPoint::from(last).double();
    let mut product = JacobianPoint::select(total.h.is_zero() & total.r.is_zero(), &total.point, &doubled);

    product.y = FieldElement::select(even, &product.y, &-product.y);
    product
}

/// The multiple that a window asks for, by reading all.
fn lookup(multiples: &[AffinePoint], odd: &Limbs, window: usize) -> AffinePoint {
    let (index, negative) = digit(odd, window);
    let masks: [Word; ROW] = core::array::from_fn(|entry| {
        let difference = index ^ entry as Word;
        ((difference | difference.wrapping_neg()) >> (limbs::WORD_BITS - 1)).wrapping_sub(1)
    });
    let mut point = AffinePoint::default();
    // In view of how the masks are made the compiler would branch on the index.
    for (entry, mask) in multiples.iter().zip(black_box(&masks)) {
        point.x.gather(*mask, &entry.x);
        point.y.gather(*mask, &entry.y);
    }
    let mut point = black_box(point);
    point.y = FieldElement::select(negative, &point.y, &-point.y);
    point
}

/// The digit of a window as index, (|d| − 1)/2, and a mask that is all ones for negative ones: as in the multiples of the base point.
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
    use crate::point::multiply_generator;

    /// With P = d · G the product is k · d · G.
    #[test]
    fn products_agree_with_two_multiplications_of_the_base_point() {
        let scalar = |words| Scalar::reduce(&limbs::from_words(words));
        let small = (1..40).map(|small| scalar([small, 0, 0, 0]));
        let edges = [
            scalar([0, 0, 0, 1 << 63]),
            scalar([0x5555_5555_5555_5555; 4]),
            scalar([u64::MAX, 0, u64::MAX, 0]),
            scalar([0x0123_4567_89ab_cdef, 0xfedc_ba98_7654_3210, 0x8000_0000_0000_0001, 0xffff_ffff]),
        ];
        let scalars: Vec<_> = small.chain(edges).flat_map(|k| [k, k.negate()]).collect();
        for d in [scalar([1, 0, 0, 0]), scalar([7, 0, 3, 0]), scalar([9, 9, 9, 9])] {
            let point = multiply_generator(&d).to_affine();
            for k in &scalars {
                let product = k.to_montgomery().montgomery_multiply(&d);
                let expected = multiply_generator(&product).to_affine();
                assert_eq!(multiply_secret(k, &point).to_affine(), expected, "{k:?}");
            }
        }
    }
}
