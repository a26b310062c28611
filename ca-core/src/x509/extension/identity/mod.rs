//! Identity extensions of GM/T 0015: numbers of people and organisations in a certificate.
//!
//! The same numbers are found in four forms: under the arc of GM/T 0015-2012 with tags that are explicit or implicit, under
//! that of the 2023 edition, and under an older arc whose numbers are in another order. Some authorities write bare strings,
//! or text that is not DER. All are read, and kept as they came.

mod check;
mod form;
mod kind;

pub use form::{IdentityForm, Spelling};
pub use kind::{IdentityKind, IdentityKindError};

use super::Extension;
use crate::x509::asn1::{Elements, tag};
use crate::x509::oid::Oid;
use core::fmt;

/// The longest number that is written, in characters. The longest defined one has 20.
pub const MAX_CHARACTERS: usize = 64;

/// A number of a person or an organisation as an extension holds it.
#[derive(Clone, PartialEq, Eq)]
pub struct IdentityNumber {
    kind: IdentityKind,
    oid: Oid,
    spelling: Spelling,
    /// The octets of the string.
    content: Vec<u8>,
}

/// Why a number is not written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IdentityError {
    /// Not the characters of a number of this kind, or too many or too few of them.
    #[error("this is no {kind}: {expected}")]
    Form {
        /// The kind.
        kind: IdentityKind,
        /// How one is formed.
        expected: &'static str,
    },
    /// The check character does not belong to the others.
    #[error("this is no {kind}: the check character should be {expected}, not {found}")]
    CheckCharacter {
        /// The kind.
        kind: IdentityKind,
        /// The one that belongs to the others.
        expected: char,
        /// The one that stands there.
        found: char,
    },
    /// A resident number with a day of birth that is in no calendar.
    #[error("this is no resident number: there is no such day of birth")]
    DayOfBirth,
    /// The form does not define this kind.
    #[error("{form} has no place for a {kind}")]
    NotInForm {
        /// The kind.
        kind: IdentityKind,
        /// The form.
        form: IdentityForm,
    },
}

impl IdentityError {
    /// Stable code of this refusal.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Form { .. } => "identity-number-form",
            Self::CheckCharacter { .. } => "identity-number-check-character",
            Self::DayOfBirth => "identity-number-day-of-birth",
            Self::NotInForm { .. } => "identity-number-not-in-form",
        }
    }
}

impl IdentityNumber {
    /// A number to be written, its check character verified.
    ///
    /// # Errors
    /// [`IdentityError`]. No error repeats the number, which may be a person's.
    pub fn new(kind: IdentityKind, number: &str, form: IdentityForm) -> Result<Self, IdentityError> {
        check::number(kind, number)?;
        let (oid, spelling) = form.place(kind).ok_or(IdentityError::NotInForm { kind, form })?;
        Ok(Self { kind, oid, spelling, content: number.as_bytes().to_vec() })
    }

    /// The number of an extension; `None` for extensions of other kinds. Never fails: what is not DER is taken for text.
    pub fn read(extension: &Extension) -> Option<Self> {
        let place = form::place_of(&extension.oid)?;
        let (kind, spelling, content) = unwrap(place, &extension.value);
        Some(Self { kind, oid: extension.oid.clone(), spelling, content: content.to_vec() })
    }

    /// The extension, never critical: who does not know it loses nothing by passing over it.
    pub fn to_extension(&self) -> Extension {
        Extension { oid: self.oid.clone(), critical: false, value: self.spelling.write(&self.content) }
    }

    /// What is numbered.
    pub fn kind(&self) -> IdentityKind {
        self.kind
    }

    /// How it is written.
    pub fn spelling(&self) -> Spelling {
        self.spelling
    }

    /// The identifier of the extension.
    pub fn oid(&self) -> &Oid {
        &self.oid
    }

    /// The number, octets that are not UTF-8 replaced.
    pub fn text(&self) -> std::borrow::Cow<'_, str> {
        String::from_utf8_lossy(&self.content)
    }

    /// Whether the number is formed as its kind asks, check character included.
    ///
    /// # Errors
    /// [`IdentityError`]; numbers of a kind that is not said have no rules.
    pub fn check(&self) -> Result<(), IdentityError> {
        let expected = "it is not UTF-8";
        let text = core::str::from_utf8(&self.content)
            .map_err(|_| IdentityError::Form { kind: self.kind, expected })?;
        check::number(self.kind, text)
    }

    /// Whether this is the number of a resident, under whatever kind it stands.
    pub fn is_resident_number(&self) -> bool {
        self.kind == IdentityKind::ResidentNumber || check::is_resident(&self.text())
    }

    /// The same number in another form, checked.
    ///
    /// # Errors
    /// [`IdentityError`]: it is not formed as its kind asks, or has no place there.
    pub fn in_form(&self, form: IdentityForm) -> Result<Self, IdentityError> {
        self.check()?;
        Self::new(self.kind, &self.text(), form)
    }
}

/// Takes the string out of a value, with what says its kind and spelling.
fn unwrap(place: form::Place, value: &[u8]) -> (IdentityKind, Spelling, &[u8]) {
    let single = |bytes| {
        let mut elements = Elements::new("IdentityNumber", bytes);
        let element = elements.next().ok().flatten()?;
        elements.finish().ok().map(|()| element)
    };
    let raw = (place.default_kind(), Spelling::Raw, value);
    let Some(element) = single(value) else { return raw };
    if form::is_string(element.tag) {
        return (place.default_kind(), Spelling::Bare { tag: element.tag }, element.content);
    }
    let Some(kind) = place.tagged_kind(element.tag & 0x1f).filter(|_| element.tag & 0xc0 == 0x80) else {
        return raw;
    };
    let number = element.tag & 0x1f;
    if element.tag == tag::context(number) {
        return (kind, Spelling::Implicit { number }, element.content);
    }
    match single(element.content) {
        Some(inner) if form::is_string(inner.tag) => {
            (kind, Spelling::Explicit { number, tag: inner.tag }, inner.content)
        }
        _ => raw,
    }
}

/// The number stays out of debugging output, since it may be a person's.
impl fmt::Debug for IdentityNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IdentityNumber")
            .field("kind", &self.kind)
            .field("oid", &self.oid)
            .field("spelling", &self.spelling)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
