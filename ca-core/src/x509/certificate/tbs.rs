//! The signed part of a certificate.

use super::read_algorithm;
use crate::encoding::der as wire;
use crate::x509::asn1::{self, Element, Malformed, tag};
use crate::x509::{Extensions, Name, SerialNumber, Validity};
use spki::AlgorithmIdentifierOwned;

/// `TBSCertificate`, RFC 5280 §4.1.
///
/// It has no unique identifiers, which must not be written. Its version follows from what it holds: 3 with extensions, else 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TbsCertificate {
    /// The serial number.
    pub serial: SerialNumber,
    /// The algorithm it is signed with; the same stands beside the signature.
    pub signature_algorithm: AlgorithmIdentifierOwned,
    /// The issuer's name.
    pub issuer: Name,
    /// From when to when it is valid.
    pub validity: Validity,
    /// The subject's name.
    pub subject: Name,
    /// The subject's SubjectPublicKeyInfo in DER.
    pub spki: Vec<u8>,
    /// The extensions.
    pub extensions: Extensions,
}

/// Version of a certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Version {
    /// Without extensions.
    V1 = 1,
    /// With unique identifiers.
    V2 = 2,
    /// With extensions.
    V3 = 3,
}

impl TbsCertificate {
    /// The bytes to be signed.
    ///
    /// # Errors
    /// An algorithm identifier that cannot be written.
    pub fn to_der(&self) -> Result<Vec<u8>, wire::DerError> {
        let mut members = Vec::new();
        if !self.extensions.is_empty() {
            members.push(asn1::element(tag::context_constructed(0), &asn1::unsigned(2)));
        }
        members.push(self.serial.to_der());
        members.push(wire::encode(&self.signature_algorithm)?);
        members.push(self.issuer.as_der().to_vec());
        members.push(self.validity.to_der());
        members.push(self.subject.as_der().to_vec());
        members.push(self.spki.clone());
        if !self.extensions.is_empty() {
            members.push(asn1::element(tag::context_constructed(3), &self.extensions.to_der()));
        }
        Ok(asn1::sequence(&members))
    }
}

pub(super) struct Read {
    pub(super) tbs: TbsCertificate,
    pub(super) version: Version,
    pub(super) unique_identifiers: bool,
}

pub(super) fn read(element: Element<'_>) -> Result<Read, Malformed> {
    let mut members = element.members("TBSCertificate");
    let version = match members.optional(tag::context_constructed(0))? {
        Some(explicit) => read_version(explicit)?,
        None => Version::V1,
    };
    let serial = SerialNumber::from_content(members.required(tag::INTEGER)?.content)?;
    let signature_algorithm = read_algorithm("signature", members.required(tag::SEQUENCE)?)?;
    let issuer = Name::read(members.required(tag::SEQUENCE)?)?;
    let validity = Validity::read(members.required(tag::SEQUENCE)?)?;
    let subject = Name::read(members.required(tag::SEQUENCE)?)?;
    let spki = members.required(tag::SEQUENCE)?.full.to_vec();
    let issuer_unique_id = members.optional(tag::context(1))?;
    let subject_unique_id = members.optional(tag::context(2))?;
    let extensions = match members.optional(tag::context_constructed(3))? {
        Some(explicit) => Extensions::from_der(explicit.content)?,
        None => Extensions::default(),
    };
    members.finish()?;
    let unique_identifiers = issuer_unique_id.is_some() || subject_unique_id.is_some();
    if version != Version::V3 && !extensions.is_empty() {
        return Err(Malformed::value("extensions", "only version 3 has extensions"));
    }
    if version == Version::V1 && unique_identifiers {
        return Err(Malformed::value("issuerUniqueID", "version 1 has no unique identifiers"));
    }
    let tbs = TbsCertificate { serial, signature_algorithm, issuer, validity, subject, spki, extensions };
    Ok(Read { tbs, version, unique_identifiers })
}

fn read_version(explicit: Element<'_>) -> Result<Version, Malformed> {
    match asn1::read_unsigned("version", asn1::only("version", explicit.content, tag::INTEGER)?.content)? {
        // DER leaves the default out, but version 1 written out is unambiguous.
        0 => Ok(Version::V1),
        1 => Ok(Version::V2),
        2 => Ok(Version::V3),
        _ => Err(Malformed::value("version", "there are the versions 1, 2 and 3")),
    }
}
