//! Points in Jacobian coordinates: (X, Y, Z) is the point (X/Z², Y/Z³), or infinity where Z = 0.
//!
//! Formulas from the Explicit-Formulas Database (<https://hyperelliptic.org/EFD/g1p/auto-shortw-jacobian-3.html>).

use zeroize::DefaultIsZeroes;

use super::AffinePoint;
use crate::field::FieldElement;
use crate::limbs::Word;

#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct JacobianPoint {
    pub(crate) x: FieldElement,
    pub(crate) y: FieldElement,
    pub(crate) z: FieldElement,
}

impl DefaultIsZeroes for JacobianPoint {}

/// A sum and its two differences, whose vanishing tells the cases where the sum is not right.
pub(super) struct Sum {
    pub(super) point: JacobianPoint,
    /// 0 if the abscissas are equal.
    pub(super) h: FieldElement,
    /// 0 if also the ordinates are equal (then the sum is a doubling).
    pub(super) r: FieldElement,
}

impl From<AffinePoint> for JacobianPoint {
    #[inline(always)]
    fn from(point: AffinePoint) -> Self {
        Self { x: point.x, y: point.y, z: FieldElement::ONE }
    }
}

impl JacobianPoint {
    pub(crate) const INFINITY: Self =
        Self { x: FieldElement::ONE, y: FieldElement::ONE, z: FieldElement::ZERO };

    /// Variable time.
    #[inline(always)]
    pub(crate) fn is_infinity(&self) -> bool {
        self.z == FieldElement::ZERO
    }

    /// Twice the point; right for every point (none has order 2), and infinity for infinity.
    #[inline(always)]
    pub(crate) fn double(&self) -> Self {
        let zz = self.z.square();
        let yy = self.y.square();
        let four_yy = yy.double().double();
        let s = self.x * four_yy;
        let slope = (self.x - zz) * (self.x + zz);
        let slope = slope.double() + slope;
        let x = slope.square() - s.double();
        let z = (self.y * self.z).double();
        let y = slope * (s - x) - (four_yy * yy).double();
        Self { x, y, z }
    }

    /// 2^times times the point.
    pub(super) fn double_times(self, times: usize) -> Self {
        (0..times).fold(self, |point, _| point.double())
    }

    /// Fills P, 3P, 5P, … of a point other than infinity. Variable time.
    pub(super) fn odd_multiples(&self, multiples: &mut [Self]) {
        let two = ScaledPoint::new(self.double());
        let mut multiple = *self;
        let Some((first, rest)) = multiples.split_first_mut() else { return };
        *first = multiple;
        for entry in rest {
            multiple = multiple.add_scaled(&two);
            *entry = multiple;
        }
    }

    /// The sum with an affine point by formulas that are right only where the two are neither equal nor opposite nor
    /// this one infinity (`madd`).
    #[inline(always)]
    pub(super) fn add_unequal(&self, other: &AffinePoint) -> Sum {
        let zz = self.z.square();
        let h = other.x * zz - self.x;
        let r = zz * self.z * other.y - self.y;
        let hh = h.square();
        let hhh = hh * h;
        let v = self.x * hh;
        let x = r.square() - hhh - v.double();
        let y = r * (v - x) - self.y * hhh;
        Sum { point: Self { x, y, z: h * self.z }, h, r }
    }

    /// The sum with an affine point, for every pair. Variable time.
    #[inline(always)]
    pub(super) fn add_affine(&self, other: &AffinePoint) -> Self {
        if self.is_infinity() {
            return (*other).into();
        }
        self.add_unequal(other).completed(self)
    }

    /// The sum with a point whose Z² and Z³ are known, for every pair. Variable time.
    #[inline(always)]
    pub(super) fn add_scaled(&self, other: &ScaledPoint) -> Self {
        if self.is_infinity() {
            return other.point;
        }
        let zz = self.z.square();
        let u = self.x * other.zz;
        let s = self.y * other.zzz;
        let h = other.point.x * zz - u;
        let r = zz * self.z * other.point.y - s;
        let hh = h.square();
        let hhh = hh * h;
        let v = u * hh;
        let x = r.square() - hhh - v.double();
        let y = r * (v - x) - s * hhh;
        Sum { point: Self { x, y, z: h * self.z * other.point.z }, h, r }.completed(self)
    }

    /// The affine point; infinity gives (0, 0), which callers exclude. Constant time.
    pub(crate) fn to_affine(self) -> AffinePoint {
        self.scale(self.z.invert())
    }

    /// The affine point, given 1/Z.
    #[inline]
    fn scale(&self, inverse: FieldElement) -> AffinePoint {
        let square = inverse.square();
        AffinePoint { x: self.x * square, y: self.y * (square * inverse) }
    }

    /// `set` where the mask is all ones, `clear` where it is zero.
    #[inline(always)]
    pub(super) fn select(mask: Word, clear: &Self, set: &Self) -> Self {
        Self {
            x: FieldElement::select(mask, &clear.x, &set.x),
            y: FieldElement::select(mask, &clear.y, &set.y),
            z: FieldElement::select(mask, &clear.z, &set.z),
        }
    }
}

impl Sum {
    /// The true sum, where `first` is the first summand. Variable time.
    #[inline(always)]
    fn completed(self, first: &JacobianPoint) -> JacobianPoint {
        if self.h != FieldElement::ZERO {
            self.point
        } else if self.r == FieldElement::ZERO {
            first.double()
        } else {
            JacobianPoint::INFINITY
        }
    }
}

/// A point other than infinity with the powers of Z that additions use.
#[derive(Clone, Copy)]
pub(super) struct ScaledPoint {
    point: JacobianPoint,
    zz: FieldElement,
    zzz: FieldElement,
}

impl ScaledPoint {
    pub(super) fn new(point: JacobianPoint) -> Self {
        let zz = point.z.square();
        Self { point, zz, zzz: zz * point.z }
    }

    #[inline(always)]
    pub(super) fn negate(mut self) -> Self {
        self.point.y = -self.point.y;
        self
    }
}

/// The affine forms of points other than infinity, with one inversion for all. Constant time.
pub(crate) fn normalize(points: &[JacobianPoint]) -> Vec<AffinePoint> {
    let mut products = Vec::with_capacity(points.len());
    let mut product = FieldElement::ONE;
    for point in points {
        products.push(product);
        product = product * point.z;
    }
    let mut inverse = product.invert();
    let mut affine = vec![AffinePoint::default(); points.len()];
    for ((affine, point), before) in affine.iter_mut().zip(points).zip(products).rev() {
        *affine = point.scale(inverse * before);
        inverse = inverse * point.z;
    }
    affine
}
