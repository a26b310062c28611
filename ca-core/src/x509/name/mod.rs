//! Distinguished names.

mod attribute;
mod matching;
mod text;

pub use attribute::{AttributeKind, AttributeKindError, StringType};

use super::asn1::{self, Element, Malformed, Problem, tag};
use super::oid::Oid;
use core::fmt;
use matching::Folded;
use std::sync::OnceLock;
use text::Defect;
use unicode_normalization::UnicodeNormalization;

/// The most attributes of a name. Real names have fewer than twenty; the bound keeps the work on a hostile one small.
pub const MAX_ATTRIBUTES: usize = 64;

/// `Name`, RFC 5280 §4.1.2.4: a sequence of sets of attributes.
///
/// A name that was read keeps its bytes, whatever string types it uses. Names compare by their DER.
#[derive(Clone)]
pub struct Name {
    der: Vec<u8>,
    attributes: Vec<Attribute>,
    /// Digests of the forms that are compared, computed when they are first asked for, so that a large name is folded once
    /// however often it is compared.
    folded: OnceLock<Box<Folded>>,
}

/// One attribute of a name as it was read.
#[derive(Clone, Debug)]
struct Attribute {
    kind: AttributeKind,
    /// Position of its set in the name: attributes of one set share it.
    set: usize,
    /// Tag of the value.
    tag: u8,
    /// The value as text, where its type is one of text.
    text: Option<String>,
    /// The whole value in DER.
    der: Vec<u8>,
}

/// Why a name is not one that may be written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NameError {
    /// The DER is not that of a name.
    #[error("the name cannot be read: {0}")]
    Malformed(#[from] Malformed),
    /// More attributes than [`MAX_ATTRIBUTES`].
    #[error("a name has at most {MAX_ATTRIBUTES} attributes, not {count}")]
    TooManyAttributes {
        /// How many there are.
        count: usize,
    },
    /// An empty value.
    #[error("{kind} is empty")]
    Empty {
        /// The attribute.
        kind: AttributeKind,
    },
    /// A value beyond the upper bound of X.520.
    #[error("{kind} has {length} characters, at most {maximum} are allowed")]
    TooLong {
        /// The attribute.
        kind: AttributeKind,
        /// Its length in characters, normalised.
        length: usize,
        /// The bound in characters.
        maximum: usize,
    },
    /// NUL or another control character.
    #[error("{kind} holds the control character U+{:04X} at position {position}", u32::from(*character))]
    ControlCharacter {
        /// The attribute.
        kind: AttributeKind,
        /// The character.
        character: char,
        /// Its position in characters, from 0.
        position: usize,
    },
    /// A character that changes the direction of text, and so what a person reads.
    #[error("{kind} holds the bidirectional control U+{:04X} at position {position}", u32::from(*character))]
    BidirectionalControl {
        /// The attribute.
        kind: AttributeKind,
        /// The character.
        character: char,
        /// Its position in characters, from 0.
        position: usize,
    },
    /// A character that the attribute's string type does not have.
    #[error("{kind} is a {string_type} and cannot hold {character:?} at position {position}")]
    WrongCharacter {
        /// The attribute.
        kind: AttributeKind,
        /// The type of its values.
        string_type: StringType,
        /// The character.
        character: char,
        /// Its position in characters, from 0.
        position: usize,
    },
    /// White space at an end, which comparisons ignore and people do not see.
    #[error("{kind} starts or ends with white space")]
    SurroundingSpace {
        /// The attribute.
        kind: AttributeKind,
    },
    /// A country that is not two capital letters.
    #[error("C is a country code of two capital letters (ISO 3166-1), not {value:?}")]
    Country {
        /// What was given.
        value: String,
    },
    /// A value that is not text, or not valid in its string type.
    #[error("{kind} is not valid text")]
    NotText {
        /// The attribute.
        kind: AttributeKind,
    },
    /// Several attributes in one set.
    #[error("several attributes stand in one relative distinguished name; each must stand alone")]
    MultiValued,
}

impl NameError {
    /// Stable code of this refusal.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Malformed(_) => "name-malformed",
            Self::TooManyAttributes { .. } => "name-too-many-attributes",
            Self::Empty { .. } => "name-empty-value",
            Self::TooLong { .. } => "name-too-long",
            Self::ControlCharacter { .. } => "name-control-character",
            Self::BidirectionalControl { .. } => "name-bidirectional-control",
            Self::WrongCharacter { .. } => "name-wrong-character",
            Self::SurroundingSpace { .. } => "name-surrounding-space",
            Self::Country { .. } => "name-country",
            Self::NotText { .. } => "name-not-text",
            Self::MultiValued => "name-multi-valued",
        }
    }
}

impl Name {
    /// A name of one attribute per set, in this order: C first by custom.
    ///
    /// Values are normalised to NFC and written in the string type of their attribute.
    ///
    /// # Errors
    /// See [`NameError`].
    ///
    /// ```
    /// use ca_core::x509::name::{AttributeKind, Name};
    /// let name = Name::from_parts(&[(AttributeKind::Country, "CN".into()), (AttributeKind::CommonName, "测试".into())])?;
    /// assert_eq!(name.to_string(), "CN=测试,C=CN");
    /// # Ok::<(), ca_core::x509::name::NameError>(())
    /// ```
    pub fn from_parts(parts: &[(AttributeKind, String)]) -> Result<Self, NameError> {
        if parts.len() > MAX_ATTRIBUTES {
            return Err(NameError::TooManyAttributes { count: parts.len() });
        }
        let mut sets = Vec::with_capacity(parts.len());
        for (kind, value) in parts {
            let value = strict_value(kind, value)?;
            let value = asn1::element(kind.string_type().tag(), value.as_bytes());
            sets.push(asn1::element(tag::SET, &asn1::sequence(&[kind.oid().to_der(), value])));
        }
        Ok(Self::from_der(&asn1::sequence(&sets))?)
    }

    /// Reads a name leniently: any string types, any lengths.
    ///
    /// # Errors
    /// DER that is not that of a name, or more than [`MAX_ATTRIBUTES`] attributes.
    pub fn from_der(bytes: &[u8]) -> Result<Self, Malformed> {
        Self::read(asn1::only("Name", bytes, tag::SEQUENCE)?)
    }

    pub(crate) fn read(element: Element<'_>) -> Result<Self, Malformed> {
        let mut attributes = Vec::new();
        let mut sets = element.members("Name");
        let mut set = 0;
        while sets.peek_tag().is_some() {
            let mut members = sets.required(tag::SET)?.members("RelativeDistinguishedName");
            if members.peek_tag().is_none() {
                return Err(Malformed { part: "RelativeDistinguishedName", problem: Problem::Missing });
            }
            while members.peek_tag().is_some() {
                if attributes.len() == MAX_ATTRIBUTES {
                    return Err(Malformed { part: "Name", problem: Problem::TooMany(MAX_ATTRIBUTES) });
                }
                attributes.push(read_attribute(set, members.required(tag::SEQUENCE)?)?);
            }
            set += 1;
        }
        Ok(Self { der: element.full.to_vec(), attributes, folded: OnceLock::new() })
    }

    /// The name one relative distinguished name below this one, whose content in DER is given: what nameRelativeToCRLIssuer
    /// says, RFC 5280 §4.2.1.13.
    ///
    /// # Errors
    /// Content that is not that of a relative distinguished name, or more than [`MAX_ATTRIBUTES`] attributes altogether.
    pub fn below(&self, relative: &[u8]) -> Result<Self, Malformed> {
        let sets = asn1::only("Name", &self.der, tag::SEQUENCE)?.content;
        Self::from_der(&asn1::sequence(&[sets, &asn1::element(tag::SET, relative)]))
    }

    /// The name in DER, as received or as written.
    pub fn as_der(&self) -> &[u8] {
        &self.der
    }

    /// The attributes in order, as text. A value that is not text is given as `#` and its DER in hexadecimal, RFC 4514 §2.4.
    pub fn parts(&self) -> Vec<(AttributeKind, String)> {
        self.attributes.iter().map(|attribute| (attribute.kind.clone(), attribute.display_text())).collect()
    }

    /// The first attribute of `kind`, as text.
    pub fn get(&self, kind: &AttributeKind) -> Option<String> {
        self.attributes.iter().find(|attribute| attribute.kind == *kind).map(Attribute::display_text)
    }

    /// The name of no attributes.
    pub fn empty() -> Self {
        Self { der: vec![tag::SEQUENCE, 0], attributes: Vec::new(), folded: OnceLock::new() }
    }

    /// Whether it has no attributes.
    pub fn is_empty(&self) -> bool {
        self.attributes.is_empty()
    }

    /// The string types of the values, in order; `None` for what is not one that is written here.
    pub fn string_types(&self) -> Vec<(AttributeKind, Option<StringType>)> {
        let of = |attribute: &Attribute| (attribute.kind.clone(), StringType::from_tag(attribute.tag));
        self.attributes.iter().map(of).collect()
    }

    /// Whether both mean the same by RFC 5280 §7.1: string types, case and runs of spaces do not count.
    pub fn matches(&self, other: &Self) -> bool {
        self.der == other.der || self.folded() == other.folded()
    }

    /// Equal for names that match, so that names can be looked up.
    pub(crate) fn folded(&self) -> &[u8; 32] {
        &self.folds().whole
    }

    /// Whether it is `base` or begins with it, RFC 5280 §7.1.
    pub fn is_below(&self, base: &Self) -> bool {
        self.folds().sets(&self.attributes).starts_with(base.folds().sets(&base.attributes))
    }

    fn folds(&self) -> &Folded {
        self.folded.get_or_init(|| Box::new(Folded::of(&self.attributes)))
    }

    /// The same name by the rules of [`Name::from_parts`]: what an authority writes after it read the name in a request.
    ///
    /// # Errors
    /// What [`Name::from_parts`] refuses, several attributes in one set, and values that are not text.
    pub fn revalidate(&self) -> Result<Name, NameError> {
        if self.attributes.windows(2).any(|pair| pair[0].set == pair[1].set) {
            return Err(NameError::MultiValued);
        }
        let part = |attribute: &Attribute| match &attribute.text {
            Some(text) => Ok((attribute.kind.clone(), text.clone())),
            None => Err(NameError::NotText { kind: attribute.kind.clone() }),
        };
        Self::from_parts(&self.attributes.iter().map(part).collect::<Result<Vec<_>, _>>()?)
    }
}

impl PartialEq for Name {
    fn eq(&self, other: &Self) -> bool {
        self.der == other.der
    }
}

impl Eq for Name {}

impl core::hash::Hash for Name {
    fn hash<H: core::hash::Hasher>(&self, state: &mut H) {
        self.der.hash(state);
    }
}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Name({self})")
    }
}

/// RFC 4514: the last set first, commas between sets, plus signs within. Control and bidirectional characters are escaped too.
impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut sets: Vec<&[Attribute]> = self.attributes.chunk_by(|a, b| a.set == b.set).collect();
        sets.reverse();
        for (at, set) in sets.iter().enumerate() {
            if at > 0 {
                write!(f, ",")?;
            }
            for (at, attribute) in set.iter().enumerate() {
                let separator = if at > 0 { "+" } else { "" };
                write!(f, "{separator}{}=", attribute.kind)?;
                match &attribute.text {
                    Some(text) => write!(f, "{}", text::escape(text))?,
                    None => write!(f, "{}", attribute.display_text())?,
                }
            }
        }
        Ok(())
    }
}

impl Attribute {
    fn display_text(&self) -> String {
        self.text.clone().unwrap_or_else(|| format!("#{}", hex::encode(&self.der)))
    }
}

fn read_attribute(set: usize, element: Element<'_>) -> Result<Attribute, Malformed> {
    let mut members = element.members("AttributeTypeAndValue");
    let oid = Oid::from_content(members.required(tag::OBJECT_IDENTIFIER)?.content)?;
    let value = members.any()?;
    members.finish()?;
    let text = text::decode(value.tag, value.content);
    Ok(Attribute { kind: AttributeKind::from_oid(oid), set, tag: value.tag, text, der: value.full.to_vec() })
}

fn strict_value(kind: &AttributeKind, value: &str) -> Result<String, NameError> {
    let kind = || kind.clone();
    // Before it is normalised, so that a huge value costs nothing: a character takes at most four octets, and NFC at most
    // triples a string's length.
    let maximum = kind().upper_bound();
    if value.len() > maximum * 4 * 3 {
        return Err(NameError::TooLong { kind: kind(), length: value.chars().count(), maximum });
    }
    let value: String = value.nfc().collect();
    if value.is_empty() {
        return Err(NameError::Empty { kind: kind() });
    }
    if let Some((position, character, defect)) = text::first_defect(&value) {
        return Err(match defect {
            Defect::Control => NameError::ControlCharacter { kind: kind(), character, position },
            Defect::Bidirectional => NameError::BidirectionalControl { kind: kind(), character, position },
        });
    }
    if value.trim() != value {
        return Err(NameError::SurroundingSpace { kind: kind() });
    }
    let length = value.chars().count();
    if length > maximum {
        return Err(NameError::TooLong { kind: kind(), length, maximum });
    }
    if kind() == AttributeKind::Country
        && !(value.len() == 2 && value.bytes().all(|octet| octet.is_ascii_uppercase()))
    {
        return Err(NameError::Country { value });
    }
    let string_type = kind().string_type();
    if let Some((position, character)) =
        value.chars().enumerate().find(|&(_, character)| !string_type.allows(character))
    {
        return Err(NameError::WrongCharacter { kind: kind(), string_type, character, position });
    }
    Ok(value)
}

#[cfg(test)]
mod tests;
