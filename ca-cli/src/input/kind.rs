//! What kind of object some DER is, by its outer form alone.

use super::object::Kind;

/// The most elements of a sequence that are looked at: enough to tell all kinds apart.
const MAX_LOOK: usize = 7;

/// The length of the first DER element, header included; none where it is cut short or not in definite form.
pub(super) fn element_length(der: &[u8]) -> Option<usize> {
    let (header, length) = header(der)?;
    Some(header + length).filter(|total| *total <= der.len())
}

/// Header length and content length of the first element. Tags in use here take one octet.
fn header(der: &[u8]) -> Option<(usize, usize)> {
    let first = usize::from(*der.get(1)?);
    if first < 0x80 {
        return Some((2, first));
    }
    let count = first & 0x7f;
    if !(1..=4).contains(&count) {
        return None;
    }
    let octets = der.get(2..2 + count)?;
    Some((2 + count, octets.iter().fold(0, |length, octet| length << 8 | usize::from(*octet))))
}

/// The elements of a SEQUENCE: tag and whole encoding of each.
fn members(der: &[u8]) -> Option<Vec<(u8, &[u8])>> {
    if der.first() != Some(&0x30) {
        return None;
    }
    let (begin, length) = header(der)?;
    let mut rest = der.get(begin..begin + length)?;
    let mut members = Vec::new();
    while !rest.is_empty() && members.len() < MAX_LOOK {
        let length = element_length(rest)?;
        members.push((rest[0], &rest[..length]));
        rest = &rest[length..];
    }
    Some(members)
}

/// The kind of an object, none where it is not one of those known.
pub(super) fn kind_of(der: &[u8]) -> Option<Kind> {
    let outer = members(der)?;
    let tags: Vec<u8> = outer.iter().map(|(tag, _)| *tag).collect();
    match tags[..] {
        [0x0a] | [0x0a, 0xa0] => Some(Kind::OcspResponse),
        [0x02, 0x30, 0x04, ..] => Some(Kind::PrivateKey),
        [0x02, 0x04, ..] => Some(Kind::Sec1PrivateKey),
        [0x30, 0x03] => Some(Kind::PublicKey),
        [0x30, 0x04] => Some(Kind::EncryptedPrivateKey),
        [0x30, 0x30, 0x03] => signed_kind(outer[0].1),
        _ => None,
    }
}

/// Certificates, requests and revocation lists share their outer form.
fn signed_kind(signed: &[u8]) -> Option<Kind> {
    const TIMES: [u8; 2] = [0x17, 0x18];
    let tags: Vec<u8> = members(signed)?.iter().map(|(tag, _)| *tag).collect();
    match tags[..] {
        [0xa0, ..] | [0x02, 0x30, 0x30, 0x30, 0x30, ..] => Some(Kind::Certificate),
        [0x02, 0x30, 0x30, time, ..] | [0x30, 0x30, time, ..] if TIMES.contains(&time) => Some(Kind::Crl),
        [0x02, 0x30, 0x30] | [0x02, 0x30, 0x30, 0xa0] => Some(Kind::Request),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn sequence(members: &[&[u8]]) -> Vec<u8> {
        let content = members.concat();
        [&[0x30, u8::try_from(content.len()).unwrap()], &content[..]].concat()
    }

    #[test]
    fn signed_objects_are_told_apart_by_what_they_begin_with() {
        let (empty, integer, bits) = (&sequence(&[])[..], &[0x02, 1, 0][..], &[0x03, 1, 0][..]);
        let utc_time = &[0x17, 1, 0x30][..];
        let signed = |members: &[&[u8]]| kind_of(&sequence(&[&sequence(members), empty, bits]));
        assert_eq!(signed(&[&[0xa0, 0], integer]), Some(Kind::Certificate));
        assert_eq!(signed(&[integer, empty, empty, empty, empty, empty]), Some(Kind::Certificate));
        assert_eq!(signed(&[integer, empty, empty, &[0xa0, 0]]), Some(Kind::Request));
        assert_eq!(signed(&[integer, empty, empty, utc_time]), Some(Kind::Crl));
        assert_eq!(signed(&[empty, empty, utc_time]), Some(Kind::Crl));
        assert_eq!(signed(&[bits]), None);
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..64)) {
            let _ = kind_of(&bytes);
            let _ = kind_of(&[&[0x30, 0x20][..], &bytes].concat());
        }
    }
}
