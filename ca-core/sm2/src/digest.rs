//! What is signed: e = SM3(Z ‖ M) with the signer's Z (GB/T 32918.2 section 5.5).

use sm3::{Digest, Sm3};

use crate::{Error, PublicKey, curve};

/// The identifier that certificates, CRLs and most protocols use (GM/T 0009 section 10).
pub const DEFAULT_ID: &[u8] = b"1234567812345678";

/// Longest identifier: its length in bits is written in two bytes.
const MAX_ID_LENGTH: usize = 8191;

/// A hash that has taken in Z = SM3(ENTL ‖ ID ‖ a ‖ b ‖ xG ‖ yG ‖ xA ‖ yA).
#[derive(Clone)]
pub struct MessageDigest(Sm3);

impl MessageDigest {
    pub(crate) fn new(key: &PublicKey, id: &[u8]) -> Result<Self, Error> {
        if id.len() > MAX_ID_LENGTH {
            return Err(Error::IdentifierTooLong { length: id.len() });
        }
        let bits = id.len() as u16 * 8;
        let mut z = Sm3::new().chain_update(bits.to_be_bytes()).chain_update(id);
        for words in [curve::A, curve::B, curve::GX, curve::GY] {
            for word in words.iter().rev() {
                z.update(word.to_be_bytes());
            }
        }
        let z = z.chain_update(key.x()).chain_update(key.y()).finalize();
        Ok(Self(Sm3::new_with_prefix(z)))
    }

    /// Takes in the next part of a message that comes in parts.
    pub fn update(&mut self, part: &[u8]) {
        self.0.update(part);
    }

    /// e of all parts in order, as 32 bytes.
    pub fn finish(self) -> [u8; 32] {
        self.0.finalize().into()
    }

    /// e, as 32 bytes.
    pub(crate) fn of(&self, message: &[u8]) -> [u8; 32] {
        self.0.clone().chain_update(message).finalize().into()
    }
}
