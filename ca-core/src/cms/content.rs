//! ContentInfo: what a message is.

use super::enveloped::{EncryptedData, EnvelopedData, SignedAndEnvelopedData};
use super::{CmsError, ContentType, Kind, MAX_OCTETS, SignedData};
use crate::encoding::ber;
use crate::x509::Oid;
use crate::x509::asn1::{self, Element, Elements, Malformed, tag};

/// `ContentInfo`, RFC 5652 §3.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContentInfo {
    der: Vec<u8>,
    was_ber: bool,
    content_type: ContentType,
    content: Content,
}

/// The content of a message by its type.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Content {
    /// Octets; none where they are left out.
    Data(Option<Vec<u8>>),
    /// Signed content, or certificates alone.
    SignedData(Box<SignedData>),
    /// Content encrypted to recipients.
    EnvelopedData(Box<EnvelopedData>),
    /// Content both signed and encrypted.
    SignedAndEnvelopedData(Box<SignedAndEnvelopedData>),
    /// Content encrypted with a key that is known otherwise.
    EncryptedData(Box<EncryptedData>),
    /// Of another type: the DER of the value, or nothing where it is left out.
    Other(Vec<u8>),
}

impl ContentInfo {
    /// Reads a message in DER or BER.
    ///
    /// # Errors
    /// [`CmsError`]: too large, not DER, or not the structure that its content type names.
    pub fn parse(bytes: &[u8]) -> Result<Self, CmsError> {
        if bytes.len() > MAX_OCTETS {
            return Err(CmsError::TooLarge { octets: bytes.len() });
        }
        let der = ber::to_definite(bytes)?;
        let (content_type, content) = read(asn1::only("ContentInfo", &der, tag::SEQUENCE)?)?;
        Ok(Self { was_ber: der != bytes, der: der.into_owned(), content_type, content })
    }

    /// The message as received, but for lengths made definite where it came in BER.
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// Whether it came in BER that is not DER.
    pub fn was_ber(&self) -> bool {
        self.was_ber
    }

    /// The type of the content.
    pub fn content_type(&self) -> &ContentType {
        &self.content_type
    }

    /// The content.
    pub fn content(&self) -> &Content {
        &self.content
    }

    /// The SignedData that it must be.
    ///
    /// # Errors
    /// [`CmsError::ContentType`] where it is something else.
    pub fn signed_data(&self) -> Result<&SignedData, CmsError> {
        match &self.content {
            Content::SignedData(signed) => Ok(signed),
            _ => Err(CmsError::ContentType { wanted: "SignedData", found: self.content_type.to_string() }),
        }
    }
}

fn read(info: Element<'_>) -> Result<(ContentType, Content), CmsError> {
    let mut members = info.members("ContentInfo");
    let content_type = ContentType::new(read_oid(&mut members)?);
    let value = read_explicit(&mut members, "content")?;
    members.finish()?;
    let sequence = || match value {
        Some(element) if element.tag == tag::SEQUENCE => Ok(element),
        Some(element) => Err(asn1::only("content", element.full, tag::SEQUENCE).err().unwrap_or(MISSING)),
        None => Err(MISSING),
    };
    let content = match content_type.kind() {
        Some(Kind::Data) => Content::Data(value.map(|element| element.content.to_vec())),
        Some(Kind::SignedData) => Content::SignedData(Box::new(SignedData::read(sequence()?)?)),
        Some(Kind::EnvelopedData) => Content::EnvelopedData(Box::new(EnvelopedData::read(sequence()?)?)),
        Some(Kind::SignedAndEnvelopedData) => {
            Content::SignedAndEnvelopedData(Box::new(SignedAndEnvelopedData::read(sequence()?)?))
        }
        Some(Kind::EncryptedData) => Content::EncryptedData(Box::new(EncryptedData::read(sequence()?)?)),
        Some(Kind::DigestedData | Kind::KeyAgreementInfo) | None => {
            Content::Other(value.map(|element| element.full.to_vec()).unwrap_or_default())
        }
    };
    Ok((content_type, content))
}

const MISSING: Malformed = Malformed { part: "content", problem: asn1::Problem::Missing };

pub(super) fn read_oid(members: &mut Elements<'_>) -> Result<Oid, Malformed> {
    Oid::from_content(members.required(tag::OBJECT_IDENTIFIER)?.content)
}

/// The element inside `[0]`, where it is there.
pub(super) fn read_explicit<'a>(
    members: &mut Elements<'a>,
    part: &'static str,
) -> Result<Option<Element<'a>>, Malformed> {
    let Some(explicit) = members.optional(tag::context_constructed(0))? else { return Ok(None) };
    let mut inside = explicit.members(part);
    let element = inside.any()?;
    inside.finish()?;
    Ok(Some(element))
}
