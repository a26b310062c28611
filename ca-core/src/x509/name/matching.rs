//! Comparison of names, RFC 5280 §7.1.

use super::super::asn1::{self, tag};
use super::Attribute;
use crate::algorithm::digest::sha256;
use std::sync::OnceLock;
use unicode_normalization::UnicodeNormalization;

/// Digests of a name in the form that is compared: equal for names that mean the same.
#[derive(Clone)]
pub(super) struct Folded {
    /// Of the whole.
    pub(super) whole: [u8; 32],
    /// Of each of its sets, which only name constraints ask for.
    sets: OnceLock<Vec<[u8; 32]>>,
}

impl Folded {
    pub(super) fn of(attributes: &[Attribute]) -> Self {
        let whole = sha256(&asn1::sequence(&sets(attributes).collect::<Vec<_>>()));
        Self { whole, sets: OnceLock::new() }
    }

    /// Of each set of the same attributes.
    pub(super) fn sets(&self, attributes: &[Attribute]) -> &[[u8; 32]] {
        self.sets.get_or_init(|| sets(attributes).map(|set| sha256(&set)).collect())
    }
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
