//! Block ciphers in CBC mode with PKCS #7 padding (RFC 5652 section 6.3), under keys that live once.

use aws_lc_rs::cipher::{
    AES_128, AES_192, AES_256, DecryptionContext, EncryptionContext, PaddedBlockDecryptingKey,
    PaddedBlockEncryptingKey, UnboundCipherKey,
};
use aws_lc_rs::iv::FixedLength;
use const_oid::ObjectIdentifier;
use sm4::Sm4;
use sm4::cipher::{BlockCipherDecrypt, BlockCipherEncrypt, KeyInit};
use subtle::{Choice, ConstantTimeEq, ConstantTimeGreater, ConstantTimeLess};
use zeroize::Zeroizing;

use crate::encoding::oid;

/// Bytes of a block of AES and SM4.
pub(crate) const BLOCK: usize = 16;

/// A block cipher.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BlockCipher {
    Aes128,
    Aes192,
    Aes256,
    Sm4,
}

impl BlockCipher {
    /// The cipher whose CBC mode has this identifier.
    pub(crate) fn of_cbc(oid: ObjectIdentifier) -> Option<Self> {
        match oid {
            oid::AES128_CBC => Some(Self::Aes128),
            oid::AES192_CBC => Some(Self::Aes192),
            oid::AES256_CBC => Some(Self::Aes256),
            oid::SM4_CBC => Some(Self::Sm4),
            _ => None,
        }
    }

    pub(crate) fn key_length(self) -> usize {
        match self {
            Self::Aes128 | Self::Sm4 => 16,
            Self::Aes192 => 24,
            Self::Aes256 => 32,
        }
    }

    fn aes(self) -> Option<&'static aws_lc_rs::cipher::Algorithm> {
        match self {
            Self::Aes128 => Some(&AES_128),
            Self::Aes192 => Some(&AES_192),
            Self::Aes256 => Some(&AES_256),
            Self::Sm4 => None,
        }
    }

    /// None where the key has another length, the bytes are not whole blocks, or the padding is not sound.
    pub(crate) fn decrypt_cbc(
        self,
        key: &[u8],
        iv: [u8; BLOCK],
        encrypted: &[u8],
    ) -> Option<Zeroizing<Vec<u8>>> {
        if encrypted.is_empty() || !encrypted.len().is_multiple_of(BLOCK) {
            return None;
        }
        let Some(algorithm) = self.aes() else { return sm4_cbc(key, iv, encrypted) };
        let key = PaddedBlockDecryptingKey::cbc_pkcs7(UnboundCipherKey::new(algorithm, key).ok()?).ok()?;
        let mut buffer = Zeroizing::new(encrypted.to_vec());
        let context = DecryptionContext::Iv128(FixedLength::from(iv));
        let length = key.decrypt(&mut buffer, context).ok()?.len();
        buffer.truncate(length);
        Some(buffer)
    }

    /// None where the key has another length, or the library fails.
    pub(crate) fn encrypt_cbc(self, key: &[u8], iv: [u8; BLOCK], plain: &[u8]) -> Option<Vec<u8>> {
        // With room for the padding, so that the plain text is not left behind by growing.
        let mut buffer = Zeroizing::new(Vec::with_capacity(plain.len() + BLOCK));
        buffer.extend_from_slice(plain);
        if let Some(algorithm) = self.aes() {
            let key = UnboundCipherKey::new(algorithm, key).ok()?;
            let key = PaddedBlockEncryptingKey::cbc_pkcs7(key).ok()?;
            key.less_safe_encrypt(&mut *buffer, EncryptionContext::Iv128(FixedLength::from(iv))).ok()?;
            return Some(buffer.to_vec());
        }
        let padding = BLOCK - plain.len() % BLOCK;
        buffer.resize(plain.len() + padding, padding as u8);
        let cipher = Sm4::new_from_slice(key).ok()?;
        let mut previous = iv;
        for block in buffer.chunks_exact_mut(BLOCK) {
            for (byte, mask) in block.iter_mut().zip(previous) {
                *byte ^= mask;
            }
            cipher.encrypt_block((&mut *block).try_into().ok()?);
            previous.copy_from_slice(block);
        }
        Some(buffer.to_vec())
    }
}

fn sm4_cbc(key: &[u8], iv: [u8; BLOCK], encrypted: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let mut plain = sm4_ecb(key, encrypted)?;
    let masks = std::iter::once(&iv[..]).chain(encrypted.chunks_exact(BLOCK));
    for (block, mask) in plain.chunks_exact_mut(BLOCK).zip(masks) {
        for (byte, mask) in block.iter_mut().zip(mask) {
            *byte ^= mask;
        }
    }
    let padding = padding_length(&plain)?;
    let length = plain.len() - padding;
    plain.truncate(length);
    Some(plain)
}

/// SM4 block by block without padding: none where the key has another length, or the bytes are not whole blocks.
pub(crate) fn sm4_ecb(key: &[u8], encrypted: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    if encrypted.is_empty() || !encrypted.len().is_multiple_of(BLOCK) {
        return None;
    }
    let cipher = Sm4::new_from_slice(key).ok()?;
    let mut plain = Zeroizing::new(encrypted.to_vec());
    for block in plain.chunks_exact_mut(BLOCK) {
        cipher.decrypt_block(block.try_into().ok()?);
    }
    Some(plain)
}

/// Length of the PKCS #7 padding, found without branching on the bytes before it.
fn padding_length(plain: &[u8]) -> Option<usize> {
    let last = plain.last_chunk::<BLOCK>()?;
    let count = last[BLOCK - 1];
    let mut sound = !count.ct_eq(&0) & !count.ct_gt(&(BLOCK as u8));
    for (index, byte) in last.iter().rev().enumerate() {
        let inside: Choice = (index as u8).ct_lt(&count);
        sound &= !inside | byte.ct_eq(&count);
    }
    bool::from(sound).then_some(usize::from(count))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ALL: [BlockCipher; 4] =
        [BlockCipher::Aes128, BlockCipher::Aes192, BlockCipher::Aes256, BlockCipher::Sm4];

    proptest! {
        #[test]
        fn what_is_encrypted_comes_back(plain in prop::collection::vec(any::<u8>(), 0..70), iv in any::<[u8; 16]>(), key in any::<[u8; 32]>()) {
            for cipher in ALL {
                let key = &key[..cipher.key_length()];
                let encrypted = cipher.encrypt_cbc(key, iv, &plain).unwrap();
                prop_assert_eq!(encrypted.len(), plain.len() / 16 * 16 + 16);
                prop_assert_eq!(&*cipher.decrypt_cbc(key, iv, &encrypted).unwrap(), &plain);
                prop_assert!(cipher.decrypt_cbc(key, iv, &encrypted[1..]).is_none());
                prop_assert!(cipher.decrypt_cbc(&key[1..], iv, &encrypted).is_none());
            }
        }
    }
}
