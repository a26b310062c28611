//! Containers of private keys and certificates: PKCS #12 (RFC 7292) and CFCA's `.sm2`.
//!
//! What a PKCS #12 file shows without its password is in [`Pfx`]; [`Pfx::open`] checks the MAC and decrypts. Encryption is PBES2
//! with AES or SM4; the older ways of RFC 7292 appendix C (RC2, RC4, triple DES) are named and refused.
//!
//! ```
//! use ca_core::key::{EncryptionForm, Password, PrivateKey};
//! use ca_core::pkcs12::{Contents, Entry, Pfx};
//! # use rand_core::CryptoRng;
//! # fn pack(key: PrivateKey, password: &Password, rng: &mut dyn CryptoRng) -> Result<Vec<u8>, ca_core::pkcs12::Pkcs12Error> {
//! let contents = Contents { keys: vec![Entry::named(key, "device")], ..Contents::default() };
//! let file = contents.write(password, EncryptionForm::Sm4, rng)?;
//! assert_eq!(Pfx::parse(&file)?.open(Some(password))?.keys.len(), 1);
//! # Ok(file)
//! # }
//! ```

mod cfca;
mod contents;
mod error;
mod mac;
mod open;
mod pfx;
mod write;

pub use cfca::CfcaContainer;
pub use contents::{Contents, Entry};
pub use error::Pkcs12Error;
pub use pfx::{Mac, Part, Pfx};

/// The largest container read, in octets.
pub const MAX_OCTETS: usize = 4 << 20;

/// The most parts of a file and bags of a part that are read.
pub const MAX_BAGS: usize = 1024;

/// The most keys that are written: each is encrypted by itself, and so many a reader here takes the work for.
pub const MAX_KEYS: usize = 6;

#[cfg(test)]
mod tests;
