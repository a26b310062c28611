//! Integers modulo the group order n, always below n.

use zeroize::DefaultIsZeroes;

use crate::curve;
use crate::inverse::Modulus;
use crate::limbs::{self, Limbs, Word};

/// The group order.
pub(crate) const N: Limbs = limbs::from_words(curve::N);
/// −1/n modulo the limb.
const FACTOR: Word = {
    let mut inverse: Word = 1;
    let mut round = 0;
    while round < 6 {
        inverse = inverse.wrapping_mul((2 as Word).wrapping_sub(N[0].wrapping_mul(inverse)));
        round += 1;
    }
    inverse.wrapping_neg()
};
/// 2⁵¹² mod n.
const R2: Limbs = limbs::from_words([
    0x9011_92af_7c11_4f20,
    0x3464_504a_de6f_a2fa,
    0x620f_c84c_3aff_e0d4,
    0x1eb5_e412_a22b_3d3b,
]);
const MODULUS: Modulus = Modulus::new(curve::N);

/// An integer modulo n. Equality takes variable time and is for public values.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Scalar(Limbs);

impl DefaultIsZeroes for Scalar {}

impl Scalar {
    pub(crate) const ONE: Self = Self(limbs::from_words([1, 0, 0, 0]));

    /// The residue of an integer below 2n, which every 256-bit integer is.
    #[inline]
    pub(crate) fn reduce(integer: &Limbs) -> Self {
        Self(limbs::reduce_once(integer, 0, &N))
    }

    /// The residue of 32 big-endian bytes.
    pub(crate) fn reduce_be_bytes(bytes: &[u8; 32]) -> Self {
        Self::reduce(&limbs::from_be_bytes(bytes))
    }

    /// The scalar of 32 big-endian bytes, if they are between 1 and n − 1. Constant time but for the answer.
    pub(crate) fn from_nonzero_be_bytes(bytes: &[u8; 32]) -> Option<Self> {
        let integer = limbs::from_be_bytes(bytes);
        let (_, below) = limbs::sub(&integer, &N);
        (below & !limbs::is_zero(&integer) & 1 == 1).then_some(Self(integer))
    }

    pub(crate) fn to_be_bytes(self) -> [u8; 32] {
        limbs::to_be_bytes(&self.0)
    }

    #[inline]
    pub(crate) fn limbs(&self) -> &Limbs {
        &self.0
    }

    /// All ones if the scalar is zero.
    #[inline]
    pub(crate) fn is_zero(&self) -> Word {
        limbs::is_zero(&self.0)
    }

    #[inline]
    pub(crate) fn add(&self, other: &Self) -> Self {
        Self(limbs::add_mod(&self.0, &other.0, &N))
    }

    #[inline]
    pub(crate) fn sub(&self, other: &Self) -> Self {
        let (difference, borrow) = limbs::sub(&self.0, &other.0);
        let corrected = limbs::add(&difference, &N).0;
        Self(limbs::select(limbs::opaque(borrow.wrapping_neg()), &difference, &corrected))
    }

    #[inline]
    pub(crate) fn negate(&self) -> Self {
        Self::default().sub(self)
    }

    /// `set` where the mask is all ones, `clear` where it is zero.
    #[inline]
    pub(crate) fn select(mask: Word, clear: &Self, set: &Self) -> Self {
        Self(limbs::select(mask, &clear.0, &set.0))
    }

    /// a · b / 2²⁵⁶.
    #[inline]
    pub(crate) fn montgomery_multiply(&self, other: &Self) -> Self {
        Self(limbs::montgomery_multiply(&self.0, &other.0, &N, FACTOR))
    }

    /// 2²⁵⁶ · a, which [`montgomery_multiply`](Self::montgomery_multiply) by b makes a · b.
    #[cfg(test)]
    pub(crate) fn to_montgomery(self) -> Self {
        self.montgomery_multiply(&Self(R2))
    }

    /// 2²⁵⁶/a, which [`montgomery_multiply`](Self::montgomery_multiply) by b makes b/a; 0 for 0.
    pub(crate) fn invert_to_montgomery(&self) -> Self {
        Self(MODULUS.invert(&self.0)).montgomery_multiply(&Self(R2))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn constants_follow_from_the_order() {
        let power = (0..512).fold(Scalar::ONE, |power, _| power.add(&power));
        assert_eq!(power, Scalar(R2));
        assert_eq!(N[0].wrapping_mul(FACTOR), Word::MAX);
    }

    #[test]
    fn a_scalar_times_its_inverse_is_one() {
        let mut scalar = Scalar::ONE;
        for round in 0..2_000 {
            assert_eq!(scalar.invert_to_montgomery().montgomery_multiply(&scalar), Scalar::ONE);
            let negative = scalar.negate();
            assert_eq!(negative.invert_to_montgomery().montgomery_multiply(&negative), Scalar::ONE);
            // First small numbers, then a walk through large ones.
            scalar = if round < 1_000 { scalar.add(&Scalar::ONE) } else { scalar.to_montgomery() };
        }
        let zero = Scalar::default();
        assert_eq!(zero.invert_to_montgomery(), zero);
    }
}
