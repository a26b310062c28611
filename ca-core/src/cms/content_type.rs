//! Content types and the two families of their identifiers.

use std::fmt;

use const_oid::ObjectIdentifier;

use crate::x509::Oid;

/// Whose identifiers a message uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Dialect {
    /// PKCS #7 and CMS, 1.2.840.113549.1.7.
    Pkcs7,
    /// GM/T 0010, 1.2.156.10197.6.1.4.2.
    GmT0010,
}

/// What a message of the two families may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Octets.
    Data,
    /// Signed content, or certificates alone.
    SignedData,
    /// Content encrypted to recipients.
    EnvelopedData,
    /// Content both signed and encrypted, in one structure.
    SignedAndEnvelopedData,
    /// Content and its digest.
    DigestedData,
    /// Content encrypted with a key that is known otherwise.
    EncryptedData,
    /// What GM/T 0010 uses to agree on a key.
    KeyAgreementInfo,
}

/// The type of a content.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct ContentType {
    oid: Oid,
}

/// id-data and its siblings (RFC 2315 section 14).
const PKCS7: [(Kind, ObjectIdentifier); 6] = [
    (Kind::Data, ObjectIdentifier::new_unwrap("1.2.840.113549.1.7.1")),
    (Kind::SignedData, ObjectIdentifier::new_unwrap("1.2.840.113549.1.7.2")),
    (Kind::EnvelopedData, ObjectIdentifier::new_unwrap("1.2.840.113549.1.7.3")),
    (Kind::SignedAndEnvelopedData, ObjectIdentifier::new_unwrap("1.2.840.113549.1.7.4")),
    (Kind::DigestedData, ObjectIdentifier::new_unwrap("1.2.840.113549.1.7.5")),
    (Kind::EncryptedData, ObjectIdentifier::new_unwrap("1.2.840.113549.1.7.6")),
];

/// Their likes in GM/T 0010.
const GM_T_0010: [(Kind, ObjectIdentifier); 6] = [
    (Kind::Data, ObjectIdentifier::new_unwrap("1.2.156.10197.6.1.4.2.1")),
    (Kind::SignedData, ObjectIdentifier::new_unwrap("1.2.156.10197.6.1.4.2.2")),
    (Kind::EnvelopedData, ObjectIdentifier::new_unwrap("1.2.156.10197.6.1.4.2.3")),
    (Kind::SignedAndEnvelopedData, ObjectIdentifier::new_unwrap("1.2.156.10197.6.1.4.2.4")),
    (Kind::EncryptedData, ObjectIdentifier::new_unwrap("1.2.156.10197.6.1.4.2.5")),
    (Kind::KeyAgreementInfo, ObjectIdentifier::new_unwrap("1.2.156.10197.6.1.4.2.6")),
];

/// id-ct-TSTInfo (RFC 3161 section 2.4.2).
pub(crate) const TST_INFO: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.1.4");

impl ContentType {
    pub(crate) fn new(oid: Oid) -> Self {
        Self { oid }
    }

    /// The type of a kind in a family; none where the family has it not.
    pub fn of(dialect: Dialect, kind: Kind) -> Option<Self> {
        let family = match dialect {
            Dialect::Pkcs7 => &PKCS7,
            Dialect::GmT0010 => &GM_T_0010,
        };
        family.iter().find(|(known, _)| *known == kind).map(|(_, oid)| Self::new(oid.into()))
    }

    /// Its object identifier.
    pub fn oid(&self) -> &Oid {
        &self.oid
    }

    /// What it is, where it is of one of the families.
    pub fn kind(&self) -> Option<Kind> {
        PKCS7.iter().chain(&GM_T_0010).find(|(_, oid)| self.oid == *oid).map(|(kind, _)| *kind)
    }

    /// Whose identifier it is, where it is of one of the families.
    pub fn dialect(&self) -> Option<Dialect> {
        let among = |family: &[(Kind, ObjectIdentifier)]| family.iter().any(|(_, oid)| self.oid == *oid);
        if among(&PKCS7) { Some(Dialect::Pkcs7) } else { among(&GM_T_0010).then_some(Dialect::GmT0010) }
    }
}

impl Kind {
    /// Its name in ASN.1.
    pub fn name(self) -> &'static str {
        match self {
            Self::Data => "Data",
            Self::SignedData => "SignedData",
            Self::EnvelopedData => "EnvelopedData",
            Self::SignedAndEnvelopedData => "SignedAndEnvelopedData",
            Self::DigestedData => "DigestedData",
            Self::EncryptedData => "EncryptedData",
            Self::KeyAgreementInfo => "KeyAgreementInfo",
        }
    }
}

impl fmt::Display for ContentType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind() {
            Some(kind) => f.write_str(kind.name()),
            None if self.oid == TST_INFO => f.write_str("TSTInfo"),
            None => write!(f, "{}", self.oid),
        }
    }
}

impl fmt::Debug for ContentType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ContentType({self}, {})", self.oid)
    }
}
