//! Shares: the root key sealed under a random key, which is shared among the officers.
//!
//! Three layers, each with one task:
//! 1. The root key in PKCS #8 is encrypted by AES-256-GCM under a fresh random key of 256 bits: a [`SealedKey`].
//! 2. That key is split by Shamir's scheme over GF(256): any m of n shares restore it, m − 1 tell nothing,
//!    whatever computer there will be.
//! 3. Each share is encrypted under its officer's passphrase (Argon2id, then AES-256-GCM): a [`Share`], to be kept as a
//!    file, as words on paper or as QR.
//!
//! The [`ShareSet`] says in the open who holds what, with a commitment to each share, so that every share is verified
//! alone, before any are put together, and a wrong one is named by its officer. The set is bound to the sealed key and to
//! every share as associated data, and stands in the transcript that the officers sign.
//!
//! Why AES-256-GCM and not SM4-GCM, where all else is SM2 and SM3: the key of SM4 has 128 bits. A root lives twenty years,
//! its sealed key is a file that may be copied and kept, and a search that a quantum computer speeds up halves the bits.
//! AES here is constant in time by instructions of the processor; a table-driven SM4 is not. Every key encrypts one text,
//! so that no nonce can repeat.

mod aead;
mod error;
mod passphrase;
mod sealed;
mod set;
mod shamir;
mod splitting;
mod text;
mod words;

pub use error::ShareError;
pub use passphrase::{MIN_PASSPHRASE, Passphrase, PassphraseError};
pub use sealed::{SealedKey, SharesMade, seal};
pub use set::{Holder, ShareSet};
pub use splitting::{Collection, OpenedShare, Share};
pub use words::{LINES_HINT, read_words, write_words};

/// Most officers with a share: more people do not come to one room.
pub const MAX_OFFICERS: usize = 32;

#[cfg(test)]
mod tests;
