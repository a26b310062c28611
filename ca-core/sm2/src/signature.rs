//! Signatures and their encodings.

use crate::Error;
use crate::scalar::Scalar;

/// An SM2 signature (r, s), both between 1 and n − 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Signature {
    pub(crate) r: Scalar,
    pub(crate) s: Scalar,
}

/// DER tag of SEQUENCE.
const SEQUENCE: u8 = 0x30;
/// DER tag of INTEGER.
const INTEGER: u8 = 0x02;

impl Signature {
    /// The signature of `r‖s`, 32 big-endian bytes each.
    ///
    /// # Errors
    ///
    /// [`Error::SignatureRange`] if one is 0 or not below n.
    pub fn from_bytes(bytes: &[u8; 64]) -> Result<Self, Error> {
        let (r, s) = bytes.split_at(32);
        Self::from_halves(r, s)
    }

    /// `r‖s`, 32 big-endian bytes each.
    pub fn to_bytes(&self) -> [u8; 64] {
        let mut bytes = [0; 64];
        bytes[..32].copy_from_slice(&self.r.to_be_bytes());
        bytes[32..].copy_from_slice(&self.s.to_be_bytes());
        bytes
    }

    /// The signature of the DER encoding of `SEQUENCE { r INTEGER, s INTEGER }` (GM/T 0009 section 7.3).
    ///
    /// # Errors
    ///
    /// [`Error::SignatureEncoding`] for anything but the one DER encoding, bytes after it included;
    /// [`Error::SignatureRange`] if a value is not positive or not below n.
    pub fn from_der(der: &[u8]) -> Result<Self, Error> {
        let (content, rest) = split_value(SEQUENCE, der)?;
        let (r, content) = split_value(INTEGER, content)?;
        let (s, content) = split_value(INTEGER, content)?;
        if !rest.is_empty() || !content.is_empty() {
            return Err(Error::SignatureEncoding);
        }
        Self::from_halves(magnitude(r)?, magnitude(s)?)
    }

    /// The DER encoding, 8 to 72 bytes.
    pub fn to_der(&self) -> Vec<u8> {
        let mut content = Vec::with_capacity(70);
        for value in [self.r, self.s] {
            let bytes = value.to_be_bytes();
            let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
            let magnitude = &bytes[zeros..];
            let sign = magnitude.first().is_some_and(|byte| byte & 0x80 != 0);
            content.extend([INTEGER, (magnitude.len() + usize::from(sign)) as u8]);
            content.extend(sign.then_some(0));
            content.extend(magnitude);
        }
        let mut der = vec![SEQUENCE, content.len() as u8];
        der.append(&mut content);
        der
    }

    /// The values of magnitudes of at most 32 bytes.
    fn from_halves(r: &[u8], s: &[u8]) -> Result<Self, Error> {
        let scalar = |magnitude: &[u8]| {
            let mut bytes = [0; 32];
            let start = 32_usize.checked_sub(magnitude.len())?;
            bytes[start..].copy_from_slice(magnitude);
            Scalar::from_nonzero_be_bytes(&bytes)
        };
        match (scalar(r), scalar(s)) {
            (Some(r), Some(s)) => Ok(Self { r, s }),
            _ => Err(Error::SignatureRange),
        }
    }
}

/// The contents of the value with this tag at the start, and what follows. A signature needs no length above 127.
fn split_value(tag: u8, der: &[u8]) -> Result<(&[u8], &[u8]), Error> {
    match der {
        [found, length @ ..=127, rest @ ..] if *found == tag => {
            rest.split_at_checked(usize::from(*length)).ok_or(Error::SignatureEncoding)
        }
        _ => Err(Error::SignatureEncoding),
    }
}

/// The magnitude of the contents of an INTEGER, which must be the shortest and not negative.
fn magnitude(contents: &[u8]) -> Result<&[u8], Error> {
    match contents {
        [] | [0x00, 0x00..=0x7f, ..] | [0xff, 0x80..=0xff, ..] => Err(Error::SignatureEncoding),
        [0x80..=0xff, ..] => Err(Error::SignatureRange),
        [0x00, magnitude @ ..] => Ok(magnitude),
        magnitude => Ok(magnitude),
    }
}
