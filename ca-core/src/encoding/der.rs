//! Strict DER (ITU-T X.690 section 10) for input that anyone may send.
//!
//! [`decode`] first walks the whole input without recursion and without allocating in proportion to its nesting, and only
//! then hands it to the typed decoders, which recurse.

use ::der::{Decode, Encode};

/// How deep elements may nest. The deepest structure in use, a certificate inside CMS inside a seal, stays below 30; the
/// typed decoders recurse once a level, so the bound also bounds the stack.
pub const MAX_DEPTH: usize = 64;

/// Most bytes that the tag number of one element may take. Structures in use stay below 31, one byte; four bytes leave room.
const MAX_TAG_BYTES: usize = 4;

/// Why bytes are not the DER that was expected.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{kind} (at byte {offset})")]
pub struct DerError {
    /// Where in the input, in bytes from its start.
    pub offset: usize,
    /// What is wrong.
    pub kind: DerErrorKind,
}

/// What is wrong with a DER encoding.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DerErrorKind {
    /// There are no bytes.
    #[error("the input is empty")]
    Empty,
    /// The input ends inside an element.
    #[error("the input ends {missing} bytes too early")]
    Truncated {
        /// How many bytes are missing at least.
        missing: usize,
    },
    /// The first element is complete and more follows.
    #[error("{count} bytes follow the end of the structure")]
    Trailing {
        /// How many bytes follow.
        count: usize,
    },
    /// An element is longer than the one that contains it.
    #[error("an element is longer than the element that contains it")]
    Overrun,
    /// The indefinite form of length, which BER has and DER has not.
    #[error("an element has an indefinite length, which DER does not allow")]
    IndefiniteLength,
    /// A length or tag number not written in its shortest form.
    #[error("a length or tag is not in its shortest form")]
    NotMinimal,
    /// A length or tag number of more bytes than any input can need.
    #[error("a length or tag is too large")]
    TooLarge,
    /// Elements nest deeper than [`MAX_DEPTH`].
    #[error("elements nest deeper than {MAX_DEPTH} levels")]
    TooDeep,
    /// The encoding is sound and is not of the type that was expected here.
    #[error("not the structure expected: {0}")]
    Structure(::der::ErrorKind),
}

impl DerError {
    /// The stable name of the condition.
    pub fn code(&self) -> &'static str {
        match self.kind {
            DerErrorKind::Empty => "der-empty",
            DerErrorKind::Truncated { .. } => "der-truncated",
            DerErrorKind::Trailing { .. } => "der-trailing-data",
            DerErrorKind::Overrun => "der-overrun",
            DerErrorKind::IndefiniteLength => "der-indefinite-length",
            DerErrorKind::NotMinimal => "der-not-minimal",
            DerErrorKind::TooLarge => "der-too-large",
            DerErrorKind::TooDeep => "der-too-deep",
            DerErrorKind::Structure(_) => "der-structure",
        }
    }
}

impl From<::der::Error> for DerError {
    fn from(error: ::der::Error) -> Self {
        let offset = error.position().map_or(0, |position| u32::from(position) as usize);
        Self { offset, kind: DerErrorKind::Structure(error.kind()) }
    }
}

/// Decodes one value that fills the input.
///
/// # Errors
///
/// What [`check_structure`] finds, or [`DerErrorKind::Structure`] where the elements are not those of `T`.
pub fn decode<T>(bytes: &[u8]) -> Result<T, DerError>
where
    T: for<'a> Decode<'a, Error = ::der::Error>,
{
    check_structure(bytes)?;
    Ok(T::from_der(bytes)?)
}

/// Encodes a value.
///
/// # Errors
///
/// [`DerErrorKind::Structure`] where the value has no DER encoding, such as one longer than 256 MiB.
pub fn encode<T: Encode + ?Sized>(value: &T) -> Result<Vec<u8>, DerError> {
    Ok(value.to_der()?)
}

/// Checks that the bytes are exactly one element of definite length, whose nested elements fit one another, with all lengths
/// and tags in shortest form and no more than [`MAX_DEPTH`] levels. Contents of primitive elements are not looked at.
///
/// # Errors
///
/// The first fault found, and where.
pub fn check_structure(bytes: &[u8]) -> Result<(), DerError> {
    if bytes.is_empty() {
        return Err(DerError { offset: 0, kind: DerErrorKind::Empty });
    }
    let mut ends = [0_usize; MAX_DEPTH];
    let mut depth = 0;
    let mut at = 0;
    // Each turn reads a header, at least two bytes, or leaves a level that a header opened: at most `bytes.len()` turns.
    loop {
        let limit = if depth == 0 { bytes.len() } else { ends[depth - 1] };
        let header = read_header(bytes, at, limit)?;
        let end = header.content.checked_add(header.length).filter(|end| *end <= limit).ok_or_else(|| {
            let missing = header.length.saturating_sub(limit - header.content);
            let kind = if depth == 0 { DerErrorKind::Truncated { missing } } else { DerErrorKind::Overrun };
            DerError { offset: at, kind }
        })?;
        if header.constructed && header.length > 0 {
            let slot = ends.get_mut(depth).ok_or(DerError { offset: at, kind: DerErrorKind::TooDeep })?;
            *slot = end;
            depth += 1;
            at = header.content;
            continue;
        }
        at = end;
        while depth > 0 && ends[depth - 1] == at {
            depth -= 1;
        }
        if depth == 0 {
            break;
        }
    }
    match bytes.len() - at {
        0 => Ok(()),
        count => Err(DerError { offset: at, kind: DerErrorKind::Trailing { count } }),
    }
}

pub(super) struct Header {
    pub(super) constructed: bool,
    /// Where the content starts.
    pub(super) content: usize,
    pub(super) length: usize,
}

pub(super) fn read_header(bytes: &[u8], start: usize, limit: usize) -> Result<Header, DerError> {
    let fail = |kind| DerError { offset: start, kind };
    let mut at = start;
    let mut next = || {
        let byte = bytes.get(at).filter(|_| at < limit).copied().ok_or(if limit == bytes.len() {
            fail(DerErrorKind::Truncated { missing: 1 })
        } else {
            fail(DerErrorKind::Overrun)
        });
        at += 1;
        byte
    };
    let tag = next()?;
    if tag & 0x1f == 0x1f {
        let mut number = 0_u32;
        for index in 0.. {
            let byte = next()?;
            if index == 0 && byte == 0x80 {
                return Err(fail(DerErrorKind::NotMinimal));
            }
            if index == MAX_TAG_BYTES {
                return Err(fail(DerErrorKind::TooLarge));
            }
            number = number << 7 | u32::from(byte & 0x7f);
            if byte & 0x80 == 0 {
                break;
            }
        }
        if number < 31 {
            return Err(fail(DerErrorKind::NotMinimal));
        }
    }
    let first = next()?;
    let length = match first {
        0..=0x7f => usize::from(first),
        0x80 => return Err(fail(DerErrorKind::IndefiniteLength)),
        // Four bytes say up to 4 GiB, above every bound on input.
        0x81..=0x84 => {
            let mut length = 0_usize;
            for index in 0..first & 0x7f {
                let byte = next()?;
                if index == 0 && byte == 0 {
                    return Err(fail(DerErrorKind::NotMinimal));
                }
                length = length << 8 | usize::from(byte);
            }
            if length < 0x80 {
                return Err(fail(DerErrorKind::NotMinimal));
            }
            length
        }
        _ => return Err(fail(DerErrorKind::TooLarge)),
    };
    Ok(Header { constructed: tag & 0x20 != 0, content: at, length })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn kind(bytes: &[u8]) -> DerErrorKind {
        check_structure(bytes).expect_err("must be refused").kind
    }

    #[test]
    fn whole_elements_are_accepted() {
        for element in [
            &[0x05, 0x00][..],
            &[0x30, 0x00],
            &[0x30, 0x03, 0x02, 0x01, 0x07],
            &[0xbf, 0x1f, 0x02, 0x05, 0x00],
        ] {
            assert_eq!(check_structure(element), Ok(()), "{element:02x?}");
        }
        let mut long = vec![0x04, 0x81, 0x80];
        long.extend([0; 128]);
        assert_eq!(check_structure(&long), Ok(()));
    }

    #[test]
    fn each_fault_has_its_name() {
        assert_eq!(kind(&[]), DerErrorKind::Empty);
        assert_eq!(kind(&[0x30]), DerErrorKind::Truncated { missing: 1 });
        assert_eq!(kind(&[0x30, 0x05, 0x05, 0x00]), DerErrorKind::Truncated { missing: 3 });
        assert_eq!(kind(&[0x05, 0x00, 0x00]), DerErrorKind::Trailing { count: 1 });
        assert_eq!(kind(&[0x30, 0x02, 0x04, 0x01]), DerErrorKind::Overrun);
        assert_eq!(kind(&[0x30, 0x80, 0x05, 0x00, 0x00, 0x00]), DerErrorKind::IndefiniteLength);
        assert_eq!(kind(&[0x04, 0x81, 0x01, 0x00]), DerErrorKind::NotMinimal);
        assert_eq!(kind(&[0x04, 0x82, 0x00, 0xff]), DerErrorKind::NotMinimal);
        assert_eq!(kind(&[0x1f, 0x1e, 0x00]), DerErrorKind::NotMinimal);
        assert_eq!(kind(&[0x04, 0x88, 1, 1, 1, 1, 1, 1, 1, 1]), DerErrorKind::TooLarge);
        assert_eq!(
            kind(&[0x04, 0x84, 0xff, 0xff, 0xff, 0xff]),
            DerErrorKind::Truncated { missing: 0xffff_ffff }
        );
    }

    #[test]
    fn nesting_is_bounded_at_the_stated_depth() {
        let nested = |levels: usize| {
            (0..levels).fold(vec![0x05, 0x00], |inner, _| {
                ::der::asn1::Any::new(::der::Tag::Sequence, inner).expect("short").to_der().expect("encodes")
            })
        };
        assert_eq!(check_structure(&nested(MAX_DEPTH)), Ok(()));
        assert_eq!(kind(&nested(MAX_DEPTH + 1)), DerErrorKind::TooDeep);
        assert_eq!(kind(&[0x30, 0x80].repeat(500_000)), DerErrorKind::IndefiniteLength);
    }

    proptest! {
        #[test]
        fn any_bytes_are_judged_without_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = check_structure(&bytes);
            let _ = decode::<x509_cert::Certificate>(&bytes);
        }

        #[test]
        fn what_the_decoder_accepts_passes_the_check(content in proptest::collection::vec(any::<u8>(), 0..700)) {
            let der = ::der::asn1::OctetString::new(content).unwrap().to_der().unwrap();
            prop_assert_eq!(check_structure(&der), Ok(()));
            for cut in 0..der.len().min(8) {
                prop_assert!(check_structure(&der[..cut]).is_err());
            }
        }
    }
}
