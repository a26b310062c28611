//! Tags and contents as text.

use const_oid::ObjectIdentifier;

use super::names;
use crate::encoding::{der, hex};

/// Most bytes of a content that are shown: enough to tell keys, hashes and serials apart.
const MAX_BYTES: usize = 64;
/// Most characters of a text that are shown.
const MAX_CHARACTERS: usize = 200;

/// A tag from its header's bytes.
pub(super) fn tag(header: &[u8]) -> String {
    let first = header.first().copied().unwrap_or_default();
    let number = match first & 0x1f {
        0x1f => header[1..]
            .iter()
            .scan(true, |more, byte| {
                let take = *more;
                *more = byte & 0x80 != 0;
                take.then_some(byte & 0x7f)
            })
            .fold(0_u32, |number, byte| number << 7 | u32::from(byte)),
        number => u32::from(number),
    };
    match first >> 6 {
        0 => universal(number).map_or_else(|| format!("[UNIVERSAL {number}]"), str::to_owned),
        1 => format!("[APPLICATION {number}]"),
        2 => format!("[{number}]"),
        _ => format!("[PRIVATE {number}]"),
    }
}

fn universal(number: u32) -> Option<&'static str> {
    Some(match number {
        1 => "BOOLEAN",
        2 => "INTEGER",
        3 => "BIT STRING",
        4 => "OCTET STRING",
        5 => "NULL",
        6 => "OBJECT IDENTIFIER",
        10 => "ENUMERATED",
        12 => "UTF8String",
        16 => "SEQUENCE",
        17 => "SET",
        18 => "NumericString",
        19 => "PrintableString",
        20 => "TeletexString",
        22 => "IA5String",
        23 => "UTCTime",
        24 => "GeneralizedTime",
        26 => "VisibleString",
        27 => "GeneralString",
        28 => "UniversalString",
        30 => "BMPString",
        _ => return None,
    })
}

/// Where sound DER begins in the content of a string, where the string is one that holds DER.
pub(super) fn inside(tag: u8, content: &[u8]) -> Option<usize> {
    let (begin, held) = match tag {
        0x04 => (0, content),
        0x03 => (1, content.strip_prefix(&[0])?),
        _ => return None,
    };
    // Any two bytes may look like an element: only tags are believed that objects of a PKI begin with.
    let first = *held.first()?;
    let likely = matches!(first, 0x01..=0x06 | 0x0a | 0x0c | 0x13 | 0x16..=0x18 | 0x1e | 0x30 | 0x31);
    (likely && der::check_structure(held).is_ok() && plausible(held)).then_some(begin)
}

/// Whether a primitive element has content that its tag allows.
fn plausible(element: &[u8]) -> bool {
    let content = element.get(2..).unwrap_or_default();
    match element[0] {
        0x01 => content.len() == 1,
        0x05 => content.is_empty(),
        0x03 => content.first().is_some_and(|unused| *unused < 8),
        0x02 | 0x06 | 0x0a => !content.is_empty(),
        0x0c | 0x13 | 0x16..=0x18 => content.iter().all(|byte| *byte >= 0x20),
        _ => true,
    }
}

/// The content of a primitive element, and the usual name of what it names.
pub(super) fn text(tag: u8, content: &[u8]) -> (String, Option<&'static str>) {
    let utf16 = |content: &[u8]| {
        let units =
            content.chunks(2).map(|pair| pair.iter().fold(0, |unit, byte| unit << 8 | u16::from(*byte)));
        char::decode_utf16(units).map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER)).collect::<String>()
    };
    let value = match tag {
        0x01 => match content {
            [0] => "FALSE".to_owned(),
            [0xff] => "TRUE".to_owned(),
            _ => bytes(content),
        },
        0x02 | 0x0a => integer(content),
        0x03 => match content.split_first() {
            Some((0, bits)) => bytes(bits),
            Some((unused @ 1..=7, bits)) => format!("{} ({unused} bits unused)", bytes(bits)),
            _ => bytes(content),
        },
        0x05 if content.is_empty() => String::new(),
        0x06 => {
            let oid = ObjectIdentifier::from_bytes(content).ok();
            return (dotted(content).unwrap_or_else(|| bytes(content)), oid.and_then(names::name));
        }
        0x0c | 0x12 | 0x13 | 0x14 | 0x16..=0x18 | 0x1a | 0x1b => shortened(&String::from_utf8_lossy(content)),
        0x1e => shortened(&utf16(content)),
        0x1c => shortened(
            &content
                .chunks(4)
                .map(|four| four.iter().fold(0, |code, byte| code << 8 | u32::from(*byte)))
                .map(|code| char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER))
                .collect::<String>(),
        ),
        // Implicit tags hide what they are: addresses in names are text.
        _ if tag & 0xc0 == 0x80
            && content.len() > 3
            && content.iter().all(|byte| (0x20..0x7f).contains(byte)) =>
        {
            shortened(&String::from_utf8_lossy(content))
        }
        _ => bytes(content),
    };
    (value, None)
}

fn integer(content: &[u8]) -> String {
    match content {
        [] => String::new(),
        [first, rest @ ..] if content.len() <= 8 => {
            let first = i64::from(*first as i8);
            rest.iter().fold(first, |value, byte| value << 8 | i64::from(*byte)).to_string()
        }
        _ => bytes(content),
    }
}

/// An object identifier in dotted form; none where an arc has more than 128 bits.
fn dotted(content: &[u8]) -> Option<String> {
    let mut text = String::new();
    let mut arc = 0_u128;
    let mut unfinished = true;
    for byte in content {
        if arc >> 121 != 0 {
            return None;
        }
        arc = arc << 7 | u128::from(byte & 0x7f);
        unfinished = byte & 0x80 != 0;
        if unfinished {
            continue;
        }
        if text.is_empty() {
            let root = (arc / 40).min(2);
            text = format!("{root}.{}", arc - root * 40);
        } else {
            text.push_str(&format!(".{arc}"));
        }
        arc = 0;
    }
    (!unfinished).then_some(text)
}

fn bytes(content: &[u8]) -> String {
    let shown = hex::encode(&content[..content.len().min(MAX_BYTES)]);
    if content.len() > MAX_BYTES { format!("{shown}… ({} bytes)", content.len()) } else { shown }
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(MAX_CHARACTERS) {
        Some((end, _)) => format!("{}… ({} bytes)", &text[..end], text.len()),
        None => text.to_owned(),
    }
}
