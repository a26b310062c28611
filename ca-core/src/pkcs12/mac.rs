//! The MAC of a file: HMAC under a key that is derived as RFC 7292 appendix B says.

use const_oid::ObjectIdentifier;
use hmac::{Hmac, KeyInit, Mac as _};
use zeroize::Zeroizing;

use super::{Mac, Pkcs12Error};
use crate::algorithm::digest::{DigestAlgorithm, digest};
use crate::key::pbes2::{MAX_SALT, Work, refused};
use subtle::ConstantTimeEq;

/// The diversifier for a key of integrity, RFC 7292 appendix B.3.
const INTEGRITY: u8 = 3;

/// Bytes of a block of the hash.
fn block_length(hash: DigestAlgorithm) -> usize {
    match hash {
        DigestAlgorithm::Sha384 | DigestAlgorithm::Sha512 => 128,
        _ => 64,
    }
}

/// The password as RFC 7292 appendix B.1 wants it: UTF-16 with two zeros at its end.
fn bmp(password: &str) -> Zeroizing<Vec<u8>> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(2 * password.len() + 2));
    for unit in password.encode_utf16() {
        bytes.extend_from_slice(&unit.to_be_bytes());
    }
    bytes.extend_from_slice(&[0, 0]);
    bytes
}

/// The key of the MAC: one output of the hash, RFC 7292 appendix B.2 with n = u. The password is as appendix B.1 wants it.
fn derive(hash: DigestAlgorithm, password: &[u8], salt: &[u8], iterations: u32) -> Zeroizing<Vec<u8>> {
    let block = block_length(hash);
    let mut input = Zeroizing::new(vec![INTEGRITY; block]);
    for part in [salt, password] {
        let length = part.len().div_ceil(block) * block;
        input.extend(part.iter().cycle().take(length));
    }
    let mut key = Zeroizing::new(digest(hash, &input));
    for _ in 1..iterations {
        key = Zeroizing::new(digest(hash, &key));
    }
    key
}

fn hmac(hash: DigestAlgorithm, key: &[u8], message: &[u8]) -> Option<Vec<u8>> {
    let by = match hash {
        DigestAlgorithm::Sm3 => {
            let mut mac = Hmac::<sm3::Sm3>::new_from_slice(key).ok()?;
            mac.update(message);
            return Some(mac.finalize().into_bytes().to_vec());
        }
        DigestAlgorithm::Sha1 => aws_lc_rs::hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY,
        DigestAlgorithm::Sha256 => aws_lc_rs::hmac::HMAC_SHA256,
        DigestAlgorithm::Sha384 => aws_lc_rs::hmac::HMAC_SHA384,
        DigestAlgorithm::Sha512 => aws_lc_rs::hmac::HMAC_SHA512,
    };
    Some(aws_lc_rs::hmac::sign(&aws_lc_rs::hmac::Key::new(by, key), message).as_ref().to_vec())
}

/// The MAC of a message.
pub(super) fn compute(
    hash: DigestAlgorithm,
    password: &str,
    salt: &[u8],
    iterations: u32,
    message: &[u8],
) -> Result<Vec<u8>, Pkcs12Error> {
    compute_with(hash, &bmp(password), salt, iterations, message)
}

fn compute_with(
    hash: DigestAlgorithm,
    password: &[u8],
    salt: &[u8],
    iterations: u32,
    message: &[u8],
) -> Result<Vec<u8>, Pkcs12Error> {
    hmac(hash, &derive(hash, password, salt, iterations), message).ok_or(Pkcs12Error::Library)
}

/// Checks the MAC. That it is right says that the password is right, and that whoever knows it made the file. An empty password
/// is its two zeros to some programs, and no octet at all to others.
pub(super) fn check(mac: &Mac, password: &str, message: &[u8], work: &mut Work) -> Result<(), Pkcs12Error> {
    let oid: ObjectIdentifier = mac.algorithm.oid;
    let hash = DigestAlgorithm::from_oid(oid).ok_or(Pkcs12Error::UnsupportedMac { oid })?;
    if mac.salt.len() > MAX_SALT {
        return Err(refused("the salt is too long").into());
    }
    let terminated = bmp(password);
    let bare: Option<&[u8]> = password.is_empty().then_some(&[]);
    for password in core::iter::once(&terminated[..]).chain(bare) {
        let iterations = work.take(mac.iterations)?.get();
        let computed = compute_with(hash, password, &mac.salt, iterations, message)?;
        if bool::from(computed.ct_eq(&mac.digest)) {
            return Ok(());
        }
    }
    Err(Pkcs12Error::WrongPassword)
}
