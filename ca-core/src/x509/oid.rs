//! Object identifiers of any size.

use super::asn1::{self, Malformed, tag};
use const_oid::ObjectIdentifier;
use core::{fmt, str::FromStr};

/// An object identifier, X.660, kept as its content octets.
///
/// Arcs may have any size: identifiers under `2.25.<UUID>` have arcs of 128 bits, which
/// [`ObjectIdentifier`] cannot hold.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Oid(Vec<u8>);

/// The longest identifier read: a few arcs of 128 bits (19 octets each) below a registered prefix fit.
pub const MAX_OCTETS: usize = 128;

/// Text or bytes that are no object identifier.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not an object identifier in dotted decimal form")]
pub struct OidError(String);

impl OidError {
    /// Stable code of this refusal.
    pub fn code(&self) -> &'static str {
        "oid-malformed"
    }
}

impl Oid {
    pub(crate) fn from_content(content: &[u8]) -> Result<Self, Malformed> {
        let fail = |reason| Err(Malformed::value("OBJECT IDENTIFIER", reason));
        let Some(last) = content.last() else { return fail("it is empty") };
        if content.len() > MAX_OCTETS {
            return fail("it is too long");
        }
        if last & 0x80 != 0 {
            return fail("its last arc is unfinished");
        }
        let starts = core::iter::once(0).chain(content.windows(2).map(|pair| pair[0]));
        if starts.zip(content).any(|(before, &octet)| before & 0x80 == 0 && octet == 0x80) {
            return fail("an arc is not in shortest form");
        }
        Ok(Self(content.to_vec()))
    }

    /// The content octets, without tag and length.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    pub(crate) fn to_der(&self) -> Vec<u8> {
        asn1::element(tag::OBJECT_IDENTIFIER, &self.0)
    }

    /// The same identifier as [`ObjectIdentifier`]; `None` where an arc is too large for it.
    pub fn to_object_identifier(&self) -> Option<ObjectIdentifier> {
        ObjectIdentifier::from_bytes(&self.0).ok()
    }

    /// The identifier under this one with `arc` appended.
    pub fn child(&self, arc: u32) -> Self {
        let mut content = self.0.clone();
        push_arc(&mut content, decimal_of(&arc.to_string()));
        Self(content)
    }

    /// Whether this identifier is `parent` or stands below it.
    pub fn is_under(&self, parent: &Oid) -> bool {
        self.0.starts_with(&parent.0)
    }
}

impl From<ObjectIdentifier> for Oid {
    fn from(oid: ObjectIdentifier) -> Self {
        Self(oid.as_bytes().to_vec())
    }
}

impl From<&ObjectIdentifier> for Oid {
    fn from(oid: &ObjectIdentifier) -> Self {
        Self(oid.as_bytes().to_vec())
    }
}

impl PartialEq<ObjectIdentifier> for Oid {
    fn eq(&self, other: &ObjectIdentifier) -> bool {
        self.0 == other.as_bytes()
    }
}

impl PartialEq<Oid> for ObjectIdentifier {
    fn eq(&self, other: &Oid) -> bool {
        other == self
    }
}

impl fmt::Debug for Oid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Oid({self})")
    }
}

impl fmt::Display for Oid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut arc = vec![0_u8];
        let mut first = true;
        for &octet in &self.0 {
            multiply_add(&mut arc, 128, u32::from(octet & 0x7f));
            if octet & 0x80 != 0 {
                continue;
            }
            if first {
                first = false;
                let root = subtract_root(&mut arc);
                write!(f, "{root}")?;
            }
            write!(f, ".")?;
            for digit in arc.iter().rev() {
                write!(f, "{digit}")?;
            }
            arc = vec![0];
        }
        Ok(())
    }
}

impl FromStr for Oid {
    type Err = OidError;

    fn from_str(text: &str) -> Result<Self, OidError> {
        let fail = || OidError(text.chars().take(MAX_OCTETS).collect());
        // Each arc takes at least one octet, each octet at most three digits and a dot.
        if text.len() > MAX_OCTETS * 4 {
            return Err(fail());
        }
        let arcs: Vec<&str> = text.split('.').collect();
        let canonical = |arc: &&str| {
            !arc.is_empty()
                && arc.bytes().all(|digit| digit.is_ascii_digit())
                && (arc.len() == 1 || !arc.starts_with('0'))
        };
        if arcs.len() < 2 || !arcs.iter().all(canonical) {
            return Err(fail());
        }
        let root: u32 = arcs[0].parse().ok().filter(|&root| root <= 2).ok_or_else(fail)?;
        if root < 2 && arcs[1].parse::<u32>().map_or(true, |second| second > 39) {
            return Err(fail());
        }
        let mut content = Vec::new();
        let mut second = decimal_of(arcs[1]);
        multiply_add(&mut second, 1, root * 40);
        push_arc(&mut content, second);
        for arc in &arcs[2..] {
            push_arc(&mut content, decimal_of(arc));
        }
        if content.len() > MAX_OCTETS { Err(fail()) } else { Ok(Self(content)) }
    }
}

impl serde::Serialize for Oid {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for Oid {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

// Arcs are decimal digits, least significant first, while they are converted.

fn decimal_of(text: &str) -> Vec<u8> {
    text.bytes().rev().map(|digit| digit - b'0').collect()
}

fn multiply_add(digits: &mut Vec<u8>, factor: u32, addend: u32) {
    let mut carry = addend;
    for digit in digits.iter_mut() {
        let value = u32::from(*digit) * factor + carry;
        *digit = (value % 10) as u8;
        carry = value / 10;
    }
    while carry > 0 {
        digits.push((carry % 10) as u8);
        carry /= 10;
    }
}

/// Takes the first arc out of the first subidentifier (X.690 §8.19.4) and returns it.
fn subtract_root(digits: &mut Vec<u8>) -> u32 {
    if digits.len() <= 2 {
        let value = digits.iter().rev().fold(0, |value, &digit| value * 10 + u32::from(digit));
        let root = (value / 40).min(2);
        *digits = decimal_of(&(value - root * 40).to_string());
        return root;
    }
    let mut borrow = 8;
    for digit in digits.iter_mut().skip(1) {
        if *digit >= borrow {
            *digit -= borrow;
            break;
        }
        *digit = *digit + 10 - borrow;
        borrow = 1;
    }
    while digits.len() > 1 && digits.last() == Some(&0) {
        digits.pop();
    }
    2
}

fn push_arc(content: &mut Vec<u8>, mut digits: Vec<u8>) {
    let mut groups = Vec::new();
    loop {
        let mut remainder = 0_u32;
        for digit in digits.iter_mut().rev() {
            let value = remainder * 10 + u32::from(*digit);
            *digit = (value / 128) as u8;
            remainder = value % 128;
        }
        groups.push(remainder as u8);
        if digits.iter().all(|&digit| digit == 0) {
            break;
        }
    }
    let last = groups.len() - 1;
    content.extend(
        groups.iter().rev().enumerate().map(|(at, &group)| if at == last { group } else { group | 0x80 }),
    );
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn arcs_of_128_bits_are_kept() {
        let text = "2.25.329800735698586629295641978511506172918.1.7";
        let oid: Oid = text.parse().unwrap();
        assert_eq!(oid.to_string(), text);
        assert_eq!(oid.to_object_identifier(), None);
        assert_eq!(Oid::from_content(oid.as_bytes()).unwrap(), oid);
        assert_eq!(oid.child(300).to_string(), format!("{text}.300"));
        assert!(oid.child(3).is_under(&oid));
    }

    #[test]
    fn small_ones_agree_with_const_oid() {
        for text in [
            "1.2.156.10197.1.501",
            "2.5.29.15",
            "0.9.2342.19200300.100.1.25",
            "1.3.6.1.5.5.7.3.9",
            "2.39",
            "1.0",
            "2.0",
        ] {
            let oid: Oid = text.parse().unwrap();
            assert_eq!(oid.to_string(), text);
            assert_eq!(
                ObjectIdentifier::new(text).map(|o| o.as_bytes().to_vec()).unwrap_or(oid.as_bytes().to_vec()),
                oid.as_bytes()
            );
        }
        assert_eq!("2.999.3".parse::<Oid>().unwrap().as_bytes(), [0x88, 0x37, 3]);
        assert_eq!("2.999.3".parse::<Oid>().unwrap().to_string(), "2.999.3");
        assert_eq!("2.100".parse::<Oid>().unwrap().to_string(), "2.100");
        assert_eq!("2.47".parse::<Oid>().unwrap().to_string(), "2.47");
    }

    #[test]
    fn what_is_no_identifier_is_refused() {
        for text in [
            "",
            "1",
            "1.",
            ".1",
            "1.40",
            "3.1",
            "1.2.03",
            "1.2.-3",
            "1.2.a",
            "1..2",
            "99999999999.1",
            "0.99999999999",
        ] {
            assert!(text.parse::<Oid>().is_err(), "{text}");
        }
        for content in [&[][..], &[0x80, 0x01], &[0x2a, 0x80, 0x01], &[0x2a, 0x86], &[1; MAX_OCTETS + 1]] {
            assert!(Oid::from_content(content).is_err(), "{content:?}");
        }
        assert!("1.2".repeat(1000).parse::<Oid>().is_err());
    }

    proptest! {
        #[test]
        fn text_and_bytes_are_inverse(root in 0_u32..3, second in 0_u32..40, arcs in prop::collection::vec(any::<u128>(), 0..5)) {
            let text = arcs.iter().fold(format!("{root}.{second}"), |text, arc| format!("{text}.{arc}"));
            let oid: Oid = text.parse().unwrap();
            prop_assert_eq!(oid.to_string(), text);
            prop_assert_eq!(Oid::from_content(oid.as_bytes()).unwrap(), oid);
        }

        #[test]
        fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..40)) {
            if let Ok(oid) = Oid::from_content(&bytes) {
                prop_assert_eq!(oid.to_string().parse::<Oid>().unwrap(), oid);
            }
        }
    }
}
