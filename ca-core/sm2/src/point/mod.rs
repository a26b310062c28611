//! Points of the curve and their multiples.

mod affine;
mod generator;
mod jacobian;
mod multiples;
mod secret;
mod wnaf;

pub(crate) use affine::AffinePoint;
pub(crate) use generator::multiply_generator;
pub(crate) use jacobian::{JacobianPoint, normalize};
pub(crate) use multiples::{Shape, SplitMultiples, double_multiply, double_multiply_prepared};
pub(crate) use secret::multiply_secret;
