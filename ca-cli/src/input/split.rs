//! Where the objects of a file begin and end: PEM, DER (also several after each other) or bare base64.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ca_core::encoding::der;
use ca_core::encoding::dump;
use ca_core::encoding::pem::{self, MAX_OBJECTS};
use zeroize::Zeroizing;

use super::kind::{Kind, element_length, kind_of};
use super::object::Broken;

/// An object that was found: its kind and its bytes. It may be a private key.
pub(super) struct Piece {
    pub(super) kind: Kind,
    pub(super) der: Zeroizing<Vec<u8>>,
}

type Part = Result<Piece, Broken>;

/// The kinds of the objects in some bytes; none where there are none, or something that cannot be read.
pub(crate) fn kinds_in(bytes: &[u8]) -> Vec<Kind> {
    split(bytes)
        .into_iter()
        .map(|part| part.map(|piece| piece.kind).ok())
        .collect::<Option<_>>()
        .unwrap_or_default()
}

/// The objects of some bytes.
pub(super) fn split(bytes: &[u8]) -> Vec<Part> {
    let unreadable = |error: pem::PemError| vec![Err(Broken::new(error.code(), &error, &[]))];
    let text = std::str::from_utf8(bytes)
        .is_ok_and(|text| !text.contains(|c: char| c.is_control() && !matches!(c, '\t' | '\n' | '\r')));
    if !text && der::check_structure(bytes).is_ok() {
        return concatenated(bytes);
    }
    let objects = match pem::read_all(bytes) {
        Err(error) => return unreadable(error),
        Ok(objects) => objects,
    };
    if !objects.is_empty() {
        // Parameters stand before the keys that OpenSSL makes; the key names its curve itself.
        let objects = objects.into_iter().filter(|object| object.label != "EC PARAMETERS");
        return objects.map(|object| labelled(&object.label, Zeroizing::new(object.der))).collect();
    }
    if !text && begins_as_an_object(bytes) {
        return concatenated(bytes);
    }
    let compact: Zeroizing<Vec<u8>> =
        Zeroizing::new(bytes.iter().copied().filter(|byte| !byte.is_ascii_whitespace()).collect());
    match STANDARD.decode(&*compact).map(Zeroizing::new) {
        _ if compact.is_empty() => Vec::new(),
        // Many words are base64 of something: only what begins as an object does is taken for one.
        Ok(der) if begins_as_an_object(&der) => concatenated(&der),
        _ => unreadable(pem::PemError::NotPem),
    }
}

/// All objects that are told apart by their kind are a SEQUENCE or a SET.
fn begins_as_an_object(bytes: &[u8]) -> bool {
    matches!(bytes.first(), Some(0x30 | 0x31))
}

/// An object of PEM: the label says what it is, or its content where that is no label of ours.
fn labelled(label: &str, der: Zeroizing<Vec<u8>>) -> Part {
    match Kind::of_label(label).or_else(|| kind_of(&der)) {
        Some(kind) => Ok(Piece { kind, der }),
        None if dump::first_fault(&der, None).is_none() => Ok(Piece { kind: Kind::Asn1, der }),
        None => {
            let detail = format!("objects labelled {label:?} are not read here");
            Err(Broken::new("unknown-label", detail, &der))
        }
    }
}

/// DER objects one after the other.
fn concatenated(mut bytes: &[u8]) -> Vec<Part> {
    let mut parts = Vec::new();
    while !bytes.is_empty() && parts.len() < MAX_OBJECTS {
        let Some(length) = element_length(bytes) else {
            parts.push(Err(broken(bytes)));
            break;
        };
        let (der, rest) = bytes.split_at(length);
        let kind = kind_of(der);
        if kind.is_none() && dump::first_fault(der, None).is_some() {
            // What follows something broken cannot be believed to begin where it seems to.
            parts.push(Err(broken(bytes)));
            break;
        }
        parts.push(Ok(Piece { kind: kind.unwrap_or(Kind::Asn1), der: Zeroizing::new(der.to_vec()) }));
        bytes = rest;
    }
    parts
}

/// Bytes that are no DER.
fn broken(bytes: &[u8]) -> Broken {
    match der::check_structure(bytes) {
        Err(error) => Broken::new(error.code(), &error.kind, bytes),
        Ok(()) => Broken::new("unknown-object", "a DER object of a kind that is not known here", bytes),
    }
}
