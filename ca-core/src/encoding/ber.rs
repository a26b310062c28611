//! BER (ITU-T X.690 section 8) turned into DER, for messages that programs write while they do not know their length yet.

use super::der::{DerError, DerErrorKind, MAX_DEPTH, check_structure};
use std::borrow::Cow;

/// Identifier octet of an OCTET STRING in one piece.
const OCTET_STRING: u8 = 0x04;
/// Identifier octet of an OCTET STRING in segments.
const SEGMENTED_OCTET_STRING: u8 = 0x24;

/// The same value with definite lengths in shortest form and OCTET STRINGs in one piece. What is so already, DER among it, is
/// handed back as it is. Nothing else of DER is restored, such as the order of a SET.
///
/// # Errors
///
/// [`DerError`] for bytes that are not one element of BER either, or nest deeper than [`MAX_DEPTH`].
pub fn to_definite(bytes: &[u8]) -> Result<Cow<'_, [u8]>, DerError> {
    match check_structure(bytes) {
        Ok(()) if !has_segments(bytes) => Ok(Cow::Borrowed(bytes)),
        Ok(()) => transcode(bytes).map(Cow::Owned),
        Err(error) => match error.kind {
            DerErrorKind::IndefiniteLength | DerErrorKind::NotMinimal => transcode(bytes).map(Cow::Owned),
            _ => Err(error),
        },
    }
}

/// Whether an OCTET STRING in segments may stand in bytes of definite lengths: the octet is looked for, wherever it stands.
fn has_segments(bytes: &[u8]) -> bool {
    bytes.contains(&SEGMENTED_OCTET_STRING)
}

/// A constructed element that is being read.
struct Open<'a> {
    tag: &'a [u8],
    /// Where it ends; none for the indefinite form.
    end: Option<usize>,
    content: Vec<u8>,
}

fn transcode(bytes: &[u8]) -> Result<Vec<u8>, DerError> {
    let mut stack: Vec<Open<'_>> = Vec::new();
    let mut at = 0;
    // Each turn reads a header, at least two bytes, or closes a level that a header opened.
    loop {
        let limit = stack.iter().rev().find_map(|open| open.end).unwrap_or(bytes.len());
        let closed = match stack.last() {
            Some(Open { end: Some(end), .. }) => at == *end,
            Some(Open { end: None, .. }) if at + 2 <= limit && bytes[at..].starts_with(&[0, 0]) => {
                at += 2;
                true
            }
            _ => false,
        };
        let (tag, content) = if closed {
            let Some(open) = stack.pop() else { break };
            (open.tag, Cow::Owned(open.content))
        } else {
            let header = read_header(bytes, at, limit)?;
            if header.constructed {
                if stack.len() == MAX_DEPTH {
                    return Err(DerError { offset: at, kind: DerErrorKind::TooDeep });
                }
                let end = header.length.map(|length| header.content + length);
                stack.push(Open { tag: header.tag, end, content: Vec::new() });
                at = header.content;
                continue;
            }
            let length =
                header.length.ok_or(DerError { offset: at, kind: DerErrorKind::IndefiniteLength })?;
            at = header.content + length;
            (header.tag, Cow::Borrowed(&bytes[header.content..at]))
        };
        let tag = if tag == [SEGMENTED_OCTET_STRING] { &[OCTET_STRING] } else { tag };
        match stack.last_mut() {
            None => {
                return match bytes.len() - at {
                    0 => {
                        let mut out = Vec::with_capacity(content.len() + 8);
                        append(&mut out, tag, &content);
                        Ok(out)
                    }
                    count => Err(DerError { offset: at, kind: DerErrorKind::Trailing { count } }),
                };
            }
            Some(open) if open.tag == [SEGMENTED_OCTET_STRING] => {
                if tag != [OCTET_STRING] {
                    let kind = DerErrorKind::Structure(::der::ErrorKind::Failed);
                    return Err(DerError { offset: at, kind });
                }
                open.content.extend_from_slice(&content);
            }
            Some(open) => append(&mut open.content, tag, &content),
        }
    }
    Err(DerError { offset: at, kind: DerErrorKind::Truncated { missing: 1 } })
}

fn append(out: &mut Vec<u8>, tag: &[u8], content: &[u8]) {
    out.extend_from_slice(tag);
    let length = content.len();
    if length < 0x80 {
        out.push(length as u8);
    } else {
        let octets = length.to_be_bytes();
        let skip = octets.iter().take_while(|octet| **octet == 0).count();
        out.push(0x80 | (octets.len() - skip) as u8);
        out.extend_from_slice(&octets[skip..]);
    }
    out.extend_from_slice(content);
}

struct Header<'a> {
    tag: &'a [u8],
    constructed: bool,
    content: usize,
    /// None for the indefinite form.
    length: Option<usize>,
}

/// Most bytes that the tag number of one element may take, as in DER.
const MAX_TAG_BYTES: usize = 4;

fn read_header(bytes: &[u8], start: usize, limit: usize) -> Result<Header<'_>, DerError> {
    let fail = |kind| DerError { offset: start, kind };
    let short = || fail(DerErrorKind::Truncated { missing: 1 });
    let bytes = &bytes[..limit];
    let first = *bytes.get(start).ok_or_else(short)?;
    let mut at = start + 1;
    if first & 0x1f == 0x1f {
        loop {
            let byte = *bytes.get(at).ok_or_else(short)?;
            at += 1;
            if byte & 0x80 == 0 {
                break;
            }
            if at - start > MAX_TAG_BYTES {
                return Err(fail(DerErrorKind::TooLarge));
            }
        }
    }
    let tag = &bytes[start..at];
    let lead = *bytes.get(at).ok_or_else(short)?;
    at += 1;
    let length = match lead {
        0..=0x7f => Some(usize::from(lead)),
        0x80 => None,
        0x81..=0x88 => {
            let octets = bytes.get(at..at + usize::from(lead & 0x7f)).ok_or_else(short)?;
            at += octets.len();
            let length = octets.iter().fold(0_u64, |length, octet| length << 8 | u64::from(*octet));
            Some(usize::try_from(length).map_err(|_| fail(DerErrorKind::TooLarge))?)
        }
        _ => return Err(fail(DerErrorKind::TooLarge)),
    };
    if length.is_some_and(|length| length > limit - at) {
        let missing = length.map_or(0, |length| length - (limit - at));
        return Err(fail(DerErrorKind::Truncated { missing }));
    }
    Ok(Header { tag, constructed: first & 0x20 != 0, content: at, length })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn indefinite_lengths_and_segments_become_definite() {
        for (ber, der) in [
            (&[0x30, 0x80, 0x05, 0x00, 0x00, 0x00][..], &[0x30, 0x02, 0x05, 0x00][..]),
            (&[0x24, 0x80, 0x04, 0x01, 7, 0x24, 0x03, 0x04, 0x01, 8, 0x00, 0x00], &[0x04, 0x02, 7, 8]),
            (&[0x24, 0x06, 0x04, 0x01, 7, 0x04, 0x01, 8], &[0x04, 0x02, 7, 8]),
            (&[0x30, 0x81, 0x02, 0x05, 0x00], &[0x30, 0x02, 0x05, 0x00]),
            (&[0x30, 0x80, 0x30, 0x80, 0x00, 0x00, 0x00, 0x00], &[0x30, 0x02, 0x30, 0x00]),
        ] {
            assert_eq!(to_definite(ber).as_deref(), Ok(der), "{ber:02x?}");
        }
    }

    #[test]
    fn what_is_no_ber_is_refused() {
        for bytes in [
            &[][..],
            &[0x30, 0x80],
            &[0x30, 0x80, 0x05, 0x00],
            &[0x04, 0x80, 0x00, 0x00],
            &[0x30, 0x80, 0x00, 0x00, 0x00],
            &[0x24, 0x80, 0x05, 0x00, 0x00, 0x00],
            &[0x30, 0x80, 0x04, 0x05, 1, 0x00, 0x00],
        ] {
            assert!(to_definite(bytes).is_err(), "{bytes:02x?}");
        }
        assert_eq!(to_definite(&[0x30, 0x80].repeat(500_000)).unwrap_err().kind, DerErrorKind::TooDeep);
    }

    proptest! {
        #[test]
        fn what_comes_out_is_definite_and_stays_as_it_is(bytes in prop::collection::vec(any::<u8>(), 0..100)) {
            if let Ok(der) = to_definite(&bytes) {
                prop_assert!(der.len() <= bytes.len() + 8);
                let again = to_definite(&der).unwrap();
                prop_assert_eq!(&again, &der);
            }
        }

        #[test]
        fn nested_indefinite_lengths_carry_their_content(content in prop::collection::vec(any::<u8>(), 0..40), depth in 0..60_usize) {
            let mut inner = vec![0x04, content.len() as u8];
            inner.extend(&content);
            let ber = (0..depth).fold(inner.clone(), |inner, _| [&[0x30, 0x80][..], &inner, &[0, 0]].concat());
            let der = to_definite(&ber).unwrap();
            prop_assert!(check_structure(&der).is_ok());
            prop_assert!(der.ends_with(&inner));
        }
    }
}
