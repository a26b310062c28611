//! Key identifiers.

use core::fmt;

/// An identifier of a public key, RFC 5280 §4.2.1.2: opaque octets.
///
/// Authorities derive it differently (SHA-1 of 20 octets, SM3 of 32); only equality means anything.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct KeyIdentifier(Vec<u8>);

impl KeyIdentifier {
    /// Takes the octets as they are.
    pub fn new(octets: impl Into<Vec<u8>>) -> Self {
        Self(octets.into())
    }

    /// The octets.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl From<[u8; 20]> for KeyIdentifier {
    fn from(octets: [u8; 20]) -> Self {
        Self(octets.to_vec())
    }
}

/// Lowercase hexadecimal.
impl fmt::Display for KeyIdentifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|octet| write!(f, "{octet:02x}"))
    }
}
