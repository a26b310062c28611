//! SM2 digital signatures as in GB/T 32918.2-2016 (ISO/IEC 14888-3) and public key encryption as in GB/T 32918.4-2016, over the
//! recommended curve of GB/T 32918.5-2017.
//!
//! Everything derived from a private key or a nonce is computed without branching on it or indexing by it; verification
//! handles public data and takes variable time. `docs/SM2.md` explains the formulas, their bounds and the figures.
//!
//! ```
//! use ca_sm2::{DEFAULT_ID, PrivateKey, SigningKey};
//! use rand_core::UnwrapErr;
//!
//! # fn main() -> Result<(), ca_sm2::Error> {
//! let mut rng = UnwrapErr(getrandom::SysRng);
//! let key = SigningKey::new(PrivateKey::generate(&mut rng), DEFAULT_ID)?;
//! let signature = key.sign_verified(b"message", &mut rng)?;
//! key.verifying_key().verify(b"message", &signature)?;
//! # Ok(())
//! # }
//! ```
#![forbid(unsafe_code)]

mod curve;
mod digest;
mod encryption;
mod error;
mod field;
mod inverse;
mod key;
mod limbs;
mod nonce;
mod point;
mod scalar;
mod sign;
mod signature;
#[cfg(feature = "study")]
#[doc(hidden)]
pub mod study;
mod verify;

pub use digest::{DEFAULT_ID, MessageDigest};
pub use encryption::Ciphertext;
pub use error::Error;
pub use key::{PrivateKey, PublicKey};
pub use sign::SigningKey;
pub use signature::Signature;
pub use verify::{PreparedVerifyingKey, VerifyingKey};
