//! Names.

use ca_core::x509::name::{AttributeKind, Name};
use schemas::rest::NamePart;
use serde::Serialize;

/// A distinguished name.
#[derive(Serialize)]
pub(crate) struct NameDetails {
    /// RFC 4514 text.
    pub(crate) text: String,
    /// Its parts in the order of the certificate.
    pub(crate) parts: Vec<NamePart>,
}

impl NameDetails {
    pub(super) fn of(name: &Name) -> Self {
        let part = |(kind, value): (AttributeKind, String)| NamePart { kind: kind.to_string(), value };
        let parts = name.parts().into_iter().map(part).collect();
        Self { text: name.to_string(), parts }
    }
}
