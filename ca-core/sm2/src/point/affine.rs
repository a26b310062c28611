//! Points by their coordinates.

use crate::curve;
use crate::field::FieldElement;
use crate::limbs;

/// A point of the curve other than infinity. One of 64-bit limbs fills a cache line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(C, align(64))]
pub(crate) struct AffinePoint {
    pub(crate) x: FieldElement,
    pub(crate) y: FieldElement,
}

impl AffinePoint {
    /// The base point.
    pub(crate) fn generator() -> Self {
        Self {
            x: FieldElement::from_reduced(&limbs::from_words(curve::GX)),
            y: FieldElement::from_reduced(&limbs::from_words(curve::GY)),
        }
    }

    /// x³ − 3x + b, which is y² on the curve.
    pub(crate) fn right_side(x: FieldElement) -> FieldElement {
        let b = FieldElement::from_reduced(&limbs::from_words(curve::B));
        x.square() * x - (x.double() + x) + b
    }

    /// The point with these coordinates, if it is on the curve. Variable time.
    pub(crate) fn new(x: FieldElement, y: FieldElement) -> Option<Self> {
        (y.square() == Self::right_side(x)).then_some(Self { x, y })
    }
}
