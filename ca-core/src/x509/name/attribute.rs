//! Kinds of attributes.

use super::super::{asn1::tag, oid::Oid};
use const_oid::ObjectIdentifier;
use core::{fmt, str::FromStr};

/// The kind of an attribute of a name: X.520, RFC 4519, RFC 2985.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum AttributeKind {
    /// `C`, a country of ISO 3166-1.
    Country,
    /// `ST`
    StateOrProvince,
    /// `L`
    Locality,
    /// `O`
    Organization,
    /// `OU`
    OrganizationalUnit,
    /// `organizationIdentifier`, X.520 §6.4.4.
    OrganizationIdentifier,
    /// `CN`
    CommonName,
    /// `SN`
    Surname,
    /// `GN`
    GivenName,
    /// `serialNumber` of a person, organisation or device; not of the certificate.
    SerialNumber,
    /// `T`
    Title,
    /// `STREET`
    StreetAddress,
    /// `postalCode`
    PostalCode,
    /// `DC`
    DomainComponent,
    /// `UID`
    UserId,
    /// `emailAddress`, RFC 2985 §5.2.1.
    EmailAddress,
    /// Any other.
    Other(Oid),
}

/// The string types that names are written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StringType {
    /// PrintableString, X.680 §41.4.
    Printable,
    /// IA5String: ASCII.
    Ia5,
    /// UTF8String.
    Utf8,
}

/// Text that names no kind of attribute.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no attribute of a name; known are {known}, or an object identifier", known = known_names())]
pub struct AttributeKindError(String);

impl AttributeKindError {
    /// Stable code of this refusal.
    pub fn code(&self) -> &'static str {
        "name-unknown-attribute"
    }
}

struct Row {
    name: &'static str,
    oid: ObjectIdentifier,
    /// In characters; X.520 Annex C and RFC 5280 Appendix A. Where these give none, 64 as for a name.
    upper_bound: usize,
    string_type: StringType,
}

const fn row(name: &'static str, oid: &str, upper_bound: usize, string_type: StringType) -> Row {
    Row { name, oid: ObjectIdentifier::new_unwrap(oid), upper_bound, string_type }
}

/// The kinds that have a name.
static KNOWN: [AttributeKind; 16] = [
    AttributeKind::Country,
    AttributeKind::StateOrProvince,
    AttributeKind::Locality,
    AttributeKind::Organization,
    AttributeKind::OrganizationalUnit,
    AttributeKind::OrganizationIdentifier,
    AttributeKind::CommonName,
    AttributeKind::Surname,
    AttributeKind::GivenName,
    AttributeKind::SerialNumber,
    AttributeKind::Title,
    AttributeKind::StreetAddress,
    AttributeKind::PostalCode,
    AttributeKind::DomainComponent,
    AttributeKind::UserId,
    AttributeKind::EmailAddress,
];

/// Bound for attributes that X.520 does not name, in characters: as long as the longest of those that it does.
const OTHER_UPPER_BOUND: usize = 256;

fn known_names() -> String {
    KNOWN.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

impl AttributeKind {
    /// What is fixed for a kind that has a name; the identifier of one that has none.
    ///
    /// RFC 5280 Appendix A gives C and serialNumber the type PrintableString, DC and emailAddress IA5String, the others a
    /// choice, of which §4.1.2.4 wants UTF8String.
    fn row(&self) -> Result<&'static Row, &Oid> {
        use StringType::{Ia5, Printable, Utf8};
        Ok(match self {
            Self::Country => const { &row("C", "2.5.4.6", 2, Printable) },
            Self::StateOrProvince => const { &row("ST", "2.5.4.8", 128, Utf8) },
            Self::Locality => const { &row("L", "2.5.4.7", 128, Utf8) },
            Self::Organization => const { &row("O", "2.5.4.10", 64, Utf8) },
            Self::OrganizationalUnit => const { &row("OU", "2.5.4.11", 64, Utf8) },
            Self::OrganizationIdentifier => const { &row("organizationIdentifier", "2.5.4.97", 64, Utf8) },
            Self::CommonName => const { &row("CN", "2.5.4.3", 64, Utf8) },
            Self::Surname => const { &row("SN", "2.5.4.4", 64, Utf8) },
            Self::GivenName => const { &row("GN", "2.5.4.42", 64, Utf8) },
            Self::SerialNumber => const { &row("serialNumber", "2.5.4.5", 64, Printable) },
            Self::Title => const { &row("T", "2.5.4.12", 64, Utf8) },
            Self::StreetAddress => const { &row("STREET", "2.5.4.9", 128, Utf8) },
            Self::PostalCode => const { &row("postalCode", "2.5.4.17", 40, Utf8) },
            Self::DomainComponent => const { &row("DC", "0.9.2342.19200300.100.1.25", 63, Ia5) },
            Self::UserId => const { &row("UID", "0.9.2342.19200300.100.1.1", 256, Utf8) },
            Self::EmailAddress => const { &row("emailAddress", "1.2.840.113549.1.9.1", 255, Ia5) },
            Self::Other(oid) => return Err(oid),
        })
    }

    /// Its object identifier.
    pub fn oid(&self) -> Oid {
        self.row().map_or_else(Oid::clone, |row| row.oid.into())
    }

    /// The kind with this object identifier.
    pub fn from_oid(oid: Oid) -> Self {
        let known = KNOWN.iter().find(|kind| kind.row().is_ok_and(|row| row.oid == oid));
        known.cloned().unwrap_or(Self::Other(oid))
    }

    /// The most characters of a value.
    pub fn upper_bound(&self) -> usize {
        self.row().map_or(OTHER_UPPER_BOUND, |row| row.upper_bound)
    }

    /// The string type of a value.
    pub fn string_type(&self) -> StringType {
        self.row().map_or(StringType::Utf8, |row| row.string_type)
    }
}

/// The short name, or the object identifier of what has none.
impl fmt::Display for AttributeKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.row() {
            Ok(row) => f.write_str(row.name),
            Err(oid) => write!(f, "{oid}"),
        }
    }
}

/// A short name in any case, or an object identifier.
impl FromStr for AttributeKind {
    type Err = AttributeKindError;

    fn from_str(text: &str) -> Result<Self, AttributeKindError> {
        let named = |kind: &&AttributeKind| kind.row().is_ok_and(|row| row.name.eq_ignore_ascii_case(text));
        if let Some(kind) = KNOWN.iter().find(named) {
            return Ok(kind.clone());
        }
        text.parse().map(Self::from_oid).map_err(|_| AttributeKindError(text.chars().take(64).collect()))
    }
}

impl serde::Serialize for AttributeKind {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for AttributeKind {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

impl StringType {
    pub(crate) fn tag(self) -> u8 {
        match self {
            Self::Printable => tag::PRINTABLE_STRING,
            Self::Ia5 => tag::IA5_STRING,
            Self::Utf8 => tag::UTF8_STRING,
        }
    }

    pub(crate) fn from_tag(tag: u8) -> Option<Self> {
        [Self::Printable, Self::Ia5, Self::Utf8].into_iter().find(|string_type| string_type.tag() == tag)
    }

    pub(crate) fn allows(self, character: char) -> bool {
        match self {
            Self::Printable => character.is_ascii_alphanumeric() || " '()+,-./:=?".contains(character),
            Self::Ia5 => character.is_ascii(),
            Self::Utf8 => true,
        }
    }
}

impl fmt::Display for StringType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Printable => "PrintableString",
            Self::Ia5 => "IA5String",
            Self::Utf8 => "UTF8String",
        })
    }
}
