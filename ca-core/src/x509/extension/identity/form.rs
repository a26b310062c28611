//! Where numbers stand, and in which encoding.

use super::IdentityKind::{self, *};
use crate::x509::asn1::{self, tag};
use crate::x509::oid::Oid;
use const_oid::ObjectIdentifier;
use core::fmt;
use serde::{Deserialize, Serialize};

/// A form in which numbers are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum IdentityForm {
    /// GM/T 0015-2012 with explicit tags in IdentifyCode.
    #[default]
    Gmt2012,
    /// GM/T 0015-2012 with implicit tags in IdentifyCode.
    Gmt2012Implicit,
    /// GM/T 0015-2023: personal numbers under identifiers of their own. It has none for military numbers.
    Gmt2023,
    /// The arc 1.2.86.11.7, with UTF8Strings.
    Legacy,
}

impl fmt::Display for IdentityForm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Gmt2012 => "gmt2012",
            Self::Gmt2012Implicit => "gmt2012-implicit",
            Self::Gmt2023 => "gmt2023",
            Self::Legacy => "legacy",
        })
    }
}

/// How the string of a number is wrapped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spelling {
    /// A string, by its universal tag.
    Bare {
        /// The identifier octet of the string type.
        tag: u8,
    },
    /// A string inside of a context-specific tag.
    Explicit {
        /// The number of the tag around it.
        number: u8,
        /// The identifier octet of the string type.
        tag: u8,
    },
    /// A context-specific tag in the place of that of the string type.
    Implicit {
        /// The number of the tag.
        number: u8,
    },
    /// Octets that are not DER.
    Raw,
}

impl Spelling {
    pub(super) fn write(self, content: &[u8]) -> Vec<u8> {
        match self {
            Self::Bare { tag } => asn1::element(tag, content),
            Self::Explicit { number, tag } => {
                asn1::element(tag::context_constructed(number), &asn1::element(tag, content))
            }
            Self::Implicit { number } => asn1::element(tag::context(number), content),
            Self::Raw => content.to_vec(),
        }
    }
}

pub(super) fn is_string(octet: u8) -> bool {
    use tag::{BMP_STRING, IA5_STRING, NUMERIC_STRING, PRINTABLE_STRING, TELETEX_STRING, UTF8_STRING};
    [UTF8_STRING, PRINTABLE_STRING, IA5_STRING, NUMERIC_STRING, TELETEX_STRING, BMP_STRING].contains(&octet)
}

const fn oid(text: &str) -> ObjectIdentifier {
    ObjectIdentifier::new_unwrap(text)
}

/// IdentifyCode of the 2012 edition, which holds personal numbers of three kinds.
const IDENTIFY_CODE: ObjectIdentifier = oid("1.2.156.10260.4.1.1");

/// Identifiers under the arc of GM/T 0015 but for IdentifyCode.
const STANDARD: [(ObjectIdentifier, IdentityKind); 6] = [
    (oid("1.2.156.10260.4.1.1.1"), ResidentNumber),
    (oid("1.2.156.10260.4.1.1.2"), PassportNumber),
    (oid("1.2.156.10260.4.1.2"), InsuranceNumber),
    (oid("1.2.156.10260.4.1.3"), RegistrationNumber),
    (oid("1.2.156.10260.4.1.4"), OrganizationCode),
    (oid("1.2.156.10260.4.1.5"), TaxationNumber),
];

/// Identifiers under the older arc, where organisations stand before registrations.
const LEGACY: [(ObjectIdentifier, IdentityKind); 5] = [
    (oid("1.2.86.11.7.1"), PersonalNumber),
    (oid("1.2.86.11.7.2"), InsuranceNumber),
    (oid("1.2.86.11.7.3"), OrganizationCode),
    (oid("1.2.86.11.7.4"), RegistrationNumber),
    (oid("1.2.86.11.7.5"), TaxationNumber),
];

/// Members of the CHOICE IdentifyCode: number of the tag, kind, string type.
const CHOICE: [(u8, IdentityKind, u8); 3] = [
    (0, ResidentNumber, tag::PRINTABLE_STRING),
    (1, MilitaryNumber, tag::UTF8_STRING),
    (2, PassportNumber, tag::PRINTABLE_STRING),
];

/// What an identifier says of the value under it.
#[derive(Clone, Copy)]
pub(super) struct Place {
    kind: IdentityKind,
}

impl Place {
    /// The kind of a value without a tag that says more.
    pub(super) fn default_kind(self) -> IdentityKind {
        self.kind
    }

    /// The kind of a value with a context-specific tag.
    pub(super) fn tagged_kind(self, number: u8) -> Option<IdentityKind> {
        let choice = CHOICE.iter().find(|(member, ..)| *member == number)?;
        (self.kind == PersonalNumber).then_some(choice.1)
    }
}

/// The place that an identifier names, where it is one for numbers.
pub(super) fn place_of(identifier: &Oid) -> Option<Place> {
    if *identifier == IDENTIFY_CODE {
        return Some(Place { kind: PersonalNumber });
    }
    let found = STANDARD.iter().chain(&LEGACY).find(|(oid, _)| *identifier == *oid);
    found.map(|(_, kind)| Place { kind: *kind })
}

impl IdentityForm {
    /// Whether it has a place for numbers of a kind.
    pub fn holds(self, kind: IdentityKind) -> bool {
        self.place(kind).is_some()
    }

    /// Under which identifier and in which spelling a number stands; `None` where the form has no place for it.
    pub(super) fn place(self, kind: IdentityKind) -> Option<(Oid, Spelling)> {
        // What cannot be checked is not written.
        if kind == PersonalNumber {
            return None;
        }
        let choice = CHOICE.iter().find(|(_, member, _)| *member == kind);
        let under = |table: &[(ObjectIdentifier, IdentityKind)]| {
            table.iter().find(|(_, member)| *member == kind).map(|(oid, _)| Oid::from(*oid))
        };
        let printable = Spelling::Bare { tag: tag::PRINTABLE_STRING };
        let utf8 = Spelling::Bare { tag: tag::UTF8_STRING };
        match (self, choice) {
            (Self::Gmt2012, Some(&(number, _, tag))) => {
                Some((IDENTIFY_CODE.into(), Spelling::Explicit { number, tag }))
            }
            (Self::Gmt2012Implicit, Some(&(number, ..))) => {
                Some((IDENTIFY_CODE.into(), Spelling::Implicit { number }))
            }
            (Self::Gmt2023, _) => {
                Some((under(&STANDARD)?, if kind == PassportNumber { utf8 } else { printable }))
            }
            // The older arc has one place for personal numbers and does not say their kind.
            (Self::Legacy, Some(_)) => (kind == ResidentNumber).then(|| (LEGACY[0].0.into(), utf8)),
            (Self::Legacy, None) => Some((under(&LEGACY)?, utf8)),
            (Self::Gmt2012 | Self::Gmt2012Implicit, None) => Some((under(&STANDARD)?, printable)),
        }
    }
}
