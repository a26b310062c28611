//! Private keys by their form, wherever they stand.

use crate::encoding::der;

/// How many members are looked at: an RSAPrivateKey has nine, or ten with a list of further primes.
const MAX_LOOK: usize = 10;

/// Longest secret of a curve: 66 bytes of P-521.
const MAX_SCALAR: usize = 66;

/// Which members of a SEQUENCE are secret, a bit each, by position: the key of a PrivateKeyInfo (RFC 5958), the scalar of an
/// ECPrivateKey (RFC 5915), all but modulus and public exponent of an RSAPrivateKey (RFC 8017).
pub(super) fn members(content: &[u8]) -> u16 {
    let mut tags = Vec::with_capacity(MAX_LOOK);
    let mut at = 0;
    while at < content.len() && tags.len() < MAX_LOOK {
        let Ok(header) = der::read_header(content, at, content.len()) else { break };
        let Some(end) = header.content.checked_add(header.length).filter(|end| *end <= content.len()) else {
            // Cut short, and the rest of a secret all the same.
            tags.push((content[at], content.len() - header.content, content.get(header.content).copied()));
            break;
        };
        tags.push((content[at], header.length, content.get(header.content).copied()));
        at = end;
    }
    let version =
        |at: usize, most: u8| matches!(tags.get(at), Some((0x02, 1, Some(version))) if *version <= most);
    let integers = tags.iter().take_while(|(tag, ..)| *tag == 0x02).count();
    match tags[..] {
        [_, (0x30, ..), (0x04, ..), ..] if version(0, 1) => 0b100,
        [_, (0x04, length, _), ..] if version(0, 1) && length <= MAX_SCALAR => 0b10,
        _ if integers >= 6 => 0b11_1111_1000,
        _ => 0,
    }
}
