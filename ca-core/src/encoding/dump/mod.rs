//! Any DER as a list of its elements, for people: what stands where, under which name, and where it stops being what it should
//! be.
//!
//! Strings that hold sound DER are looked into. Parts that are secret keys by their form are never shown. Where the structure is
//! known ([`Schema`]), elements carry the names of its ASN.1 module, and the first one that does not fit is found.

mod names;
mod schema;
mod secret;
mod value;
mod walk;

#[cfg(test)]
mod tests;

pub use names::name;
pub use schema::Schema;

use super::der::DerErrorKind;

/// How many elements are listed where nothing else is asked for: a certificate has below 150, a list of revoked certificates
/// five for each entry.
pub const DEFAULT_LIMIT: usize = 10_000;

/// One element.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Element {
    /// Where it begins, in bytes from the start of the input.
    pub offset: usize,
    /// How many elements are around it.
    pub depth: usize,
    /// Bytes of its tag and length.
    pub header: usize,
    /// Bytes of its content.
    pub length: usize,
    /// Its tag, such as `SEQUENCE` or `[0]`.
    pub tag: String,
    /// Its name in the structure, where that is known.
    pub name: Option<&'static str>,
    /// Whether it stands inside of a string.
    pub encapsulated: bool,
    /// Its content as text; empty where other elements are inside.
    pub value: String,
    /// The usual name of the object identifier that it is.
    pub meaning: Option<&'static str>,
}

/// What is wrong with an element.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FaultKind {
    /// It is no DER.
    #[error("{0}")]
    Encoding(DerErrorKind),
    /// The structure has another element here.
    #[error("{expected} is expected, {found} is found")]
    Unexpected {
        /// The name of what should be here.
        expected: &'static str,
        /// The tag that is here.
        found: String,
    },
    /// The structure has another element, and there is none.
    #[error("{expected} is missing")]
    Missing {
        /// The name of what should be here.
        expected: &'static str,
    },
    /// The structure has no more elements, and there is one.
    #[error("{found} follows where nothing is expected")]
    Surplus {
        /// The tag that is here.
        found: String,
    },
}

/// The first place where bytes are not what they should be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{kind} (at byte {offset}, in {path})")]
pub struct Fault {
    /// Where, in bytes from the start of the input.
    pub offset: usize,
    /// The way from the outermost element to there, such as `Certificate.tbsCertificate.validity`.
    pub path: String,
    /// What is wrong.
    pub kind: FaultKind,
}

/// A place in the input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// In bytes from the start of the input.
    pub offset: usize,
    /// The way from the outermost element to there.
    pub path: String,
}

/// The elements of an input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dump {
    /// In the order of the input, each before those inside of it.
    pub elements: Vec<Element>,
    /// Where the first element begins that was left out because of the limit.
    pub omitted_from: Option<usize>,
    /// The first fault. Elements before it are listed; after a fault of the encoding nothing can be.
    pub fault: Option<Fault>,
}

/// The elements of the input, at most `limit`.
#[must_use]
pub fn dump(bytes: &[u8], schema: Option<Schema>, limit: usize) -> Dump {
    let mut dump = Dump { elements: Vec::new(), omitted_from: None, fault: None };
    dump.fault = walk::walk(bytes, schema, &mut |visit| {
        if dump.elements.len() == limit {
            dump.omitted_from = Some(visit.offset);
            return false;
        }
        dump.elements.push(visit.element());
        true
    });
    dump
}

/// The first place where bytes are not DER, or not of the structure.
#[must_use]
pub fn first_fault(bytes: &[u8], schema: Option<Schema>) -> Option<Fault> {
    walk::walk(bytes, schema, &mut |_| true)
}

/// The first element with a name of the structure.
#[must_use]
pub fn find(bytes: &[u8], schema: Schema, name: &str) -> Option<Place> {
    let mut found = None;
    walk::walk(bytes, Some(schema), &mut |visit| {
        if visit.name == Some(name) {
            found = Some(Place { offset: visit.offset, path: visit.path() });
        }
        found.is_none()
    });
    found
}

/// The way to the innermost element that is around a byte of the input.
#[must_use]
pub fn path_to(bytes: &[u8], schema: Option<Schema>, offset: usize) -> Option<String> {
    let mut path = None;
    let fault = walk::walk(bytes, schema, &mut |visit| {
        if visit.offset <= offset && offset < visit.end {
            path = Some(visit.path());
        }
        visit.offset <= offset
    });
    match fault {
        Some(fault) if fault.offset == offset => Some(fault.path),
        _ => path,
    }
}
