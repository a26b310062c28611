//! What trees of structures are made of, and parts that many structures have.

/// What is inside of an element.
#[derive(Clone, Copy)]
pub(in crate::encoding::dump) enum Shape {
    /// Nothing is known of it.
    Any,
    /// These, one after the other.
    Members(&'static [Field]),
    /// Any number of the same.
    Each(&'static Field),
    /// One.
    One(&'static Field),
    /// A string with DER in it.
    Holds(&'static Field),
}

/// A member of a structure.
pub(in crate::encoding::dump) struct Field {
    pub(in crate::encoding::dump) name: &'static str,
    /// First octets of the tags that it may have; none where it may have any.
    tags: &'static [u8],
    pub(in crate::encoding::dump) optional: bool,
    pub(in crate::encoding::dump) shape: Shape,
}

impl Field {
    pub(in crate::encoding::dump) fn takes(&self, tag: u8) -> bool {
        self.tags.is_empty() || self.tags.contains(&tag)
    }

    /// The same, where it may be left out.
    pub(super) const fn optional(self) -> Self {
        Self { optional: true, ..self }
    }

    /// The same under a context tag that replaces its own.
    pub(super) const fn tagged(self, tags: &'static [u8]) -> Self {
        Self { tags, ..self }
    }
}

pub(super) const fn field(name: &'static str, tags: &'static [u8], shape: Shape) -> Field {
    Field { name, tags, optional: false, shape }
}

pub(super) const fn leaf(name: &'static str, tags: &'static [u8]) -> Field {
    field(name, tags, Shape::Any)
}

pub(super) const fn sequence(name: &'static str, members: &'static [Field]) -> Field {
    field(name, SEQUENCE, Shape::Members(members))
}

pub(super) const ANY: &[u8] = &[];
pub(super) const BOOLEAN: &[u8] = &[0x01];
pub(super) const INTEGER: &[u8] = &[0x02];
pub(super) const BITS: &[u8] = &[0x03];
pub(super) const OCTETS: &[u8] = &[0x04];
pub(super) const OID: &[u8] = &[0x06];
pub(super) const ENUMERATED: &[u8] = &[0x0a];
pub(super) const IA5: &[u8] = &[0x16];
pub(super) const TIME: &[u8] = &[0x17, 0x18];
pub(super) const SEQUENCE: &[u8] = &[0x30];
pub(super) const SET: &[u8] = &[0x31];
pub(super) const C0: &[u8] = &[0xa0];
pub(super) const C1: &[u8] = &[0xa1];
pub(super) const C2: &[u8] = &[0xa2];
pub(super) const C3: &[u8] = &[0xa3];

pub(super) const ALGORITHM: &[Field] = &[leaf("algorithm", OID), leaf("parameters", ANY).optional()];

pub(super) const fn algorithm(name: &'static str) -> Field {
    sequence(name, ALGORITHM)
}

pub(super) const fn name(name: &'static str) -> Field {
    field(name, SEQUENCE, Shape::Each(&RELATIVE_NAME))
}

pub(super) const RELATIVE_NAME: Field = field("RelativeDistinguishedName", SET, Shape::Each(&NAME_PART));
pub(super) const NAME_PART: Field =
    sequence("AttributeTypeAndValue", &[leaf("type", OID), leaf("value", ANY)]);

pub(super) const EXTENSION: Field = sequence(
    "Extension",
    &[leaf("extnID", OID), leaf("critical", BOOLEAN).optional(), leaf("extnValue", OCTETS)],
);
pub(super) const EXTENSIONS: Field = field("Extensions", SEQUENCE, Shape::Each(&EXTENSION));

pub(super) const fn tagged_extensions(name: &'static str, tag: &'static [u8]) -> Field {
    field(name, tag, Shape::One(&EXTENSIONS)).optional()
}

pub(super) const fn version(tag: &'static [u8]) -> Field {
    field("version", tag, Shape::One(&VERSION)).optional()
}

pub(super) const VERSION: Field = leaf("Version", INTEGER);

pub(super) const PUBLIC_KEY_INFO: &[Field] = &[algorithm("algorithm"), leaf("subjectPublicKey", BITS)];

pub(super) const fn public_key(name: &'static str) -> Field {
    sequence(name, PUBLIC_KEY_INFO)
}
