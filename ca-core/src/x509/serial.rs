//! Serial numbers.

use super::asn1::{self, Malformed, tag};
use core::{cmp::Ordering, fmt, str::FromStr};
use rand_core::CryptoRng;

/// First octet of the serials made here: positive, and never a leading zero.
const PREFIX: u8 = 0x43;

/// The most octets of a serial, RFC 5280 §4.1.2.2.
pub const MAX_OCTETS: usize = 20;

/// The most content octets of a serial that are read. Longer ones than [`MAX_OCTETS`] exist; this bounds what is kept of them.
const MAX_READ_OCTETS: usize = 64;

/// `CertificateSerialNumber`, RFC 5280 §4.1.2.2.
///
/// One made here is positive and at most 20 octets long. One that was read may be zero, negative or longer: such exist.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct SerialNumber {
    /// Content octets of the INTEGER: two's complement, shortest form.
    content: Vec<u8>,
}

/// What is no serial number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SerialError {
    /// The text holds something other than hexadecimal digits and colons, or nothing.
    #[error("a serial number is written in hexadecimal digits, optionally with colons between octets")]
    NotHexadecimal,
    /// Zero is not positive.
    #[error("a serial number is positive, not zero")]
    Zero,
    /// More than 20 octets.
    #[error("a serial number has at most {MAX_OCTETS} octets, not {octets}")]
    TooLong {
        /// How many it has, a sign octet included.
        octets: usize,
    },
}

impl SerialError {
    /// Stable code of this refusal.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotHexadecimal => "serial-not-hexadecimal",
            Self::Zero => "serial-zero",
            Self::TooLong { .. } => "serial-too-long",
        }
    }
}

impl SerialNumber {
    /// A new serial: the octet 0x43, then 128 random bits.
    pub fn generate(rng: &mut dyn CryptoRng) -> Self {
        let mut content = vec![0; 17];
        rng.fill_bytes(&mut content[1..]);
        content[0] = PREFIX;
        Self { content }
    }

    /// A serial from its magnitude, most significant octet first; leading zeros are dropped.
    ///
    /// # Errors
    /// Zero, or more than 20 octets with the sign octet that a high first bit asks for.
    pub fn from_bytes(magnitude: &[u8]) -> Result<Self, SerialError> {
        let skip = magnitude.iter().take_while(|&&octet| octet == 0).count();
        let digits = &magnitude[skip..];
        let first = *digits.first().ok_or(SerialError::Zero)?;
        let sign = usize::from(first & 0x80 != 0);
        if digits.len() + sign > MAX_OCTETS {
            return Err(SerialError::TooLong { octets: digits.len() + sign });
        }
        let mut content = vec![0; sign];
        content.extend_from_slice(digits);
        Ok(Self { content })
    }

    pub(crate) fn from_content(content: &[u8]) -> Result<Self, Malformed> {
        let fail = |reason| Err(Malformed::value("serialNumber", reason));
        match content {
            [] => fail("an INTEGER without content"),
            [0, second, ..] if second & 0x80 == 0 => fail("the INTEGER is not in shortest form"),
            [0xff, second, ..] if second & 0x80 != 0 => fail("the INTEGER is not in shortest form"),
            _ if content.len() > MAX_READ_OCTETS => fail("the serial number is too long"),
            _ => Ok(Self { content: content.to_vec() }),
        }
    }

    pub(crate) fn to_der(&self) -> Vec<u8> {
        asn1::element(tag::INTEGER, &self.content)
    }

    /// The magnitude of a positive serial, most significant octet first, without leading zeros; empty for zero. Of a negative
    /// one, the content octets.
    pub fn as_bytes(&self) -> &[u8] {
        if self.content[0] == 0 { &self.content[1..] } else { &self.content }
    }

    /// Whether it is positive and at most 20 octets long, as RFC 5280 asks.
    pub fn is_conforming(&self) -> bool {
        !self.is_negative() && self.content != [0] && self.content.len() <= MAX_OCTETS
    }

    fn is_negative(&self) -> bool {
        self.content[0] & 0x80 != 0
    }
}

impl Ord for SerialNumber {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self.is_negative(), other.is_negative()) {
            (true, false) => Ordering::Less,
            (false, true) => Ordering::Greater,
            (false, false) => {
                self.content.len().cmp(&other.content.len()).then_with(|| self.content.cmp(&other.content))
            }
            (true, true) => {
                other.content.len().cmp(&self.content.len()).then_with(|| self.content.cmp(&other.content))
            }
        }
    }
}

impl PartialOrd for SerialNumber {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Debug for SerialNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SerialNumber({self})")
    }
}

/// Lowercase hexadecimal, two digits an octet; a negative one as its content octets after a minus sign.
impl fmt::Display for SerialNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_negative() {
            write!(f, "-")?;
        }
        let octets = if self.content == [0] { &self.content } else { self.as_bytes() };
        octets.iter().try_for_each(|octet| write!(f, "{octet:02x}"))
    }
}

/// Hexadecimal in either case, with or without colons.
impl FromStr for SerialNumber {
    type Err = SerialError;

    fn from_str(text: &str) -> Result<Self, SerialError> {
        let mut digits: String = text.trim().chars().filter(|&c| c != ':').collect();
        if digits.is_empty() || !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return Err(SerialError::NotHexadecimal);
        }
        if digits.len() % 2 == 1 {
            digits.insert(0, '0');
        }
        let octets = hex::decode(&digits).map_err(|_| SerialError::NotHexadecimal)?;
        Self::from_bytes(&octets)
    }
}

impl serde::Serialize for SerialNumber {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for SerialNumber {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}
