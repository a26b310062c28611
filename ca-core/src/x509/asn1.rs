//! Element-wise reading and writing of DER, for structures that are kept as received.

/// DER that is not what the structure asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{part}: {problem}")]
pub struct Malformed {
    /// The part of the structure, by its ASN.1 name.
    pub part: &'static str,
    /// What is wrong with it.
    pub problem: Problem,
}

/// What is wrong with a part of a structure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// It is not there.
    #[error("missing")]
    Missing,
    /// Another tag stands in its place.
    #[error("tag {expected:#04x} expected, {found:#04x} found")]
    Tag {
        /// The identifier octet that should stand here.
        expected: u8,
        /// The identifier octet that stands here.
        found: u8,
    },
    /// It ends before its length says.
    #[error("truncated")]
    Truncated,
    /// Its length is indefinite or not in the shortest form.
    #[error("the length is not in DER form")]
    Length,
    /// Bytes follow where it should end.
    #[error("{0} unexpected bytes follow")]
    Trailing(usize),
    /// It is well-formed, but its value is not allowed.
    #[error("{0}")]
    Value(&'static str),
    /// It has more members than are read.
    #[error("more than {0} members")]
    TooMany(usize),
}

impl Malformed {
    /// Stable code of this refusal.
    pub fn code(&self) -> &'static str {
        "malformed-der"
    }

    pub(crate) fn value(part: &'static str, reason: &'static str) -> Self {
        Self { part, problem: Problem::Value(reason) }
    }
}

pub(crate) mod tag {
    pub(crate) const BOOLEAN: u8 = 0x01;
    pub(crate) const INTEGER: u8 = 0x02;
    pub(crate) const BIT_STRING: u8 = 0x03;
    pub(crate) const OCTET_STRING: u8 = 0x04;
    pub(crate) const OBJECT_IDENTIFIER: u8 = 0x06;
    pub(crate) const ENUMERATED: u8 = 0x0a;
    pub(crate) const UTF8_STRING: u8 = 0x0c;
    pub(crate) const NUMERIC_STRING: u8 = 0x12;
    pub(crate) const PRINTABLE_STRING: u8 = 0x13;
    pub(crate) const TELETEX_STRING: u8 = 0x14;
    pub(crate) const IA5_STRING: u8 = 0x16;
    pub(crate) const UTC_TIME: u8 = 0x17;
    pub(crate) const GENERALIZED_TIME: u8 = 0x18;
    pub(crate) const VISIBLE_STRING: u8 = 0x1a;
    pub(crate) const UNIVERSAL_STRING: u8 = 0x1c;
    pub(crate) const BMP_STRING: u8 = 0x1e;
    pub(crate) const SEQUENCE: u8 = 0x30;
    pub(crate) const SET: u8 = 0x31;

    /// Identifier octet of `[number]`, primitive.
    pub(crate) const fn context(number: u8) -> u8 {
        0x80 | number
    }

    /// Identifier octet of `[number]`, constructed.
    pub(crate) const fn context_constructed(number: u8) -> u8 {
        0xa0 | number
    }
}

/// One element: identifier, length, content.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Element<'a> {
    /// First identifier octet.
    pub(crate) tag: u8,
    /// The whole element.
    pub(crate) full: &'a [u8],
    /// Its content octets.
    pub(crate) content: &'a [u8],
}

impl<'a> Element<'a> {
    /// Reads the content as elements in their turn.
    pub(crate) fn members(&self, part: &'static str) -> Elements<'a> {
        Elements::new(part, self.content)
    }
}

/// The elements of a constructed one, in order.
#[derive(Clone, Debug)]
pub(crate) struct Elements<'a> {
    part: &'static str,
    rest: &'a [u8],
}

impl<'a> Elements<'a> {
    pub(crate) fn new(part: &'static str, content: &'a [u8]) -> Self {
        Self { part, rest: content }
    }

    fn fail(&self, problem: Problem) -> Malformed {
        Malformed { part: self.part, problem }
    }

    pub(crate) fn peek_tag(&self) -> Option<u8> {
        self.rest.first().copied()
    }

    /// The next element, `None` at the end.
    pub(crate) fn next(&mut self) -> Result<Option<Element<'a>>, Malformed> {
        let Some(&first) = self.rest.first() else { return Ok(None) };
        let header = read_header(self.rest).map_err(|problem| self.fail(problem))?;
        let end = header
            .length
            .checked_add(header.content)
            .filter(|&end| end <= self.rest.len())
            .ok_or_else(|| self.fail(Problem::Truncated))?;
        let (full, rest) = self.rest.split_at(end);
        self.rest = rest;
        Ok(Some(Element { tag: first, full, content: &full[header.content..] }))
    }

    /// The next element, whatever its tag.
    pub(crate) fn any(&mut self) -> Result<Element<'a>, Malformed> {
        self.next()?.ok_or_else(|| self.fail(Problem::Missing))
    }

    /// The next element, which must carry `tag`.
    pub(crate) fn required(&mut self, tag: u8) -> Result<Element<'a>, Malformed> {
        match self.peek_tag() {
            None => Err(self.fail(Problem::Missing)),
            Some(found) if found != tag => Err(self.fail(Problem::Tag { expected: tag, found })),
            Some(_) => self.any(),
        }
    }

    /// The next element if it carries `tag`.
    pub(crate) fn optional(&mut self, tag: u8) -> Result<Option<Element<'a>>, Malformed> {
        if self.peek_tag() == Some(tag) { self.next() } else { Ok(None) }
    }

    /// Succeeds when nothing is left.
    pub(crate) fn finish(&self) -> Result<(), Malformed> {
        if self.rest.is_empty() { Ok(()) } else { Err(self.fail(Problem::Trailing(self.rest.len()))) }
    }

    /// All that are left, at most `maximum`.
    pub(crate) fn collect_all(mut self, maximum: usize) -> Result<Vec<Element<'a>>, Malformed> {
        let mut elements = Vec::new();
        while let Some(element) = self.next()? {
            if elements.len() == maximum {
                return Err(self.fail(Problem::TooMany(maximum)));
            }
            elements.push(element);
        }
        Ok(elements)
    }
}

/// Reads exactly one element with `tag`, nothing after it.
pub(crate) fn only<'a>(part: &'static str, bytes: &'a [u8], tag: u8) -> Result<Element<'a>, Malformed> {
    let mut elements = Elements::new(part, bytes);
    let element = elements.required(tag)?;
    elements.finish()?;
    Ok(element)
}

struct Header {
    /// Where the content starts.
    content: usize,
    /// Length of the content.
    length: usize,
}

/// The most octets of a multi-octet tag that are read: tags of X.509 take one, four allow numbers to 2^28.
const MAX_TAG_OCTETS: usize = 5;

fn read_header(bytes: &[u8]) -> Result<Header, Problem> {
    let mut at = 1;
    if bytes[0] & 0x1f == 0x1f {
        loop {
            let octet = *bytes.get(at).ok_or(Problem::Truncated)?;
            at += 1;
            if octet & 0x80 == 0 {
                break;
            }
            if at >= MAX_TAG_OCTETS {
                return Err(Problem::Value("the tag number is too large"));
            }
        }
    }
    let first = usize::from(*bytes.get(at).ok_or(Problem::Truncated)?);
    at += 1;
    if first < 0x80 {
        return Ok(Header { content: at, length: first });
    }
    let count = first & 0x7f;
    // Indefinite, or more than the four octets that hold any length accepted here.
    if count == 0 || count > 4 {
        return Err(Problem::Length);
    }
    let octets = bytes.get(at..at + count).ok_or(Problem::Truncated)?;
    let length = octets.iter().fold(0_usize, |length, &octet| length << 8 | usize::from(octet));
    if octets[0] == 0 || length < 0x80 {
        return Err(Problem::Length);
    }
    Ok(Header { content: at + count, length })
}

/// Writes one element.
pub(crate) fn element(tag: u8, content: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(content.len() + 6);
    bytes.push(tag);
    let length = content.len();
    if length < 0x80 {
        bytes.push(length as u8);
    } else {
        let octets = length.to_be_bytes();
        let skip = octets.iter().take_while(|&&octet| octet == 0).count();
        bytes.push(0x80 | (octets.len() - skip) as u8);
        bytes.extend_from_slice(&octets[skip..]);
    }
    bytes.extend_from_slice(content);
    bytes
}

/// Writes a SEQUENCE of elements that are written already.
pub(crate) fn sequence<B: AsRef<[u8]>>(members: &[B]) -> Vec<u8> {
    element(tag::SEQUENCE, &concatenate(members))
}

/// Joins elements that are written already.
pub(crate) fn concatenate<B: AsRef<[u8]>>(members: &[B]) -> Vec<u8> {
    let mut all = Vec::with_capacity(members.iter().map(|member| member.as_ref().len()).sum());
    members.iter().for_each(|member| all.extend_from_slice(member.as_ref()));
    all
}

/// Writes a SET OF: the members in ascending order, X.690 §11.6.
pub(crate) fn set_of(mut members: Vec<Vec<u8>>) -> Vec<u8> {
    members.sort();
    element(tag::SET, &members.concat())
}

/// Writes a non-negative INTEGER.
pub(crate) fn unsigned(value: u64) -> Vec<u8> {
    let octets = value.to_be_bytes();
    let skip = octets.iter().take_while(|&&octet| octet == 0).count().min(octets.len() - 1);
    let mut content = octets[skip..].to_vec();
    if content[0] & 0x80 != 0 {
        content.insert(0, 0);
    }
    element(tag::INTEGER, &content)
}

/// Reads the content of a non-negative INTEGER or ENUMERATED.
pub(crate) fn read_unsigned(part: &'static str, content: &[u8]) -> Result<u64, Malformed> {
    match content {
        [] => Err(Malformed::value(part, "an INTEGER without content")),
        [0, second, ..] if second & 0x80 == 0 => {
            Err(Malformed::value(part, "the INTEGER is not in shortest form"))
        }
        [first, ..] if first & 0x80 != 0 => Err(Malformed::value(part, "the INTEGER is negative")),
        _ => {
            let digits = if content[0] == 0 { &content[1..] } else { content };
            if digits.len() > 8 {
                return Err(Malformed::value(part, "the INTEGER is too large"));
            }
            Ok(digits.iter().fold(0, |value, &octet| value << 8 | u64::from(octet)))
        }
    }
}

/// Reads the content of a BOOLEAN; X.690 §11.1.
pub(crate) fn read_boolean(part: &'static str, content: &[u8]) -> Result<bool, Malformed> {
    match content {
        [0x00] => Ok(false),
        [0xff] => Ok(true),
        _ => Err(Malformed::value(part, "the BOOLEAN is neither FALSE nor TRUE in DER")),
    }
}

/// Reads a BIT STRING that must hold whole octets.
pub(crate) fn read_octet_bits<'a>(part: &'static str, content: &'a [u8]) -> Result<&'a [u8], Malformed> {
    match content {
        [0, bits @ ..] => Ok(bits),
        _ => Err(Malformed::value(part, "the BIT STRING does not hold whole octets")),
    }
}

/// Reads a named-bit list of at most 16 bits; bit 0 is the most significant of the result.
pub(crate) fn read_named_bits(part: &'static str, content: &[u8]) -> Result<u16, Malformed> {
    let (&unused, octets) =
        content.split_first().ok_or(Malformed::value(part, "a BIT STRING without content"))?;
    if unused > 7 || (octets.is_empty() && unused != 0) {
        return Err(Malformed::value(part, "the count of unused bits is wrong"));
    }
    match octets {
        [] => Ok(0),
        [high] => Ok(u16::from_be_bytes([*high & (0xff << unused), 0])),
        [high, low] => Ok(u16::from_be_bytes([*high, *low & (0xff << unused)])),
        _ => Err(Malformed::value(part, "more bits than are defined")),
    }
}

/// Writes a named-bit list without trailing zero bits, X.690 §11.2.2.
pub(crate) fn named_bits(tag: u8, bits: u16) -> Vec<u8> {
    if bits == 0 {
        return element(tag, &[0]);
    }
    let unused = bits.trailing_zeros() % 8;
    let octets = bits.to_be_bytes();
    let used = if octets[1] == 0 { &octets[..1] } else { &octets[..] };
    let mut content = vec![unused as u8];
    content.extend_from_slice(used);
    element(tag, &content)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn lengths_are_shortest() {
        for length in [0, 1, 0x7f, 0x80, 0xff, 0x100, 0xffff, 0x10000] {
            let content = vec![7; length];
            let der = element(tag::OCTET_STRING, &content);
            assert_eq!(only("it", &der, tag::OCTET_STRING).unwrap().content, content);
        }
        for header in
            [&[4, 0x80][..], &[4, 0x81, 0x7f], &[4, 0x82, 0, 0x80], &[4, 0x85, 0, 0, 0, 0, 1], &[4, 0xff]]
        {
            let bytes = [header, &[0; 200]].concat();
            assert_eq!(Elements::new("it", &bytes).any().unwrap_err().problem, Problem::Length, "{header:?}");
        }
        assert_eq!(Elements::new("it", &[4, 2, 0]).any().unwrap_err().problem, Problem::Truncated);
        assert_eq!(Elements::new("it", &[4]).any().unwrap_err().problem, Problem::Truncated);
        assert_eq!(
            Elements::new("it", &[4, 0x84, 0xff, 0xff, 0xff, 0xff]).any().unwrap_err().problem,
            Problem::Truncated
        );
    }

    #[test]
    fn named_bits_end_with_a_one() {
        for (bits, der) in [
            (0x0000, &[3, 1, 0][..]),
            (0x8000, &[3, 2, 7, 0x80]),
            (0x0600, &[3, 2, 1, 0x06]),
            (0xc000, &[3, 2, 6, 0xc0]),
            (0x0080, &[3, 3, 7, 0, 0x80]),
        ] {
            assert_eq!(named_bits(tag::BIT_STRING, bits), der);
            assert_eq!(read_named_bits("bits", &der[2..]), Ok(bits));
        }
        for content in [&[][..], &[8, 0], &[1], &[0, 1, 2, 3]] {
            assert!(read_named_bits("bits", content).is_err(), "{content:?}");
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_walked_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..100)) {
            let mut elements = Elements::new("it", &bytes);
            while let Ok(Some(element)) = elements.next() {
                prop_assert!(element.full.ends_with(element.content));
            }
        }

        #[test]
        fn numbers_are_read_back(number in any::<u64>()) {
            let der = unsigned(number);
            prop_assert_eq!(read_unsigned("number", only("number", &der, tag::INTEGER).unwrap().content), Ok(number));
        }
    }
}
