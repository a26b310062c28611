//! Fields of documents as they are encoded, where the parsed form does not tell.

use der::asn1::AnyRef;
use der::{Decode, Reader, SliceReader, Tag, Tagged};

/// Most elements of a SEQUENCE that a rule looks at: a TBSCertList has seven, a TBSCertificate ten.
const MAX_ELEMENTS: usize = 16;

/// The fields of a TBSCertificate that rules look at as they are encoded, in DER.
pub(super) struct TbsFields<'a> {
    pub(super) validity: &'a [u8],
}

/// The elements of a DER SEQUENCE, each in DER; None where it is not one, or has more than [`MAX_ELEMENTS`].
pub(in crate::lint) fn sequence(encoded: &[u8]) -> Option<Vec<&[u8]>> {
    let outer = AnyRef::from_der(encoded).ok()?;
    if outer.tag() != Tag::Sequence {
        return None;
    }
    let mut reader = SliceReader::new(outer.value()).ok()?;
    let mut elements = Vec::new();
    while !reader.is_finished() {
        if elements.len() == MAX_ELEMENTS {
            return None;
        }
        elements.push(reader.tlv_bytes().ok()?);
    }
    Some(elements)
}

/// Finds the fields of a TBSCertificate.
pub(super) fn tbs_certificate(encoded: &[u8]) -> Option<TbsFields<'_>> {
    let elements = sequence(encoded)?;
    let versioned = usize::from(*elements.first()?.first()? == 0xa0);
    Some(TbsFields { validity: elements.get(versioned + 3)? })
}

/// Checks that a time is encoded as RFC 5280 section 4.1.2.5 asks.
pub(super) fn time_form(encoded: &[u8]) -> Result<(), String> {
    let time = AnyRef::from_der(encoded).map_err(|_| "a time cannot be read")?;
    let digits = |length: usize| {
        time.value().len() == length + 1
            && time.value().ends_with(b"Z")
            && time.value()[..length].iter().all(u8::is_ascii_digit)
    };
    let shown = String::from_utf8_lossy(time.value()).escape_default().to_string();
    match time.tag() {
        Tag::UtcTime if digits(12) => Ok(()),
        Tag::GeneralizedTime if digits(14) && time.value() >= &b"2050"[..] => Ok(()),
        Tag::GeneralizedTime if digits(14) => Err(format!("{shown} is before 2050 and a GeneralizedTime")),
        _ => Err(format!("{shown} is not a time in UTC to the second")),
    }
}

/// thisUpdate and, where it is there, nextUpdate of a TBSCertList, in DER.
pub(super) fn crl_times(encoded: &[u8]) -> Option<Vec<&[u8]>> {
    let elements = sequence(encoded)?;
    let versioned = usize::from(*elements.first()?.first()? == 0x02);
    let times = elements.get(versioned + 2..)?.iter().copied();
    Some(times.take(2).filter(|element| matches!(element.first(), Some(0x17 | 0x18))).collect())
}
