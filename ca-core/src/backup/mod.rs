//! The container of a backup: what it holds is encrypted to one SM2 key, and nothing can be changed, cut or reordered
//! without being noticed.
//!
//! ```text
//! "CITYCA BACKUP 1\n"
//! length of the header, 4 bytes, and the header: JSON, in the clear
//! chunks: 4 bytes of length, of which the highest bit marks the last; SM4-GCM ciphertext and tag
//! SM3 of all before
//! ```
//! Each backup has a key of its own for SM4 (GB/T 32907), which the header holds encrypted to the recipient's SM2 key
//! (GB/T 32918.4, in the form of GM/T 0009 section 7.2). The nonce of a chunk is its number in 11 bytes and whether it is
//! the last in one; the associated data is SM3 of the header. The checksum at the end lets anyone see damage without the
//! key; against an attacker the tags count, not the checksum. Who has the public key can make a backup: what it says of
//! its origin is for the audit's head in it, which is compared with what was known of the store.

mod error;
mod header;
mod open;
mod seal;
#[cfg(test)]
mod tests;

use aes_gcm::AesGcm;
use aes_gcm::aead::consts::U12;
use sm4::Sm4;

pub use error::BackupError;
pub use header::{Contents, Header};
pub use open::{Opened, check};
pub use seal::Sealer;

const MAGIC: &[u8; 16] = b"CITYCA BACKUP 1\n";
/// Bytes of a whole chunk before it is encrypted.
const CHUNK: usize = 64 * 1024;
const TAG: usize = 16;
const KEY: usize = 16;
const DIGEST: usize = 32;
/// Marks the length of the last chunk.
const LAST: u32 = 1 << 31;
/// More than any header: it names a few migrations.
const MAX_HEADER: usize = 64 * 1024;

type Cipher = AesGcm<Sm4, U12>;

/// The nonce of a chunk.
fn nonce(number: u64, last: bool) -> [u8; 12] {
    let mut nonce = [0; 12];
    nonce[3..11].copy_from_slice(&number.to_be_bytes());
    nonce[11] = u8::from(last);
    nonce
}
