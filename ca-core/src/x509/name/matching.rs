//! Comparison of names, RFC 5280 §7.1.

use super::{Attribute, AttributeKind};
use unicode_normalization::UnicodeNormalization;

/// The value of an attribute in the form that is compared.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Value<'a> {
    Text(String),
    Other(&'a [u8]),
}

/// Each set in the form that is compared, its attributes in a fixed order.
pub(super) fn canonical(attributes: &[Attribute]) -> Vec<Vec<(&AttributeKind, Value<'_>)>> {
    let mut sets = Vec::new();
    for set in attributes.chunk_by(|a, b| a.set == b.set) {
        let mut members: Vec<_> = set.iter().map(|attribute| (&attribute.kind, value(attribute))).collect();
        members.sort();
        sets.push(members);
    }
    sets
}

fn value(attribute: &Attribute) -> Value<'_> {
    match &attribute.text {
        // The preparation of RFC 4518, as far as it matters to names in use: NFKC, lower case, single spaces.
        Some(text) => {
            let folded = text.nfkc().flat_map(char::to_lowercase).collect::<String>();
            Value::Text(folded.split_whitespace().collect::<Vec<_>>().join(" "))
        }
        None => Value::Other(&attribute.der),
    }
}
