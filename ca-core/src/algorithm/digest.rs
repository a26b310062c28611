//! Digests.

use const_oid::ObjectIdentifier;
use sm3::{Digest, Sm3};

use crate::encoding::oid;

/// A digest algorithm.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DigestAlgorithm {
    /// SHA-1 (FIPS 180-4), for identifiers of keys and OCSP CertIDs only, never under a signature.
    Sha1,
    /// SHA-256 (FIPS 180-4).
    Sha256,
    /// SHA-384 (FIPS 180-4).
    Sha384,
    /// SHA-512 (FIPS 180-4).
    Sha512,
    /// SM3 (GB/T 32905).
    Sm3,
}

impl DigestAlgorithm {
    /// Every algorithm.
    pub const ALL: [Self; 5] = [Self::Sha1, Self::Sha256, Self::Sha384, Self::Sha512, Self::Sm3];

    /// Its object identifier.
    pub fn oid(self) -> ObjectIdentifier {
        match self {
            Self::Sha1 => oid::SHA1,
            Self::Sha256 => oid::SHA256,
            Self::Sha384 => oid::SHA384,
            Self::Sha512 => oid::SHA512,
            Self::Sm3 => oid::SM3,
        }
    }

    /// The algorithm of an object identifier, if it is one of these.
    pub fn from_oid(oid: ObjectIdentifier) -> Option<Self> {
        Self::ALL.into_iter().find(|algorithm| algorithm.oid() == oid)
    }

    /// Bytes of its digests.
    pub fn length(self) -> usize {
        match self {
            Self::Sha1 => 20,
            Self::Sha256 | Self::Sm3 => 32,
            Self::Sha384 => 48,
            Self::Sha512 => 64,
        }
    }
}

/// The digest of a message.
pub fn digest(algorithm: DigestAlgorithm, message: &[u8]) -> Vec<u8> {
    let by = match algorithm {
        DigestAlgorithm::Sm3 => return sm3(message).to_vec(),
        DigestAlgorithm::Sha1 => &aws_lc_rs::digest::SHA1_FOR_LEGACY_USE_ONLY,
        DigestAlgorithm::Sha256 => &aws_lc_rs::digest::SHA256,
        DigestAlgorithm::Sha384 => &aws_lc_rs::digest::SHA384,
        DigestAlgorithm::Sha512 => &aws_lc_rs::digest::SHA512,
    };
    aws_lc_rs::digest::digest(by, message).as_ref().to_vec()
}

/// The SM3 digest of a message (GB/T 32905).
pub fn sm3(message: &[u8]) -> [u8; 32] {
    Sm3::digest(message).into()
}

/// The SHA-256 digest of a message (FIPS 180-4).
pub fn sha256(message: &[u8]) -> [u8; 32] {
    fixed(&aws_lc_rs::digest::SHA256, message)
}

/// The SHA-1 digest of a message (FIPS 180-4): for identifiers, not for security.
pub fn sha1(message: &[u8]) -> [u8; 20] {
    fixed(&aws_lc_rs::digest::SHA1_FOR_LEGACY_USE_ONLY, message)
}

/// `N` must be the length of the algorithm's digests.
fn fixed<const N: usize>(algorithm: &'static aws_lc_rs::digest::Algorithm, message: &[u8]) -> [u8; N] {
    let mut bytes = [0; N];
    bytes.copy_from_slice(aws_lc_rs::digest::digest(algorithm, message).as_ref());
    bytes
}

/// SM3 of a message that comes in parts.
#[derive(Clone, Default)]
pub struct Sm3Hasher(Sm3);

impl Sm3Hasher {
    /// A hash of nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes in the next part.
    pub fn update(&mut self, part: &[u8]) {
        self.0.update(part);
    }

    /// The digest of all parts in order.
    pub fn finish(self) -> [u8; 32] {
        self.0.finalize().into()
    }
}

/// SHA-256 of a message that comes in parts.
#[derive(Clone)]
pub struct Sha256Hasher(aws_lc_rs::digest::Context);

impl Sha256Hasher {
    /// A hash of nothing yet.
    pub fn new() -> Self {
        Self(aws_lc_rs::digest::Context::new(&aws_lc_rs::digest::SHA256))
    }

    /// Takes in the next part.
    pub fn update(&mut self, part: &[u8]) {
        self.0.update(part);
    }

    /// The digest of all parts in order.
    pub fn finish(self) -> [u8; 32] {
        let mut bytes = [0; 32];
        bytes.copy_from_slice(self.0.finish().as_ref());
        bytes
    }
}

impl Default for Sha256Hasher {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_hash_parts_as_the_whole() {
        let (mut short, mut national) = (Sha256Hasher::new(), Sm3Hasher::new());
        for part in [&b"a"[..], b"", b"bc"] {
            short.update(part);
            national.update(part);
        }
        assert_eq!((short.finish(), national.finish()), (sha256(b"abc"), sm3(b"abc")));
    }

    #[test]
    fn digests_of_abc_are_those_of_the_standards() {
        for (algorithm, expected) in [
            (DigestAlgorithm::Sha1, "a9993e364706816aba3e25717850c26c9cd0d89d"),
            (DigestAlgorithm::Sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
            (DigestAlgorithm::Sm3, "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"),
        ] {
            assert_eq!(hex::encode(digest(algorithm, b"abc")), expected);
        }
        assert_eq!(sha1(b"abc").to_vec(), digest(DigestAlgorithm::Sha1, b"abc"));
        assert_eq!(sha256(b"abc").to_vec(), digest(DigestAlgorithm::Sha256, b"abc"));
    }

    #[test]
    fn each_algorithm_has_its_length_and_identifier() {
        for algorithm in DigestAlgorithm::ALL {
            assert_eq!(digest(algorithm, b"").len(), algorithm.length());
            assert_eq!(DigestAlgorithm::from_oid(algorithm.oid()), Some(algorithm));
        }
    }

    #[test]
    fn parts_hash_as_the_whole() {
        let mut hasher = Sm3Hasher::new();
        hasher.update(b"a");
        hasher.update(b"");
        hasher.update(b"bc");
        assert_eq!(hasher.finish(), sm3(b"abc"));
    }
}
