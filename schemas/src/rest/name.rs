//! Names in JSON.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// One part of a distinguished name. A name is the list of its parts in the order of the certificate.
///
/// ```
/// let part: schemas::rest::NamePart = serde_json::from_str(r#"{"type":"CN","value":"meter-7"}"#).unwrap();
/// assert_eq!((part.kind.as_str(), part.value.as_str()), ("CN", "meter-7"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NamePart {
    /// The attribute type by its short name (C, ST, L, O, OU, organizationIdentifier, CN, SN, GN, serialNumber, T,
    /// STREET, postalCode, DC, UID, emailAddress) or as a dotted object identifier.
    #[serde(rename = "type")]
    #[schema(example = "CN")]
    pub kind: String,
    /// The value.
    #[schema(example = "meter-7.example")]
    pub value: String,
}
