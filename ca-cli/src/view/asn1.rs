//! The elements of an object.

use ca_core::encoding::dump::{self, Schema};
use serde::Serialize;

/// Elements in the order of the object.
#[derive(Serialize)]
pub(crate) struct Asn1Details {
    pub(crate) elements: Vec<ElementDetails>,
    /// Where the first element begins that was left out, since there are too many.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) omitted_from: Option<usize>,
    /// The first fault.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) fault: Option<FaultDetails>,
}

/// An element.
#[derive(Serialize)]
pub(crate) struct ElementDetails {
    pub(crate) offset: usize,
    pub(crate) depth: usize,
    /// Bytes of tag and length.
    pub(crate) header: usize,
    /// Bytes of the content.
    pub(crate) length: usize,
    pub(crate) tag: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) name: Option<&'static str>,
    /// Whether it stands inside of a string.
    pub(crate) encapsulated: bool,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) value: String,
    /// The usual name of an object identifier.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) meaning: Option<&'static str>,
}

/// Where an object is not what it should be.
#[derive(Serialize)]
pub(crate) struct FaultDetails {
    pub(crate) offset: usize,
    pub(crate) path: String,
    pub(crate) detail: String,
}

impl Asn1Details {
    /// At most `limit` elements.
    pub(crate) fn of(der: &[u8], schema: Option<Schema>, limit: usize) -> Self {
        let dump = dump::dump(der, schema, limit);
        let element = |element: dump::Element| ElementDetails {
            offset: element.offset,
            depth: element.depth,
            header: element.header,
            length: element.length,
            tag: element.tag,
            name: element.name,
            encapsulated: element.encapsulated,
            value: element.value,
            meaning: element.meaning,
        };
        Self {
            elements: dump.elements.into_iter().map(element).collect(),
            omitted_from: dump.omitted_from,
            fault: dump.fault.map(|fault| FaultDetails {
                offset: fault.offset,
                path: fault.path,
                detail: fault.kind.to_string(),
            }),
        }
    }
}
