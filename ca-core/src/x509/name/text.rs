//! Text in names: what is read from the string types, what may not be written, how it is shown.

use super::super::asn1::tag;

/// Reads the content octets of a string; `None` where the type is not one of text or the octets are not valid in it.
pub(super) fn decode(string_tag: u8, content: &[u8]) -> Option<String> {
    match string_tag {
        tag::UTF8_STRING => String::from_utf8(content.to_vec()).ok(),
        tag::PRINTABLE_STRING | tag::NUMERIC_STRING | tag::IA5_STRING | tag::VISIBLE_STRING => {
            content.is_ascii().then(|| content.iter().map(|&octet| char::from(octet)).collect())
        }
        // T.61 proper is not written by anyone: what bears its tag is Latin-1, or UTF-8 in the national certificates.
        tag::TELETEX_STRING => Some(match core::str::from_utf8(content) {
            Ok(text) => text.to_owned(),
            Err(_) => content.iter().map(|&octet| char::from(octet)).collect(),
        }),
        tag::BMP_STRING => {
            let (pairs, rest) = content.as_chunks::<2>();
            let units: Vec<u16> = pairs.iter().map(|&pair| u16::from_be_bytes(pair)).collect();
            String::from_utf16(&units).ok().filter(|_| rest.is_empty())
        }
        tag::UNIVERSAL_STRING => {
            let (quads, rest) = content.as_chunks::<4>();
            let text = quads
                .iter()
                .map(|&quad| char::from_u32(u32::from_be_bytes(quad)))
                .collect::<Option<String>>();
            text.filter(|_| rest.is_empty())
        }
        _ => None,
    }
}

/// What a character may not be in a name.
pub(super) enum Defect {
    /// It controls a device or a line, or is no character.
    Control,
    /// It controls the direction of text.
    Bidirectional,
}

/// Position, character and defect of the first that may not stand in a name.
pub(super) fn first_defect(text: &str) -> Option<(usize, char, Defect)> {
    text.chars()
        .enumerate()
        .find_map(|(at, character)| defect(character).map(|defect| (at, character, defect)))
}

fn defect(character: char) -> Option<Defect> {
    match character {
        '\u{061c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
            Some(Defect::Bidirectional)
        }
        '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' => Some(Defect::Control),
        _ if character.is_control() => Some(Defect::Control),
        _ if u32::from(character) & 0xfffe == 0xfffe || ('\u{fdd0}'..='\u{fdef}').contains(&character) => {
            Some(Defect::Control)
        }
        _ => None,
    }
}

/// Escapes by RFC 4514 §2.4. What would not show, or would show elsewhere, becomes the hexadecimal digits of its UTF-8.
pub(super) fn escape(text: &str) -> String {
    let last = text.chars().count().saturating_sub(1);
    let mut escaped = String::with_capacity(text.len());
    for (at, character) in text.chars().enumerate() {
        if defect(character).is_some() {
            let mut octets = [0; 4];
            for octet in character.encode_utf8(&mut octets).bytes() {
                escaped.push_str(&format!("\\{octet:02X}"));
            }
            continue;
        }
        let special = matches!(character, '"' | '+' | ',' | ';' | '<' | '>' | '\\')
            || (at == 0 && matches!(character, ' ' | '#'))
            || (at == last && character == ' ');
        if special {
            escaped.push('\\');
        }
        escaped.push(character);
    }
    escaped
}
