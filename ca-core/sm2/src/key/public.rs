//! Public keys.

use crate::Error;
use crate::field::FieldElement;
use crate::point::AffinePoint;

/// An SM2 public key: a point of the curve other than infinity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicKey {
    point: AffinePoint,
}

impl PublicKey {
    /// The key of a SEC1 encoded point (SEC 1 section 2.3.4), `04‖X‖Y` or compressed `02‖X` and `03‖X`.
    ///
    /// # Errors
    ///
    /// [`Error::PointEncoding`] for other forms (infinity `00` and the hybrid `06`, `07` among them) and coordinates that
    /// are not below p; [`Error::PointNotOnCurve`] where no point of the curve has these coordinates.
    pub fn from_sec1_bytes(bytes: &[u8]) -> Result<Self, Error> {
        let (tag, coordinates) = bytes.split_first().ok_or(Error::PointEncoding)?;
        let (x, rest) = coordinates.split_first_chunk::<32>().ok_or(Error::PointEncoding)?;
        let x = FieldElement::from_be_bytes(x).ok_or(Error::PointEncoding)?;
        let point = match (tag, rest) {
            (0x04, rest) => {
                let y: &[u8; 32] = rest.try_into().map_err(|_| Error::PointEncoding)?;
                let y = FieldElement::from_be_bytes(y).ok_or(Error::PointEncoding)?;
                AffinePoint::new(x, y)
            }
            (0x02 | 0x03, []) => AffinePoint::right_side(x).square_root().map(|root| {
                let odd = *tag == 0x03;
                AffinePoint { x, y: if root.is_odd() == odd { root } else { -root } }
            }),
            _ => return Err(Error::PointEncoding),
        };
        point.map(Self::from_point).ok_or(Error::PointNotOnCurve)
    }

    /// The uncompressed encoding `04‖X‖Y`.
    pub fn to_sec1_bytes(&self) -> [u8; 65] {
        let mut bytes = [0x04; 65];
        bytes[1..33].copy_from_slice(&self.x());
        bytes[33..].copy_from_slice(&self.y());
        bytes
    }

    /// The abscissa, 32 big-endian bytes.
    pub fn x(&self) -> [u8; 32] {
        self.point.x.to_be_bytes()
    }

    /// The ordinate, 32 big-endian bytes.
    pub fn y(&self) -> [u8; 32] {
        self.point.y.to_be_bytes()
    }

    pub(crate) fn from_point(point: AffinePoint) -> Self {
        Self { point }
    }

    pub(crate) fn point(&self) -> &AffinePoint {
        &self.point
    }
}
