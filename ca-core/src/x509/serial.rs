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

    /// The content octets of the INTEGER.
    pub(crate) fn content(&self) -> &[u8] {
        &self.content
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::x509::testing::rng;
    use proptest::prelude::*;

    #[test]
    fn a_new_one_has_17_octets_and_a_fixed_first() {
        let serial = SerialNumber::generate(&mut rng());
        assert_eq!((serial.as_bytes().len(), serial.as_bytes()[0]), (17, 0x43));
        assert!(serial.is_conforming());
        assert_ne!(serial, SerialNumber::generate(&mut rng()));
    }

    #[test]
    fn it_is_read_in_either_case_with_or_without_colons() {
        let serial: SerialNumber = "43:AB:0c".parse().unwrap();
        assert_eq!(serial.to_string(), "43ab0c");
        assert_eq!("43AB0C".parse(), Ok(serial.clone()));
        assert_eq!("0043ab0c".parse(), Ok(serial.clone()));
        assert_eq!(serde_json::to_string(&serial).unwrap(), "\"43ab0c\"");
        assert_eq!(serde_json::from_str::<SerialNumber>("\"43:ab:0c\"").unwrap(), serial);
        assert_eq!("5".parse::<SerialNumber>().unwrap().to_string(), "05");
    }

    #[test]
    fn what_is_no_serial_is_refused() {
        for (text, code) in [
            ("", "serial-not-hexadecimal"),
            ("::", "serial-not-hexadecimal"),
            ("-1", "serial-not-hexadecimal"),
            ("４３", "serial-not-hexadecimal"),
            ("0", "serial-zero"),
            ("00:00", "serial-zero"),
        ] {
            assert_eq!(text.parse::<SerialNumber>().unwrap_err().code(), code, "{text}");
        }
        assert!("7f".repeat(20).parse::<SerialNumber>().is_ok());
        assert_eq!("7f".repeat(21).parse::<SerialNumber>(), Err(SerialError::TooLong { octets: 21 }));
        assert_eq!("ff".repeat(20).parse::<SerialNumber>(), Err(SerialError::TooLong { octets: 21 }));
        assert!("ab".repeat(1 << 20).parse::<SerialNumber>().is_err());
    }

    #[test]
    fn zero_and_negative_ones_are_read_and_told_apart() {
        let read = |content: &[u8]| SerialNumber::from_content(content).unwrap();
        let (zero, minus, plus) = (read(&[0]), read(&[0xff]), read(&[0, 0xff]));
        assert_eq!([&zero, &minus, &plus].map(ToString::to_string), ["00", "-ff", "ff"]);
        assert!(!zero.is_conforming() && !minus.is_conforming() && plus.is_conforming());
        assert!(minus < zero && zero < plus && plus < read(&[1, 0]) && read(&[0xfe]) < minus);
        assert!(read(&[0x80, 0]) < read(&[0x80]));
        assert_eq!(minus.to_der(), [2, 1, 0xff]);
        assert!(SerialNumber::from_content(&[0, 1]).is_err());
        assert!(SerialNumber::from_content(&[0xff, 0x80]).is_err());
        assert!(SerialNumber::from_content(&[]).is_err());
    }

    proptest! {
        #[test]
        fn text_bytes_and_der_are_inverse(magnitude in prop::collection::vec(any::<u8>(), 1..20)) {
            prop_assume!(magnitude.iter().any(|&octet| octet != 0));
            let serial = SerialNumber::from_bytes(&magnitude).unwrap();
            prop_assert_eq!(&serial.to_string().parse::<SerialNumber>().unwrap(), &serial);
            prop_assert_eq!(&SerialNumber::from_bytes(serial.as_bytes()).unwrap(), &serial);
            prop_assert_eq!(&SerialNumber::from_content(&serial.to_der()[2..]).unwrap(), &serial);
        }

        #[test]
        fn order_is_that_of_numbers(a in 1_u128.., b in 1_u128..) {
            let serial = |number: u128| SerialNumber::from_bytes(&number.to_be_bytes()).unwrap();
            prop_assert_eq!(serial(a).cmp(&serial(b)), a.cmp(&b));
        }
    }
}
