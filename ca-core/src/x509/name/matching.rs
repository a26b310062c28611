//! Comparison of names, RFC 5280 §7.1.

use super::super::asn1::{self, tag};
use super::Attribute;
use crate::algorithm::digest::sha256;
use unicode_normalization::UnicodeNormalization;

/// Digest of a name in the form that is compared: equal for names that mean the same.
pub(super) fn digest(attributes: &[Attribute]) -> [u8; 32] {
    sha256(&asn1::sequence(&sets(attributes).collect::<Vec<_>>()))
}

/// The same of each set.
pub(super) fn digests(attributes: &[Attribute]) -> Vec<[u8; 32]> {
    sets(attributes).map(|set| sha256(&set)).collect()
}

fn sets(attributes: &[Attribute]) -> impl Iterator<Item = Vec<u8>> {
    attributes.chunk_by(|a, b| a.set == b.set).map(|set| asn1::set_of(set.iter().map(folded).collect()))
}

/// The attribute with its text in one type and folded as RFC 4518 prepares it, as far as that matters to names in use: NFKC,
/// lower case, single spaces.
fn folded(attribute: &Attribute) -> Vec<u8> {
    let value = match &attribute.text {
        Some(text) => {
            // NFKC leaves ASCII as it is.
            let text = match text.is_ascii() {
                true => text.to_ascii_lowercase(),
                false => text.nfkc().flat_map(char::to_lowercase).collect(),
            };
            let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
            asn1::element(tag::UTF8_STRING, text.as_bytes())
        }
        None => attribute.der.clone(),
    };
    asn1::sequence(&[attribute.kind.oid().to_der(), value])
}
