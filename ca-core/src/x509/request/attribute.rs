//! Attributes of requests.

use super::RequestError;
use crate::x509::asn1::{self, Element, Malformed, Problem, tag};
use crate::x509::{Extensions, Oid};
use const_oid::ObjectIdentifier;

/// `extensionRequest`, RFC 2985 §5.4.2.
const EXTENSION_REQUEST: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.14");

/// The same under the identifier that older Windows clients write.
const MICROSOFT_EXTENSION_REQUEST: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.4.1.311.2.1.14");

/// The most attributes of a request, and the most values of one. Requests in use have four.
const MAX_ATTRIBUTES: usize = 32;

/// `Attribute`, RFC 2986 §4.1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attribute {
    /// What it is.
    pub oid: Oid,
    /// Its values in DER.
    pub values: Vec<Vec<u8>>,
}

/// The attributes of a request, and whether each has its values in a SET.
pub(super) struct Read {
    pub(super) attributes: Vec<Attribute>,
    pub(super) conforming: bool,
}

pub(super) fn read_all(set: Element<'_>) -> Result<Read, RequestError> {
    let mut conforming = true;
    let elements = set.members("attributes").collect_all(MAX_ATTRIBUTES)?;
    let attributes: Result<_, RequestError> =
        elements.into_iter().map(|element| read(element, &mut conforming)).collect();
    Ok(Read { attributes: attributes?, conforming })
}

fn read(element: Element<'_>, conforming: &mut bool) -> Result<Attribute, RequestError> {
    if element.tag != tag::SEQUENCE {
        let problem = Problem::Tag { expected: tag::SEQUENCE, found: element.tag };
        return Err(Malformed { part: "Attribute", problem }.into());
    }
    let mut members = element.members("Attribute");
    let oid = Oid::from_content(members.required(tag::OBJECT_IDENTIFIER)?.content)?;
    let value = members.any()?;
    members.finish()?;
    if value.tag != tag::SET {
        *conforming = false;
        return Ok(Attribute { oid, values: vec![value.full.to_vec()] });
    }
    let values = value.members("AttributeValue").collect_all(MAX_ATTRIBUTES)?;
    Ok(Attribute { oid, values: values.iter().map(|value| value.full.to_vec()).collect() })
}

pub(super) fn requested_extensions(attributes: &[Attribute]) -> Result<Extensions, RequestError> {
    let is_request = |oid: &Oid| *oid == EXTENSION_REQUEST || *oid == MICROSOFT_EXTENSION_REQUEST;
    let mut requests = attributes.iter().filter(|attribute| is_request(&attribute.oid));
    match (requests.next(), requests.next()) {
        (None, _) => Ok(Extensions::default()),
        (Some(_), Some(_)) => Err(RequestError::SeveralExtensionRequests),
        (Some(attribute), None) => match attribute.values.as_slice() {
            // An empty SEQUENCE asks for nothing; OpenSSL writes it.
            [value] if value.as_slice() == [tag::SEQUENCE, 0] => Ok(Extensions::default()),
            [value] => Ok(Extensions::from_der(value)?),
            _ => Err(RequestError::SeveralExtensionRequests),
        },
    }
}

/// The `[0]` SET of attributes with one extensionRequest, or none.
pub(super) fn write_extension_request(extensions: &Extensions) -> Vec<u8> {
    let mut content = Vec::new();
    if !extensions.is_empty() {
        let values = asn1::set_of(vec![extensions.to_der()]);
        content = asn1::sequence(&[Oid::from(EXTENSION_REQUEST).to_der(), values]);
    }
    asn1::element(tag::context_constructed(0), &content)
}
