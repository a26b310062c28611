//! Requests for two certificates at once, in CFCA's form.

use super::{Attribute, RequestError};
use crate::key::PublicKey;
use crate::x509::asn1::{self, Malformed, tag};
use const_oid::ObjectIdentifier;

/// The attribute with the temporary key, which CFCA placed under the arc of PKCS #9.
const TEMPORARY_KEY: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.63");

/// What stands before the coordinates: the length of what follows and the bits of a coordinate, least significant byte first.
const HEADER: [u8; 8] = [0x00, 0xb4, 0x00, 0x00, 0x00, 0x01, 0x00, 0x00];
/// Bytes of a coordinate; as many zeros follow each.
const COORDINATE: usize = 32;

/// SubjectPublicKeyInfo of a SM2 key up to its point.
const SPKI: [u8; 26] = [
    0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x81,
    0x1c, 0xcf, 0x55, 0x01, 0x82, 0x2d, 0x03, 0x42, 0x00,
];

/// A temporary key: `SEQUENCE { version INTEGER, key OCTET STRING }`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TemporaryKey {
    /// The version; 1 is known.
    pub version: u64,
    /// The key.
    pub key: PublicKey,
}

pub(super) fn temporary_key(attributes: &[Attribute]) -> Result<Option<TemporaryKey>, RequestError> {
    let mut found = attributes.iter().filter(|attribute| attribute.oid == TEMPORARY_KEY);
    let value = match (found.next(), found.next()) {
        (None, _) => return Ok(None),
        (Some(Attribute { values, .. }), None) if values.len() == 1 => &values[0],
        _ => return Err(Malformed::value("temporary key", "it does not stand once with one value").into()),
    };
    let content = asn1::only("temporary key", value, tag::OCTET_STRING)?.content;
    let mut members = asn1::only("temporary key", content, tag::SEQUENCE)?.members("temporary key");
    let version = asn1::read_unsigned("version", members.required(tag::INTEGER)?.content)?;
    let blob = members.required(tag::OCTET_STRING)?.content;
    members.finish()?;
    let refused = || Malformed::value("temporary key", "the form of the key is not known");
    let coordinates = blob.strip_prefix(&HEADER).filter(|rest| rest.len() == 4 * COORDINATE);
    let (x, y) = coordinates.ok_or_else(refused)?.split_at(2 * COORDINATE);
    let ((x, zeros), (y, more)) = (x.split_at(COORDINATE), y.split_at(COORDINATE));
    if zeros.iter().chain(more).any(|byte| *byte != 0) {
        return Err(refused().into());
    }
    let key = PublicKey::from_spki_der(&[&SPKI, &[0x04][..], x, y].concat())?;
    Ok(Some(TemporaryKey { version, key }))
}
