//! `Content-Digest` as defined in [RFC 9530 Section 2](https://www.rfc-editor.org/rfc/rfc9530#section-2).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ca_core::algorithm::digest::sha256;

use super::MessageSignatureError;
use super::field::Cursor;

/// The longest header that is read: sha-256 takes 53 characters; the rest is room for algorithms that are skipped.
const MAX_HEADER: usize = 512;

/// The header's value for a body: `sha-256=:<base64>:`.
///
/// ```
/// assert_eq!(
///     schemas::message_signature::content_digest(b""),
///     "sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:"
/// );
/// ```
#[must_use]
pub fn content_digest(body: &[u8]) -> String {
    format!("sha-256=:{}:", STANDARD.encode(sha256(body)))
}

/// Checks a body against the header. Digests by other algorithms may stand beside sha-256; they are not judged.
///
/// # Errors
/// Where the header is malformed, has no sha-256, or the body is another.
pub fn check_content_digest(header: &str, body: &[u8]) -> Result<(), MessageSignatureError> {
    if header.len() > MAX_HEADER {
        return Err(MessageSignatureError::TooLong { header: "Content-Digest", max: MAX_HEADER });
    }
    let mut cursor = Cursor::new("Content-Digest", header);
    let mut found = None;
    loop {
        let algorithm = cursor.key()?;
        cursor.expect(b'=')?;
        let value = cursor.bytes()?;
        if algorithm == "sha-256" && found.replace(value).is_some() {
            return Err(cursor.malformed("one sha-256 digest"));
        }
        if cursor.at_end() {
            break;
        }
        cursor.skip_blanks();
        cursor.expect(b',')?;
        cursor.skip_blanks();
    }
    match found {
        None => Err(cursor.malformed("a sha-256 digest")),
        Some(digest) if digest == sha256(body) => Ok(()),
        Some(_) => Err(MessageSignatureError::DigestMismatch),
    }
}
