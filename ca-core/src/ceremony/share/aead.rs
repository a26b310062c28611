//! AES-256-GCM with a key that encrypts one text.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use zeroize::Zeroizing;

/// Octets of a key.
pub(super) const KEY: usize = 32;
/// Octets that a text grows by.
pub(super) const TAG: usize = 16;

/// The nonce: every key is used once.
const NONCE: [u8; 12] = [0; 12];

fn cipher(key: &[u8; KEY]) -> Option<LessSafeKey> {
    UnboundKey::new(&AES_256_GCM, key).ok().map(LessSafeKey::new)
}

/// The text encrypted, with its tag behind it; none where the library fails. The key must be used for nothing else.
pub(super) fn seal(key: &[u8; KEY], associated: &[u8], text: &[u8]) -> Option<Vec<u8>> {
    // With room for the tag, so that the plain text is not left behind by growing.
    let mut buffer = Zeroizing::new(Vec::with_capacity(text.len() + TAG));
    buffer.extend_from_slice(text);
    let nonce = Nonce::assume_unique_for_key(NONCE);
    cipher(key)?.seal_in_place_append_tag(nonce, Aad::from(associated), &mut *buffer).ok()?;
    Some(buffer.to_vec())
}

/// The text inside; none where key, associated data or a bit of the text is another.
pub(super) fn open(key: &[u8; KEY], associated: &[u8], sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let mut buffer = Zeroizing::new(sealed.to_vec());
    let nonce = Nonce::assume_unique_for_key(NONCE);
    let length = cipher(key)?.open_in_place(nonce, Aad::from(associated), &mut buffer).ok()?.len();
    buffer.truncate(length);
    Some(buffer)
}
