//! Integers modulo p, in Montgomery form (a · 2²⁵⁶ mod p), always below p.

use core::ops::{Add, Mul, Neg, Sub};

use zeroize::DefaultIsZeroes;

use crate::curve;
use crate::inverse::Modulus;
use crate::limbs::{self, Limbs, Word};

const P: Limbs = limbs::from_words(curve::P);
/// 2⁵¹² mod p, which brings an integer into Montgomery form.
const R2: Limbs = limbs::from_words([
    0x0000_0002_0000_0003,
    0x0000_0002_ffff_ffff,
    0x0000_0001_0000_0001,
    0x0000_0004_0000_0002,
]);

/// 2⁷⁶⁸ mod p, which brings the inverse of a Montgomery form into Montgomery form.
const R3: Limbs = limbs::from_words([
    0x0000_0012_0000_0016,
    0x0000_000e_ffff_fff8,
    0x0000_000a_0000_000c,
    0x0000_001b_0000_0009,
]);
const MODULUS: Modulus = Modulus::new(curve::P);

/// An integer modulo p. Equality takes variable time and is for public values.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct FieldElement(Limbs);

impl DefaultIsZeroes for FieldElement {}

impl FieldElement {
    pub(crate) const ZERO: Self = Self(limbs::ZERO);
    /// 2²⁵⁶ mod p.
    pub(crate) const ONE: Self = Self(limbs::from_words([1, 0xffff_ffff, 0, 0x1_0000_0000]));

    /// The element of an integer below p.
    pub(crate) fn from_reduced(integer: &Limbs) -> Self {
        Self(limbs::field_multiply(integer, &R2))
    }

    /// The element of 32 big-endian bytes, if they are below p. Variable time.
    pub(crate) fn from_be_bytes(bytes: &[u8; 32]) -> Option<Self> {
        let integer = limbs::from_be_bytes(bytes);
        let (_, borrow) = limbs::sub(&integer, &P);
        (borrow == 1).then(|| Self::from_reduced(&integer))
    }

    /// The integer below p.
    #[inline]
    pub(crate) fn to_limbs(self) -> Limbs {
        limbs::field_reduce(&self.0)
    }

    pub(crate) fn to_be_bytes(self) -> [u8; 32] {
        limbs::to_be_bytes(&self.to_limbs())
    }

    /// All ones if the element is zero.
    #[inline(always)]
    pub(crate) fn is_zero(&self) -> Word {
        limbs::is_zero(&self.0)
    }

    /// `set` where the mask is all ones, `clear` where it is zero.
    #[inline(always)]
    pub(crate) fn select(mask: Word, clear: &Self, set: &Self) -> Self {
        Self(limbs::select(mask, &clear.0, &set.0))
    }

    /// Adds to this accumulator, which begins as zero, the limbs of `other` where the mask is all ones.
    #[inline(always)]
    pub(crate) fn gather(&mut self, mask: Word, other: &Self) {
        for (limb, other) in self.0.iter_mut().zip(&other.0) {
            *limb |= mask & other;
        }
    }

    #[inline(always)]
    pub(crate) fn double(self) -> Self {
        self + self
    }

    #[inline(always)]
    pub(crate) fn square(self) -> Self {
        Self(limbs::field_square(&self.0))
    }

    #[inline(never)]
    fn square_times(mut self, count: u32) -> Self {
        for _ in 0..count {
            self = self.square();
        }
        self
    }

    /// 1/a, and 0 for 0.
    pub(crate) fn invert(self) -> Self {
        Self(limbs::field_multiply(&MODULUS.invert(&self.0), &R3))
    }

    /// A square root, a^((p + 1)/4), if there is one. Variable time.
    ///
    /// The exponent is 2⁶² · (2³² − 1) · (2¹⁶⁰ − 1) in binary 31 ones, a zero, 128 ones, 31 zeros, a one and 62 zeros.
    pub(crate) fn square_root(self) -> Option<Self> {
        let x2 = self.square() * self;
        let x3 = x2.square() * self;
        let x6 = x3.square_times(3) * x3;
        let x12 = x6.square_times(6) * x6;
        let x15 = x12.square_times(3) * x3;
        let x31 = (x15.square_times(15) * x15).square() * self;
        let x32 = x31.square() * self;
        let x64 = x32.square_times(32) * x32;
        let x128 = x64.square_times(64) * x64;
        let root = ((x31.square_times(129) * x128).square_times(32) * self).square_times(62);
        (root.square() == self).then_some(root)
    }

    /// Whether the integer is odd. Variable time.
    pub(crate) fn is_odd(self) -> bool {
        self.to_limbs()[0] & 1 == 1
    }
}

impl Add for FieldElement {
    type Output = Self;

    #[inline(always)]
    fn add(self, other: Self) -> Self {
        Self(limbs::field_add(&self.0, &other.0))
    }
}

impl Sub for FieldElement {
    type Output = Self;

    #[inline(always)]
    fn sub(self, other: Self) -> Self {
        Self(limbs::sub_mod(&self.0, &other.0, &P))
    }
}

impl Mul for FieldElement {
    type Output = Self;

    #[inline(always)]
    fn mul(self, other: Self) -> Self {
        Self(limbs::field_multiply(&self.0, &other.0))
    }
}

impl Neg for FieldElement {
    type Output = Self;

    #[inline(always)]
    fn neg(self) -> Self {
        Self::ZERO - self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::point::AffinePoint;

    /// Words that make and break carries.
    const WORDS: [u64; 8] =
        [0, 1, 2, 0xffff_ffff, 0x1_0000_0000, 0xffff_fffe_ffff_ffff, 0xffff_ffff_0000_0000, u64::MAX];

    /// All integers below p whose words are among `WORDS`.
    fn edges() -> impl Iterator<Item = Limbs> {
        (0..8_usize.pow(4)).filter_map(|index| {
            let integer = limbs::from_words([0, 1, 2, 3].map(|place| WORDS[index >> (3 * place) & 7]));
            (limbs::sub(&integer, &P).1 == 1).then_some(integer)
        })
    }

    #[test]
    fn constants_follow_from_the_definition_of_the_curve() {
        let power = |exponent: usize| {
            let mut words = [0; 4];
            words[exponent / 64] = 1 << (exponent % 64);
            limbs::from_words(words)
        };
        // 2²⁵⁶ − 2²²⁴ − 2⁹⁶ + 2⁶⁴ − 1, modulo 2²⁵⁶.
        let prime = limbs::sub(&limbs::ZERO, &power(224)).0;
        let prime = limbs::add(&limbs::sub(&prime, &power(96)).0, &power(64)).0;
        assert_eq!(P, limbs::sub(&prime, &power(0)).0);
        assert_eq!(limbs::from_words(curve::A), limbs::sub(&P, &limbs::from_words([3, 0, 0, 0])).0);

        let doubled = |times: usize| (0..times).fold(power(0), |power, _| limbs::add_mod(&power, &power, &P));
        assert_eq!(FieldElement::ONE.0, doubled(256));
        assert_eq!(R2, doubled(512));
        assert_eq!(R3, doubled(768));

        let generator = AffinePoint::generator();
        assert_eq!(AffinePoint::new(generator.x, generator.y), Some(generator));
    }

    #[test]
    fn products_agree_with_plain_montgomery_multiplication() {
        let edges: Vec<Limbs> = edges().collect();
        for (index, a) in edges.iter().enumerate() {
            assert_eq!(limbs::field_square(a), limbs::montgomery_multiply(a, a, &P, 1));
            assert_eq!(
                limbs::field_reduce(a),
                limbs::montgomery_multiply(a, &limbs::from_words([1, 0, 0, 0]), &P, 1)
            );
            for b in edges.iter().skip(index % 7).step_by(7) {
                assert_eq!(limbs::field_multiply(a, b), limbs::montgomery_multiply(a, b, &P, 1));
                assert_eq!(limbs::field_add(a, b), limbs::add_mod(a, b, &P));
                let sum = FieldElement(*a) + FieldElement(*b);
                assert_eq!(sum - FieldElement(*b), FieldElement(*a));
            }
        }
    }

    #[test]
    fn an_element_times_its_inverse_is_one() {
        for element in edges().map(FieldElement).filter(|element| *element != FieldElement::ZERO) {
            assert_eq!(element.invert() * element, FieldElement::ONE);
        }
        assert_eq!(FieldElement::ZERO.invert(), FieldElement::ZERO);
    }

    #[test]
    fn squares_have_roots_and_their_negatives_have_none() {
        for element in edges().map(FieldElement).filter(|element| *element != FieldElement::ZERO) {
            let square = element.square();
            let root = square.square_root().expect("a square");
            assert!(root == element || root == -element);
            // −1 is no square, as p is 3 modulo 4.
            assert_eq!((-square).square_root(), None);
        }
    }

    #[test]
    fn bytes_of_p_and_above_are_refused() {
        for above in [0, 1] {
            let integer = limbs::add(&P, &limbs::from_words([above, 0, 0, 0])).0;
            assert_eq!(FieldElement::from_be_bytes(&limbs::to_be_bytes(&integer)), None);
        }
        assert_eq!(FieldElement::from_be_bytes(&[0xff; 32]), None);
        let largest = limbs::to_be_bytes(&limbs::sub(&P, &limbs::from_words([1, 0, 0, 0])).0);
        assert_eq!(FieldElement::from_be_bytes(&largest).map(FieldElement::to_be_bytes), Some(largest));
    }
}
